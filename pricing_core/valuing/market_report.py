"""The level of the market as people look at it: what typical homes are worth from month to month."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

import numpy as np

from pricing_core.errors import InputError
from pricing_core.model.market_level import MarketLevel
from pricing_core.model.moved_ranges import STANDARD_ERRORS
from pricing_core.model.typical_homes import Typical
from pricing_core.model.valuation_model import ValuationModel
from pricing_core.nouns.days import to_day, to_number
from pricing_core.nouns.homes_in_columns import Columns, as_column
from pricing_core.nouns.market import MarketCourse, MarketPoint, MarketReport
from pricing_core.nouns.money import to_cents
from pricing_core.nouns.schema import CATEGORIES, FEATURES, KIND, SECTOR
from pricing_core.nouns.uf import UfTable
from pricing_core.versions.serving import LoadedVersion

_YEAR: Final = 365.25
_UF, _PESOS = "UF", "CLP"


def market_report(
    champion: LoadedVersion, currency: str, uf: UfTable, kind: str | None = None, sector: str | None = None
) -> MarketReport:
    """The courses of a type in a sector; of all types, or all sectors of a type, where one is left out.

    Raises
    ------
    InputError
        When the champion knows no days, or nothing of the type or the sector.
    """
    model, level = champion.model, champion.model.level
    if level is None or model.typical is None:
        raise InputError(
            "Version {version}, the champion, learned from listings without dates, so it knows no level of the market: "
            "declare sold_on or listed_on in columns.yaml, bring listings with dates, and train.",
            version=champion.version.version,
        )
    days = list(_days(level))
    courses = [_course(home, model, level, days, currency, uf) for home in _homes(model, kind, sector)]
    reaches = to_day(level.reaches)
    return MarketReport(champion.version.version, currency, to_day(level.first), level.last_day, reaches, courses)


def _homes(model: ValuationModel, kind: str | None, sector: str | None) -> list[Typical]:
    written = dict.fromkeys(FEATURES) | {KIND: kind or None, SECTOR: sector or None}
    meant = model.under_known_names({name: as_column(name, [text]) for name, text in written.items()})
    kind, sector = meant[KIND][0], meant[SECTOR][0]
    known = [] if model.typical is None else model.typical.known(kind, sector)
    if not known:
        raise InputError(
            "There are too few listings of this type and sector to say how their market moved: {asked:list quoted} "
            "arrived. `tasador market` shows all types.",
            asked=[name for name in (kind, sector) if name is not None],
        )
    return known


def _days(level: MarketLevel) -> Iterator[date]:
    """The first of each month that the level reaches, and its ends."""
    day, last, end = to_day(level.first), level.last_day, to_day(level.reaches)
    yield day
    while day < end:
        before, day = day, min((day.replace(day=1) + timedelta(days=32)).replace(day=1), end)
        if before < last < day:
            yield last
        yield day


def _course(
    home: Typical, model: ValuationModel, level: MarketLevel, days: list[date], currency: str, uf: UfTable
) -> MarketCourse:
    columns: Columns = {name: as_column(name, [home.features[name]] * len(days)) for name in FEATURES}
    numbers = np.array([to_number(day) for day in days])
    value, reach = model.value(columns, day=numbers), np.exp(STANDARD_ERRORS[90] * level.error_at(numbers, columns))
    points = [
        MarketPoint(
            day=day,
            value=to_cents(each),
            low=to_cents(each / wide),
            high=to_cents(each * wide),
            **_in_both(each, currency, uf.on(day)),
            foretold=day > level.last_day,
        )
        for day, each, wide in zip(days, value.tolist(), reach.tolist(), strict=True)
    ]
    change = _last_year(model, level, {name: column[:1] for name, column in columns.items()})
    own = any(home.features[each.column] in each.codes for each in level.segments)
    names = {name: home.features[name] for name in CATEGORIES}
    return MarketCourse(_text(names[KIND]), _text(names[SECTOR]), home.listings, change, own, points)


def _text(name: object) -> str | None:
    return name if isinstance(name, str) else None


def _in_both(value: float, currency: str, of_day: float | None) -> dict[str, float | None]:
    """The value in UF and in pesos; what cannot be told is left open."""
    in_uf, in_pesos = currency == _UF, currency == _PESOS
    if of_day is None or not (in_uf or in_pesos):
        return {"uf": to_cents(value) if in_uf else None, "pesos": to_cents(value) if in_pesos else None}
    uf = value if in_uf else value / of_day
    return {"uf": to_cents(uf), "pesos": float(round(uf * of_day))}


def _last_year(model: ValuationModel, level: MarketLevel, home: Columns) -> float | None:
    before = level.last - _YEAR
    if before < level.first:
        return None
    then, now = (float(model.value(home, day=day)[0]) for day in (before, level.last))
    return round(now / then - 1, 6)
