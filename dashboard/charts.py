"""Figures with plotly. Colours and fonts come from the theme."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard.text import language, percent

_RED = "#d1495b"
_QUIET = "rgba(128, 138, 140, 0.45)"


def plain(figure: go.Figure, height: int, **layout: Any) -> go.Figure:
    """The figure at a height, with tight margins, and its numbers written as the language of the page does."""
    shared = {"margin": {"l": 8, "r": 8, "t": 8, "b": 8}, "separators": ",." if language() == "es" else ".,"}
    return figure.update_layout(height=height, **shared | layout)


def spread(values: pd.Series, here: float | None, label: str) -> go.Figure:
    """A histogram of ``values`` with a line at ``here``. Its bins are counted here, not in the browser."""
    known = values.dropna().to_numpy()
    low, high = np.quantile(known, [0.01, 0.99])
    counts, edges = np.histogram(known.clip(low, high), bins=min(24, max(6, len(known) // 8)))
    middles = (edges[:-1] + edges[1:]) / 2
    figure = go.Figure(go.Bar(x=middles, y=counts, marker_color=_QUIET, hovertemplate="%{x:,.1f}: %{y}<extra></extra>"))
    if here is not None and np.isfinite(here):
        figure.add_vline(x=float(np.clip(here, low, high)), line_color=_RED, line_width=2.5)
    return plain(figure, 150, showlegend=False, bargap=0.08, xaxis_title=label, yaxis_visible=False)


def errors_by_version(names: Sequence[str], shares: Sequence[float], champion: Sequence[bool], label: str) -> go.Figure:
    """The median error of each version, in the order of training; the champion in full colour."""
    percents = [share * 100 for share in shares]
    figure = go.Figure(
        go.Bar(
            x=list(names),
            y=percents,
            marker_opacity=[1.0 if is_champion else 0.35 for is_champion in champion],
            text=[percent(share) for share in shares],
            textposition="outside",
            textfont_size=13,
            cliponaxis=False,
            hovertemplate="%{x}: %{y:.1f} %<extra></extra>",
            width=0.5 if len(names) > 2 else 0.2,
        )
    )
    even = {"mode": "show", "minsize": 12}
    return plain(
        figure,
        230,
        showlegend=False,
        yaxis_title=label,
        yaxis_rangemode="tozero",
        xaxis_type="category",
        uniformtext=even,
    )
