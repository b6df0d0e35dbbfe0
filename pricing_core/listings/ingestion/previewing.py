"""The first rows of a file, read as they would be, whatever is still open about its columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import BinaryIO, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from pricing_core.errors import ListingsError
from pricing_core.listings.ingestion.header import Header
from pricing_core.listings.ingestion.known_names import known_names
from pricing_core.listings.ingestion.layout import Start, find_start
from pricing_core.listings.ingestion.matching import SettingsOf, column_rules, matched, nothing_said
from pricing_core.listings.ingestion.misread import repaired
from pricing_core.listings.ingestion.missing_columns import require_columns
from pricing_core.listings.ingestion.number_style import Hints
from pricing_core.listings.ingestion.opening import glance_at
from pricing_core.listings.ingestion.reader import FindUf, ListingsReader
from pricing_core.listings.ingestion.tables import FileTable, Table
from pricing_core.nouns import ANY_TABLE, Progress, TableChoice
from pricing_core.nouns.declared import CORE_ALONE, Declaration, DeclaredValue
from pricing_core.nouns.previews import Preview, PreviewColumn
from pricing_core.nouns.schema import LISTING_COLUMNS, TARGET

_ROWS: Final = 200
_SHOWN: Final = 5
_LONGEST: Final = 60


class _FirstRows:
    """The first rows of a table alone."""

    def __init__(self, table: FileTable) -> None:
        self._table, self.header = table, table.header

    def __getattr__(self, name: str) -> object:
        return getattr(self._table, name)

    def batches(self, progress: Progress) -> Iterator[pa.RecordBatch]:
        """The first batch."""
        yield from islice(self._table.batches(progress), 1)


def preview_listings(
    source: BinaryIO,
    file_name: str,
    *,
    minimum_price: float | None,
    currency: str | None = None,
    area_unit: str | None = None,
    declared: Declaration = CORE_ALONE,
    columns: SettingsOf = nothing_said,
    choice: TableChoice = ANY_TABLE,
    hints: Hints | None = None,
    uf: FindUf | None = None,
) -> Preview:
    """Read the first rows of a file; it is left at its start. The options are those of `read_listings`.

    Parameters
    ----------
    minimum_price
        ``None`` where rows need no price.

    Raises
    ------
    ListingsError
        When it is no table in which anything is known, or what was said of its columns cannot be.
    """
    rules = column_rules(columns, currency, area_unit, declared)
    with ExitStack() as stack:
        start = find_start(glance_at(source, file_name, choice, stack).heads(), file_name, known_names)
    names = tuple(map(repaired, start.names))
    header = Header(names, delimiter=start.head.delimiter, blank=start.blank_columns())
    header = matched(header, file_name, rows=start.rows, rules=rules)
    needed = minimum_price is not None

    def open_table(stack: ExitStack, _told: Progress) -> Table:
        rows = glance_at(source, file_name, choice, stack)
        return _FirstRows(FileTable(rows, file_name, _ROWS, require_price=needed, rules=rules))  # type: ignore[return-value]

    reader = ListingsReader(
        open_table,
        file_name,
        minimum_price=minimum_price,
        is_train=True,
        currency=currency,
        area_unit=area_unit,
        declared=declared,
        progress=None,
        hints=hints,
        uf=uf,
    )
    shown = shown_columns(header, start, rules.fields, [each for each in LISTING_COLUMNS if needed or each != TARGET])
    if not header.match.places and not header.match.proposals:
        require_columns(header, file_name, require_price=needed)
    try:
        with reader:
            frame = pd.concat(list(reader), ignore_index=True)
    except ListingsError as error:
        return replace(shown, problem=error.message)
    except ValueError:  # none of the rows can be used: their reasons say why
        frame = pd.DataFrame()
    return _read(shown, header, start, frame, reader)


def shown_columns(header: Header, start: Start, fields: tuple[str, ...], wanted: Sequence[str]) -> Preview:
    """All columns of a file with what is known of them, and what is missing of those that are wanted."""
    at = {place: column for column, place in header.places.items()}
    likely = {**header.match.proposals, **header.match.clashes}
    said = header.settings
    columns = [
        PreviewColumn(
            name=name,
            column=at.get(place, ""),
            likely=tuple(column for column, places in likely.items() if place in places),
            unit=header.units.get(at.get(place, ""), ""),
            decimal=said.decimals.get(at.get(place, "")),
            cells=tuple(cell[:_LONGEST] for cell in _cells(start, place)[:_SHOWN]),
        )
        for place, name in enumerate(header.names)
    ]
    missing = tuple(column for column in header.match.missing if column in wanted)
    absent = tuple(sorted(header.match.absent))
    return Preview(tuple(columns), fields, missing, absent, constants=said.constants)


def _cells(start: Start, place: int) -> list[str]:
    return [repaired(row[place]) for row in cells_of(start) if place < len(row)]


def cells_of(start: Start) -> list[Sequence[str]]:
    """The first rows below the header that hold anything."""
    return [row for row in start.rows if any(cell.strip() for cell in row)]


def _read(shown: Preview, header: Header, start: Start, frame: pd.DataFrame, reader: ListingsReader) -> Preview:
    records = cells_of(start)
    columns = [
        replace(each, readings=_readings(each.column, records, place, frame)) if each.column in frame.columns else each
        for place, each in enumerate(shown.columns)
    ]
    return replace(
        shown,
        columns=tuple(columns),
        notes=tuple(reader.notes),
        refused=tuple(reader.rejections),
        rows=reader.rows,
    )


def _readings(
    column: str, records: Sequence[Sequence[str]], place: int, frame: pd.DataFrame
) -> tuple[tuple[str, DeclaredValue | None], ...]:
    """Cells beside what they are read as: of numbers that are written alike the first alone."""
    found: dict[str, DeclaredValue | None] = {}
    for row, value in zip(frame["row_number"], frame[column], strict=True):
        cell = records[row][place][:_LONGEST] if row < len(records) and place < len(records[row]) else ""
        if cell.strip() and cell not in found and len(found) < _SHOWN:
            found[cell] = None if pd.isna(value) else _plain(value)
    return tuple(found.items())


def _plain(value: object) -> DeclaredValue:
    if isinstance(value, date):
        return value.isoformat()[:10]
    if isinstance(value, bool | np.bool_):
        return bool(value)
    return float(value) if isinstance(value, int | float) else str(value)
