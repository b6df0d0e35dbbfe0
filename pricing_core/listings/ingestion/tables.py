"""The two kinds of tables that listings come in, as Arrow batches of raw text: a file, and rows of a database."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Final, Protocol

import pyarrow as pa

from pricing_core.listings.ingestion.beside import BESIDE
from pricing_core.listings.ingestion.constants import with_constants
from pricing_core.listings.ingestion.footers import kept_out, no_listing
from pricing_core.listings.ingestion.header import IS_TRAIN, Header
from pricing_core.listings.ingestion.known_names import known_names
from pricing_core.listings.ingestion.layout import Head, Start, find_start
from pricing_core.listings.ingestion.lines import LineNumbers
from pricing_core.listings.ingestion.matching import BY_NAME, ColumnRules, matched
from pricing_core.listings.ingestion.misread import repair, repaired, repairs
from pricing_core.listings.ingestion.missing_columns import require_columns
from pricing_core.listings.ingestion.records import Broken, Chunk
from pricing_core.listings.ingestion.said_units import with_units
from pricing_core.nouns import Progress
from pricing_core.nouns.schema import CATEGORIES, COORDINATES, LISTING_COLUMNS
from pricing_core.words import Message

_SAMPLE: Final = 200
ROW, PROBLEM, LINE = "row_number", "problem", "line"
CELLS: Final = (*LISTING_COLUMNS, IS_TRAIN)
RAW: Final = (*CELLS, *BESIDE)
BATCH: Final = pa.schema(
    [(ROW, pa.int64()), (PROBLEM, pa.string()), (LINE, pa.string()), *((name, pa.string()) for name in RAW)]
)
NO_TEXT: Final = Message("the row holds bytes that are no text in the encoding of the file")


class RowSource(Protocol):
    """A table of another database, as `store.source` opens it."""

    name: str
    columns: Sequence[str]

    @property
    def numeric(self) -> Collection[str]:
        """The columns that the database declares as numbers."""
        ...

    rows: int

    def first_rows(self, count: int) -> list[list[str | None]]:
        """The first rows with all their cells."""
        ...

    def chunks(self, columns: Sequence[str]) -> Iterator[list[Sequence[str | None]]]:
        """The cells of the given columns as text, ``None`` where missing."""
        ...


class Table(Protocol):
    """Raw rows of a listing table."""

    header: Header

    @property
    def typed(self) -> Collection[str]:
        """Columns whose numbers are numbers where they come from, so that no mark has to be guessed."""
        ...

    @property
    def notes(self) -> list[Message]:
        """What is worth saying; of the rows when they were read."""
        ...

    def line(self, row: int) -> int | None:
        """Where a data row stands as a person counts, where there are lines."""
        ...

    def batches(self, progress: Progress) -> Iterator[pa.RecordBatch]:
        """Arrow batches of the schema `BATCH` and the declared columns, in the order of the rows."""
        ...


class RawRows(Protocol):
    """The rows of a file of some format, as text."""

    lines: LineNumbers | None
    """Where they stand, as far as they were read; nothing where a person counts no lines."""

    @property
    def notes(self) -> list[Message]:
        """What there is to say of how they were read so far."""
        ...

    def heads(self) -> list[Head]:
        """The first records, in each way that they can be read."""
        ...

    def typed(self, start: Start) -> frozenset[int]:
        """The columns whose numbers are numbers in the file, so that no mark has to be guessed."""
        ...

    def chunks(self, start: Start, size: int) -> Iterator[Chunk]:
        """The rows below the header."""
        ...

    def done(self) -> float:
        """The share that was read."""
        ...


class FileTable:
    """The listings of a file of any format."""

    def __init__(
        self,
        rows: RawRows,
        name: str,
        chunk_rows: int,
        *,
        require_price: bool,
        rules: ColumnRules = BY_NAME,
        notes: Sequence[Message] = (),
    ) -> None:
        self._rows, self._chunk_rows, self._notes = rows, chunk_rows, notes
        self._start = start = find_start(rows.heads(), name, known_names)
        names = tuple(repaired(cell) for cell in start.names)
        header = Header(names, delimiter=start.head.delimiter, blank=start.blank_columns())
        self.header = matched(header, name, rows=start.rows, rules=rules)
        require_columns(self.header, name, require_price=require_price)
        self._outside: list[int | None] = []
        self._repaired = 0

    @property
    def typed(self) -> frozenset[str]:
        """The columns of the contract whose numbers are numbers in the file."""
        typed = self._rows.typed(self._start)
        return frozenset(name for name, place in self.header.places.items() if place in typed)

    @property
    def notes(self) -> list[Message]:
        """What is worth saying of the file as a whole; of its rows when they were read."""
        return [
            *self._notes,
            *self._start.notes(),
            *self._rows.notes,
            *repairs(self._repaired),
            *self.header.notes,
            *kept_out(self._outside),
        ]

    def line(self, row: int) -> int | None:
        """The line of the file, or row of the sheet, on which a data row stands."""
        return self._rows.lines.of(row) if self._rows.lines else None

    def batches(self, progress: Progress) -> Iterator[pa.RecordBatch]:
        """Arrow batches of the schema `BATCH` and the declared columns, in the order of the rows."""
        row = 0
        for chunk in self._rows.chunks(self._start, self._chunk_rows):
            self._look_for_totals(chunk, row)
            batch = self._repair(_batch_of_chunk(chunk, row, self.header.places, len(self.header.names)))
            yield with_constants(with_units(batch, self.header.settings.units), self.header.settings.constants)
            row += len(chunk.records)
            progress(Message("Reading the file …"), self._rows.done())

    def _look_for_totals(self, chunk: Chunk, first_row: int) -> None:
        places, names = self.header.places, self.header.names
        for at in _suspects(chunk, places, names):
            reason = no_listing(chunk.records[at], places, names)
            if reason is not None:
                chunk.broken[at] = " | ".join(chunk.records[at]), reason
                self._outside.append(self.line(first_row + at))

    def _repair(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Put text right that went through the wrong code."""
        for place, name in enumerate(BATCH.names):
            if name in self.header.places:
                cells, count = repair(batch.column(place))
                if count:
                    self._repaired += count
                    batch = batch.set_column(place, BATCH.field(place), cells)
        return batch


def _suspects(chunk: Chunk, places: Mapping[str, int], names: Sequence[str]) -> list[int]:
    """Records that may be totals, notes, or the header once more: most listings are not looked at closely."""
    telling = [places[name] for name in CATEGORIES if name in places] or [0]
    if len(telling) < len(CATEGORIES):  # in a table of one type the word Total stands where a sector does
        telling += [places[name] for name in COORDINATES if name in places]
    again = names[telling[0]]
    if not chunk.broken:
        columns = [list(map(itemgetter(place), chunk.records)) for place in telling]
        if again not in columns[0] and all("" not in column for column in columns):
            return []
    return [
        at
        for at, record in enumerate(chunk.records)
        if len(record) != len(names) or not all(record[place] for place in telling) or record[telling[0]] == again
    ]


class DatabaseTable:
    """The rows of a table in another database."""

    def __init__(
        self,
        source: RowSource,
        *,
        require_price: bool,
        rules: ColumnRules = BY_NAME,
    ) -> None:
        self._source = source
        rows = [[cell or "" for cell in row] for row in source.first_rows(_SAMPLE)]
        self.header = matched(Header(tuple(source.columns)), source.name, rows=rows, rules=rules)
        require_columns(self.header, source.name, require_price=require_price)
        places = self.header.places.items()
        self.typed: Collection[str] = {name for name, place in places if source.columns[place] in source.numeric}
        self.notes = self.header.notes

    def line(self, _row: int) -> int | None:
        """A database has no lines."""
        return None

    def batches(self, progress: Progress) -> Iterator[pa.RecordBatch]:
        """Arrow batches of the schema `BATCH` and the declared columns, in the order of the rows."""
        known = list(self.header.places)
        places = {name: place for place, name in enumerate(known)}
        row = 0
        for rows in self._source.chunks([self.header.names[self.header.places[name]] for name in known]):
            batch = with_units(_batch(rows, {}, row, places), self.header.settings.units)
            yield with_constants(batch, self.header.settings.constants)
            row += len(rows)
            progress(Message("Reading the file …"), min(row / max(self._source.rows, 1), 1.0))


def _batch_of_chunk(chunk: Chunk, first_row: int, places: Mapping[str, int], width: int) -> pa.RecordBatch:
    records, broken = chunk.records, chunk.broken
    if broken:
        # Their cells are no evidence of how the others are written.
        records = [[""] * width if place in broken else record for place, record in enumerate(records)]
    try:
        return _batch(records, broken, first_row, places)
    except UnicodeEncodeError:
        return _batch(*_without_stray_bytes(records, broken, places.values()), first_row, places)


def _without_stray_bytes(
    records: list[list[str]], broken: dict[int, Broken], known: Collection[int]
) -> tuple[list[list[str]], dict[int, Broken]]:
    """Replace rows with undecodable bytes (lone surrogates) by empty ones that say so."""
    clean = []
    reasons = {place: (_printable(line), reason) for place, (line, reason) in broken.items()}
    for place, record in enumerate(records):
        joined = " | ".join(record[cell] for cell in known)
        if (shown := _printable(joined)) != joined:
            reasons[place] = (shown, NO_TEXT)
            record = [""] * len(record)  # noqa: PLW2901 - the row stays, its cells do not
        clean.append(record)
    return clean, reasons


def _printable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _batch(
    rows: Sequence[Sequence[str | None]], broken: Mapping[int, Broken], first_row: int, places: Mapping[str, int]
) -> pa.RecordBatch:
    count = len(rows)
    columns = list(zip(*rows, strict=True))
    nothing = pa.nulls(count, pa.string())
    declared = [name for name in places if name not in RAW]
    cells = [pa.array(columns[places[name]], pa.string()) if name in places else nothing for name in (*RAW, *declared)]
    found = [broken.get(place) for place in range(count)] if broken else []
    problems = pa.array([each and each[1].to_text() for each in found], pa.string()) if broken else nothing
    lines = pa.array([each and each[0][:1000] for each in found], pa.string()) if broken else nothing
    numbers = pa.array(range(first_row, first_row + count), pa.int64())
    schema = pa.schema([*BATCH, *((name, pa.string()) for name in declared)])
    return pa.record_batch([numbers, problems, lines, *cells], schema=schema)
