"""Text lines -> records of cells, one chunk at a time, where one broken row spoils no other."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from pricing_core.errors import ListingsError
from pricing_core.words import Message

_LONGEST_LINE: Final = 1_000_000
_MOST_BROKEN: Final = 1_000


Broken = tuple[str, Message]
"""The text of a row that cannot be split into cells, and why."""


@dataclass
class Chunk:
    """Records of a file; those at the places of ``broken`` are empty."""

    records: list[list[str]] = field(default_factory=list)
    broken: dict[int, Broken] = field(default_factory=dict)


class Records:
    """Splits the lines of a CSV file into chunks of records; blank lines are skipped and counted.

    A quote that is never closed would swallow the rest of the file. So a record that is wrong, or longer than any
    listing, is given up: its first line is reported as broken, and reading goes on with the line after it.
    """

    def __init__(self, text: io.TextIOWrapper, delimiter: str, name: str) -> None:
        self._text, self._delimiter, self._name = text, delimiter, name
        self._pending: deque[str] = deque()
        self._of_record: list[str] = []
        self._reader = self._new_reader()
        self._broken = 0
        self._width = 0
        self.blank_lines = 0

    def _new_reader(self) -> Iterator[list[str]]:
        return csv.reader(self._lines(), delimiter=self._delimiter, strict=True, skipinitialspace=True)

    def _lines(self) -> Iterator[str]:
        read, pending, of_record = self._text.readline, self._pending, self._of_record
        while line := pending.popleft() if pending else read(_LONGEST_LINE):
            if len(line) >= _LONGEST_LINE:
                raise ListingsError(
                    "{file} has a line of more than {count:integer} characters: it is no CSV file.",
                    file=self._name,
                    count=_LONGEST_LINE,
                )
            of_record.append(line)
            yield line

    def skip_header(self) -> None:
        """Step over the header and what may stand before it."""
        for record in self._reader:
            says_delimiter = self._of_record[-1].lower().startswith("sep=")
            self._of_record.clear()
            if record and not says_delimiter:
                self._width = len(record)
                return

    def chunks(self, size: int) -> Iterator[Chunk]:
        """Chunks of ``size`` records, the last one smaller.

        Raises
        ------
        ListingsError
            When a line is endless, or a great many records are broken.
        """
        while (chunk := self._fill(Chunk(), size)).records:
            yield chunk

    def _fill(self, chunk: Chunk, size: int) -> Chunk:
        records, of_record, width = chunk.records, self._of_record, self._width
        while len(records) < size:
            try:
                # The innermost loop of all reading: nothing here that is not needed for a sound row.
                for record in self._reader:
                    if len(record) == width:
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
            self._of_record.clear()
            self.blank_lines += 1
        elif len(self._of_record) > 1:
            # Over several lines, a quote is the likelier culprit: the lines after the first may well be sound.
            self._take_broken(chunk, csv.Error())
        else:
            cells = len(record)
            reason = Message("the row has {cells} cells, but the header has {width}", cells=cells, width=self._width)
            self._give_up(chunk, reason)

    def _take_broken(self, chunk: Chunk, error: csv.Error) -> None:
        self._broken += 1
        if self._broken > _MOST_BROKEN:
            raise ListingsError(
                "{file} has more than {count:integer} rows with broken quotes: save it anew as CSV.",
                file=self._name,
                count=_MOST_BROKEN,
            )
        too_long = "field larger" in str(error)
        reason = Message("a cell of the row is too long" if too_long else "the quotes of the row do not match")
        self._give_up(chunk, reason)

    def _give_up(self, chunk: Chunk, reason: Message) -> None:
        """Report the first line of the current record; the others are read once more."""
        first, *rest = self._of_record or [""]
        self._pending.extendleft(reversed(rest))
        self._of_record.clear()
        chunk.broken[len(chunk.records)] = (first.rstrip("\r\n"), reason)
        chunk.records.append([])
        if rest:
            self._reader = self._new_reader()
