"""Figures of the Watch page with plotly. Colours and fonts come from the theme."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import plotly.graph_objects as go

from dashboard.charts import plain

_QUIET = "rgba(128, 138, 140, 0.45)"
_BAND = "rgba(128, 138, 140, 0.22)"
_LINE = "rgba(128, 138, 140, 0.9)"
_SHOWN_NAMES = 14


def both_sides(
    names: Sequence[str],
    before: Sequence[float],
    now: Sequence[float],
    words: tuple[str, str],
    label: str,
    *,
    ordered: bool,
) -> go.Figure:
    """The shares of each bin in training and now; of many names that have no order, those that differ most."""
    order = list(range(len(names)))
    if len(order) > _SHOWN_NAMES and not ordered:
        order = sorted(sorted(order, key=lambda place: -abs(now[place] - before[place]))[:_SHOWN_NAMES])
    bars = [
        go.Bar(
            x=[names[place] for place in order], y=[side[place] * 100 for place in order], name=word,
            marker_color=colour, hovertemplate="%{x}: %{y:.1f} %<extra>" + word + "</extra>",
        )
        for side, word, colour in ((before, words[0], _QUIET), (now, words[1], None))
    ]  # fmt: skip
    legend = {"orientation": "h", "x": 0, "y": 1.12, "title": None}
    figure = plain(go.Figure(bars), 290, barmode="group", bargap=0.25, legend=legend, yaxis_title=label)
    return figure.update_xaxes(type="category", tickangle=-40, title=None)


def values_by_day(
    days: Sequence[date], lows: Sequence[float], medians: Sequence[float], highs: Sequence[float], label: str
) -> go.Figure:
    """The median value of each day over the middle half of its values."""
    edge = {"mode": "lines", "line_width": 0, "hoverinfo": "skip"}
    figure = go.Figure(
        [
            go.Scatter(x=list(days), y=list(highs), **edge),
            go.Scatter(x=list(days), y=list(lows), fill="tonexty", fillcolor=_BAND, **edge),
            go.Scatter(
                x=list(days), y=list(medians), mode="lines+markers", marker_size=5,
                hovertemplate="%{x|%Y-%m-%d}: %{y:,.0f}<extra></extra>",
            ),
        ]
    )  # fmt: skip
    return plain(figure, 270, showlegend=False, yaxis_title=label, yaxis_rangemode="tozero", xaxis_title=None)


def value_against_price(
    groups: Sequence[tuple[str, Sequence[float], Sequence[float]]], labels: tuple[str, str]
) -> go.Figure:
    """Each value at its later price, on logarithmic axes, with the line on which both are equal."""
    figure = go.Figure(
        [
            go.Scatter(
                x=list(prices), y=list(values), mode="markers", name=name, marker={"size": 7, "opacity": 0.65},
                hovertemplate="%{x:,.0f} → %{y:,.0f}<extra>" + name + "</extra>",
            )
            for name, prices, values in groups
        ]
    )  # fmt: skip
    everything = np.concatenate([np.array([*prices, *values], float) for _, prices, values in groups])
    ends = [float(everything.min()) * 0.9, float(everything.max()) * 1.1]
    line = {"color": _LINE, "width": 1.2, "dash": "dot"}
    figure.add_trace(go.Scatter(x=ends, y=ends, mode="lines", line=line, hoverinfo="skip", showlegend=False))
    legend = {"orientation": "h", "x": 0, "y": 1.1, "title": None}
    axes = {"type": "log", "range": list(np.log10(ends)), "dtick": "D2", "tickformat": "~s"}
    figure = plain(figure, 380, legend=legend, showlegend=len(groups) > 1)
    return figure.update_xaxes(title=labels[0], **axes).update_yaxes(title=labels[1], **axes)
