"""Parquet: columns of known types, so nothing has to be guessed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pricing_core.errors import ListingsError
from pricing_core.listings.ingestion.layout import Head, Start
from pricing_core.listings.ingestion.lines import LineNumbers
from pricing_core.listings.ingestion.records import Chunk
from pricing_core.listings.ingestion.unpacking import LARGEST_FILE
from pricing_core.words import Message

_MOST_ROWS: Final = 40_000_000
_LARGEST_GROUP: Final = 1 << 30
_LONGEST_CELL: Final = 1_000
_SAMPLE: Final = 60


class ParquetRows:
    """The rows of a file that is open as plain bytes; see `tables.RawRows`.

    Raises
    ------
    ListingsError
        When it is damaged, or says itself that it is too large.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        file.seek(0)
        self._name, self._read = name, 0
        self.notes: list[Message] = []
        self.lines: LineNumbers | None = None
        try:
            schema = pq.read_schema(file)
            texts = [each.name for each in schema if _is_text(each.type)]
            file.seek(0)
            # As a dictionary, one long text that stands in every row is held once.
            self._file = pq.ParquetFile(file, read_dictionary=texts)
        except (pa.ArrowException, OSError, ValueError):
            raise self._damaged() from None
        self._fields = [each for each in self._file.schema_arrow if not pa.types.is_nested(each.type)]
        self._refuse_size()

    def _damaged(self) -> ListingsError:
        return ListingsError("{file} is a damaged Parquet file, perhaps cut off: get it again.", file=self._name)

    def _refuse_size(self) -> None:
        found = self._file.metadata
        groups = [found.row_group(place).total_byte_size for place in range(found.num_row_groups)]
        if found.num_rows > _MOST_ROWS or sum(groups) > LARGEST_FILE or max(groups, default=0) > _LARGEST_GROUP:
            raise ListingsError(
                "{file} says that it holds {rows:integer} rows and {size:integer} bytes: split it into smaller files.",
                file=self._name,
                rows=found.num_rows,
                size=sum(groups),
            )

    def heads(self) -> list[Head]:
        """The names of the columns, and some rows."""
        names = [each.name for each in self._fields]
        rows = next(self._batches(_SAMPLE), [])
        return [Head([names, *rows], range(len(rows) + 1))]

    def typed(self, _start: Start) -> frozenset[int]:
        """Columns of numbers."""
        return frozenset(place for place, each in enumerate(self._fields) if _is_number(each.type))

    def chunks(self, start: Start, size: int) -> Iterator[Chunk]:
        """The rows; a header among them, below titles, is one of text columns only."""
        skip = start.place
        for rows in self._batches(size):
            self._read += len(rows)
            yield Chunk(rows[skip:])
            skip = 0

    def _batches(self, size: int) -> Iterator[list[list[str]]]:
        names = [each.name for each in self._fields]
        try:
            for batch in self._file.iter_batches(size, columns=names):
                columns = [_texts(batch.column(place)) for place in map(batch.schema.names.index, names)]
                yield [list(row) for row in zip(*columns, strict=True)]
        except (pa.ArrowException, OSError, ValueError):
            raise self._damaged() from None

    def done(self) -> float:
        """The share of the rows that was read."""
        return min(self._read / max(int(self._file.metadata.num_rows), 1), 1.0)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _texts(cells: pa.Array) -> list[str]:
    if pa.types.is_dictionary(cells.type):
        known = _texts(cells.dictionary)
        return [known[place] if place is not None else "" for place in cells.indices.to_pylist()]
    if _is_text(cells.type):
        return pc.utf8_slice_codeunits(pc.fill_null(cells, ""), 0, _LONGEST_CELL).to_pylist()  # type: ignore[no-any-return]
    if pa.types.is_floating(cells.type):
        # Through Arrow, so that a number of single precision keeps the digits that it was given.
        cells = pc.cast(cells, pa.string())
    return [_text(cell) for cell in cells.to_pylist()]


def _text(cell: object) -> str:
    if cell is None or cell == "nan":
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return cell.decode("utf-8", "backslashreplace") if isinstance(cell, bytes) else str(cell)
