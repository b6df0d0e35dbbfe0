"""The two kinds of tables that listings come in, as Arrow batches of raw text: a CSV file, and rows of a database."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import BinaryIO, Final, Protocol

import pyarrow as pa

from pricing_core.listings.ingestion.declared_cells import with_declared
from pricing_core.listings.ingestion.encoding import detect_encoding
from pricing_core.listings.ingestion.header import IS_TRAIN, Header, first_rows, read_header
from pricing_core.listings.ingestion.known_names import known_names
from pricing_core.listings.ingestion.matching import BY_NAME, ColumnRules, matched
from pricing_core.listings.ingestion.missing_columns import require_columns
from pricing_core.listings.ingestion.records import Broken, Chunk, Records
from pricing_core.listings.ingestion.unpacking import size_of
from pricing_core.nouns import Progress
from pricing_core.nouns.declared import CORE_ALONE, Declaration
from pricing_core.nouns.schema import LISTING_COLUMNS
from pricing_core.words import Message

_START: Final = 1 << 17
_SAMPLE: Final = 200
ROW, PROBLEM, LINE = "row_number", "problem", "line"
CELLS: Final = (*LISTING_COLUMNS, IS_TRAIN)
BATCH: Final = pa.schema(
    [(ROW, pa.int64()), (PROBLEM, pa.string()), (LINE, pa.string()), *((name, pa.string()) for name in CELLS)]
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
    typed: Collection[str]
    notes: list[Message]

    def batches(self, progress: Progress) -> Iterator[pa.RecordBatch]:
        """Arrow batches of the schema `BATCH` and the declared columns, in the order of the rows."""
        ...


class CsvTable:
    """The rows of a CSV file that is open as plain bytes."""

    def __init__(
        self,
        file: BinaryIO,
        name: str,
        chunk_rows: int,
        *,
        require_price: bool,
        rules: ColumnRules = BY_NAME,
        declared: Declaration = CORE_ALONE,
    ) -> None:
        self._file, self._name, self._chunk_rows = file, name, chunk_rows
        self._size = size_of(file)
        self._encoding = detect_encoding(file)
        start = self._start()
        header = read_header(start, name, known_names)
        header = matched(header, name, rows=first_rows(start, header.delimiter), rules=rules)
        self.header = with_declared(header, declared)
        require_columns(self.header, name, require_price=require_price)
        self.typed: Collection[str] = ()
        self.notes = [*self._encoding.notes, *self.header.notes]

    def _start(self) -> str:
        text = self._encoding.open(self._file)
        try:
            return text.read(_START)
        except UnicodeError:
            raise self._encoding.refusal(self._name) from None
        finally:
            text.detach()

    def batches(self, progress: Progress) -> Iterator[pa.RecordBatch]:
        """Arrow batches of the schema `BATCH` and the declared columns, in the order of the rows."""
        text = self._encoding.open(self._file)
        try:
            yield from self._batches(text, progress)
        except UnicodeError:
            raise self._encoding.refusal(self._name) from None
        finally:
            text.detach()

    def _batches(self, text: io.TextIOWrapper, progress: Progress) -> Iterator[pa.RecordBatch]:
        records = Records(text, self.header.delimiter, self._name)
        records.skip_header()
        row = 0
        for chunk in records.chunks(self._chunk_rows):
            yield _batch_of_chunk(chunk, row, self.header.places)
            row += len(chunk.records)
            progress(Message("Reading the file …"), min(self._file.tell() / max(self._size, 1), 1.0))
        if records.blank_lines:
            self.notes.append(Message("Empty lines skipped: {count:integer}.", count=records.blank_lines))


class DatabaseTable:
    """The rows of a table in another database."""

    def __init__(
        self,
        source: RowSource,
        *,
        require_price: bool,
        rules: ColumnRules = BY_NAME,
        declared: Declaration = CORE_ALONE,
    ) -> None:
        self._source = source
        rows = [[cell or "" for cell in row] for row in source.first_rows(_SAMPLE)]
        core = matched(Header(tuple(source.columns)), source.name, rows=rows, rules=rules)
        self.header = with_declared(core, declared)
        require_columns(self.header, source.name, require_price=require_price)
        places = self.header.places.items()
        self.typed: Collection[str] = {name for name, place in places if source.columns[place] in source.numeric}
        self.notes = self.header.notes

    def batches(self, progress: Progress) -> Iterator[pa.RecordBatch]:
        """Arrow batches of the schema `BATCH` and the declared columns, in the order of the rows."""
        known = list(self.header.places)
        places = {name: place for place, name in enumerate(known)}
        row = 0
        for rows in self._source.chunks([self.header.names[self.header.places[name]] for name in known]):
            yield _batch(rows, {}, row, places)
            row += len(rows)
            progress(Message("Reading the file …"), min(row / max(self._source.rows, 1), 1.0))


def _batch_of_chunk(chunk: Chunk, first_row: int, places: Mapping[str, int]) -> pa.RecordBatch:
    records, broken = chunk.records, chunk.broken
    if broken:
        width = max(map(len, records)) or max(places.values()) + 1
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
    declared = [name for name in places if name not in CELLS]
    cells = [
        pa.array(columns[places[name]], pa.string()) if name in places else nothing for name in (*CELLS, *declared)
    ]
    found = [broken.get(place) for place in range(count)] if broken else []
    problems = pa.array([each and each[1].to_text() for each in found], pa.string()) if broken else nothing
    lines = pa.array([each and each[0][:1000] for each in found], pa.string()) if broken else nothing
    numbers = pa.array(range(first_row, first_row + count), pa.int64())
    schema = pa.schema([*BATCH, *((name, pa.string()) for name in declared)])
    return pa.record_batch([numbers, problems, lines, *cells], schema=schema)
