"""Which column of a table is which column of the contract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from pricing_core.errors import ListingsError
from pricing_core.listings.ingestion.header import IS_TRAIN, Header, key_of, listed, shown
from pricing_core.nouns.schema import COLUMNS, LISTING_COLUMNS, TARGET

_KNOWN: Final = {key_of(name): column.name for column in COLUMNS for name in (column.name, *column.aliases)} | {
    key_of(IS_TRAIN): IS_TRAIN
}


def known_names(names: Sequence[str]) -> int:
    """How many of some cells are names of columns: what tells a header from other lines."""
    return sum(key_of(name) in _KNOWN for name in names)


def matched(header: Header, table: str) -> Header:
    """A header that knows where the columns of the contract stand; see `match_columns`."""
    return replace(header, places=match_columns(header.names, table))


def match_columns(names: Sequence[str], table: str) -> dict[str, int]:
    """Find the columns of the contract, and ``is_train``, by name; case, accents, spaces and ``_`` do not matter.

    Raises
    ------
    ListingsError
        When two columns have the name of one, or not a single one is known.
    """
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        column = _KNOWN.get(key_of(name))
        if column is None:
            continue
        if column in places:
            raise ListingsError(
                "{file} has two columns for {column}, {both:list quoted}: leave one out.",
                file=table,
                column=column,
                both=[shown(names[places[column]]), shown(name)],
            )
        places[column] = place
    return places


def require_columns(header: Header, table: str, *, require_price: bool) -> None:
    """Refuse a table that lacks columns of the contract.

    Raises
    ------
    ListingsError
        Naming the columns that are missing and those that were found.
    """
    needed = [column for column in LISTING_COLUMNS if require_price or column != TARGET]
    missing = [column for column in needed if column not in header.places]
    if not missing:
        return
    if len(missing) == len(needed):
        raise ListingsError(
            "{file} is no listing table: its first line reads {line:quoted}, but the columns {needed:list} are needed.",
            file=table,
            line=shown(header.delimiter.join(header.names), 100),
            needed=needed,
        )
    raise ListingsError(
        "{file} lacks the columns {missing:list}; it has {found:list}. Add them; cells may be empty.",
        file=table,
        missing=missing,
        found=listed(header.names),
    )
