"""Figures of a ratio study with plotly. Colours and fonts come from the theme."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import plotly.graph_objects as go

from dashboard.parts.charts import plain
from dashboard.parts.text import short_number

_QUIET = "rgba(128, 138, 140, 0.45)"
_BAND = "rgba(128, 138, 140, 0.12)"
_LINE = "rgba(128, 138, 140, 0.9)"


def ratio_by_price(
    names: Sequence[str],
    medians: Sequence[float],
    lows: Sequence[float],
    highs: Sequence[float],
    asked: tuple[float, float],
    labels: tuple[str, str],
) -> go.Figure:
    """The median ratio of each price group with its interval, over the range that is asked for; ``labels`` of x, y."""
    bars = {
        "type": "data",
        "symmetric": False,
        "array": [high - median for high, median in zip(highs, medians, strict=True)],
        "arrayminus": [median - low for low, median in zip(lows, medians, strict=True)],
        "thickness": 1.5,
        "width": 4,
    }
    figure = go.Figure(
        go.Scatter(
            x=list(names),
            y=list(medians),
            error_y=bars,
            mode="markers",
            marker_size=9,
            customdata=list(zip(lows, highs, strict=True)),
            hovertemplate="%{x}<br>%{y:.3f} (%{customdata[0]:.3f} – %{customdata[1]:.3f})<extra></extra>",
        )
    )
    figure.add_hrect(y0=asked[0], y1=asked[1], fillcolor=_BAND, line_width=0, layer="below")
    figure.add_hline(y=1, line_color=_LINE, line_width=1, line_dash="dot")
    return plain(
        figure, 300, showlegend=False, bargap=0.08, xaxis_title=labels[0], yaxis_title=labels[1], xaxis_type="category"
    )


def ratio_histogram(
    edges: Sequence[float], counts: Sequence[float], median: float, asked: tuple[float, float], labels: tuple[str, str]
) -> go.Figure:
    """How often which ratio comes, with a line at the median; the bins were counted when the model was studied."""
    middles = [(low + high) / 2 for low, high in pairwise(edges)]
    # The colours of the theme go to the bars in the range alone: the eye finds the share of good values.
    inside = [asked[0] <= middle <= asked[1] for middle in middles]
    figure = go.Figure(
        [
            go.Bar(
                x=[middle for middle, good in zip(middles, inside, strict=True) if good is wanted],
                y=[count for count, good in zip(counts, inside, strict=True) if good is wanted],
                width=edges[1] - edges[0],
                marker_color=None if wanted else _QUIET,
                hovertemplate="%{x:.2f}: %{y}<extra></extra>",
            )
            for wanted in (True, False)
        ]
    )
    figure.add_vline(x=min(max(median, edges[0]), edges[-1]), line_color=_LINE, line_width=2)
    return plain(
        figure,
        300,
        showlegend=False,
        bargap=0.08,
        xaxis_title=labels[0],
        yaxis_title=labels[1],
        xaxis_range=[edges[0], edges[-1]],
        xaxis={"tickvals": [edges[0], 1, edges[-1]], "ticktext": _open_ended(edges[0], edges[-1])},
    )


def _open_ended(low: float, high: float) -> list[str]:
    # The outermost bins hold what lies beyond them too.
    return [f"≤ {short_number(low)}", short_number(1), f"≥ {short_number(high)}"]
