"""Figures with plotly. Colours and fonts come from the theme."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard.parts.text import language, short_number

_RED = "#d1495b"
_QUIET = "rgba(128, 138, 140, 0.45)"


def plain(figure: go.Figure, height: int, **layout: object) -> go.Figure:
    """The figure at a height, with tight margins, and its numbers written as the language of the page does."""
    shared = {"margin": {"l": 8, "r": 8, "t": 8, "b": 8}, "separators": ",." if language() == "es" else ".,"}
    return figure.update_layout(height=height, **shared | layout)


def spread(values: pd.Series, here: float | None, label: str) -> go.Figure:
    """A histogram of the middle 98 % of ``values`` with a line at ``here``, or an arrow to where it lies outside.

    Its bins are counted here, not in the browser.
    """
    known = values.dropna().to_numpy()
    low, high = np.quantile(known, [0.01, 0.99])
    inside = known[(known >= low) & (known <= high)]
    counts, edges = np.histogram(inside, bins=min(24, max(6, len(inside) // 8)))
    middles = (edges[:-1] + edges[1:]) / 2
    figure = go.Figure(go.Bar(x=middles, y=counts, marker_color=_QUIET, hovertemplate="%{x:,.1f}: %{y}<extra></extra>"))
    if here is not None and np.isfinite(here):
        _point_to(figure, float(here), float(edges[0]), float(edges[-1]))
    return plain(figure, 150, showlegend=False, bargap=0.08, xaxis_title=label, yaxis_visible=False)


def _point_to(figure: go.Figure, here: float, low: float, high: float) -> None:
    if low <= here <= high:
        figure.add_vline(x=here, line_color=_RED, line_width=2.5)
        return
    text = f"{short_number(here)} →" if here > high else f"← {short_number(here)}"
    side = "right" if here > high else "left"
    figure.add_annotation(
        x=1 if here > high else 0,
        y=1,
        xref="paper",
        yref="paper",
        xanchor=side,
        yanchor="top",
        text=f"<b>{text}</b>",
        showarrow=False,
        font={"color": _RED, "size": 13},
    )
