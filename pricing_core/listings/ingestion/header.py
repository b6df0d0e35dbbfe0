"""The first line: which delimiter, and which column of the file is which column of the contract."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pricing_core.errors import ListingsError
from pricing_core.listings.ingestion.beside import BESIDE_NAMES, LISTED_ON, PAIR_NAMES, WEAK_NAMES
from pricing_core.listings.ingestion.units import means, split_header
from pricing_core.nouns.schema import (
    COLUMN,
    COLUMNS,
    LATITUDE,
    LISTING_COLUMNS,
    LONGITUDE,
    TARGET,
    TOTAL_AREA,
    USABLE_AREA,
    ColumnRole,
)
from pricing_core.words import Message

IS_TRAIN: Final = "is_train"
_LONGEST_HEADER: Final = 1 << 16
_MOST_COLUMNS: Final = 1_000
_DELIMITERS: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


@dataclass(frozen=True)
class Header:
    """The columns of a table: their names as they arrived, and where each known column stands."""

    names: tuple[str, ...]
    places: Mapping[str, int]
    delimiter: str = ""

    @property
    def notes(self) -> list[Message]:
        """What is worth saying: the columns that are kept out."""
        used = {place for column, place in self.places.items() if column != LISTED_ON}
        extra = listed(name for place, name in enumerate(self.names) if place not in used)
        found = [Message("Columns kept out: {names:list}.", names=extra)] if extra else []
        return found + [
            Message(
                "{name:quoted} was left aside: {taken:quoted} counts the bedrooms.",
                name=shown(name),
                taken=shown(self.names[self.places[column]]),
            )
            for place, name in enumerate(self.names)
            if place not in used and key_of(name) in WEAK_NAMES and (column := _KNOWN.get(key_of(name)))
        ]

    @property
    def units(self) -> dict[str, str]:
        """The units that names of columns name, by column."""
        split = {
            column: split_header(self.names[place], COLUMN[column].role)
            for column, place in self.places.items()
            if column in COLUMN and key_of(self.names[place]) not in _KNOWN
        }
        return {column: found[1] for column, found in split.items() if found}


def shown(text: str, longest: int = 60) -> str:
    """A piece of a file, short and printable, as a message may quote it."""
    clean = "".join(c if c.isprintable() else " " for c in text[: longest + 1]).strip()
    return clean if len(clean) <= longest else clean[: longest - 1] + "…"


def key_of(name: str) -> str:
    """A column's name without case, accents, blanks and marks, as names are compared."""
    plain = unicodedata.normalize("NFKD", name[:200])
    return re.sub(r"[\W_]+", "", "".join(c for c in plain if not unicodedata.combining(c)).casefold())


_KNOWN: Final = {key_of(name): column.name for column in COLUMNS for name in (column.name, *column.aliases)} | {
    key_of(IS_TRAIN): IS_TRAIN,
    **BESIDE_NAMES,
    **dict.fromkeys(PAIR_NAMES, LATITUDE),
}
# What a name says once its unit is taken off it: of `m2 útiles` the rest alone would say too little.
_OF_UNIT: Final[Mapping[str, str]] = {
    **dict.fromkeys(("utiles", "util", "construidos", "construido", "usable"), USABLE_AREA),
    **dict.fromkeys(("totales", "total", "terreno", "deterreno"), TOTAL_AREA),
}
_WITH_UNITS: Final[tuple[ColumnRole, ...]] = ("price", "area")


def column_of(name: str) -> str | None:
    """The column that a name means, with or without a unit in it."""
    if column := _KNOWN.get(key_of(name)):
        return column
    for role in _WITH_UNITS:
        if found := split_header(name, role):
            key = key_of(found[0])
            column = _KNOWN.get(key) or (_OF_UNIT.get(key) if role == "area" else None)
            if column and column in COLUMN and COLUMN[column].role == role:
                return column
    return None


def read_header(start: str, name: str) -> Header:
    """Read the header of a CSV file from its first characters.

    The delimiter is the one under which most columns are known; a leading ``sep=;`` line, which Excel understands,
    says it outright.

    Raises
    ------
    ListingsError
        When there is no header, it is far too long, or columns are missing or named twice.
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
    names, delimiter = max(headers, key=lambda found: (sum(column_of(n) is not None for n in found[0]), len(found[0])))
    if len(names) > _MOST_COLUMNS:
        raise ListingsError(
            "{file} has {count:integer} columns, and at most {most:integer} are read.",
            file=name,
            count=len(names),
            most=_MOST_COLUMNS,
        )
    return Header(tuple(names), match_columns(names, name), delimiter)


def _first_record(text: str, delimiter: str) -> list[str]:
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True):
            if record:
                return record
    except csv.Error:
        pass
    return [text[:200]]


def match_columns(names: Sequence[str], table: str) -> dict[str, int]:
    """Find the columns of the contract, and ``is_train``, by name; case, accents, spaces and ``_`` do not matter.

    Raises
    ------
    ListingsError
        When two columns have the name of one, or not a single one is known.
    """
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        column = column_of(name)
        if column is None or (column in places and _gives_way(name, names[places[column]], column)):
            continue
        if column in places and not _gives_way(names[places[column]], name, column):
            raise ListingsError(
                "{file} has two columns for {column}, {both:list quoted}: leave one out.",
                file=table,
                column=column,
                both=[shown(names[places[column]]), shown(name)],
            )
        places[column] = place
    return places


def _gives_way(name: str, other: str, column: str) -> bool:
    """Whether a column is left aside where another one says the same better."""
    vague = WEAK_NAMES | PAIR_NAMES
    return column == LISTED_ON or (key_of(name) in vague and key_of(other) not in vague)


def refuse_units(header: Header, table: str, expected: Mapping[str, str | None]) -> None:
    """Refuse a table with a column that is named with another unit than the expected one.

    Raises
    ------
    ListingsError
        Naming the column and both units.
    """
    for column, unit in header.units.items():
        wanted = expected.get(column)
        if wanted and not means(unit, wanted):
            raise ListingsError(
                "{file} has the column {name:quoted}, in {unit}, but {expected} is expected: convert the column, or "
                "set {setting}.",
                file=table,
                name=shown(header.names[header.places[column]]),
                unit=unit,
                expected=wanted,
                setting="CURRENCY" if COLUMN[column].role == "price" else "AREA_UNIT",
            )


def require_columns(header: Header, table: str, *, require_price: bool) -> None:
    """Refuse a table that lacks columns of the contract.

    Raises
    ------
    ListingsError
        Naming the columns that are missing and those that were found.
    """
    needed = [column for column in LISTING_COLUMNS if require_price or column != TARGET]
    missing = [column for column in needed if column not in header.places and not _holds(header, column)]
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


def _holds(header: Header, column: str) -> bool:
    """Whether cells of another column hold this one too."""
    place = header.places.get(LATITUDE)
    return column == LONGITUDE and place is not None and key_of(header.names[place]) in PAIR_NAMES


def listed(names: Iterable[str]) -> list[str | Message]:
    """Names of columns as a sentence may list them."""
    return [shown(name, 30) or Message("(without a name)") for name in names]
