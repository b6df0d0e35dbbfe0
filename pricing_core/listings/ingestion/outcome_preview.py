"""The first rows of a file of later-known prices, read as they would be."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import BinaryIO, Final

from pricing_core.errors import ListingsError
from pricing_core.listings.ingestion.header import Header
from pricing_core.listings.ingestion.layout import find_start
from pricing_core.listings.ingestion.matching import ColumnRules, expected_units
from pricing_core.listings.ingestion.opening import glance_at
from pricing_core.listings.ingestion.outcome_rows import OutcomeRow
from pricing_core.listings.ingestion.outcomes import (
    FIELDS,
    header_of,
    known_of_outcomes,
    places_of,
    read_outcomes,
)
from pricing_core.listings.ingestion.previewing import cells_of, shown_columns
from pricing_core.nouns import Json
from pricing_core.nouns.declared import DeclaredValue
from pricing_core.nouns.listings import Rejection
from pricing_core.nouns.previews import Preview, PreviewColumn
from pricing_core.nouns.schema import FEATURES, TARGET

_ROWS: Final = 200
_SHOWN: Final = 5
_LONGEST: Final = 60


def preview_outcomes(source: BinaryIO, file_name: str, options: Json) -> Preview:
    """Read the first rows of a file, with the options of `read_outcomes`.

    Raises
    ------
    ListingsError
        When it is no table, or what was said of its columns cannot be.
    """
    expected = expected_units(options["currency"], options["area_unit"])
    rules = ColumnRules(options["columns"], expected, FIELDS)
    with ExitStack() as stack:
        heads = glance_at(source, file_name, options["choice"], stack, known_of_outcomes).heads()
        start = find_start(heads, file_name, known_of_outcomes)
    header = header_of(start, file_name, rules)
    try:
        header = replace(header, places=places_of(header, file_name))
        shown = shown_columns(header, start, FIELDS, _needed(header))
        rows, notes = read_outcomes(source, file_name=file_name, first=_ROWS, **options)
    except ListingsError as error:
        if not header.places and not header.match.proposals:
            raise
        return replace(shown_columns(header, start, FIELDS, _needed(header)), problem=error.message)
    refused = [Rejection(row.row, row.problem, {}, row.line) for row in rows if row.problem]
    columns = tuple(_with_readings(each, place, cells_of(start), rows) for place, each in enumerate(shown.columns))
    return replace(shown, columns=columns, notes=tuple(notes), refused=tuple(refused), rows=len(rows))


def _needed(header: Header) -> tuple[str, ...]:
    """What must be there: the price, and all of the home where some of it is, and no log entry names it."""
    by_home = "log_id" not in header.places and any(name in header.places for name in FEATURES)
    return (*FEATURES, TARGET) if by_home else (TARGET,)


def _with_readings(
    column: PreviewColumn, place: int, records: Sequence[Sequence[str]], rows: Sequence[OutcomeRow]
) -> PreviewColumn:
    found: dict[str, DeclaredValue | None] = {}
    for record, row in zip(records, rows, strict=False):
        cell = record[place].strip()[:_LONGEST] if place < len(record) else ""
        if cell and column.column and len(found) < _SHOWN and row.problem is None:
            found.setdefault(cell, _read(column.column, row))
    return replace(column, readings=tuple((cell, value) for cell, value in found.items() if value is not None))


def _read(column: str, row: OutcomeRow) -> DeclaredValue | None:
    day = row.happened_on.isoformat() if row.happened_on else None
    own: Json = {TARGET: row.price, "kind": row.kind, "log_id": row.log_id, "date": day}
    value: DeclaredValue | None = {**(row.subject or {}), **own}.get(column)
    return value
