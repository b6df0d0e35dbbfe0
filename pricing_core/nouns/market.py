"""The level of the market over time, in money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pricing_core.nouns.base import Noun


@dataclass(frozen=True)
class MarketPoint(Noun):
    """What the typical home of a segment is worth on a day.

    ``low`` and ``high`` hold nine in ten levels that the listings leave possible, beside that of their last day. ``uf``
    and ``pesos`` are the value in both, where the currency is one of them and the UF of that day is known. ``foretold``
    says that the day comes after the listings.
    """

    day: date
    value: float
    low: float
    high: float
    uf: float | None
    pesos: float | None
    foretold: bool


@dataclass(frozen=True)
class MarketCourse(Noun):
    """The typical home of a type and a sector from month to month.

    ``change`` is the share by which its value moved in the twelve months up to the last day of the listings, ``None``
    where they have fewer. ``own`` says whether the type or the sector goes another way than the whole market.
    """

    type: str | None
    sector: str | None
    listings: int
    change: float | None
    own: bool
    points: list[MarketPoint]


@dataclass(frozen=True)
class MarketReport(Noun):
    """The courses that were asked for, and what the champion learned them from."""

    version: int
    currency: str
    first_day: date
    last_day: date
    reaches: date
    courses: list[MarketCourse]
