"""What the first cells of a column hold: enough to see that it cannot be what it is called, or could be another one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pricing_core.listings.ingestion.missing import MISSING
from pricing_core.nouns.names import TYPE_WORDS, folded
from pricing_core.nouns.schema import CATEGORIES, COLUMN, COORDINATES, KIND, LATITUDE

_NUMBER: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_PLACE: Final = re.compile(r"[+-]?\d{1,3}[.,]\d{3,}")
_MOSTLY: Final = 0.8
# As far as the homes of one market lie from one another, in degrees.
_MARKET: Final = 12.0
_TYPES: Final = frozenset(word for alike in TYPE_WORDS for word in alike) | {"villa", "townhouse", "duplex", "condo"}
_OPERATIONS: Final = frozenset(
    ("venta", "arriendo", "alquiler", "alquilertemporal", "sale", "rent", "forsale", "forrent", "venda", "aluguel")
)
# A house without rooms: words that count as numbers.
_NUMBER_WORDS: Final = frozenset(("estudio", "studio", "monoambiente", "loft", "kitnet", "ninguno", "none"))


def filled(cells: Sequence[str]) -> list[str]:
    """The cells that hold something."""
    return [text for cell in cells if (text := cell.strip()) and text.lower() not in MISSING]


def contradicts(column: str, cells: Sequence[str]) -> bool:
    """Whether cells cannot be those of a column, whatever it is called; nothing contradicts where nothing is there."""
    told = filled(cells)
    if not told or column not in COLUMN:
        return False
    if column == KIND:
        return all(folded(cell) in _OPERATIONS for cell in told)
    if column in CATEGORIES:
        return False
    return not any(any(sign.isdigit() for sign in cell) or folded(cell) in _NUMBER_WORDS for cell in told)


def looks_like(column: str, cells: Sequence[str]) -> bool:
    """Whether cells look like those of a column, without a name that says so: types of homes, and coordinates."""
    told = filled(cells)
    if not told:
        return False
    if column == KIND:
        return _share([folded(cell) in _TYPES for cell in told]) >= _MOSTLY
    return column in COORDINATES and _are_places(column, told)


def are_numbers(cells: Sequence[str]) -> bool:
    """Whether most cells are bare numbers."""
    told = filled(cells)
    return bool(told) and _share([_NUMBER.fullmatch(cell) is not None for cell in told]) >= _MOSTLY


def _are_places(column: str, told: Sequence[str]) -> bool:
    if _share([_PLACE.fullmatch(cell) is not None for cell in told]) < 1:
        return False
    values = [float(cell.replace(",", ".")) for cell in told]
    furthest = 90 if column == LATITUDE else 180
    return max(map(abs, values)) <= furthest and max(values) - min(values) <= _MARKET


def _share(flags: Sequence[bool]) -> float:
    return sum(flags) / len(flags)
