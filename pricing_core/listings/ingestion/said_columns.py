"""What a person said of columns, held against the columns that are there."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from pricing_core.errors import InputError, ListingsError
from pricing_core.listings.ingestion.header import key_of, listed, shown
from pricing_core.nouns.profiles import ColumnSettings
from pricing_core.nouns.schema import NUMBERS
from pricing_core.words import Message


def places_said(
    names: Sequence[str], settings: ColumnSettings, fields: Sequence[str], table: str
) -> tuple[dict[str, int], frozenset[int]]:
    """Where the columns stand that a person placed, and the places that are left aside.

    Raises
    ------
    ListingsError
        When the table has no such column, or a column is placed twice.
    """
    places: dict[str, int] = {}
    aside: set[int] = set()
    for name, column in settings.fields.items():
        place = _place(names, name, table)
        if not column:
            aside.add(place)
        elif column in places or place in places.values():
            raise ListingsError("{file}: {column} is named twice, say it once.", file=table, column=column)
        else:
            require_field(column, fields)
            places[column] = place
    for column in settings.absent:
        _require_optional(column, fields)
    return places, frozenset(aside)


def require_field(column: str, fields: Sequence[str]) -> None:
    """Refuse what is no column of ours.

    Raises
    ------
    InputError
        Naming those that there are.
    """
    if column not in fields:
        raise InputError(
            "{name:quoted} is no column to map to: there are {fields:list}.", name=shown(column), fields=list(fields)
        )


def _require_optional(column: str, fields: Sequence[str]) -> None:
    require_field(column, fields)
    if column not in NUMBERS:
        raise InputError(
            "A table without {column} cannot be used: only {columns:list} may be missing.",
            column=column,
            columns=NUMBERS,
        )


def _place(names: Sequence[str], name: str, table: str) -> int:
    """The place of a column that is named, to the letter or as names are compared."""
    exact = [place for place, each in enumerate(names) if each.strip() == name.strip()]
    found = exact or [place for place, each in enumerate(names) if key_of(each) == key_of(name) and key_of(name)]
    if len(found) == 1:
        return found[0]
    if found:
        raise ListingsError(
            "{file} has {count} columns that are called {name:quoted}: rename all but one.",
            file=table,
            count=len(found),
            name=shown(name),
        )
    near = get_close_matches(name, names, 1)
    told = Message("Did you mean {near:quoted}?", near=shown(near[0])) if near else Message("")
    raise ListingsError(
        "{file} has no column {name:quoted}; it has {found:list}. {hint:sentences}",
        file=table,
        name=shown(name),
        found=listed(names),
        hint=[told] if told else [],
    )
