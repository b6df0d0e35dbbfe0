"""Degrees as maps and people write them: ``33°30'36"S``, ``33.45 S``, ``-33.51°``, and both of a place in one cell."""

from __future__ import annotations

import re
from typing import Final

from pricing_core.nouns.schema import LATITUDE, LONGITUDE

_ALIKE: Final = str.maketrans(
    {
        **dict.fromkeys("′’‘ʹ`´", "'"),
        **dict.fromkeys("″”“ʺ", '"'),
        **dict.fromkeys("º˚∘", "°"),
        **dict.fromkeys("−–", "-"),
        **dict.fromkeys("\u00a0\u202f\u2009", " "),
    }
)
_WORDS: Final = {
    "sur": "S",
    "south": "S",
    "norte": "N",
    "north": "N",
    "oeste": "W",
    "west": "W",
    "este": "E",
    "east": "E",
}
_SIDE: Final = {
    "N": (LATITUDE, 1),
    "S": (LATITUDE, -1),
    "E": (LONGITUDE, 1),
    "W": (LONGITUDE, -1),
    "O": (LONGITUDE, -1),
}
_NUMBER: Final = r"\d{1,3}(?:[.,]\d+)?"
_ONE: Final = re.compile(
    rf"(?P<before>[NSEWO])?\s*(?P<sign>[+-])?\s*(?P<degrees>{_NUMBER})\s*"
    rf"(?:°\s*)?(?:(?<=[°\s])(?P<minutes>{_NUMBER})\s*'\s*(?:(?P<seconds>{_NUMBER})\s*(?:\"|'')\s*)?)?(?P<after>[NSEWO])?",
    re.ASCII,
)
_POINT: Final = re.compile(r"(?:SRID=\d+;)?\s*POINT\s*Z?\s*\(\s*(\S+)\s+(\S+?)(?:\s+\S+)?\s*\)", re.IGNORECASE)
_LONGEST: Final = 80
_MOST: Final = {LATITUDE: 90.0, LONGITUDE: 180.0}


def degrees(text: str, column: str) -> dict[str, float]:
    """The coordinates that a cell of a column holds, by column; empty when it holds none.

    A decimal comma is read as such: a coordinate has no thousands.
    """
    if len(text) > _LONGEST:
        return {}
    plain = text.translate(_ALIKE).strip()
    found = _one(plain, column)
    if found is not None:
        return {column: found}
    both = _both(plain)
    return both if all(abs(value) <= _MOST[name] for name, value in both.items()) else {}


def _one(text: str, column: str) -> float | None:
    for word, side in _WORDS.items():
        text = re.sub(rf"(?i)\b{word}\b", side, text)
    match = _ONE.fullmatch(text.upper())
    if match is None or (match["before"] and match["after"]):
        return None
    side = match["before"] or match["after"]
    minutes, seconds = (_float(match[part]) for part in ("minutes", "seconds"))
    if (side and _SIDE[side][0] != column) or minutes >= 60 or seconds >= 60:
        return None
    if side and match["sign"] == "-" and _SIDE[side][1] > 0:
        return None  # minus and north: one of them is wrong
    sign = -1 if match["sign"] == "-" else _SIDE[side][1] if side else 1
    return round(sign * (_float(match["degrees"]) + minutes / 60 + seconds / 3600), 9)


def _float(text: str | None) -> float:
    return float(text.replace(",", ".")) if text else 0.0


def _both(text: str) -> dict[str, float]:
    """A pair: latitude first, but in a ``POINT`` longitude first."""
    if point := _POINT.fullmatch(text):
        return _pair(point[2], point[1])
    inside = re.sub(r"^[(\[]\s*|\s*[)\]]$", "", text)
    for between in (r"\s*[;|/]\s*", r",\s+", r"(?<=[NSns\"'°])\s*,?\s*(?=[\dEWOewo])", r"\s+", r","):
        parts = re.split(between, inside)
        if len(parts) == 2 and (found := _pair(*parts)):
            return found
    return {}


def _pair(latitude: str, longitude: str) -> dict[str, float]:
    south, west = _one(latitude, LATITUDE), _one(longitude, LONGITUDE)
    return {} if south is None or west is None else {LATITUDE: south, LONGITUDE: west}
