"""Figures of runs with plotly: calibration, importance, several runs at a glance. Fonts come from the theme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from dashboard.charts import plain

_LINE = "rgba(128, 138, 140, 0.9)"
_COLOURS = ("#2a9d8f", "#e0a53c", "#d1495b", "#5b7fc7", "#9a6fb0")
_SYMBOLS = ("circle", "diamond", "square", "triangle-up")


def calibration(levels: Sequence[int], held: Mapping[str, Sequence[float]], labels: tuple[str, str]) -> go.Figure:
    """What the ranges hold against what they should, one line a group; on the dotted line they are honest."""
    lowest = min(min(values) for values in held.values())
    ends = [min(0.45, lowest - 0.03) * 100, 100]
    figure = go.Figure(
        go.Scatter(x=ends, y=ends, mode="lines", line={"color": _LINE, "dash": "dot", "width": 1},
                   showlegend=False, hoverinfo="skip")
    )  # fmt: skip
    for number, (name, values) in enumerate(held.items()):
        figure.add_trace(
            go.Scatter(
                x=list(levels), y=[100 * value for value in values], name=name, mode="lines+markers",
                marker={"size": 10 if number == 0 else 8, "symbol": _SYMBOLS[number % len(_SYMBOLS)]},
                line={"width": 2.5 if number == 0 else 1, "color": _COLOURS[number % len(_COLOURS)]},
                hovertemplate=f"{name}: %{{x}} % → %{{y:.1f}} %<extra></extra>",
            )
        )  # fmt: skip
    ticks = {"tickvals": list(levels), "ticktext": [f"{level} %" for level in levels]}
    legend = {"orientation": "h", "y": -0.22, "x": 0}
    return plain(
        figure,
        360,
        xaxis_title=labels[0],
        yaxis_title=labels[1],
        xaxis=ticks,
        yaxis={"ticksuffix": " %"},
        legend=legend,
    )


def importance(names: Sequence[str], points: Sequence[float], label: str, ink: str) -> go.Figure:
    """By how much the error grows without each column, the largest on top."""
    figure = go.Figure(
        go.Bar(
            x=list(points), y=list(names), orientation="h", marker_cornerradius=4, width=0.6,
            text=[f"{value:+.1f}" for value in points], textposition="outside", cliponaxis=False,
            textfont={"color": ink}, hovertemplate="%{y}: %{x:+.2f}<extra></extra>",
        )
    )  # fmt: skip
    room = max(max(points, default=1), 1) * 1.15
    # A bar below 0 has its number on its left, where the names stand.
    lowest = min(0, *points)
    axis = {"title": label, "range": [lowest * 1.2 - (0.09 * room if lowest < 0 else 0), room]}
    names_axis = {"autorange": "reversed", "type": "category", "tickfont": {"color": ink, "size": 13}}
    return plain(figure, 44 * len(names) + 60, xaxis=axis, yaxis=names_axis, showlegend=False)


def at_a_glance(rows: Sequence[str], columns: Mapping[str, Sequence[float]], ink: str) -> go.Figure:
    """Several runs as lines over parallel axes, the first axis naming the run."""
    places = list(range(len(rows)))
    named = {"label": "", "values": places, "tickvals": places, "ticktext": list(rows)}
    if len(rows) > 1:
        named["range"] = [0, len(rows) - 1]
    figure = go.Figure(
        go.Parcoords(
            line={"color": places, "colorscale": [[i / max(len(places) - 1, 1), _COLOURS[i]] for i in places]},
            dimensions=[named, *({"label": name, "values": list(values)} for name, values in columns.items())],
            labelfont={"size": 13, "color": ink}, tickfont={"size": 12, "color": ink},
            rangefont={"size": 1, "color": "rgba(0,0,0,0)"},
        )
    )  # fmt: skip
    return plain(figure, 340, margin={"l": 110, "r": 50, "t": 56, "b": 16})
