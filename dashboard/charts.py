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
_UP = "#2a9d8f"
_TOTAL = "rgba(128, 138, 140, 0.75)"
_TIGHT = {"l": 0, "r": 0, "t": 2, "b": 2}


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


def ranges(
    levels: Sequence[str],
    limits: Sequence[tuple[float, float]],
    ends: Sequence[tuple[str, str]],
    value: float,
    ink: str,
) -> go.Figure:
    """The ranges of a value as bands, one below the other, with a line at the value.

    Parameters
    ----------
    levels, limits, ends
        The name of each range, its lower and upper limit, and both as they are to be written.
    ink
        Colour of the line and the words.
    """
    lows, highs = [low for low, _ in limits], [high for _, high in limits]
    figure = go.Figure(
        go.Bar(
            y=list(levels), x=[high - low for low, high in limits], base=lows, orientation="h", width=0.62,
            marker_opacity=np.linspace(0.9, 0.35, len(levels)).tolist(), marker_cornerradius=4, hoverinfo="skip",
        )
    )  # fmt: skip
    for at, side, texts in ((lows, "left", [low for low, _ in ends]), (highs, "right", [high for _, high in ends])):
        figure.add_trace(_words_at(at, levels, side, texts, ink))
    figure.add_vline(x=value, line_color=ink, line_width=2.5)
    longest = max(len(text) for pair in ends for text in pair)
    share = min(0.36, longest / 36)  # a letter takes about 7 of some 250 pixels
    room = share / (1 - 2 * share) * (max(highs) - min(lows) or 1)
    axis = {"visible": False, "range": [min(lows) - room, max(highs) + room], "fixedrange": True}
    return plain(figure, 30 * len(levels) + 6, xaxis=axis, yaxis=_downwards(ink), margin=_TIGHT, showlegend=False)


def _words_at(at: Sequence[float], levels: Sequence[str], side: str, texts: Sequence[str], ink: str) -> go.Scatter:
    # A text to the left of a point stands before it.
    blank = "\N{NO-BREAK SPACE}"
    padded = [f"{text}{blank}" if side == "left" else f"{blank}{text}" for text in texts]
    return go.Scatter(
        x=list(at), y=list(levels), mode="text", text=padded, textposition=f"middle {side}", cliponaxis=False,
        textfont={"size": 13, "color": ink}, hoverinfo="skip",
    )  # fmt: skip


def waterfall(names: Sequence[str], amounts: Sequence[float], texts: Sequence[str], ink: str) -> go.Figure:
    """From the first amount by the changes to the last one, which is their sum, downwards.

    The scale does not begin at 0, or small changes beside a large value could not be seen; so no axis is drawn and
    every bar has its name and its number above it.
    """
    reached = np.cumsum(amounts[:-1])
    low, high = float(reached.min()), float(reached.max())
    rows = list(range(len(names)))
    figure = go.Figure(
        go.Waterfall(
            y=rows, x=list(amounts), orientation="h", width=0.34, offset=0.06, hoverinfo="skip",
            measure=["absolute", *["relative"] * (len(amounts) - 2), "total"],
            connector={"visible": False}, increasing={"marker": {"color": _UP}},
            decreasing={"marker": {"color": _RED}}, totals={"marker": {"color": _TOTAL}},
        )
    )  # fmt: skip
    for row, name, text in zip(rows, names, texts, strict=True):
        _line_above(figure, row, name, text, ink)
    axis = {"visible": False, "range": [max(0.0, low - 0.4 * ((high - low) or 0.1 * high)), high], "fixedrange": True}
    order = {"visible": False, "range": [len(names) - 0.5, -0.5], "fixedrange": True}
    return plain(figure, 38 * len(names), xaxis=axis, yaxis=order, margin=_TIGHT, showlegend=False)


def _line_above(figure: go.Figure, row: int, name: str, text: str, ink: str) -> None:
    """A name at the left and a number at the right, above the bar of a row."""
    common = {"xref": "paper", "y": row - 0.2, "showarrow": False, "font": {"size": 12.5, "color": ink}, "borderpad": 0}
    figure.add_annotation(x=0, xanchor="left", text=name, **common)
    figure.add_annotation(x=1, xanchor="right", text=f"<b>{text}</b>", **common)


def _downwards(ink: str) -> dict[str, object]:
    """An axis of names, the first on top."""
    words = {"tickfont": {"size": 12, "color": ink}, "title": None, "showgrid": False}
    return {"type": "category", "autorange": "reversed", "fixedrange": True, **words}
