"""What a column could be that nothing says for certain: by a vague name, by likeness, or by what its cells hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from rapidfuzz import fuzz

from pricing_core.listings.ingestion.cell_kinds import are_numbers, contradicts, looks_like
from pricing_core.listings.ingestion.known_names import (
    LIKELY,
    Name,
    meanings,
    means_something_else,
    names_of,
    taken_apart,
)
from pricing_core.nouns.schema import CATEGORIES, COLUMN

_MOST: Final = 3
# Of 100: below it, other words come up more often than slips of the keyboard.
_ALIKE: Final = 82.0
_BY_CELLS: Final = 50.0
_SHORTEST: Final = 4


def proposals(
    columns: Iterable[str], names: Sequence[str], cells: Mapping[int, Sequence[str]], *, by_cells: bool
) -> dict[str, tuple[int, ...]]:
    """For each column the places that could be it, the likeliest first.

    Parameters
    ----------
    names
        Of all columns of the table.
    cells
        The first cells of those that are still free, by place.
    by_cells
        Whether cells alone may tell: of a table without one known name they tell nothing.
    """
    least = _BY_CELLS if by_cells else _ALIKE
    return {column: found for column in columns if (found := _places(column, names, cells, least))}


def _places(column: str, names: Sequence[str], cells: Mapping[int, Sequence[str]], least: float) -> tuple[int, ...]:
    scores = {place: _score(column, names[place], found) for place, found in cells.items()}
    likely = sorted((place for place, score in scores.items() if score >= least), key=lambda place: -scores[place])
    return tuple(likely[:_MOST])


def _score(column: str, name: str, cells: Sequence[str]) -> float:
    """Nothing for what cannot be; a name that is known to be vague counts more than likeness, that more than cells."""
    if means_something_else(name) or contradicts(column, cells) or _is_of_another_kind(column, cells):
        return 0.0
    if any(each.column == column for each in meanings(name)):
        return 200.0
    apart = taken_apart(name)
    if apart.role is not None and apart.role != COLUMN[column].role:
        return 0.0
    likeness = max((_likeness(apart, known) for known in names_of(column)), default=0.0)
    return likeness if likeness >= _ALIKE else _BY_CELLS if looks_like(column, cells) else 0.0


def _is_of_another_kind(column: str, cells: Sequence[str]) -> bool:
    """Numbers are no types of homes; sectors may be postal codes."""
    return column in CATEGORIES[:1] and are_numbers(cells)


def _likeness(name: Name, known: str) -> float:
    if _digits(name.key) != _digits(known):
        return 0.0
    if known in name.words and len(known) >= _SHORTEST - 1:
        return 90.0
    return fuzz.ratio(name.key, known) if min(len(name.key), len(known)) >= _SHORTEST else 0.0


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


def is_vague(name: str, column: str) -> bool:
    """Whether a name may mean a column, though never for certain."""
    return any(each.column == column and each.rank == LIKELY for each in meanings(name))
