"""How numbers are written for people, in each language; usable alone by charts and tables.

There is one rounding for display (`digits_shown`): three digits that count, but no whole digit is rounded away. What a
person or a file gave is not rounded but echoed (`exact`). A number that is missing or not finite is written as a dash.
"""

from __future__ import annotations

import math
from decimal import Decimal
from functools import cache
from typing import TypeGuard

from pricing_core.words.languages import NOTHING, Language, locale

_TOO_LONG = 1e15  # from here on a float has no certain digits to write out
_TOO_WIDE = 10**21  # a whole number is certain to its last digit, but nobody reads more of them


def digits_shown(value: float) -> int:
    """Decimals that tell something: 5,280 and 74.5 and 2.25 and 0.0312."""
    size = abs(value)
    if size >= 1 or size == 0:
        return 0 if size >= 100 else 1 if size >= 10 else 2
    return min(2 - math.floor(math.log10(size)), 12)


def number(value: float | None, language: Language, digits: int | None = None) -> str:
    """A number rounded for display.

    Parameters
    ----------
    digits
        So many decimals and no fewer, for columns that line up; by the one rule when left out.
    """
    if not _finite(value):
        return NOTHING
    places = digits_shown(value) if digits is None else digits
    return _written(value, language, places, "#" if digits is None else "0")


def integer(value: float | None, language: Language) -> str:
    """A count: ``12,345``."""
    return number(value, language, 0)


def exact(value: float | None, language: Language) -> str:
    """A number as it was given, up to ten digits: ``45,000``, ``62.5``."""
    if not _finite(value):
        return NOTHING
    places = 0 if abs(value) >= 1e10 else 9 - math.floor(math.log10(abs(value))) if value else 0
    return _written(value, language, min(places, 20), "#")


def signed(value: float | None, language: Language, digits: int | None = None) -> str:
    """A change with its sign: ``+312``, ``−58``; what is rounded to 0 has none."""
    if not _finite(value):
        return NOTHING
    written = number(abs(value), language, digits)
    return written if not any(each in "123456789" for each in written) else f"{'+' if value > 0 else '−'}{written}"


def percent(share: float | None, language: Language, digits: int | None = None) -> str:
    """A share as a percentage with one decimal at most, two below 0.1 %: ``9.4 %``, ``90 %``, ``0.04 %``."""
    return f"{_hundredths(share, language, digits)} %" if _finite(share) else NOTHING


def points(difference: float | None, language: Language) -> str:
    """A difference of shares in percentage points: ``+1.2``."""
    return signed(100 * difference, language, 1) if _finite(difference) else NOTHING


def _hundredths(share: float, language: Language, digits: int | None) -> str:
    value = 100 * share
    if digits is not None:
        return number(value, language, digits)
    return _written(value, language, 1 if abs(value) >= 0.095 else 2, "#")


def money(value: float | None, currency: str, language: Language) -> str:
    """An amount: ``UF 16.173``, ``US$1.200``; a currency without a sign of its own stands before it as a word."""
    if not _finite(value):
        return NOTHING
    sign = _sign_of(currency, language)
    written = number(abs(value), language)
    # A word such as UF keeps its distance; a sign such as $ does not.
    amount = f"{sign} {written}" if sign[-1:].isalnum() else f"{sign}{written}"
    return f"-{amount}" if value < 0 else amount


def signed_money(value: float, currency: str, language: Language) -> str:
    """A change of an amount, with its sign: ``+UF 312``, ``−UF 58``; what is rounded to 0 has none."""
    written = money(abs(value), currency, language)
    changed = any(each in "123456789" for each in written)
    return f"{'+' if value > 0 else '−'}{written}" if changed else written


def area(value: float | None, unit: str, language: Language) -> str:
    """An area with its unit: ``74.5 m²``."""
    return f"{number(value, language)} {unit}" if _finite(value) else NOTHING


def distance(metres: float | None, language: Language) -> str:
    """A distance as people say it: ``345 m``, ``1.2 km``."""
    if not _finite(metres):
        return NOTHING
    if abs(metres) < 995:
        return f"{integer(metres, language)} m"
    return f"{_written(metres / 1000, language, 1 if abs(metres) < 99_500 else 0, '#')} km"


def coordinate(degrees: float | None, language: Language) -> str:
    """A latitude or longitude, to about ten metres: ``-33.4569``."""
    return _written(degrees, language, 4, "#") if _finite(degrees) else NOTHING


def _finite(value: float | None) -> TypeGuard[float]:
    return value is not None and -math.inf < value < math.inf


def _written(value: float, language: Language, places: int, digit: str) -> str:
    whole = isinstance(value, int)
    if abs(value) >= (_TOO_WIDE if whole else _TOO_LONG):
        return _scientific(Decimal(value if whole else float(value)), language)
    rounded = round(value, places) + 0  # never -0
    # Babel's own writer takes sixty times as long, and a map has ten thousand points with three numbers each.
    english = f"{rounded:,}" if whole and not places else f"{rounded:,.{places}f}"
    shown = english.rstrip("0").rstrip(".") if places and digit == "#" else english
    return shown.translate(_separators(language))


def _scientific(value: Decimal, language: Language) -> str:
    from babel.numbers import format_scientific

    return format_scientific(value, "0.##E0", locale=locale(language))


@cache
def _separators(language: Language) -> dict[int, str]:
    from babel.numbers import get_decimal_symbol, get_group_symbol

    spoken = locale(language)
    return str.maketrans({",": get_group_symbol(spoken), ".": get_decimal_symbol(spoken)})


@cache
def _sign_of(currency: str, language: Language) -> str:
    from babel.numbers import get_currency_symbol

    return get_currency_symbol(currency, locale(language))


@cache
def currency_decimals(code: str) -> int:
    """How many decimals amounts of a currency have by ISO 4217, such as 0 of CLP; 2 where the code is not known."""
    from babel.numbers import get_currency_precision

    return get_currency_precision(code.upper())
