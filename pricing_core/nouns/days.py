"""The day of a price, as the number of days since 1970 that everything computes with."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import numpy as np
import pandas as pd

from pricing_core.errors import SubjectError
from pricing_core.nouns.arrays import Numbers
from pricing_core.nouns.declared import LISTED_ON, SOLD_ON, Roles
from pricing_core.nouns.declared_text import as_date, is_open
from pricing_core.nouns.homes_in_columns import EPOCH, columns_from_frame

_EARLIEST, _LATEST = date(1900, 1, 1), date(2199, 12, 31)
_OLDEST_PRICE: Final = date(1950, 1, 1)
# What a home was sold for is the price of the day on which it was sold, whenever it was listed.
PRICE_DATES: Final[Roles] = {SOLD_ON: "date", LISTED_ON: "date"}
"""The declared dates that say of which day a price is; where both are known, the first."""


def days_of(frame: pd.DataFrame) -> Numbers | None:
    """The day of each row's price, NaN where it is not known; ``None`` for a frame that has no column of dates.

    A day before 1950 or after today is what stands for none: 1900-01-01, 9999-12-31.
    """
    roles = {name: role for name, role in PRICE_DATES.items() if name in frame.columns}
    if not roles:
        return None
    columns = columns_from_frame(frame, roles)
    days = np.full(len(frame), np.nan)
    # No price is of a day that has not come; a day of grace, for it may be tomorrow elsewhere.
    latest = to_number(date.today()) + 1
    for name in roles:
        told = np.where((columns[name] >= to_number(_OLDEST_PRICE)) & (columns[name] <= latest), columns[name], np.nan)
        days = np.where(np.isnan(days), told, days)
    return days


def parse_day(value: object) -> date | None:
    """A day that somebody asks for; empty is none.

    Raises
    ------
    SubjectError
        For what is no day, or one that can be read in two ways.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    text = None if isinstance(value, str) and is_open(value) else as_date(value)
    day = None if text is None else date.fromisoformat(text)
    if day is None or not _EARLIEST <= day <= _LATEST:
        raise SubjectError(
            "The day of a value must be a date such as 2024-03-31, from 1900 to 2199, but {arrived:quoted} arrived.",
            arrived=str(value)[:60],
        )
    return day


def to_number(day: date) -> float:
    """A day as a number."""
    return float((day - EPOCH).days)


def to_day(number: float) -> date:
    """A number as the day it lies in."""
    return EPOCH + timedelta(days=int(np.floor(number)))
