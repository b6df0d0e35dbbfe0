"""Currencies and units of area that people type beside a number, and when it is safe to take them off."""

from __future__ import annotations

import re
from typing import Final

from pricing_core.nouns.schema import ColumnRole

_CURRENCIES: Final = {
    "uf": "UF",
    "u.f.": "UF",
    "$": "$",
    "clp": "CLP",
    "us$": "US$",
    "u$s": "US$",
    "usd": "US$",
    "a$": "AUD",
    "aud": "AUD",
    "€": "€",
    "eur": "€",
    "£": "£",
    "gbp": "£",
    "s/": "PEN",
    "pen": "PEN",
    "mxn": "MXN",
    "ars": "ARS",
    "cop": "COP",
}
_AREAS: Final = {
    "m2": "m²",
    "m²": "m²",
    "mt2": "m²",
    "mts2": "m²",
    "mts²": "m²",
    "sqm": "m²",
    "sq m": "m²",
    "sq. m": "m²",
    "ft2": "ft²",
    "ft²": "ft²",
    "sqft": "ft²",
    "sq ft": "ft²",
    "sq. ft": "ft²",
    "sq. ft.": "ft²",
    "pies2": "ft²",
}
_KNOWN: Final[dict[ColumnRole, dict[str, str]]] = {"price": _CURRENCIES, "area": _AREAS}
# "$" is the sign of many pesos and dollars, but never of these.
_NO_DOLLARS: Final = frozenset({"UF", "€", "£", "PEN"})


def _either(names: dict[str, str]) -> str:
    return "|".join(sorted((re.escape(name) for name in names), key=len, reverse=True))


_BEFORE: Final = re.compile(rf"([+-]?)\s*({_either(_CURRENCIES)})\s*(?=[\d.,+-])(.*)", re.IGNORECASE)
_AFTER: Final[dict[ColumnRole, re.Pattern[str]]] = {
    kind: re.compile(rf"(.*[\d.,])\s*({_either(names)})", re.IGNORECASE) for kind, names in _KNOWN.items()
}


def split_unit(text: str, kind: ColumnRole) -> tuple[str, str]:
    """Split ``UF 4.500`` or ``85 m2`` into its unit and the rest; only prices have currencies, only areas area units.

    Returns
    -------
    tuple of str
        The unit, ``""`` when none was found, and the text without it.
    """
    if kind == "price" and (match := _BEFORE.fullmatch(text)):
        return _CURRENCIES[match[2].lower()], match[1] + match[3]
    if kind in _AFTER and (match := _AFTER[kind].fullmatch(text)):
        return _KNOWN[kind][match[2].lower()], match[1]
    return "", text


def means(unit: str, expected: str) -> bool:
    """Whether a unit that was typed can be the expected one of the settings, such as ``$`` for ``CLP``."""
    wanted = {**_CURRENCIES, **_AREAS}.get(expected.lower(), expected)
    return unit == wanted or (unit == "$" and wanted not in _NO_DOLLARS) or (wanted == "$" and unit not in _NO_DOLLARS)
