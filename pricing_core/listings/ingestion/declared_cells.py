"""Raw cells of declared columns -> values. A cell that cannot be used is left empty, and said: its row is kept."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from pricing_core.listings.ingestion.header import key_of, shown
from pricing_core.listings.ingestion.mark_meanings import MARKS, Mark
from pricing_core.listings.ingestion.missing import is_missing, missing_marks
from pricing_core.listings.ingestion.numerals import readings
from pricing_core.nouns.declared import Declaration, DeclaredColumn, DeclaredValue
from pricing_core.nouns.declared_frames import typed
from pricing_core.nouns.declared_text import Order, as_date, is_open, order_of
from pricing_core.nouns.names import cleaned
from pricing_core.words import LANGUAGES, Message, plural

_EXAMPLES: Final = 3
_PAIRS: Final = 8
_TWO_DAYS: Final = Message("day and month could change places, and the other dates of the column do both")
_TWO_NUMBERS: Final = Message("it can have decimals or thousands, and the column does not tell which")
# Beyond that many nobody reads them row by row.
_MOST_ROWS: Final = 100_000
_THOUSANDS_FROM: Final = 1_000
_PLAIN: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
Read = Callable[[str], DeclaredValue | Message | None]
"""Gives the value of a cell, ``None`` where it is of another kind, or why nobody can tell."""


def declared_names(columns: Declaration) -> dict[str, str]:
    """How declared columns are called in tables, by name, label or header name, as `header.key_of` writes names."""
    return {key_of(word): column.name for column in columns for word in _names(column)}


def _names(column: DeclaredColumn) -> list[str]:
    labels = [column.label[language] for language in LANGUAGES]
    units = [f"{name} {column.unit}" for name in (column.name, *labels, *column.headers)] if column.unit else []
    return [column.name, *labels, *column.headers, *units]


@dataclass
class _Evidence:
    """What all cells of a column tell of how it is written."""

    only: Counter[Mark] = field(default_factory=Counter)
    orders: Counter[Order] = field(default_factory=Counter)
    open: int = 0


@dataclass
class _Left:
    """Cells of a column that were left empty for one reason: how many, and the first of them."""

    count: int = 0
    examples: list[tuple[int, str]] = field(default_factory=list)


class DeclaredCells:
    """The declared columns of one table: all its cells are looked at before any is read.

    Parameters
    ----------
    columns
        What the client declares.
    places
        Where the known columns of the table stand.
    typed
        Columns whose numbers are numbers where they come from: their dots are decimal dots.
    """

    def __init__(self, columns: Declaration, places: Mapping[str, int], typed: Collection[str] = ()) -> None:
        self._columns = [column for column in columns if column.name in places]
        self._typed = typed
        self._evidence = {column.name: _Evidence() for column in self._columns}
        self._left: dict[tuple[str, Message], _Left] = {}
        self._missing = {column.name: Counter[str]() for column in self._columns}
        self._taken = {column.name: Counter[tuple[str, str]]() for column in self._columns}
        self.left_in: dict[int, list[Message]] = {}
        """What was left empty in a row, by its number."""
        self._written: dict[int, dict[str, str]] = {}

    def look(self, batch: pa.RecordBatch) -> None:
        """Take in how the next rows are written."""
        for column in self._columns:
            found = self._evidence[column.name]
            counts = Counter(_texts(batch, column))
            for text, count in counts.items():
                if (plain := cleaned(text)) and is_missing(plain):
                    self._missing[column.name][plain] += count
                elif column.role == "date":
                    order = order_of(text)
                    found.orders.update({order: count} if order else {})
                    found.open += count if is_open(text) else 0
                elif column.role in ("number", "count"):
                    marks = number_readings(column, text)
                    found.only.update(dict.fromkeys(marks, count) if len(marks) == 1 else {})

    def read(
        self, batch: pa.RecordBatch, good: NDArray[np.bool_], row_numbers: NDArray[np.int64]
    ) -> dict[str, pd.Series]:
        """The values of the rows that are kept."""
        return {column.name: self._column(column, batch, good, row_numbers) for column in self._columns}

    def _column(
        self, column: DeclaredColumn, batch: pa.RecordBatch, good: NDArray[np.bool_], numbers: NDArray[np.int64]
    ) -> pd.Series:
        texts = np.array(batch[column.name].to_pylist(), dtype=object)[good]
        read = self._reader(column)
        known: dict[str, DeclaredValue | Message | None] = {}
        values: list[DeclaredValue | None] = []
        for row, text in zip(numbers[good].tolist(), texts.tolist(), strict=True):
            if text not in known:
                known[text] = _value(column, read, text)
            value = known[text]
            if value is not None and not isinstance(value, Message) and column.synonyms:
                value = self._meant(column, value)
            if isinstance(value, Message):
                self._leave(column, value, row, text)
                value = None
                self._written.setdefault(row, {})[column.name] = shown(text)
            elif value is not None and self._says_more(column, text):
                self._written.setdefault(row, {})[column.name] = shown(text)
            values.append(value)
        return typed(column.role, values)

    def _meant(self, column: DeclaredColumn, value: DeclaredValue) -> DeclaredValue:
        name = column.meant(value)
        if name != value:
            self._taken[column.name][str(value), str(name)] += 1
        return name

    def _says_more(self, column: DeclaredColumn, text: str) -> bool:
        """Whether a cell says more than what is read of it: a date of two days, thousands marks, a unit."""
        if column.role == "date":
            return is_open(text)
        if column.role not in ("number", "count") or column.name in self._typed:
            return False
        return _PLAIN.fullmatch(text.strip()) is None or len(set(number_readings(column, text).values())) > 1

    def with_written(self, written: NDArray[np.object_], numbers: NDArray[np.int64]) -> NDArray[np.object_]:
        """What is kept of the text of the rows that were just read, with the cells left empty or that say more."""
        for place, row in enumerate(numbers.tolist() if self._written else ()):
            if row in self._written:
                written[place] = json.dumps(json.loads(written[place] or "{}") | self._written[row], ensure_ascii=False)
        self._written.clear()
        return written

    def _leave(self, column: DeclaredColumn, why: Message, row: int, text: str) -> None:
        left = self._left.setdefault((column.name, why), _Left())
        left.count += 1
        if len(left.examples) < _EXAMPLES:
            left.examples.append((row, shown(text)))
        if len(self.left_in) < _MOST_ROWS:
            note = Message(
                "{column} {cell:quoted} was left empty: {why}.", column=column.name, cell=shown(text), why=why
            )
            self.left_in.setdefault(row, []).append(note)

    def _reader(self, column: DeclaredColumn) -> Read:
        found = self._evidence[column.name]
        if column.role == "date":
            order = self.order(column)
            return lambda text: _day(text, order)
        if column.role in ("number", "count"):
            only: Mapping[Mark, int] = {".": 1} if column.name in self._typed else found.only
            return lambda text: _number(column, text, only)
        return column.kind_of

    def order(self, column: DeclaredColumn) -> Order | None:
        """What dates of a column begin with; ``None`` where its cells contradict each other."""
        orders = self._evidence[column.name].orders
        if len(orders) > 1:
            return None
        return next(iter(orders), "day first")

    def notes(self, line: Callable[[int], int | None]) -> list[Message]:
        """Which cells were left empty, and how dates were read that could mean two days.

        Parameters
        ----------
        line
            Where a row stands as a person counts, where there are lines.
        """
        dates = [column for column in self._columns if column.role == "date"]
        said = [note for column in dates if (note := self._note_of_dates(column)) is not None]
        said += missing_marks(self._missing)
        said += [_taken_for(name, found) for name, found in self._taken.items() if found]
        return said + [_left_empty(name, why, left, line) for (name, why), left in self._left.items()]

    def _note_of_dates(self, column: DeclaredColumn) -> Message | None:
        found, order = self._evidence[column.name], self.order(column)
        if not found.open or order is None:
            return None
        if order == "month first":
            return Message(
                "{column}: dates were read with the month first, as its other dates are.", column=column.name
            )
        return Message("{column}: dates were read with the day first.", column=column.name)


def _taken_for(column: str, found: Counter[tuple[str, str]]) -> Message:
    """What words of a column were taken for, the commonest."""
    pairs = [
        Message("{written:quoted} for {name:quoted} ({count:integer})", written=shown(written), name=name, count=count)
        for (written, name), count in found.most_common(_PAIRS)
    ]
    return Message("{column}: names were taken for the declared ones: {pairs:list}.", column=column, pairs=pairs)


def _left_empty(name: str, why: Message, left: _Left, line: Callable[[int], int | None]) -> Message:
    return plural(
        "{column}: {count:integer} cell was left empty, for {why} ({examples:list}).",
        "{column}: {count:integer} cells were left empty, for {why} ({examples:list}).",
        "count",
        column=name,
        count=left.count,
        why=why,
        examples=[_example(row, line(row), cell) for row, cell in left.examples],
    )


def _example(row: int, line: int | None, cell: str) -> Message:
    if line is None:
        return Message("row {row}: {cell:quoted}", row=row, cell=cell)
    return Message("line {line:integer}: {cell:quoted}", line=line, cell=cell)


def _texts(batch: pa.RecordBatch, column: DeclaredColumn) -> list[str]:
    return [text for text in batch[column.name].to_pylist() if text]


def _value(column: DeclaredColumn, read: Read, text: str | None) -> DeclaredValue | Message | None:
    """The value of a cell, ``None`` where it is empty, or why it cannot be used."""
    plain = cleaned(text or "")
    if is_missing(plain):
        return None
    value = read(plain)
    if value is None or (not isinstance(value, Message) and not column.allows(value)):
        return Message("it must be {wanted}", wanted=column.wanted)
    return value


def _day(text: str, order: Order | None) -> str | Message | None:
    """A day; of one that could mean two, the one that the other dates of its column tell."""
    if order is None and is_open(text):
        return _TWO_DAYS
    return as_date(text, order_of(text) or order or "day first")


def _number(column: DeclaredColumn, text: str, only: Mapping[Mark, int]) -> float | Message | None:
    """A number under the mark that the column's other cells use."""
    found = number_readings(column, text)
    if len(set(found.values())) <= 1:
        return next(iter(found.values()), None)
    used = [mark for mark in MARKS if only.get(mark)]
    if len(used) == 1:
        return found[used[0]]
    possible = [value for value in found.values() if column.allows(value)]
    return possible[0] if len(possible) == 1 else _TWO_NUMBERS


def number_readings(column: DeclaredColumn, text: str) -> dict[Mark, float]:
    """What a cell is under each decimal mark, without the unit of its column."""
    most = column.maximum
    groups = most is None or float(most) > _THOUSANDS_FROM
    return readings(_without_unit(column, text), groups=groups)


def _without_unit(column: DeclaredColumn, text: str) -> str:
    unit = column.unit.casefold()
    return text[: -len(unit)].strip() if unit and text.casefold().endswith(unit) else text
