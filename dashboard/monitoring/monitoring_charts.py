"""Figures of the Watch page with plotly. Colours and fonts come from the theme."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape

import numpy as np
import plotly.graph_objects as go

from dashboard.parts.charts import plain

_QUIET = "rgba(128, 138, 140, 0.45)"
_BAND = "rgba(128, 138, 140, 0.22)"
_LINE = "rgba(128, 138, 140, 0.9)"
_SHOWN_NAMES = 14
# More would leave no room for the picture on a telephone; the whole name is shown where one points at it.
_LETTERS = 22
_ABOVE = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "title": None}
# Where the ends are so far apart, one number for each 1, 2 and 5 of a decade is enough.
_DECADE = 8


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
        _side([side[place] * 100 for place in order], word, colour, ordered=ordered)
        for side, word, colour in ((before, words[0], _QUIET), (now, words[1], None))
    ]
    full, cut = [escape(names[place]) for place in order], [_cut(names[place]) for place in order]
    ticks = {"tickvals": list(range(len(order))), "ticktext": cut, "title": None, "showgrid": False}
    figure = plain(go.Figure(bars), 290, barmode="group", bargap=0.25, legend=_ABOVE).update_traces(customdata=full)
    if ordered:
        return figure.update_xaxes(tickangle=-40, **ticks).update_yaxes(title=label, rangemode="tozero")
    # Names lie beside their bars: below them, long ones would leave no room for the picture.
    figure.update_yaxes(range=[len(order) - 0.5, -0.5], **ticks).update_xaxes(title=label, rangemode="tozero")
    return figure.update_layout(height=90 + 34 * len(order), legend_traceorder="normal")


def _side(shares: Sequence[float], word: str, colour: str | None, *, ordered: bool) -> go.Bar:
    places, amount = list(range(len(shares))), "%{y:.1f} %" if ordered else "%{x:.1f} %"
    return go.Bar(
        x=places if ordered else shares,
        y=shares if ordered else places,
        orientation="v" if ordered else "h",
        name=word,
        marker_color=colour,
        hovertemplate="%{customdata}: " + amount + "<extra>" + word + "</extra>",
    )


def _cut(name: str) -> str:
    # Names come from files: plotly obeys some markup.
    return escape(name if len(name) <= _LETTERS else f"{name[: _LETTERS - 1].rstrip()}…")


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
                x=list(days),
                y=list(medians),
                mode="lines+markers",
                marker_size=5,
                hovertemplate="%{x|%Y-%m-%d}: %{y:,.0f}<extra></extra>",
            ),
        ]
    )
    return plain(figure, 270, showlegend=False, yaxis_title=label, yaxis_rangemode="tozero", xaxis_title=None)


def value_against_price(
    groups: Sequence[tuple[str, Sequence[float], Sequence[float]]], labels: tuple[str, str]
) -> go.Figure:
    """Each value at its later price, on logarithmic axes, with the line on which both are equal."""
    figure = go.Figure(
        [
            go.Scatter(
                x=list(prices),
                y=list(values),
                mode="markers",
                name=_cut(name),
                marker={"size": 7, "opacity": 0.65},
                hovertemplate="%{x:,.0f} → %{y:,.0f}<extra>" + name + "</extra>",
            )
            for name, prices, values in groups
        ]
    )
    everything = np.concatenate([np.array([*prices, *values], float) for _, prices, values in groups])
    ends = [float(everything.min()) * 0.9, float(everything.max()) * 1.1]
    line = {"color": _LINE, "width": 1.2, "dash": "dot"}
    figure.add_trace(go.Scatter(x=ends, y=ends, mode="lines", line=line, hoverinfo="skip", showlegend=False))
    steps = {"dtick": "D2"} if ends[1] / ends[0] > _DECADE else {"nticks": 5}
    axes = {"type": "log", "range": list(np.log10(ends)), "tickformat": "~s", **steps}
    figure = plain(figure, 380, legend=_ABOVE, showlegend=len(groups) > 1)
    return figure.update_xaxes(title=labels[0], **axes).update_yaxes(title=labels[1], **axes)
