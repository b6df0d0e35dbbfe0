"""RowCurrencies and units of area beside a number or in a header: what they are, and what one is in another."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pricing_core.nouns.schema import TOTAL_AREA, USABLE_AREA, Column, ColumnRole

# As `_key` writes them: without capitals, accents, blanks, dots and "^".
_CURRENCIES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("uf", "clf", "unidaddefomento", "unidadesdefomento"), "UF"),
    "$": "$",
    **dict.fromkeys(("peso", "pesos"), "pesos"),
    **dict.fromkeys(("clp", "clp$", "$clp", "ch$", "pesochileno", "pesoschilenos"), "CLP"),
    **dict.fromkeys(("us$", "u$s", "usd", "usd$", "$us", "dolar", "dolares", "dollar", "dollars"), "US$"),
    **dict.fromkeys(("a$", "au$", "aud"), "AUD"),
    **dict.fromkeys(("€", "eur", "euro", "euros"), "€"),
    **dict.fromkeys(("£", "gbp"), "£"),
    **dict.fromkeys(("s/", "pen", "soles"), "PEN"),
    **dict.fromkeys(("mxn", "mx$", "mxn$"), "MXN"),
    **dict.fromkeys(("ars", "ar$"), "ARS"),
    **dict.fromkeys(("cop", "col$", "cop$"), "COP"),
    **dict.fromkeys(("r$", "brl", "reais"), "BRL"),
}
_AREAS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("m2", "mt2", "mts2", "mtr2", "mtrs2", "m", "mt", "mts", "mtrs", "metro", "metros"), "m²"),
    **dict.fromkeys(("metro2", "metros2", "metrocuadrado", "metroscuadrados", "mtscuadrados", "metrosquadrados"), "m²"),
    **dict.fromkeys(("sqm", "sqmt", "sqmts", "squaremetre", "squaremetres", "squaremeter", "squaremeters"), "m²"),
    **dict.fromkeys(("ft2", "sqft", "squarefoot", "squarefeet", "pie2", "pies2", "piescuadrados"), "ft²"),
    **dict.fromkeys(("ha", "has", "hectarea", "hectareas", "hectare", "hectares"), "ha"),
    **dict.fromkeys(("acre", "acres"), "acres"),
}
_OF_ROLE: Final[Mapping[ColumnRole, Mapping[str, str]]] = {"price": _CURRENCIES, "area": _AREAS}
_SQUARE_METRES: Final[Mapping[str, float]] = {"m²": 1.0, "ft²": 0.09290304, "ha": 10_000.0, "acres": 4_046.8564224}
# What may follow a unit of area: only what the column means anyway.
_OF_AREA: Final[Mapping[str, tuple[str, ...]]] = {
    USABLE_AREA: (
        "utiles",
        "util",
        "construidos",
        "construida",
        "construido",
        "const",
        "edificados",
        "usable",
        "built",
    ),
    TOTAL_AREA: ("totales", "total", "deterreno", "terreno", "land", "lot"),
}
# "$" is the sign of many pesos and dollars, but never of these.
_NO_DOLLARS: Final = frozenset({"UF", "€", "£", "PEN"})
_PESOS: Final = frozenset({"CLP", "MXN", "ARS", "COP"})
_WITH_UNIT: Final = re.compile(r"(\D*?)([+-]?\s*[.,]?\d(?:[\d.,' ]*\d)?)((?![\d.,'])\D.*|[.,]\D*)?", re.ASCII)
_LONGEST: Final = 80


def _key(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[\s.^]", "", "".join(sign for sign in plain if not unicodedata.combining(sign)))


@dataclass(frozen=True)
class WithUnit:
    """A cell without its unit; ``unit`` is ``""`` where there was none."""

    body: str
    unit: str = ""


def split_unit(text: str, column: Column) -> WithUnit | None:
    """Split ``UF 4.500`` or ``85 m² útiles`` into the number and its unit.

    Returns
    -------
    WithUnit or None
        ``None`` where something stands beside the number that is no unit of the column.
    """
    known = _OF_ROLE.get(column.role)
    match = _WITH_UNIT.fullmatch(text) if known is not None and len(text) <= _LONGEST else None
    if known is None or match is None:
        return None
    before, after = match[1].strip(), (match[3] or "").strip()
    sign = before[:1] if before[:1] in ("-", "+") else ""
    body = sign + re.sub(r"^([+-])\s+", r"\1", match[2].strip())
    if column.role == "price":
        after = re.sub(r"^[.,]\s*[-–—]+|[.,]\s*[-–—]+$", "", after)  # 185.000.000.- is how cheques are written
    if before[len(sign) :] + after not in ("", ".") and not _key(before + after):
        return None
    units = [_unit_of(part, column, known) for part in (before[len(sign) :], after) if _key(part)]
    if None in units or len({unit for unit in units if unit != "$"}) > 1:
        return None
    return WithUnit(body, next((unit for unit in units if unit and unit != "$"), units[0] if units else "") or "")


def _unit_of(text: str, column: Column, known: Mapping[str, str]) -> str | None:
    key = _key(text)
    if column.role == "area":
        for word in _OF_AREA.get(column.name, ()):
            key = key.removesuffix(word)
    return known.get(key)


def unit_named(text: str, role: ColumnRole) -> str | None:
    """The unit that a whole text names, such as ``Pesos`` in a column of currencies or ``m2`` in a header."""
    return _OF_ROLE.get(role, {}).get(_key(text))


def means(unit: str, expected: str) -> bool:
    """Whether a unit that was typed can be the expected one of the settings, such as ``$`` for ``CLP``."""
    wanted = canonical(expected)
    if unit == wanted:
        return True
    if "pesos" in (unit, wanted):
        other = wanted if unit == "pesos" else unit
        return other in _PESOS or other == "$"
    return (unit == "$" and wanted not in _NO_DOLLARS) or (wanted == "$" and unit not in _NO_DOLLARS)


def canonical(setting: str) -> str:
    """The unit of a setting, as it is called here."""
    return {**_CURRENCIES, **_AREAS}.get(_key(setting), setting)


def factor(unit: str, expected: str) -> float | None:
    """What a number in one unit is to be multiplied by to be in another; ``None`` where that is not known."""
    wanted = canonical(expected)
    if means(unit, expected):
        return 1.0
    if unit in _SQUARE_METRES and wanted in _SQUARE_METRES:
        return _SQUARE_METRES[unit] / _SQUARE_METRES[wanted]
    return None
