"""Invented listings of a market that moves."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from pricing_core.nouns.arrays import Numbers
from tests.factories import listings

FIRST = np.datetime64("2022-01-01")
DAYS = 720
Level = Callable[[pd.DataFrame, Numbers], Numbers]


def rising(_homes: pd.DataFrame, years: Numbers) -> Numbers:
    """One per cent a month, in logarithms."""
    return 0.12 * years


def dated_listings(rows: int = 1_500, level: Level = rising, seed: int = 0, days: int = DAYS) -> pd.DataFrame:
    """The listings of the factory, spread evenly over two years, at the market's level of their day."""
    frame = listings(rows, seed)
    number = np.random.default_rng(seed + 100).integers(days, size=rows)
    moved = frame["price"] * np.exp(level(frame, number / 365.25))
    return frame.assign(price=moved, sold_on=FIRST + number.astype("timedelta64[D]"))
