"""A value with all that was said with it, and its row in the log."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from pricing_core.nouns.base import Json, Noun
from pricing_core.nouns.schema import Property
from pricing_core.words import Message


@dataclass(frozen=True)
class Valuation(Noun):
    """Our estimate for a subject, as it was logged. Money is in ``currency``, rounded to cents; areas in ``area_unit``.

    ``ranges`` holds the lower and upper limit by level in per cent: ``{"90": [4100.0, 6900.0], ...}``. ``confidence``
    is high, medium or low, and ``notes`` say why. ``reference_value`` is that of the typical listing of the same type
    and sector; the amounts of ``drivers`` lead from it to the value. ``second_opinion`` is the median of the
    ``comparables``' adjusted values. Of homes valued in bulk there are no drivers and no comparables.

    ``subject`` is what was valued, under the names that the model knows. ``typed`` holds what was written where that is
    something else: another spelling of a name, or 0 for an area.

    ``as_of`` is the day of the value in ISO 8601, ``None`` where it is of no particular day: the model learned from
    listings without dates. ``market_level`` then says how far the market had moved by that day: ``last_day`` is that of
    the listings learned from, ``day`` the nearest for which there is a level, ``change`` the share by which it lies
    above that of the last day, and ``error`` the standard error of that share.
    """

    log_id: str
    value: float
    currency: str
    area_unit: str
    value_per_area: float | None
    version: int
    recipe: str
    subject: Property
    ranges: dict[str, list[float]]
    confidence: str
    notes: list[Message]
    reference_value: float | None
    drivers: list[Json]
    comparables: list[Json]
    second_opinion: float | None
    created_at: datetime
    milliseconds: float
    typed: Json = field(default_factory=dict)
    as_of: str | None = None
    market_level: Json | None = None

    @property
    def level_words(self) -> Message | None:
        """Which level of the market the value is of, in words."""
        if self.market_level is None:
            return None
        level = self.market_level
        facts = {"share": abs(level["change"]), "error": level["error"]}
        days = {name: date.fromisoformat(level[name]) for name in ("day", "last_day")}
        if level["change"] < 0:
            return Message(
                "Market level of {day:date}: {share:percent} below that of the last listings, {last_day:date}, give or "
                "take {error:percent}.",
                **facts,
                **days,
            )
        return Message(
            "Market level of {day:date}: {share:percent} above that of the last listings, {last_day:date}, give or "
            "take {error:percent}.",
            **facts,
            **days,
        )


@dataclass(frozen=True)
class LoggedPrediction(Noun):
    """One row of the prediction log; ``bulk`` where it was valued with others at once, from a file or a batch.

    ``subject`` is what was valued, and ``typed`` in ``detail`` what was written where that was something else; rows of
    releases that took names to the letter have no ``typed``.
    """

    id: str
    created_at: datetime
    requested_by: str
    source: str
    version: int
    subject: Json
    value: float
    milliseconds: float
    detail: Json
    confidence: str | None = None
    bulk: bool = False

    @property
    def written(self) -> Json:
        """The subject as it was written."""
        return self.subject | ((self.detail or {}).get("typed") or {})
