"""Files of later-known prices: the same encodings, separators and numerals as listings, with columns of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import BinaryIO, Final

import numpy as np
import pyarrow as pa

from pricing_core.errors import ListingsError
from pricing_core.listings.ingestion.checking import clean_name
from pricing_core.listings.ingestion.header import Header, key_of, known_names, listed, match_columns, shown
from pricing_core.listings.ingestion.layout import Start, find_start
from pricing_core.listings.ingestion.misread import repaired
from pricing_core.listings.ingestion.number_style import Evidence
from pricing_core.listings.ingestion.numerals import read_numerals
from pricing_core.listings.ingestion.opening import glance_at, open_rows
from pricing_core.listings.ingestion.records import Chunk
from pricing_core.listings.ingestion.tables import NO_TEXT
from pricing_core.nouns import ANY_TABLE, File, Json, TableChoice, no_progress
from pricing_core.nouns.arrays import Numbers
from pricing_core.nouns.monitoring import OutcomeKind
from pricing_core.nouns.schema import AREAS, CATEGORIES, COLUMN, FEATURES, NUMBERS, TARGET
from pricing_core.words import Message

_MOST_ROWS: Final = 200_000
_CHUNK: Final = 20_000
_OWN: Final[Mapping[str, str]] = {
    **dict.fromkeys(("logid", "logentry", "registro"), "log_id"),
    **dict.fromkeys(("date", "fecha", "happenedon"), "date"),
    **dict.fromkeys(("kind", "clase"), "kind"),
}
_KINDS: Final[Mapping[str, OutcomeKind]] = {
    **dict.fromkeys(("listed", "listing", "asked", "publicado", "publicada"), "listed"),
    **dict.fromkeys(("sold", "sale", "vendido", "vendida", "venta"), "sold"),
}
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_EARLIEST: Final = date(1990, 1, 1)


@dataclass(frozen=True)
class OutcomeRow:
    """One row of a file; ``problem`` says why it cannot be used, ``None`` where it can.

    ``subject`` holds the eight features where the file has them.
    """

    row: int
    log_id: str | None
    price: float
    kind: OutcomeKind
    happened_on: date | None
    subject: Json | None
    problem: Message | None
    line: int | None = None


def look_at_outcomes(source: BinaryIO, file_name: str, *, choice: TableChoice = ANY_TABLE) -> None:
    """Refuse what is no file of prices by its first lines alone.

    Raises
    ------
    ListingsError
        With the reason.
    """
    with ExitStack() as stack:
        _header(find_start(glance_at(source, file_name, choice, stack, _known).heads(), file_name, _known), file_name)


def read_outcomes(
    source: File, *, file_name: str, currency: str, today: date, choice: TableChoice = ANY_TABLE
) -> tuple[list[OutcomeRow], list[Message]]:
    """Read a file of prices, in any of the formats of listings.

    Parameters
    ----------
    currency
        A price that is typed with another one is refused.
    today
        No outcome can be later.
    choice
        Which table, where the file holds several.

    Returns
    -------
    rows : list of OutcomeRow
    notes : list of Message
        What else should be known.

    Raises
    ------
    ListingsError
        When it is no such table, or has more than 200,000 rows.
    """
    with ExitStack() as stack:
        found, notes = open_rows(source, file_name, choice, no_progress, stack, _known)
        start = find_start(found.heads(), file_name, _known)
        header, places = _header(start, file_name)
        typed = found.typed(start)
        cells, broken = _cells(found.chunks(start, _CHUNK), places, file_name)
        lines = [found.lines.of(row) if found.lines else None for row in range(len(cells[TARGET]))]
        notes = [*notes, *start.notes(), *found.notes]
    evidence = Evidence(header.delimiter, {column for column, place in places.items() if place in typed})
    numbers = _numbers(cells, evidence, currency, broken)
    rows = [_row(place, cells, numbers, broken.get(place), today) for place in range(len(cells[TARGET]))]
    rows = [replace(row, line=line) for row, line in zip(rows, lines, strict=True)]
    notes += evidence.notes()
    if "kind" not in places:
        notes.append(Message("The file has no column kind: its prices are taken as listed."))
    return rows, notes


def _known(names: Sequence[str]) -> int:
    return known_names(names) + sum(key_of(name) in _OWN for name in names)


def _header(start: Start, name: str) -> tuple[Header, dict[str, int]]:
    names = tuple(map(repaired, start.names))
    header = Header(names, match_columns(names, name), start.head.delimiter)
    return header, _places(header, name)


def _places(header: Header, name: str) -> dict[str, int]:
    """Where the known columns stand; the price must be there, and either the log entry or the whole home."""
    places = {column: place for column, place in header.places.items() if column in (*FEATURES, TARGET)}
    for place, column in enumerate(header.names):
        own = _OWN.get(key_of(column))
        if own in places:
            raise ListingsError("{file} has two columns for {column}: leave one out.", file=name, column=own)
        if own:
            places[own] = place
    missing = [column for column in FEATURES if column not in places]
    if TARGET not in places or ("log_id" not in places and missing):
        raise ListingsError(
            "{file} is no file of outcomes: it needs the column price, and either log_id or all of {columns:list}; it "
            "has {found:list}.",
            file=name,
            columns=FEATURES,
            found=listed(header.names),
        )
    return places


def _cells(
    chunks: Iterator[Chunk], places: Mapping[str, int], name: str
) -> tuple[dict[str, list[str]], dict[int, Message]]:
    cells: dict[str, list[str]] = {column: [] for column in places}
    broken: dict[int, Message] = {}
    for chunk in chunks:
        for record in chunk.records:
            _add(record, places, cells, broken)
        first = len(cells[TARGET]) - len(chunk.records)
        broken.update({first + place: reason for place, (_, reason) in chunk.broken.items()})
        if len(cells[TARGET]) > _MOST_ROWS:
            raise ListingsError(
                "{file} has more than {most:integer} rows: split it into smaller files.", file=name, most=_MOST_ROWS
            )
    if not cells[TARGET]:
        raise ListingsError("{file} has a header but no rows: at least one price is needed.", file=name)
    return cells, broken


def _add(
    record: Sequence[str], places: Mapping[str, int], cells: dict[str, list[str]], broken: dict[int, Message]
) -> None:
    texts = {column: record[place] if place < len(record) else "" for column, place in places.items()}
    if any("\ud800" <= character <= "\udfff" for text in texts.values() for character in text):
        broken[len(cells[TARGET])] = NO_TEXT
        texts = dict.fromkeys(places, "")
    for column, text in texts.items():
        cells[column].append(repaired(text))


def _numbers(
    cells: Mapping[str, list[str]], evidence: Evidence, currency: str, broken: dict[int, Message]
) -> dict[str, Numbers]:
    read = {
        name: read_numerals(pa.array(cells[name], pa.string()), COLUMN[name])
        for name in (*NUMBERS, TARGET)
        if name in cells
    }
    for name, numerals in read.items():
        evidence.add(name, numerals)
    values = {name: numerals.values(evidence.rule(name)) for name, numerals in read.items()}
    refused = evidence.refused_units(TARGET, currency)
    for at, unit in read[TARGET].units.items():
        if unit in refused:
            problem = Message("the price is in {unit}, but {currency} is expected", unit=unit, currency=currency)
            broken.setdefault(at, problem)
    for name, numerals in read.items():
        for place in np.flatnonzero(numerals.given & np.isnan(values[name])).tolist():
            problem = Message(
                "{column} is no number that can be read for certain: {arrived:quoted}",
                column=name,
                arrived=shown(cells[name][place]),
            )
            broken.setdefault(place, problem)
    return values


def _row(
    place: int, cells: Mapping[str, list[str]], numbers: Mapping[str, Numbers], problem: Message | None, today: date
) -> OutcomeRow:
    def text(column: str) -> str:
        return cells[column][place].strip() if column in cells else ""

    price = float(numbers[TARGET][place])
    kind = _KINDS.get(text("kind").casefold(), "listed")
    day, bad_day = _date(text("date"), today)
    if problem is None and not COLUMN[TARGET].allows(price):
        problem = Message(
            "the price must be a number, {limits}, but {arrived:quoted} arrived",
            limits=COLUMN[TARGET].limits,
            arrived=shown(text(TARGET)) or Message("nothing"),
        )
    if problem is None and text("kind") and text("kind").casefold() not in _KINDS:
        problem = Message("kind must be listed or sold, but {arrived:quoted} arrived", arrived=shown(text("kind")))
    return OutcomeRow(
        row=place,
        log_id=text("log_id") or None,
        price=price,
        kind=kind,
        happened_on=day,
        subject=_subject(place, cells, numbers),
        problem=problem or bad_day,
    )


def _date(text: str, today: date) -> tuple[date | None, Message | None]:
    """A day as 2026-11-23 or, day first, 23/11/2026; and what is wrong with it."""
    if not text:
        return None, None
    try:
        found = _DAY_FIRST.fullmatch(text)
        day = date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(text[:10])
    except ValueError:
        return None, Message(
            "date must be like 2026-11-23 or 23/11/2026, but {arrived:quoted} arrived", arrived=shown(text)
        )
    # A day of grace: the file may come from a place where it is tomorrow already.
    if not _EARLIEST <= day <= today + timedelta(days=1):
        return None, Message(
            "date must lie between {first:date} and today, but {arrived:date} arrived", first=_EARLIEST, arrived=day
        )
    return day, None


def _subject(place: int, cells: Mapping[str, list[str]], numbers: Mapping[str, Numbers]) -> Json | None:
    if any(name not in cells for name in FEATURES):
        return None
    names = {name: clean_name(cells[name][place]) for name in CATEGORIES}
    values = {name: float(numbers[name][place]) for name in NUMBERS}
    unknown = {name for name, value in values.items() if np.isnan(value) or (name in AREAS and value == 0)}
    return names | {name: None if name in unknown else value for name, value in values.items()}
