"""The header of a table: what its columns are called, and which of them is which column of the contract."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from pricing_core.listings.ingestion.column_match import Match
from pricing_core.nouns.profiles import NOTHING_SAID, ColumnSettings
from pricing_core.words import Message

IS_TRAIN: Final = "is_train"


@dataclass(frozen=True)
class Header:
    """The columns of a table: their names as they arrived, and where each known column stands.

    ``blank`` are columns without a name and without a cell, of which there is nothing to say, ``units`` those that
    names or a person say, ``settings`` what a person said, ``match`` is all that was found.
    """

    names: tuple[str, ...]
    places: Mapping[str, int] = field(default_factory=dict)
    delimiter: str = ""
    blank: frozenset[int] = frozenset()
    match: Match = field(default_factory=Match)
    units: Mapping[str, str] = field(default_factory=dict)
    settings: ColumnSettings = NOTHING_SAID

    @property
    def notes(self) -> list[Message]:
        """What is worth saying: what was taken for what, and the columns that are kept out."""
        known = {*self.places.values(), *self.blank}
        extra = listed(name for place, name in enumerate(self.names) if place not in known)
        kept_out = [Message("Columns kept out: {names:list}.", names=extra)] if extra else []
        return [*self.match.notes, *kept_out]


def shown(text: str, longest: int = 60) -> str:
    """A piece of a file, short and printable, as a message may quote it."""
    clean = "".join(c if c.isprintable() else " " for c in text[: longest + 1]).strip()
    return clean if len(clean) <= longest else clean[: longest - 1] + "…"


def key_of(name: str) -> str:
    """A column's name without case, accents, blanks and marks, as names are compared."""
    plain = unicodedata.normalize("NFKD", name[:200])
    return re.sub(r"[\W_]+", "", "".join(c for c in plain if not unicodedata.combining(c)).casefold())


def listed(names: Iterable[str]) -> list[str | Message]:
    """Names of columns as a sentence may list them."""
    return [shown(name, 30) or Message("(without a name)") for name in names]
