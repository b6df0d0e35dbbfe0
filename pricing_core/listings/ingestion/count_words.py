"""Rooms counted in words: ``3 dormitorios``, ``2 baños``, ``Estudio``, and ``3D2B`` in one cell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from pricing_core.nouns.schema import BATHROOMS, BEDROOMS

_WORDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("d", "dorm", "dorms", "dormitorio", "dormitorios", "dor", "dp", "hab", "habs"), BEDROOMS),
    **dict.fromkeys(("habitacion", "habitaciones", "recamara", "recamaras", "alcoba", "alcobas", "rec"), BEDROOMS),
    **dict.fromkeys(("bed", "beds", "bd", "bds", "br", "brs", "bedroom", "bedrooms", "bdr", "bdrm", "bdrms"), BEDROOMS),
    **dict.fromkeys(("room", "rooms", "quarto", "quartos", "dormitorios(s)", "dormitorio(s)"), BEDROOMS),
    **dict.fromkeys(("b", "ban", "bano", "banos", "bno", "bnos", "bath", "baths", "ba", "bathroom"), BATHROOMS),
    **dict.fromkeys(("bathrooms", "banheiro", "banheiros", "bano(s)", "bt", "bth", "bths"), BATHROOMS),
}
_STUDIO: Final = frozenset(
    ("estudio", "studio", "monoambiente", "deptoestudio", "departamentoestudio", "ambienteunico", "studioapartment")
)
_HALVES: Final = {"½": ".5", "¼": ".25", "¾": ".75"}
_PART: Final = re.compile(r"(\d{1,3}(?:[.,]\d{1,2})?)([a-z()]+)", re.ASCII)
_BETWEEN: Final = re.compile(r"[+/,;|&\-]|(?<=[a-z)])(?:y|and|e)(?=\d)")
_LONGEST: Final = 60


def counted(text: str) -> dict[str, float]:
    """How many rooms of each kind a cell counts; empty when it is nothing of the sort."""
    if len(text) > _LONGEST:
        return {}
    for sign, decimals in _HALVES.items():
        text = re.sub(rf"(?<=\d)\s*{sign}", decimals, text)
    plain = unicodedata.normalize("NFKD", text.casefold())
    squeezed = re.sub(r"[\s:_]|\.(?!\d)", "", "".join(sign for sign in plain if not unicodedata.combining(sign)))
    if squeezed in _STUDIO:
        return {BEDROOMS: 0.0}
    return _parts(squeezed)


def _parts(text: str) -> dict[str, float]:
    found: dict[str, float] = {}
    at = 0
    while at < len(text):
        match = _PART.match(text, at)
        column = match and (_WORDS.get(match[2]) or _WORDS.get(match[2].removesuffix("y").removesuffix("and")))
        if not match or not column or column in found:
            return {}
        found[column] = float(match[1].replace(",", "."))
        at = match.end()
        between = _BETWEEN.match(text, at)
        at = between.end() if between else at
    return found
