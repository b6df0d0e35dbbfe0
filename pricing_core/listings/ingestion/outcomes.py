"""Files of later-known prices: the same encodings, separators and numerals as listings, with columns of their own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Final

import numpy as np
import pyarrow as pa

from pricing_core.errors import ListingsError
from pricing_core.listings.ingestion.beside import CURRENCY, LISTED_ON
from pricing_core.listings.ingestion.header import Header, key_of, listed, shown
from pricing_core.listings.ingestion.known_names import known_names
from pricing_core.listings.ingestion.layout import Start, find_start
from pricing_core.listings.ingestion.matching import (
    ColumnRules,
    SettingsOf,
    expected_units,
    matched,
    nothing_said,
)
from pricing_core.listings.ingestion.misread import repaired
from pricing_core.listings.ingestion.missing_columns import refuse_clashes, refuse_units
from pricing_core.listings.ingestion.number_style import Evidence, Hints
from pricing_core.listings.ingestion.numbers_of import Numbered, numbers_of
from pricing_core.listings.ingestion.numerals import Numerals
from pricing_core.listings.ingestion.opening import open_rows
from pricing_core.listings.ingestion.outcome_rows import OutcomeRow, outcome_row
from pricing_core.listings.ingestion.reader import FindUf
from pricing_core.listings.ingestion.records import Chunk
from pricing_core.listings.ingestion.row_currency import convert
from pricing_core.listings.ingestion.tables import NO_TEXT
from pricing_core.nouns import ANY_TABLE, File, TableChoice, no_progress
from pricing_core.nouns.arrays import Numbers
from pricing_core.nouns.schema import AREAS, FEATURES, LISTING_COLUMNS, NUMBERS, TARGET
from pricing_core.words import Message

_MOST_ROWS: Final = 200_000
_CHUNK: Final = 20_000
_OWN: Final[Mapping[str, str]] = {
    **dict.fromkeys(("logid", "logentry", "registro"), "log_id"),
    **dict.fromkeys(("date", "fecha", "happenedon"), "date"),
    **dict.fromkeys(("kind", "clase"), "kind"),
}
_OWN_COLUMNS: Final = tuple(dict.fromkeys(_OWN.values()))
FIELDS: Final = (*LISTING_COLUMNS, *_OWN_COLUMNS)
"""What a column of such a file can be mapped to."""


def read_outcomes(
    source: File,
    *,
    file_name: str,
    currency: str,
    today: date,
    area_unit: str | None = None,
    hints: Hints | None = None,
    uf: FindUf | None = None,
    columns: SettingsOf = nothing_said,
    choice: TableChoice = ANY_TABLE,
    first: int | None = None,
    keep: Callable[[Header], Message] | None = None,
) -> tuple[list[OutcomeRow], list[Message]]:
    """Read a file of prices, in any of the formats of listings.

    Parameters
    ----------
    currency
        A price in another one is refused, where ``uf`` cannot convert it.
    today
        No outcome can be later.
    area_unit, hints, uf, columns, choice
        As in `read_listings`.
    first
        So many rows alone.
    keep
        Keeps how the columns were read, and says so.

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
        found, notes = open_rows(source, file_name, choice, no_progress, stack, known_of_outcomes)
        start = find_start(found.heads(), file_name, known_of_outcomes)
        expected = expected_units(currency, area_unit)
        header = header_of(start, file_name, ColumnRules(columns, expected, FIELDS))
        places = places_of(header, file_name)
        require_outcomes(places, header, file_name)
        refuse_units(header, file_name, expected)
        typed = found.typed(start)
        chunks = found.chunks(start, first or _CHUNK)
        cells, broken = _cells(islice(chunks, 1) if first else chunks, places, file_name)
        constants = header.settings.constants
        cells |= {column: [value] * len(cells[TARGET]) for column, value in constants.items()}
        lines = [found.lines.of(row) if found.lines else None for row in range(len(cells[TARGET]))]
        notes = [*notes, *start.notes(), *found.notes, *header.match.notes]
    typed_columns = {column for column, place in places.items() if place in typed}
    evidence = Evidence(expected, typed_columns, hints, header.settings.decimals)
    numbers = _numbers(_as_batch(cells), evidence, currency, uf, broken, file_name)
    rows = [outcome_row(place, cells, numbers, broken.get(place), today) for place in range(len(cells[TARGET]))]
    rows = [replace(row, line=line) for row, line in zip(rows, lines, strict=True)]
    notes += evidence.notes()
    if "kind" not in places:
        notes.append(Message("The file has no column kind: its prices are taken as listed."))
    return rows, [*notes, keep(replace(header, places=places))] if keep else notes


def known_of_outcomes(names: Sequence[str]) -> int:
    """How many of these names are known in a file of prices."""
    return known_names(names) + sum(key_of(name) in _OWN for name in names)


def header_of(start: Start, name: str, rules: ColumnRules) -> Header:
    """The header of such a file, as far as its columns are those of listings."""
    names = tuple(map(repaired, start.names))
    return matched(Header(names, delimiter=start.head.delimiter), name, rows=start.rows, rules=rules)


def places_of(header: Header, name: str) -> dict[str, int]:
    """Where the known columns stand.

    Raises
    ------
    ListingsError
        Where one is there twice.
    """
    known = (*FEATURES, TARGET, CURRENCY, *_OWN_COLUMNS)
    places = {column: place for column, place in header.places.items() if column in known}
    said = set(header.match.said)
    for place, column in enumerate(header.names):
        own = _OWN.get(key_of(column))
        if own in said or place in header.match.aside or place in places.values():
            continue
        if own in places:
            raise ListingsError("{file} has two columns for {column}: leave one out.", file=name, column=own)
        if own:
            places[own] = place
    return places


def require_outcomes(places: Collection[str], header: Header, name: str) -> None:
    """Refuse a table without the price, without both the log entry and the whole home, or with clashing columns.

    Raises
    ------
    ListingsError
        Naming what it has, or columns that could be the same one.
    """
    refuse_clashes(header, name)
    missing = [column for column in FEATURES if column not in places and column not in header.match.constants]
    if TARGET not in places or ("log_id" not in places and missing):
        raise ListingsError(
            "{file} is no file of outcomes: it needs the column price, and either log_id or all of {columns:list}; it "
            "has {found:list}.",
            file=name,
            columns=FEATURES,
            found=listed(header.names),
        )


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


def _as_batch(cells: Mapping[str, list[str]]) -> pa.RecordBatch:
    """The cells as `numbers_of` takes them."""
    count = len(cells[TARGET])
    named = {name: cells.get(name) for name in (*NUMBERS, TARGET, CURRENCY)} | {LISTED_ON: cells.get("date")}
    nothing = pa.nulls(count, pa.string())
    return pa.record_batch({name: nothing if texts is None else pa.array(texts) for name, texts in named.items()})


def _numbers(
    batch: pa.RecordBatch,
    evidence: Evidence,
    currency: str,
    uf: FindUf | None,
    broken: dict[int, Message],
    file_name: str,
) -> dict[str, Numbers]:
    read = numbers_of(batch, currency, ())
    evidence.add(read.for_evidence(batch, currency), read.in_currency(currency))
    evidence.refuse_open(file_name)
    values = {name: numerals.values(evidence.rule(name)) for name, numerals in read.numerals.items()}
    own = bool(read.in_currency(currency).all())
    conversion = convert(batch, read.currencies, currency, uf() if uf and not own else None)
    for mask, problem in conversion.refused:
        for place in np.flatnonzero(mask).tolist():
            broken.setdefault(place, problem)
    for place, times in conversion.factors.items():
        values[TARGET][place] = round(values[TARGET][place] * times, 2)
    for name in AREAS:
        _convert_area(name, read.numerals[name], values[name], evidence, broken)
    _note_unread(batch, read, values, broken)
    return values


def _convert_area(
    name: str, numerals: Numerals, value: Numbers, evidence: Evidence, broken: dict[int, Message]
) -> None:
    factors = evidence.factors(name)
    for place, unit in numerals.units.items():
        value[place] *= factors.get(unit, 1.0)
        if unit not in factors:
            broken.setdefault(place, Message("{column} is in {unit}", column=name, unit=unit))


def _note_unread(
    batch: pa.RecordBatch, read: Numbered, values: Mapping[str, Numbers], broken: dict[int, Message]
) -> None:
    for name, numerals in read.numerals.items():
        places = np.flatnonzero(numerals.given & np.isnan(values[name]))
        for place, text in zip(places.tolist(), batch[name].take(pa.array(places)).to_pylist(), strict=True):
            problem = Message(
                "{column} is no number that can be read for certain: {arrived:quoted}",
                column=name,
                arrived=shown(text),
            )
            broken.setdefault(place, problem)
