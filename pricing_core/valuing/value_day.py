"""The day that a home is valued as of, and what is said of the market's level on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Self

import numpy as np

from pricing_core.model.market_level import MarketLevel
from pricing_core.nouns import Json, LoggedPrediction
from pricing_core.nouns.days import to_day, to_number
from pricing_core.nouns.homes_in_columns import Columns
from pricing_core.store import utcnow
from pricing_core.words import Message

_DIGITS = 6


@dataclass(frozen=True)
class ValueDay:
    """A day as a model sees it; ``day`` is ``None`` where a value is of no particular day."""

    day: date | None
    level: MarketLevel | None

    @classmethod
    def of(cls, asked: date | None, level: MarketLevel | None) -> Self:
        """The day that was asked for, or else today where the model knows what a day is worth."""
        # Today is that of the machine: nobody means the day that it is in Greenwich.
        return cls(asked or (None if level is None else utcnow().astimezone().date()), level)

    @property
    def number(self) -> float | None:
        """The day as models count it."""
        return None if self.day is None else to_number(self.day)

    def described(self, homes: Columns) -> list[Json | None]:
        """What is said of the level of each home."""
        rows, number, level = len(next(iter(homes.values()))), self.number, self.level
        if level is None or number is None:
            return [None] * rows
        days = np.full(rows, number)
        reached = to_day(min(max(number, level.first), level.reaches)).isoformat()
        fixed = {"day": reached, "last_day": level.last_day.isoformat()}
        pairs = zip(np.expm1(level.at(days, homes)), level.error_at(days, homes), strict=True)
        return [fixed | {"change": round(float(c), _DIGITS), "error": round(float(e), _DIGITS)} for c, e in pairs]

    @property
    def notes(self) -> list[Message]:
        """What must be said of a day that the level does not reach."""
        if self.day is None:
            return []
        if self.level is None:
            return [Message("The model learned from listings without dates: its value is the same on every day.")]
        number, level = to_number(self.day), self.level
        if number > level.reaches:
            return [_ended(level)]
        if number < level.first:
            return [
                Message(
                    "The dates of the listings begin on {first:date}: the value is of the market's level on that day.",
                    first=to_day(level.first),
                )
            ]
        return []


def _ended(level: MarketLevel) -> Message:
    return Message(
        "The dates of the listings end on {last:date}; the market's level is carried on to {reached:date} and no "
        "further: the value is of that day's level. Newer listings bring it up to date.",
        last=level.last_day,
        reached=to_day(level.reaches),
    )


def logged_day(logged: LoggedPrediction) -> float | None:
    """The day that a logged value is of, as models count it."""
    text = (logged.detail or {}).get("as_of")
    return to_number(date.fromisoformat(text)) if isinstance(text, str) else None
