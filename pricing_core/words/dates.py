"""How days, moments and durations are written for people, in each language."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, tzinfo
from typing import Final, Literal

from pricing_core.words.languages import NOTHING, Language, locale
from pricing_core.words.numbers import number

_LONGEST: Final = 1e12  # thirty thousand years
_STEPS: Final = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def day(value: date | None, language: Language) -> str:
    """A day: ``30 Nov 2026``, ``30-11-2026``."""
    from babel.dates import format_date

    return NOTHING if value is None else format_date(value, "medium", locale=locale(language))


def moment(value: datetime | None, language: Language, zone: tzinfo | None = None) -> str:
    """A moment on the reader's clock: ``30 Nov 2026 14:05``; on the clock of UTC, named, where the reader has none.

    Parameters
    ----------
    value
        Without a time zone it is in UTC, as everything in the database.
    """
    if value is None:
        return NOTHING
    local = on_clock(value, zone or UTC)
    clock = f"{day(local.date(), language)} {local:%H:%M}"
    return clock if zone else f"{clock} UTC"


def on_clock(value: datetime, zone: tzinfo) -> datetime:
    """The moment on the clock of that zone; one without a zone is in UTC."""
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    try:
        return aware.astimezone(zone)
    except (OverflowError, ValueError):  # the first or last day that there is
        return aware


def duration(seconds: float | None, language: Language) -> str:
    """How long something takes, in its two largest units: ``350 ms``, ``1 minute 30 seconds``, ``3 days 2 hours``."""
    if seconds is None or not -math.inf < seconds < math.inf:
        return NOTHING
    if abs(seconds) >= _LONGEST:
        return f"{number(seconds, language)} s"
    whole = round(abs(seconds))
    if abs(seconds) < 10:
        size, unit = (seconds * 1000, "millisecond") if abs(seconds) < 0.9995 else (seconds, "second")
        return _unit(round(size) if unit == "millisecond" else round(size, 1), unit, language)
    first = next(place for place, (_, size) in enumerate(_STEPS) if whole >= size)
    parts = []
    for unit, size in _STEPS[first : first + 2]:
        count, whole = divmod(whole, size)
        parts += [_unit(count, unit, language)] if count else []
    return ("-" if seconds < 0 else "") + " ".join(parts)


def _unit(count: float, unit: str, language: Language) -> str:
    from babel.units import format_unit

    length: Literal["short", "long"] = "short" if unit == "millisecond" else "long"
    return format_unit(count, f"duration-{unit}", length=length, locale=locale(language))
