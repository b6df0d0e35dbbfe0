"""The table of UF values: brought as a file, looked up for prices."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import BinaryIO, Final

from pricing_core.errors import InputError
from pricing_core.listings.ingestion.days import read_day
from pricing_core.listings.ingestion.encoding import detect_encoding
from pricing_core.listings.ingestion.header import shown
from pricing_core.listings.ingestion.numerals import readings
from pricing_core.listings.ingestion.units import split_unit
from pricing_core.listings.ingestion.unpacking import open_plain
from pricing_core.nouns import Actor, File, no_progress
from pricing_core.nouns.schema import COLUMN, TARGET
from pricing_core.nouns.uf import UfImport, UfReport, UfTable, UfValue
from pricing_core.store import Store, utcnow
from pricing_core.words import Message, plural

_MOST_CHARACTERS: Final = 4_000_000
_DELIMITERS: Final = (";", "\t", "|", ",")
# A UF was never worth less, and is not worth more for decades: so 36.797 pesos are 36797.
_LEAST, _MOST = 100.0, 1_000_000.0
_SHOWN: Final = 3
Row = tuple[date | None, float | None, str]


class UfRecords:
    """What one UF was worth in pesos, day by day."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add_file(self, file: File, *, actor: Actor, file_name: str | None = None) -> UfReport:
        """Keep the values of a CSV file with a day and a value in each line; a day that is known gets the new value.

        Raises
        ------
        AccessError
            For agents.
        InputError
            When a line cannot be read, or a day has two values; nothing was changed.
        """
        actor.must("analyst", Message("bring UF values"))
        name = file_name or (file.name if isinstance(file, Path) else "The file")
        values = _values(_rows(_text(file, name)), name)
        new, changed = self._store.uf_values.put(values, added_by=actor.name)
        days, first, last = self._store.uf_values.span()
        notes = [] if not changed else [_changed(changed)]
        return UfReport(len(values), new, changed, days, first or values[0].day, last or values[-1].day, notes)

    def look_at(self, file: BinaryIO, *, file_name: str) -> None:
        """Refuse what is no table of UF values; nothing is stored.

        Raises
        ------
        InputError
            With the reason.
        """
        _values(_rows(_text(file, file_name)), file_name)
        file.seek(0)

    def newest(self, limit: int = 31) -> list[UfImport]:
        """The values of the last days, the latest first."""
        if not 1 <= limit <= 100_000:
            raise InputError("{limit} days cannot be shown: allowed are 1 to 100,000.", limit=limit)
        return self._store.uf_values.newest(limit)

    def span(self) -> tuple[int, date | None, date | None]:
        """How many days have a value, the first and the last of them."""
        return self._store.uf_values.span()

    def table(self) -> UfTable:
        """All values, for looking up; prices without a day count as of today."""
        return self._store.uf_values.table(utcnow().date())


def _changed(count: int) -> Message:
    return plural(
        "{count:integer} day had another value before.",
        "{count:integer} days had another value before.",
        "count",
        count=count,
    )


def _text(source: File, name: str) -> str:
    with ExitStack() as stack:
        file = open_plain(source, name, no_progress)
        if file is not source:
            stack.enter_context(file)
        encoding = detect_encoding(file)
        text = encoding.open(file)
        try:
            found = text.read(_MOST_CHARACTERS + 1)
        except UnicodeError:
            raise encoding.refusal(name) from None
        finally:
            text.detach()
    if len(found) > _MOST_CHARACTERS:
        raise InputError("{file} is too long for a table of UF values: one line a day is needed.", file=name)
    return found


def _rows(text: str) -> list[Row]:
    """Each line's day and value under the delimiter that most lines can be read with."""
    lines = [line for line in text.splitlines() if line.strip()]
    tried = [list(_split(lines, delimiter)) for delimiter in _DELIMITERS]
    return max(tried, key=lambda rows: sum(day is not None and value is not None for day, value, _ in rows))


def _split(lines: list[str], delimiter: str) -> Iterator[Row]:
    for line in lines:
        cells = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
        days = [place for place, cell in enumerate(cells) if read_day(cell)]
        day = read_day(cells[days[0]]) if days else None
        rest = [cell for place, cell in enumerate(cells) if cell.strip() and place not in days[:1]]
        # A comma between cells and before decimals cuts a value in two.
        yield day, _value(",".join(rest) if delimiter == "," else rest[0] if len(rest) == 1 else ""), line


def _value(text: str) -> float | None:
    split = split_unit(text.strip(), COLUMN[TARGET])
    found = {
        value for value in readings(split.body if split else text, groups=True).values() if _LEAST <= value <= _MOST
    }
    return found.pop() if len(found) == 1 else None


def _values(rows: list[Row], name: str) -> list[UfValue]:
    # What comes before the first day is the header, and titles above it.
    first = next((place for place, (day, value, _) in enumerate(rows) if day and value), None)
    if first is None:
        raise InputError(
            "{file} is no table of UF values: each line needs a day, such as 2026-11-23 or 23-11-2026, and its value "
            "in pesos, such as 39.123,45.",
            file=name,
        )
    bad = [line for day, value, line in rows[:first] if day] + [
        line for day, value, line in rows[first:] if day is None or value is None
    ]
    if bad:
        raise InputError(
            "{file} has lines without a day and one value in pesos: {lines:list quoted}. Nothing was changed.",
            file=name,
            lines=[shown(line) for line in bad[:_SHOWN]],
        )
    values: dict[date, float] = {}
    for day, value, _ in rows[first:]:
        if day and value and values.setdefault(day, value) != value:
            raise InputError("{file} has two values for {day:date}. Nothing was changed.", file=name, day=day)
    return [UfValue(day, value) for day, value in sorted(values.items())]
