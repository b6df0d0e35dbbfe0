r"""Text lines -> records of cells, one chunk at a time, where one broken row spoils no other."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from pricing_core.errors import ListingsError
from pricing_core.listings.ingestion.layout import Start, mended_lines, skipped_blank
from pricing_core.listings.ingestion.lines import LineNumbers
from pricing_core.words import Message

LONGEST_LINE: Final = 1_000_000
_MOST_BROKEN: Final = 1_000
# A row with quotes written as \" is whole within so many lines.
_MOST_LINES: Final = 50
# After so many of them it is how the file writes its quotes.
_FEW: Final = 100

Broken = tuple[str, Message]
"""The text of a row that is kept out before its cells are read, and why."""
Mend = Callable[[str], str]


@dataclass
class Chunk:
    """Records of a file; those at the places of ``broken`` are empty."""

    records: list[list[str]] = field(default_factory=list)
    broken: dict[int, Broken] = field(default_factory=dict)


class Records:
    r"""Splits the lines of a CSV file into chunks of records; blank lines are skipped and counted.

    A quote that is never closed would swallow the rest of the file. So a record that is wrong, or longer than any
    listing, is given up: its first line is reported as broken, and reading goes on with the line after it. Before
    that it is read once more with ``\"`` as a quote within a cell.

    Parameters
    ----------
    text
        At its start.
    start
        Where the header stands.
    name
        Of the file, in messages.
    mend
        Puts right a line that is in another encoding than the file.
    """

    def __init__(self, text: io.TextIOWrapper, start: Start, name: str, mend: Mend | None = None) -> None:
        self._text, self._name, self._mend = text, name, mend
        self._delimiter, self._width, self._least = start.head.delimiter, len(start.names), _named(start)
        self._pending: deque[str] = deque()
        self._of_record: list[str] = []
        self._broken = self._rows = self._blank = self._escaped = 0
        self._reader = self._new_reader()
        self.lines = LineNumbers()
        for _ in range(start.line):
            self._read()
        self.lines.leap(0, start.line)

    @property
    def notes(self) -> list[Message]:
        """What there is to say after the rows were read."""
        return [*skipped_blank(self._blank), *mended_lines(self._escaped)]

    def _new_reader(self) -> Iterator[list[str]]:
        escape = "\\" if self._escaped > _FEW else None
        return csv.reader(
            self._lines(), delimiter=self._delimiter, strict=True, skipinitialspace=True, escapechar=escape
        )

    def _read(self) -> str:
        line = self._text.readline(LONGEST_LINE)
        if len(line) >= LONGEST_LINE:
            raise self._endless()
        return self._mend(line) if self._mend else line

    def _endless(self) -> ListingsError:
        return ListingsError(
            "{file} has a line of more than {count:integer} characters: it is no CSV file.",
            file=self._name,
            count=LONGEST_LINE,
        )

    def _lines(self) -> Iterator[str]:
        # Of sound files in one encoding nothing is asked but the length of a line.
        read, pending, of_record = self._text.readline, self._pending, self._of_record
        careful = self._mend is not None
        while line := pending.popleft() if pending else (self._read() if careful else read(LONGEST_LINE)):
            if len(line) >= LONGEST_LINE:
                raise self._endless()
            of_record.append(line)
            yield line

    def chunks(self, size: int) -> Iterator[Chunk]:
        """Chunks of ``size`` records, the last one smaller.

        Raises
        ------
        ListingsError
            When a line is endless, or a great many records are broken.
        """
        while (chunk := self._fill(Chunk(), size)).records:
            yield chunk
            self._rows += len(chunk.records)

    def _fill(self, chunk: Chunk, size: int) -> Chunk:
        records, of_record, width = chunk.records, self._of_record, self._width
        while len(records) < size:
            try:
                # The innermost loop of all reading: nothing here that is not needed for a sound row.
                for record in self._reader:
                    if len(record) == width and len(of_record) == 1:
                        of_record.clear()
                        records.append(record)
                    else:
                        self._take_odd(record, chunk)
                    if len(records) >= size:
                        break
                else:
                    break
            except csv.Error as error:
                self._take_broken(chunk, error)
        return chunk

    def _take_odd(self, record: list[str], chunk: Chunk) -> None:
        if not record:
            self._blank += 1
            self._accept(None, chunk)
        elif (fitted := self._fitted(record)) is not None:
            self._accept(fitted, chunk)
        elif len(self._of_record) > 1:
            # Over several lines, a quote is the likelier culprit: the lines after the first may well be sound.
            self._take_broken(chunk, csv.Error())
        else:
            cells = len(record)
            reason = Message("the row has {cells} cells, but the header has {width}", cells=cells, width=self._width)
            self._give_up(chunk, reason, record)

    def _accept(self, record: list[str] | None, chunk: Chunk) -> None:
        """Take a record, or skip one that is blank, over however many lines it went."""
        taken = record is not None
        if extra := len(self._of_record) - taken:
            self.lines.leap(self._rows + len(chunk.records) + taken, extra)
        self._of_record.clear()
        if record is not None:
            chunk.records.append(record)

    def _fitted(self, record: list[str]) -> list[str] | None:
        """The record as wide as the header, where only empty or nameless cells at its end say otherwise."""
        width = self._width
        if len(record) == width:
            return record
        if len(self._of_record) > 1:
            return None
        if len(record) > width:
            return None if any(cell.strip() for cell in record[width:]) else record[:width]
        if len(record) >= self._least:
            return record + [""] * (width - len(record))
        if not any(cell.strip() for cell in record[1:]) and (inner := cells_within(record[0], self._delimiter)):
            return self._fitted(inner)
        return None

    def _take_broken(self, chunk: Chunk, error: csv.Error) -> None:
        self._broken += 1
        if self._broken > _MOST_BROKEN and self._broken > self._escaped * 2:
            raise ListingsError(
                "{file} has more than {count:integer} rows with broken quotes: save it anew as CSV.",
                file=self._name,
                count=_MOST_BROKEN,
            )
        if self._take_escaped(chunk):
            return
        too_long = "field larger" in str(error)
        self._give_up(
            chunk, Message("a cell of the row is too long" if too_long else "the quotes of the row do not match")
        )

    def _take_escaped(self, chunk: Chunk) -> bool:
        r"""Take the current record with ``\"`` read as a quote, where it fits the header so."""
        if not self._of_record or '\\"' not in "".join(self._of_record[:_MOST_LINES]):
            return False
        lines = list(self._of_record)
        reader = csv.reader(
            iter(lines[:_MOST_LINES]), delimiter=self._delimiter, strict=True, skipinitialspace=True, escapechar="\\"
        )
        try:
            record = next(reader, [])
        except csv.Error:
            return False
        if len(record) != self._width:
            return False
        self._escaped += 1
        self._put_back(lines[reader.line_num :])
        self._of_record[:] = lines[: reader.line_num]
        self._accept(record, chunk)
        self._reader = self._new_reader()
        return True

    def _put_back(self, lines: list[str]) -> None:
        self._pending.extendleft(reversed(lines))

    def _give_up(self, chunk: Chunk, reason: Message, record: list[str] | None = None) -> None:
        """Report the first line of the current record; the others are read once more."""
        first, *rest = self._of_record or [""]
        self._put_back(rest)
        self._of_record.clear()
        chunk.broken[len(chunk.records)] = (first.rstrip("\r\n"), reason)
        chunk.records.append(record or [])
        if rest:
            self._reader = self._new_reader()


def cells_within(line: str, delimiter: str) -> list[str] | None:
    """The cells of a line that was wrapped in quotes as a whole; ``None`` where it is but a cell."""
    if delimiter not in line:
        return None
    try:
        records = list(
            csv.reader(io.StringIO(line, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
        )
    except csv.Error:
        return None
    return records[0] if len(records) == 1 else None


def _named(start: Start) -> int:
    """How many columns there are up to the last one with a name."""
    named = [place for place, name in enumerate(start.names) if name.strip()]
    return named[-1] + 1 if named else len(start.names)
