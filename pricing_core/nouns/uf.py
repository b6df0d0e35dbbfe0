"""The Chilean UF: what one is worth in pesos, day by day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from pricing_core.nouns.base import Noun
from pricing_core.words import Message


@dataclass(frozen=True)
class UfValue(Noun):
    """What one UF was worth in pesos on a day."""

    day: date
    value: float


@dataclass(frozen=True)
class UfReport(Noun):
    """What a file of UF values brought; ``first`` and ``last`` are the days of all that are known now."""

    rows: int
    new: int
    changed: int
    days: int
    first: date
    last: date
    notes: list[Message]

    @property
    def message(self) -> Message:
        """What it brought, in a sentence or two."""
        return Message(
            "{rows:integer} days read, {new:integer} of them new. Values are known of {days:integer} days, from "
            "{first:date} to {last:date}.",
            rows=self.rows,
            new=self.new,
            days=self.days,
            first=self.first,
            last=self.last,
        )


@dataclass(frozen=True)
class UfImport(Noun):
    """A value with who brought it, and when."""

    day: date
    value: float
    added_by: str
    created_at: datetime


class UfTable:
    """Values by day, for looking up.

    Parameters
    ----------
    values
        In any order.
    today
        A price without a day of its own is one of today: for it counts the newest value that is not later.
    """

    def __init__(self, values: Iterable[UfValue], today: date) -> None:
        self._values = {each.day: each.value for each in values}
        self._days = sorted(self._values)
        self.today = today

    def __bool__(self) -> bool:
        return bool(self._values)

    def on(self, day: date) -> float | None:
        """The value of that very day."""
        return self._values.get(day)

    def newest(self) -> UfValue | None:
        """The value of today, or the last one before it."""
        at = bisect_right(self._days, self.today)
        return UfValue(self._days[at - 1], self._values[self._days[at - 1]]) if at else None
