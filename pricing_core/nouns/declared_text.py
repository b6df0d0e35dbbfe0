"""Dates, years, yes and no, and numbers as people and programs write them into declared columns."""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from typing import Final, Literal

Order = Literal["day first", "month first"]
"""What comes first in a date that ends with its year."""

# To the letter: "s/i" says that nothing is known, and "sí" without its signs would be the same.
_YES: Final = frozenset(("sí", "si\u0301", "si", "s", "yes", "y", "true", "t", "verdadero", "v", "1", "1.0", "x"))
_NO: Final = frozenset(("no", "n", "false", "f", "falso", "0", "0.0"))
_ISO: Final = re.compile(r"(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})(?:[T ]\d{1,2}:?\d{2}.*)?", re.ASCII)
_YEAR_LAST: Final = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?:[T ]\d{1,2}:?\d{2}.*)?", re.ASCII)
_PLAIN_NUMBER: Final = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
# Decimals or thousands: a single value has no column that could tell.
_TWO_WAYS: Final = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}", re.ASCII)
_YEAR: Final = re.compile(r"(\d{4})(?:[.,]0+)?", re.ASCII)


def as_yes_or_no(value: object) -> bool | None:
    """Yes or no in English or Spanish, 1 or 0; ``None`` for anything else."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return bool(value) if value in (0, 1) else None
    word = value.strip().casefold() if isinstance(value, str) else ""
    return True if word in _YES else False if word in _NO else None


def as_year(value: object) -> int | None:
    """A year of four digits."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return int(value) if 1_000 <= value <= 9_999 and value == int(value) else None
    match = _YEAR.fullmatch(value.strip()) if isinstance(value, str) else None
    return int(match[1]) if match else None


def as_number(value: object) -> float | None:
    """A finite number; a text where nobody knows whether it has decimals or thousands is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        text = value.strip()
        if not _PLAIN_NUMBER.fullmatch(text) or _TWO_WAYS.fullmatch(text):
            return None
        value = float(text)
    if not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def order_of(text: str) -> Order | None:
    """What a date must begin with because its other part is no month; ``None`` where either could be."""
    match = _YEAR_LAST.fullmatch(text.strip())
    if match is None:
        return None
    first, second = int(match[1]), int(match[3])
    if first > 12 and second <= 12:
        return "day first"
    return "month first" if second > 12 and first <= 12 else None


def is_open(text: str) -> bool:
    """Whether day and month of a date could change places, for another day."""
    match = _YEAR_LAST.fullmatch(text.strip())
    return match is not None and int(match[1]) <= 12 and int(match[3]) <= 12 and int(match[1]) != int(match[3])


def as_date(value: object, order: Order = "day first") -> str | None:
    """A day in ISO 8601; dates that end with the year begin with the day unless ``order`` says otherwise."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    text = value.strip() if isinstance(value, str) else ""
    if (match := _ISO.fullmatch(text)) and (match[2] or len(match[3] + match[4]) == 4):
        return _day(int(match[1]), int(match[3]), int(match[4]))
    if match := _YEAR_LAST.fullmatch(text):
        first, second = int(match[1]), int(match[3])
        day, month = (first, second) if order == "day first" else (second, first)
        return _day(int(match[4]), month, day)
    return None


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
