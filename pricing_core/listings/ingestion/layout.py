"""Where the table begins: the header among titles and blank lines, and the delimiter under which it is one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pricing_core.errors import ListingsError
from pricing_core.listings.ingestion.header import shown
from pricing_core.words import Message, plural

LOOKED_AT: Final = 60
"""Records from the start of a table among which its header is looked for."""
_MOST_COLUMNS: Final = 1_000
# Fewer known names may stand together in a title or in a row of data.
_SURE: Final = 3
CountKnown = Callable[[Sequence[str]], int]


@dataclass(frozen=True)
class Head:
    """The first records of a table, read in one way.

    Parameters
    ----------
    records
        Their cells; blank lines are records without any.
    ends
        The line on which each of them ends, counted from 1.
    delimiter
        That of a CSV file.
    wrapped
        Whether each line is one quoted cell that holds the others.
    said
        Whether the file names the delimiter itself, on its first line.
    """

    records: Sequence[Sequence[str]]
    ends: Sequence[int]
    delimiter: str = ""
    wrapped: bool = False
    said: bool = False


@dataclass(frozen=True)
class Start:
    """Where the header stands: the place among the records of a head."""

    head: Head
    place: int

    @property
    def names(self) -> tuple[str, ...]:
        """The cells of the header."""
        return tuple(self.head.records[self.place])

    @property
    def rows(self) -> Sequence[Sequence[str]]:
        """The first rows below it."""
        return self.head.records[self.place + 1 :]

    @property
    def line(self) -> int:
        """The line on which the rows begin is the one after this."""
        return self.head.ends[self.place]

    def blank_columns(self) -> frozenset[int]:
        """Columns without a name that hold nothing in the rows that were looked at."""
        nameless = [place for place, name in enumerate(self.names) if not name.strip()]
        return frozenset(place for place in nameless if not any(_cell(row, place) for row in self.rows))

    def notes(self) -> Iterator[Message]:
        """What was skipped above the header, and what is unusual about the lines."""
        above = [" ".join(filter(None, map(str.strip, record))) for record in self.head.records[: self.place]]
        titles = [shown(text, 40) for text in above if text][1 if self.head.said else 0 :]
        first = (self.head.ends[self.place - 1] if self.place else 0) + 1
        if titles:
            yield Message(
                "The header was found on line {line:integer}; what stands above it was skipped: {titles:list quoted}.",
                line=first,
                titles=titles[:3],
            )
        elif first > 1 and not self.head.said:
            yield Message("The header was found on line {line:integer}, below blank lines.", line=first)
        if self.head.wrapped:
            yield Message("Each line of the file is wrapped in quotes: they were taken off.")


def find_start(heads: Sequence[Head], name: str, known: CountKnown) -> Start:
    """Find the header: under which delimiter, and on which record.

    Parameters
    ----------
    heads
        The first records as each way of reading gives them; of equals the first is taken.
    name
        Of the file, in messages.
    known
        How many of some cells are names of columns that the caller knows.

    Raises
    ------
    ListingsError
        When it has far too many columns.
    """
    found = [(start, known(start.names)) for start in (_start(head, known) for head in heads)]
    start, _ = max(found, key=lambda each: (each[1], len(each[0].names)))
    if len(start.names) > _MOST_COLUMNS:
        raise ListingsError(
            "{file} has {count:integer} columns, and at most {most:integer} are read.",
            file=name,
            count=len(start.names),
            most=_MOST_COLUMNS,
        )
    return start


def _start(head: Head, known: CountKnown) -> Start:
    filled = [place for place, record in enumerate(head.records) if any(map(str.strip, record))]
    first = 1 if head.said and len(filled) > 1 else 0
    places = filled[first:] or [0]
    if not filled:
        return Start(Head([[""]], [1], head.delimiter), 0)
    counts = {place: known(head.records[place]) for place in places}
    best = max(places, key=lambda place: counts[place])
    cells = sum(bool(cell.strip()) for cell in head.records[best])
    if counts[best] >= min(_SURE, max(cells, 2)):
        return Start(head, best)
    return Start(head, places[0] if counts[places[0]] else _by_shape(head, places))


def _by_shape(head: Head, places: Sequence[int]) -> int:
    """Where no name is known: the first record about as wide as the table, all of words."""
    widths = {place: sum(bool(cell.strip()) for cell in head.records[place]) for place in places}
    wide = max(3, 0.6 * max(widths.values()))
    like = [place for place in places if widths[place] >= wide and _is_words(head.records[place])]
    return like[0] if like else places[0]


def _is_words(record: Sequence[str]) -> bool:
    return not any(cell.strip()[:1].isdigit() or cell.strip()[:2].lstrip("-+$").isdigit() for cell in record)


def _cell(row: Sequence[str], place: int) -> str:
    return row[place].strip() if place < len(row) else ""


def skipped_blank(count: int) -> list[Message]:
    """What is said of empty lines among the rows."""
    return [Message("Empty lines skipped: {count:integer}.", count=count)] if count else []


def mended_lines(count: int) -> list[Message]:
    """What is said of lines whose quotes were read in another way than those of the file."""
    if not count:
        return []
    return [
        plural(
            'In {count:integer} line quotes are written as \\": they were read so.',
            'In {count:integer} lines quotes are written as \\": they were read so.',
            "count",
            count=count,
        )
    ]
