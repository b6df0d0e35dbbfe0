"""What the colours of the map say: price per area, findings, how far a price lies from the estimate, or a column."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
import pandas as pd

from dashboard.parts import declared_measures
from dashboard.parts.cache import PRICE_PER_AREA, RESIDUAL, STATUS

Mode = Literal["light", "dark"]
Measure = str
"""One of `MEASURES`, or one of `declared_measures.offered`."""
MEASURES: Final[tuple[Measure, ...]] = ("price", "finding", "residual")
Limits = tuple[float, float]

_PRICE: Final[dict[str, tuple[str, ...]]] = {
    "light": ("#e0b03c", "#7fb069", "#2a9d8f", "#1d6a8c", "#2c3564"),
    "dark": ("#4a63b5", "#2f8fa8", "#4fc3a8", "#b6dd7c", "#ffe08a"),
}
_SHARE: Final[dict[str, tuple[str, ...]]] = {
    "light": ("#c9cdc9", "#e3b27a", "#d1793d", "#b3362f"),
    "dark": ("#46545a", "#a8743c", "#e08a4a", "#ff8b7f"),
}
_RESIDUAL: Final[dict[str, tuple[str, ...]]] = {
    "light": ("#2c4f9e", "#7fa6d6", "#c9cdc9", "#e39a72", "#a8322a"),
    "dark": ("#6f9bff", "#4a6a96", "#4a565a", "#b8724e", "#ff8b6e"),
}
_RAMPS: Final[dict[Measure, dict[str, tuple[str, ...]]]] = {"price": _PRICE, "finding": _SHARE, "residual": _RESIDUAL}
STATUS_COLOURS: Final = {
    "light": ("#b9bfbf", "#2a9d8f", "#d08a2e", "#c2453d"),
    "dark": ("#55636a", "#4fc3a8", "#eab04f", "#ff7d73"),
}
"""Of a listing without finding, one that was settled, one with a warning, one with an error."""

_UNKNOWN: Final = (140, 148, 150)
# Beyond 5 robust standard deviations a price is a slip or a home unlike any other; more colours would tell no more.
_FAR_RESIDUAL: Final = 5.0


def has(frame: pd.DataFrame, measure: Measure) -> bool:
    """Whether there is anything to colour by."""
    return bool(values(frame, measure).notna().any())


def values(frame: pd.DataFrame, measure: Measure) -> pd.Series:
    """The number that is coloured: price per area, 1 for a finding not reviewed, or robust standard deviations."""
    if column := declared_measures.column_of(measure):
        return declared_measures.values(frame, column)
    if measure == "price":
        return frame[PRICE_PER_AREA]
    return frame[RESIDUAL] if measure == "residual" else (frame[STATUS] >= 2).astype(float)


def ramp(measure: Measure, mode: Mode) -> tuple[str, ...]:
    """The colours from low to high."""
    column = declared_measures.column_of(measure)
    if column is None:
        return _RAMPS[measure][mode]
    if column.role == "category":
        return declared_measures.NAMES[mode]
    return (_SHARE if column.role == "yes/no" else _PRICE)[mode]


def limits(numbers: pd.Series, measure: Measure) -> Limits | None:
    """Where the colours begin and end; ``None`` where nothing is known.

    Prices run from the 5 % to the 95 % quantile, shares from 0 to the 95 % quantile, residuals from -5 to 5.
    """
    known = numbers.dropna().to_numpy()
    if not len(known):
        return None
    if measure == "residual":
        return (-_FAR_RESIDUAL, _FAR_RESIDUAL)
    if (column := declared_measures.column_of(measure)) and (span := declared_measures.limits(column)):
        return span
    low, high = (float(value) for value in np.quantile(known, [0.05, 0.95]))
    if measure == "finding":
        return (0.0, max(high, 0.01))
    return (low, high) if high > low else (low, low + 1)


def colours(numbers: pd.Series, span: Limits | None, stops: tuple[str, ...]) -> list[list[int]]:
    """The colour of each number between the limits; grey where it is not known."""
    table = np.array([_rgb(stop) for stop in stops])
    low, high = span or (0.0, 1.0)
    share = ((numbers.to_numpy(dtype=float) - low) / (high - low)).clip(0, 1)
    known = np.isfinite(share)
    at = np.linspace(0, 1, len(stops))
    mixed = np.stack([np.interp(np.nan_to_num(share), at, table[:, i]) for i in range(3)], axis=1).round().astype(int)
    mixed[~known] = _UNKNOWN
    chosen: list[list[int]] = mixed.tolist()
    return chosen


def point_colours(frame: pd.DataFrame, measure: Measure, mode: Mode) -> list[list[int]]:
    """The colour of each listing; by finding, that of its state."""
    if measure == "finding":
        table = np.array([_rgb(stop) for stop in STATUS_COLOURS[mode]])
        chosen: list[list[int]] = table[frame[STATUS].to_numpy()].tolist()
        return chosen
    numbers = values(frame, measure)
    return colours(numbers, limits(numbers, measure), ramp(measure, mode))


def _rgb(stop: str) -> list[int]:
    return [int(stop[i : i + 2], 16) for i in (1, 3, 5)]
