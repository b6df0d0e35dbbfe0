"""What the whole table tells about its numbers, gathered before a single one is decided on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pricing_core.errors import ListingsError
from pricing_core.listings.ingestion.area_pairs import AreaPairs, partner
from pricing_core.listings.ingestion.mark_counts import MarkCounts
from pricing_core.listings.ingestion.mark_meanings import MARKS, NOTHING, Mark, Rule, Told
from pricing_core.listings.ingestion.mark_rules import is_plain, told_by_cells, told_by_sizes
from pricing_core.listings.ingestion.missing import marks_in, missing_marks
from pricing_core.listings.ingestion.number_notes import (
    both_readings,
    mixed,
    read_as,
    shortened,
    without_cents,
    written_with,
)
from pricing_core.listings.ingestion.numerals import Numerals, can_group
from pricing_core.listings.ingestion.units import factor, means
from pricing_core.nouns.listings import DecimalMark
from pricing_core.nouns.schema import CATEGORIES, COLUMN, TARGET, TOTAL_AREA, USABLE_AREA
from pricing_core.words import Message, plural

_MARK: Final[Mapping[DecimalMark | None, Mark]] = {"comma": ",", "dot": "."}
# A few cells that stay open are kept out; with more of them, a person is asked first.
_FEW: Final = 0.1


@dataclass(frozen=True)
class Hints:
    """What is known of numbers before a table is read.

    Attributes
    ----------
    decimal
        The decimal mark, as a person said it, for what cells leave open.
    usual
        Asked with a column, and only where it matters: the sizes between which nearly all of its numbers lie in the
        listings in use.
    """

    decimal: Mark | None = None
    usual: Callable[[str], tuple[float, float] | None] = lambda _column: None


class Evidence:
    """Counts, for each column of numbers, how its cells are written, and the units beside them.

    Parameters
    ----------
    expected
        The unit of a column, where one is set.
    typed
        Columns that a database declares as numbers: their dots are decimal dots.
    hints
        What is known beforehand.
    said
        The decimal marks of single columns, as a person said them.
    """

    def __init__(
        self,
        expected: Mapping[str, str | None],
        typed: Collection[str] = (),
        hints: Hints | None = None,
        said: Mapping[str, DecimalMark] | None = None,
    ) -> None:
        self._expected, self._typed, self._hints = expected, typed, hints or Hints()
        self._said = {column: _MARK[decimal] for column, decimal in (said or {}).items()}
        self._counts: dict[str, MarkCounts] = {}
        self._units: dict[str, Counter[str]] = {}
        self._missing: dict[str, Counter[str]] = {}
        self._pairs = AreaPairs()
        self.rule = cache(self._rule)

    def add(self, chunk: Mapping[str, Numerals], in_currency: NDArray[np.bool_] | None = None) -> None:
        """Count the cells of one chunk of all columns of numbers.

        Parameters
        ----------
        in_currency
            Which prices are in the expected currency, as far as more than their cells tells it.
        """
        for name, numerals in chunk.items():
            of_unit = in_currency if name == TARGET and in_currency is not None else self._of_unit(name, numerals)
            counts = self._counts.setdefault(name, MarkCounts())
            counts.add(numerals, of_unit, can_group=can_group(COLUMN[name]))
            self._units.setdefault(name, Counter()).update(numerals.units.values())
            self._missing.setdefault(name, Counter()).update(numerals.missing)
        if USABLE_AREA in chunk and TOTAL_AREA in chunk:
            self._pairs.add(chunk[USABLE_AREA], chunk[TOTAL_AREA])

    def add_names(self, batch: pa.RecordBatch) -> None:
        """Count which types and sectors are not known."""
        for name in CATEGORIES:
            self._missing.setdefault(name, Counter()).update(marks_in(batch[name]))

    def _of_unit(self, column: str, numerals: Numerals) -> NDArray[np.bool_]:
        mask = np.ones(len(numerals.dot), dtype=bool)
        expected = self._expected.get(column)
        mask[[place for place, unit in numerals.units.items() if expected and not means(unit, expected)]] = False
        return mask

    # Marks

    def _rule(self, column: str) -> Rule:
        """How a lone mark before three digits is to be read in a column; see `numerals`."""
        return Rule(*(self._told(column, mark)[0] for mark in MARKS))

    def _told(self, column: str, mark: Mark) -> tuple[Told, str]:
        """What a mark means in a column, and why."""
        if column in self._typed:
            return Told("decimal" if mark == "." else None), "typed"
        if not can_group(COLUMN[column]):
            return Told("decimal"), "role"
        counts = self._counts.get(column, MarkCounts())
        own = told_by_cells(counts, mark)
        if is_plain(counts, mark):
            return self._settled(own, column, mark), "cells"
        if said := self._decimal_said(column):
            return Told("decimal" if mark == said else "thousands"), "said"
        return (own, "cells") if own.meaning else self._told_elsewhere(column, mark, counts)

    def _decimal_said(self, column: str) -> Mark | None:
        return self._said.get(column, self._hints.decimal)

    def _settled(self, own: Told, column: str, mark: Mark) -> Told:
        """A person's word lets in the numbers that are odd beside the others."""
        said = self._decimal_said(column)
        if said is None:
            return own
        if own.meaning is None:
            return Told("decimal" if mark == said else "thousands")
        return Told(own.meaning) if (own.meaning == "decimal") == (mark == said) else own

    def _told_elsewhere(self, column: str, mark: Mark, counts: MarkCounts) -> tuple[Told, str]:
        other = partner(column)
        of_other = told_by_cells(self._counts[other], mark) if other in self._counts else NOTHING
        if meaning := self._pairs.told(column, mark, of_other.meaning):
            return Told(meaning), "pairs"
        if counts.lone[mark] and (usual := self._hints.usual(column)):
            by_sizes = told_by_sizes(counts, mark, usual)
            if by_sizes.meaning:
                return by_sizes, "usual"
        meaning = of_other.meaning
        agrees = meaning == "thousands" or (meaning == "decimal" and not counts.lone_zero[mark])
        if agrees and meaning and self._pairs.allows(column, mark, meaning):
            return of_other, "partner"
        return NOTHING, ""

    def refuse_open(self, file_name: str) -> None:
        """Ask about the columns whose numbers can be read in two ways.

        Raises
        ------
        ListingsError
            Naming each with some cells and both readings.
        """
        found = [self._question(name, mark) for name in self._counts for mark in MARKS if self._is_open(name, mark)]
        if found:
            raise ListingsError(
                "{file} can be read in two ways: {columns:clauses}. Say which mark stands before decimals, comma or "
                "dot (--decimal on the command line), or write these numbers without thousands marks.",
                file=file_name,
                columns=found,
            )

    def _is_open(self, column: str, mark: Mark) -> bool:
        counts = self._counts[column]
        many = counts.lone[mark] > _FEW * counts.given
        return many and not is_plain(counts, mark) and self._told(column, mark)[0].meaning is None

    def _question(self, column: str, mark: Mark) -> Message:
        examples = [both_readings(cell) for cell in dict.fromkeys(self._counts[column].examples[mark])]
        return Message("{column} holds {examples:list}", column=column, examples=examples)

    # Units

    def factors(self, column: str) -> dict[str, float]:
        """What numbers with a unit are multiplied by; a unit that is not among them may not be taken off."""
        units, expected = self._units.get(column, Counter()), self._expected.get(column)
        if expected:
            found = {unit: factor(unit, expected) for unit in units}
            return {unit: times for unit, times in found.items() if times is not None}
        return dict.fromkeys(units, 1.0) if len(units) == 1 else {}

    # Notes

    def notes(self) -> list[Message]:
        """How numbers were read."""
        commas, dots = (
            [name for name, counts in self._counts.items() if self._shows(counts, name, mark)] for mark in (",", ".")
        )
        found = [Message("Decimal commas were read in {columns:list}.", columns=commas)] if commas else []
        found += [Message("Decimal dots were read in {columns:list}.", columns=dots)] if dots else []
        for name, counts in self._counts.items():
            if counts.decimal["."] and counts.decimal[","]:
                found.append(mixed(name, counts.decimal))
            found += self._notes_of_lone_marks(name)
            if counts.settled:
                found.append(without_cents(name, counts))
            if counts.shortened:
                found.append(shortened(name, counts))
            found += [self._written_with(name, unit, count) for unit, count in self._units[name].items()]
        return found + missing_marks(self._missing)

    def _shows(self, counts: MarkCounts, column: str, mark: Mark) -> bool:
        other: Mark = "," if mark == "." else "."
        return column not in self._typed and bool(counts.decimal[mark]) and not counts.decimal[other]

    def _notes_of_lone_marks(self, column: str) -> Iterator[Message]:
        counts = self._counts[column]
        for mark in MARKS:
            told, why = self._told(column, mark)
            # Of decimals that the column itself shows, the list of columns with decimals says enough.
            worth_saying = told.meaning == "thousands" or why in ("said", "usual", "pairs", "partner")
            if counts.lone[mark] and told.meaning and worth_saying:
                yield read_as(column, counts.examples[mark][0], mark, told.meaning, counts.lone[mark], why)

    def _written_with(self, column: str, unit: str, count: int) -> Message:
        expected = self._expected.get(column)
        times = factor(unit, expected) if expected else 1.0
        if times in (None, 1.0):
            return written_with(column, unit, count)
        return plural(
            "{column} was written with {unit} in {count:integer} cell: it was converted to {expected}.",
            "{column} was written with {unit} in {count:integer} cells: they were converted to {expected}.",
            "count",
            column=column,
            unit=unit,
            count=count,
            expected=expected,
        )
