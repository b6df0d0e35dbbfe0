"""The sizes that homes usually have: areas, rooms and bathrooms, by type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pricing_core.nouns.homes_in_columns import Columns
from pricing_core.nouns.schema import KIND, SIZES

_FEWEST: Final = 30


@dataclass(frozen=True)
class UsualSize:
    """Numbers that listings have: the 0.5 % and 99.5 % quantiles, the least, the greatest, and of how many listings."""

    low: float
    high: float
    least: float
    greatest: float
    listings: int

    def weigh(self, value: float, is_area: bool) -> int:
        """0 for a number within the usual limits, 1 outside them, 2 beyond three times as much.

        The limits are the two quantiles, for areas with a quarter to spare, for counts with one.
        """
        low, high = (self.low / 1.25, self.high * 1.25) if is_area else (self.low - 1, self.high + 1)
        if low <= value <= high:
            return 0
        return 2 if value > 3 * high or (is_area and value < low / 3) else 1


def usual_sizes(columns: Columns) -> dict[str | None, dict[str, UsualSize]]:
    """What listings have by type and column, those of all types under ``None``; fewer than 30 have nothing usual."""
    kinds, names = pd.factorize(columns[KIND])
    common = np.flatnonzero(np.bincount(kinds[kinds >= 0], minlength=len(names)) >= _FEWEST)
    groups: dict[str | None, NDArray[np.bool_]] = {str(names[code]): kinds == code for code in common}
    groups[None] = np.ones(len(kinds), dtype=bool)
    return {kind: _sizes_of(columns, rows) for kind, rows in groups.items()}


def _sizes_of(columns: Columns, rows: NDArray[np.bool_]) -> dict[str, UsualSize]:
    result = {}
    for name in SIZES:
        known = columns[name][rows]
        known = known[~np.isnan(known)]
        if len(known) >= _FEWEST:
            low, high = np.quantile(known, (0.005, 0.995)).tolist()
            result[name] = UsualSize(low, high, float(known.min()), float(known.max()), len(known))
    return result
