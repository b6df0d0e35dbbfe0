"""The header: which column of the file is which column of the contract."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pricing_core.errors import ListingsError
from pricing_core.nouns.schema import COLUMNS, LISTING_COLUMNS, TARGET
from pricing_core.words import Message

IS_TRAIN: Final = "is_train"


@dataclass(frozen=True)
class Header:
    """The columns of a table: their names as they arrived, and where each known column stands."""

    names: tuple[str, ...]
    places: Mapping[str, int]
    delimiter: str = ""
    blank: frozenset[int] = frozenset()
    """Columns without a name and without a cell, of which there is nothing to say."""

    @property
    def notes(self) -> list[Message]:
        """What is worth saying: the columns that are kept out."""
        known = {*self.places.values(), *self.blank}
        extra = listed(name for place, name in enumerate(self.names) if place not in known)
        return [Message("Columns kept out: {names:list}.", names=extra)] if extra else []


def shown(text: str, longest: int = 60) -> str:
    """A piece of a file, short and printable, as a message may quote it."""
    clean = "".join(c if c.isprintable() else " " for c in text[: longest + 1]).strip()
    return clean if len(clean) <= longest else clean[: longest - 1] + "…"


def key_of(name: str) -> str:
    """A column's name without case, accents, blanks and marks, as names are compared."""
    plain = unicodedata.normalize("NFKD", name[:200])
    return re.sub(r"[\W_]+", "", "".join(c for c in plain if not unicodedata.combining(c)).casefold())


_KNOWN: Final = {key_of(name): column.name for column in COLUMNS for name in (column.name, *column.aliases)} | {
    key_of(IS_TRAIN): IS_TRAIN
}


def known_names(names: Sequence[str]) -> int:
    """How many of some cells are names of columns: what tells a header from other lines."""
    return sum(key_of(name) in _KNOWN for name in names)


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
            line=shown((header.delimiter or ", ").join(header.names), 100),
            needed=needed,
        )
    raise ListingsError(
        "{file} lacks the columns {missing:list}; it has {found:list}. Add them; cells may be empty.",
        file=table,
        missing=missing,
        found=listed(header.names),
    )


def listed(names: Iterable[str]) -> list[str | Message]:
    """Names of columns as a sentence may list them."""
    return [shown(name, 30) or Message("(without a name)") for name in names]
