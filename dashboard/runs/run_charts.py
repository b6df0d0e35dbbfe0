"""Figures of runs with plotly: how far the ranges hold. Fonts come from the theme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from dashboard.parts.charts import plain

_LINE = "rgba(128, 138, 140, 0.9)"
_COLOURS = ("#2a9d8f", "#e0a53c", "#d1495b", "#5b7fc7", "#9a6fb0")
_SYMBOLS = ("circle", "diamond", "square", "triangle-up")


def calibration(levels: Sequence[int], held: Mapping[str, Sequence[float]], labels: tuple[str, str]) -> go.Figure:
    """What the ranges hold against what they should, one line a group; on the dotted line they are honest."""
    lowest = min(min(values) for values in held.values())
    ends = [min(0.45, lowest - 0.03) * 100, 100]
    figure = go.Figure(
        go.Scatter(
            x=ends,
            y=ends,
            mode="lines",
            line={"color": _LINE, "dash": "dot", "width": 1},
            showlegend=False,
            hoverinfo="skip",
        )
    )
    for number, (name, values) in enumerate(held.items()):
        figure.add_trace(
            go.Scatter(
                x=list(levels),
                y=[100 * value for value in values],
                name=name,
                mode="lines+markers",
                marker={"size": 10 if number == 0 else 8, "symbol": _SYMBOLS[number % len(_SYMBOLS)]},
                line={"width": 2.5 if number == 0 else 1, "color": _COLOURS[number % len(_COLOURS)]},
                hovertemplate=f"{name}: %{{x}} % → %{{y:.1f}} %<extra></extra>",
            )
        )
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
