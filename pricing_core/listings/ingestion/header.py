"""The first line of a file: which delimiter, and what its columns are called."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from pricing_core.errors import ListingsError
from pricing_core.listings.ingestion.column_match import Match
from pricing_core.nouns.profiles import NOTHING_SAID, ColumnSettings
from pricing_core.words import Message

IS_TRAIN: Final = "is_train"
_LONGEST_HEADER: Final = 1 << 16
_MOST_COLUMNS: Final = 1_000
_DELIMITERS: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
CountKnown = Callable[[Sequence[str]], int]
"""How many of some names are known."""


@dataclass(frozen=True)
class Header:
    """The columns of a table: their names as they arrived, and where each known column stands.

    ``units`` are those that names or a person say, ``settings`` what a person said, ``match`` is all that was found.
    """

    names: tuple[str, ...]
    places: Mapping[str, int] = field(default_factory=dict)
    delimiter: str = ""
    match: Match = field(default_factory=Match)
    units: Mapping[str, str] = field(default_factory=dict)
    settings: ColumnSettings = NOTHING_SAID

    @property
    def notes(self) -> list[Message]:
        """What is worth saying: what was taken for what, and the columns that are kept out."""
        known = set(self.places.values())
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


def read_header(start: str, name: str, known: CountKnown) -> Header:
    """Read the header of a CSV file from its first characters; which column is which, `matching` tells.

    The delimiter is the one under which ``known`` counts most columns; a leading ``sep=;`` line, which Excel
    understands, says it outright.

    Raises
    ------
    ListingsError
        When there is no header, or it is far too long.
    """
    text = start[:_LONGEST_HEADER].lstrip("\r\n")
    said = re.match(r"sep=([,;\t|])\r?\n", text, re.IGNORECASE)
    if said:
        text = text[said.end() :]
    if not re.search(r"[\r\n]", text) and len(start) > _LONGEST_HEADER:
        raise ListingsError(
            "{file} has no line break in its first {count:integer} characters: it is no CSV file.",
            file=name,
            count=_LONGEST_HEADER,
        )
    candidates = [said[1]] if said else list(_DELIMITERS)
    headers = [(_first_record(text, delimiter), delimiter) for delimiter in candidates]
    names, delimiter = max(headers, key=lambda found: (known(found[0]), len(found[0])))
    if len(names) > _MOST_COLUMNS:
        raise ListingsError(
            "{file} has {count:integer} columns, and at most {most:integer} are read.",
            file=name,
            count=len(names),
            most=_MOST_COLUMNS,
        )
    return Header(tuple(names), delimiter=delimiter)


def first_rows(start: str, delimiter: str, most: int = 200) -> list[list[str]]:
    """The first rows below the header, as far as they can be read; a last one that may be cut off is left out."""
    reader = csv.reader(
        io.StringIO(start[: start.rfind("\n") + 1], newline=""), delimiter=delimiter, skipinitialspace=True
    )
    found: list[list[str]] = []
    with suppress(csv.Error):
        for record in reader:
            if record and not record[0].lower().startswith("sep="):
                found.append(record)
            if len(found) > most:
                break
    return found[1:]


def _first_record(text: str, delimiter: str) -> list[str]:
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True):
            if record:
                return record
    except csv.Error:
        pass
    return [text[:200]]


def listed(names: Iterable[str]) -> list[str | Message]:
    """Names of columns as a sentence may list them."""
    return [shown(name, 30) or Message("(without a name)") for name in names]
