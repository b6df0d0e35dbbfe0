"""Rows whose numbers are numbers where they come from: a workbook, JSON. No mark in them has to be guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Final

from pricing_core.listings.ingestion.layout import LOOKED_AT, Head, Start, skipped_blank
from pricing_core.listings.ingestion.lines import LineNumbers
from pricing_core.listings.ingestion.records import Chunk
from pricing_core.words import Message

_MARKED: Final = re.compile(r"\d[.,]\d")
_WHOLE_UP_TO: Final = 1e15


class Number(str):
    """A number as JSON writes it, digit by digit."""

    __slots__ = ()


Cell = str | float | bool | None
Row = Sequence[Cell]


class NumberColumns:
    """Which columns are numbers, and which hold numbers beside text that looks like numbers."""

    def __init__(self) -> None:
        self._numbers: set[int] = set()
        self._marked: set[int] = set()

    def add(self, place: int, cell: Cell) -> None:
        """See one cell of a column."""
        if isinstance(cell, str) and not isinstance(cell, Number):
            if place not in self._marked and _MARKED.search(cell):
                self._marked.add(place)
        elif place not in self._numbers and is_number(cell):
            self._numbers.add(place)

    @property
    def typed(self) -> frozenset[int]:
        """Columns of numbers."""
        return frozenset(self._numbers - self._marked)

    @property
    def mixed(self) -> frozenset[int]:
        """Columns of both."""
        return frozenset(self._numbers & self._marked)


class TypedRows:
    """Rows of cells that are text, numbers or nothing; see `tables.RawRows`.

    Parameters
    ----------
    rows
        Opens them anew, the header among them; they are read up to three times.
    notes
        What is worth saying.
    first_line
        Of the first of them, where a person counts lines or rows.
    kinds
        Of the columns below the first row, where they are known.
    """

    def __init__(
        self,
        rows: Callable[[], Iterator[Row]],
        notes: Sequence[Message],
        first_line: int | None = None,
        kinds: NumberColumns | None = None,
    ) -> None:
        self._rows, self._notes, self._first_line = rows, list(notes), first_line
        self._kinds = {} if kinds is None else {0: kinds}
        self._blank = 0
        self.lines: LineNumbers | None = None

    @property
    def notes(self) -> list[Message]:
        """What there is to say, of empty rows too once they were read."""
        return [*self._notes, *skipped_blank(self._blank)]

    def heads(self) -> list[Head]:
        """The first rows."""
        records = [[text_of(cell) for cell in row] for row in islice(self._rows(), LOOKED_AT)]
        first = self._first_line or 0
        return [Head(records or [[""]], range(first, first + max(len(records), 1)))]

    def typed(self, start: Start) -> frozenset[int]:
        """Columns whose cells are numbers, but for words without a mark in them."""
        return self._kinds_of(start).typed

    def _kinds_of(self, start: Start) -> NumberColumns:
        if start.place not in self._kinds:
            kinds = NumberColumns()
            for row in islice(self._rows(), start.place + 1, None):
                for place, cell in enumerate(row):
                    kinds.add(place, cell)
            self._kinds[start.place] = kinds
        return self._kinds[start.place]

    def chunks(self, start: Start, size: int) -> Iterator[Chunk]:
        """The rows below the header, as wide as it; what stands to the right of it is none of the table."""
        width, mixed = len(start.names), self._kinds_of(start).mixed
        lines = LineNumbers()
        lines.leap(0, start.line)
        self.lines = lines if self._first_line is not None else None
        rows, chunk, taken = islice(self._rows(), start.place + 1, None), Chunk(), 0
        for row in rows:
            if not row:
                self._blank += 1
                lines.leap(taken, 1)
                continue
            record = [text_of(cell, open_text=place in mixed) for place, cell in enumerate(row[:width])]
            chunk.records.append(record + [""] * (width - len(record)))
            taken += 1
            if len(chunk.records) >= size:
                yield chunk
                chunk = Chunk()
        if chunk.records:
            yield chunk

    def done(self) -> float:
        """They were all read before the first is passed on."""
        return 1.0


def is_number(cell: Cell) -> bool:
    """Whether a cell is a number by itself."""
    return isinstance(cell, Number | float | int) and not isinstance(cell, bool)


def text_of(cell: Cell, *, open_text: bool = False) -> str:
    """A cell as a CSV file would hold it.

    With ``open_text``, text of the same column may have marks that are still to be understood. Numbers are then
    written without any, as ``855e-1``, which is 85.5 and tells nothing of what a dot means in the text.
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if not is_number(cell):
        return str(cell)
    text = str(int(cell)) if isinstance(cell, float) and _is_whole(cell) else str(cell)
    return _without_mark(text) if open_text and "." in text else text


def _is_whole(number: float) -> bool:
    # 98178.0 may stand for a sector.
    return number.is_integer() and abs(number) < _WHOLE_UP_TO


def _without_mark(text: str) -> str:
    try:
        sign, digits, exponent = Decimal(text).as_tuple()
    except InvalidOperation:
        return text
    return f"{'-' if sign else ''}{''.join(map(str, digits))}e{exponent}"
