"""Bars one below the other, each with its name and its number, over one axis.

They are laid out by the browser, not drawn by plotly: a name of any length breaks its line there instead of running
into the number. ``tasador.css`` puts name, bar and number beside each other where there is room.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate, pairwise
from typing import Literal

from dashboard.parts.axes import Axis, axis_over, in_unit

Tone = Literal["total", "up", "down", "band", "band wide", "band widest"]


@dataclass(frozen=True)
class Bar:
    """From one amount to another. ``name`` is set in bold, ``words`` say more of it; ``text`` is the number."""

    name: str
    words: str
    text: str
    start: float
    end: float
    tone: Tone


def waterfall(names: Sequence[tuple[str, str]], amounts: Sequence[float], texts: Sequence[str]) -> list[Bar]:
    """From the first amount by the changes to the last one, which is their sum. The first and the last begin at 0."""
    reached = list(accumulate(amounts[:-1]))
    spans = [(0.0, amounts[0]), *pairwise(reached), (0.0, amounts[-1])]
    tones: list[Tone] = ["total", *("up" if end >= start else "down" for start, end in spans[1:-1]), "total"]
    rows = zip(names, texts, spans, tones, strict=True)
    return [Bar(*name, text, *span, tone) for name, text, span, tone in rows]


def lengths(names: Sequence[str], amounts: Sequence[float], texts: Sequence[str], tones: Sequence[Tone]) -> list[Bar]:
    """One bar from 0 for each amount."""
    rows = zip(names, texts, amounts, tones, strict=True)
    return [Bar(name, "", text, 0.0, amount, tone) for name, text, amount, tone in rows]


def from_zero(bars: Sequence[Bar]) -> Axis:
    """The axis of bars whose length is an amount: it holds 0."""
    ends = [end for bar in bars for end in (bar.start, bar.end)]
    return axis_over(min(0.0, *ends), max(0.0, *ends))


def drawn(
    bars: Sequence[Bar], axis: Axis, unit: str, alt: str, *, mark: float | None = None, short: bool = False
) -> str:
    """The bars as HTML.

    Parameters
    ----------
    unit
        Of the amounts, for the axis.
    alt
        What the picture is called for those who cannot see it.
    mark
        Where a line runs through all bars.
    short
        Names and numbers are so short that they stand at the sides of the bar in the narrowest place.
    """
    line = "" if mark is None else f'<u style="left:{axis.place(mark):.3f}%"></u>'
    rows = "".join(_row(bar, axis, line) for bar in bars)
    # In the gradient that draws the lines of the axis a step is a share of the length.
    step = 100 / (axis.last - axis.first)
    return (
        f'<div class="t-bars{" t-short" if short else ""}" role="group" aria-label="{escape(alt)}">'
        f'<div style="--step:{step:.3f}%">{rows}{_numbers(axis, unit)}</div></div>'
    )


def _row(bar: Bar, axis: Axis, line: str) -> str:
    left, right = sorted((axis.place(bar.start), axis.place(bar.end)))
    words = f" {escape(bar.words)}" if bar.words else ""
    mark = f'<i class="{bar.tone}" style="left:{left:.3f}%;width:{right - left:.3f}%"></i>'
    return (
        f'<div class="t-name"><b>{escape(bar.name)}</b>{words}</div>'
        f'<div class="t-track" aria-hidden="true">{mark}{line}</div><div class="t-amount">{escape(bar.text)}</div>'
    )


def _numbers(axis: Axis, unit: str) -> str:
    ticks = "".join(
        f'<span style="left:{axis.place(tick):.3f}%">{escape(label)}</span>'
        for tick, label in zip(axis.ticks(), axis.labels(), strict=True)
    )
    return f'<div class="t-axis" aria-hidden="true">{ticks}<em>{escape(in_unit(unit, axis.unit()))}</em></div>'
