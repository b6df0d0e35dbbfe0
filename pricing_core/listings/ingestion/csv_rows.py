"""The rows of a CSV file, in whichever of its dialects."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO, Final

from pricing_core.errors import ListingsError
from pricing_core.listings.ingestion.encoding import detect_encoding
from pricing_core.listings.ingestion.layout import LOOKED_AT, Head, Start
from pricing_core.listings.ingestion.lines import LineNumbers
from pricing_core.listings.ingestion.records import Chunk, Records, cells_within
from pricing_core.listings.ingestion.unpacking import size_of
from pricing_core.words import Message

_START: Final = 1 << 17
_LONGEST_HEADER: Final = 1 << 16
_DELIMITERS: Final = (",", ";", "\t", "|")
_SAYS: Final = re.compile(r"\s*\"?sep=([,;\t|])\"?[;,]*\r?\n", re.IGNORECASE)


class CsvRows:
    """The rows of a file that is open as plain bytes; see `tables.RawRows`."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file, self._name = file, name
        self._size = size_of(file)
        self._encoding = detect_encoding(file)
        self._records: Records | None = None
        self.lines: LineNumbers | None = None

    @property
    def notes(self) -> list[Message]:
        """What is worth saying of the encoding, and of the lines once they were read."""
        return [*self._encoding.notes, *(self._records.notes if self._records else ())]

    def heads(self) -> list[Head]:
        """The first records under each delimiter, or under the one that the file names itself."""
        text = self._start()
        if not re.search(r"[\r\n]", text.lstrip("\r\n")[:_LONGEST_HEADER]) and len(text) > _LONGEST_HEADER:
            raise ListingsError(
                "{file} has no line break in its first {count:integer} characters: it is no CSV file.",
                file=self._name,
                count=_LONGEST_HEADER,
            )
        said = _SAYS.match(text)
        candidates = [said[1]] if said else _DELIMITERS
        plain = [_head(text, delimiter, said=bool(said)) for delimiter in candidates]
        return plain + [_unwrapped(head) for head in plain if '"' in text]

    def typed(self, _start: Start) -> frozenset[int]:
        """No cell of a text file is a number by itself."""
        return frozenset()

    def chunks(self, start: Start, size: int) -> Iterator[Chunk]:
        """The rows below the header."""
        text = self._encoding.open(self._file)
        try:
            self._records = Records(text, start, self._name, self._encoding.mend)
            self.lines = self._records.lines
            yield from self._records.chunks(size)
        except UnicodeError:
            raise self._encoding.refusal(self._name) from None
        finally:
            text.detach()

    def done(self) -> float:
        """The share of the file that was read."""
        return min(self._file.tell() / max(self._size, 1), 1.0)

    def _start(self) -> str:
        text = self._encoding.open(self._file)
        try:
            start = text.read(_START)
        except UnicodeError:
            raise self._encoding.refusal(self._name) from None
        finally:
            text.detach()
        return self._encoding.mend(start) if self._encoding.mend else start


def _head(text: str, delimiter: str, *, said: bool) -> Head:
    records, ends = [], []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    try:
        for record in reader:
            records.append(record)
            ends.append(reader.line_num)
            if len(records) >= LOOKED_AT:
                break
    except csv.Error:
        pass
    return Head(records or [[text[:200]]], ends or [1], delimiter, said=said)


def _unwrapped(head: Head) -> Head:
    """The same with lines that are one cell split into those within it."""
    records = [_inner(record, head.delimiter) for record in head.records]
    return Head(records, head.ends, head.delimiter, wrapped=True, said=head.said)


def _inner(record: Sequence[str], delimiter: str) -> Sequence[str]:
    if not record or any(cell.strip() for cell in record[1:]):
        return record
    return cells_within(record[0], delimiter) or record
