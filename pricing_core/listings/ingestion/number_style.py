"""What the whole table tells about its numbers, gathered before a single one is decided on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Final

from pricing_core.listings.ingestion.numerals import MARKS, Mark, Numerals, Rule
from pricing_core.listings.ingestion.units import means
from pricing_core.nouns.profiles import Decimal
from pricing_core.nouns.schema import COLUMN
from pricing_core.words import Message, plural

_AGREEMENT: Final = 0.99
_BY_DECIMAL: Final[dict[Mark, Rule]] = {
    ".": Rule(dot="decimal", comma="thousands"),
    ",": Rule(dot="thousands", comma="decimal"),
}


def rule_of(decimal: Decimal | None) -> Rule | None:
    """The rule of a column whose decimal mark a person said."""
    return None if decimal is None else _BY_DECIMAL["," if decimal == "comma" else "."]


class Evidence:
    """Counts, for each column of numbers, the cells that can be read in one way only, and the units typed beside them.

    Parameters
    ----------
    delimiter
        Of the file; ``;`` goes with decimal commas.
    typed
        Columns that a database declares as numbers: their dots are decimal dots.
    """

    def __init__(self, delimiter: str, typed: Collection[str] = ()) -> None:
        self._semicolon = delimiter == ";"
        self._typed = typed
        self._marks: dict[str, Counter[Mark]] = {}
        self._ambiguous: dict[str, Counter[Mark]] = {}
        self._units: dict[str, Counter[str]] = {}

    def add(self, column: str, numerals: Numerals) -> None:
        """Count the cells of one chunk of a column."""
        self._marks.setdefault(column, Counter()).update({mark: numerals.only(mark) for mark in MARKS})
        lone_dots, ambiguous = int(numerals.ambiguous[numerals.lone_dot].sum()), int(numerals.ambiguous.sum())
        self._ambiguous.setdefault(column, Counter()).update({".": lone_dots, ",": ambiguous - lone_dots})
        self._units.setdefault(column, Counter()).update(numerals.units.values())

    def rule(self, column: str) -> Rule:
        """How a lone mark before three digits is to be read in a column; see `numerals`."""
        if column in self._typed:
            return Rule(dot="decimal")
        marks = self._marks.get(column, Counter())
        if marks.total():
            mark, count = marks.most_common(1)[0]
            return _BY_DECIMAL[mark] if count >= _AGREEMENT * marks.total() else Rule()
        return self._rule_of_neighbours()

    def _rule_of_neighbours(self) -> Rule:
        others = [name for name, marks in self._marks.items() if marks.total() and name not in self._typed]
        shown = {mark for name in others for mark in MARKS if self._marks[name][mark]}
        if self._semicolon:
            shown.add(",")
        if len(shown) != 1:
            return Rule()
        if shown == {","}:
            return _BY_DECIMAL[","]
        only_places = all(COLUMN[name].role == "coordinate" for name in others)
        return Rule(comma="thousands") if only_places else _BY_DECIMAL["."]

    def refused_units(self, column: str, expected: str | None) -> frozenset[str]:
        """Units that may not be taken off: those that are not the expected one, or all where several are mixed."""
        units = set(self._units.get(column, ()))
        if expected:
            return frozenset(unit for unit in units if not means(unit, expected))
        return frozenset(units) if len(units) > 1 else frozenset()

    def notes(self) -> list[Message]:
        """What should be known about how numbers were read."""
        commas = [name for name, marks in self._marks.items() if marks[","] and not marks["."]]
        found = [Message("Decimal commas were read in {columns:list}.", columns=commas)] if commas else []
        found += [_mixed(name, marks) for name, marks in self._marks.items() if marks["."] and marks[","]]
        found += [note for name in self._ambiguous for note in self._note_of_thousands(name)]
        for name, units in self._units.items():
            found += [_written_with(name, unit, count) for unit, count in units.items()]
        return found

    def _note_of_thousands(self, column: str) -> list[Message]:
        rule = self.rule(column)
        return [
            plural(
                "{column}: numbers like {example} were read as 1234, in {count:integer} cell.",
                "{column}: numbers like {example} were read as 1234, in {count:integer} cells.",
                "count",
                column=column,
                example=f"1{mark}234",
                count=count,
            )
            for mark, role in zip(MARKS, (rule.dot, rule.comma), strict=True)
            if role == "thousands" and (count := self._ambiguous[column][mark])
        ]


def _mixed(column: str, marks: Mapping[Mark, int]) -> Message:
    return Message(
        "{column} mixes decimal dots ({dots:integer} cells) and decimal commas ({commas:integer} cells).",
        column=column,
        dots=marks["."],
        commas=marks[","],
    )


def _written_with(column: str, unit: str, count: int) -> Message:
    return plural(
        "{column} was written with {unit} in {count:integer} cell.",
        "{column} was written with {unit} in {count:integer} cells.",
        "count",
        column=column,
        unit=unit,
        count=count,
    )
