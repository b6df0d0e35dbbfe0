"""Ranges on another day than that of the last listings: as far moved as the market, and wider by what is not known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from pricing_core.model.ranges import Ranges
from pricing_core.nouns.arrays import Numbers

STANDARD_ERRORS: Final = {50: 0.6745, 80: 1.2816, 90: 1.6449}
"""How many standard errors to each side hold so many per cent of a normal error."""


def moved(ranges: Ranges, value: Numbers, level: Numbers, error: Numbers) -> Ranges:
    """The ranges of values that a level moves, in logarithms; its standard error adds to theirs as squares."""
    log_value = np.log(value)
    return Ranges(_limits(ranges.low, -1, log_value, level, error), _limits(ranges.high, 1, log_value, level, error))


def _limits(
    limits: Mapping[int, Numbers], side: int, log_value: Numbers, level: Numbers, error: Numbers
) -> dict[int, Numbers]:
    found = {}
    for percent, limit in limits.items():
        away = np.hypot(np.log(limit) - log_value, STANDARD_ERRORS[percent] * error)
        found[percent] = np.exp(log_value + level + side * away)
    return found
