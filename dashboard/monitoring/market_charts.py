"""Figures of the market over time with plotly. Colours and fonts come from the theme."""

from __future__ import annotations

import plotly.graph_objects as go

from dashboard.parts.charts import plain
from pricing_core import MarketCourse, MarketPoint

_BAND = "rgba(128, 138, 140, 0.22)"


def course(found: MarketCourse, label: str) -> go.Figure:
    """The value of the typical home with its band; what is foretold is dotted."""
    days = [point.day for point in found.points]
    known = [point for point in found.points if not point.foretold]
    ahead = [*known[-1:], *(point for point in found.points if point.foretold)]
    quiet = {"line": {"width": 0}, "hoverinfo": "skip", "mode": "lines"}
    figure = go.Figure(
        [
            go.Scatter(x=days, y=[point.high for point in found.points], **quiet),
            go.Scatter(x=days, y=[point.low for point in found.points], fill="tonexty", fillcolor=_BAND, **quiet),
            _line(known, "solid"),
            _line(ahead, "dot"),
        ]
    )
    return plain(figure, 280, showlegend=False).update_yaxes(title=label).update_xaxes(title=None)


def _line(points: list[MarketPoint], dash: str) -> go.Scatter:
    return go.Scatter(
        x=[point.day for point in points],
        y=[point.value for point in points],
        mode="lines",
        line={"dash": dash, "width": 2.5},
        hovertemplate="%{x|%Y-%m-%d}: %{y:,.0f}<extra></extra>",
    )
