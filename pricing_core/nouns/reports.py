"""What a report on a file says of many rows at once: a reason or a check, how many rows, and three of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from pricing_core.nouns.base import Noun
from pricing_core.words import Message

Severity = Literal["error", "warning"]
EXAMPLES: Final = 3
"""So many rows are shown of each group."""


@dataclass(frozen=True)
class Example(Noun):
    """One row of a group: its number from 0, its line in the file where it has one, and what is to be said of it.

    ``file`` names the file where a report is on several.
    """

    row: int
    line: int | None
    text: Message | str
    file: str = ""

    @property
    def place(self) -> Message:
        """Where a person finds it."""
        place = (
            Message("row {row:integer}", row=self.row)
            if self.line is None
            else Message("line {line:integer}", line=self.line)
        )
        return Message("{file}, {place}", file=self.file, place=place) if self.file else place


@dataclass(frozen=True)
class KeptOut(Noun):
    """The rows that one reason kept out; the text of an example is the cell that it is about."""

    reason: Message
    rows: int
    examples: list[Example]


@dataclass(frozen=True)
class Found(Noun):
    """The rows, taken in or only checked, of which one check says the same, and what helps where they are many."""

    check: str
    severity: Severity
    rows: int
    examples: list[Example]
    fix: Message | None = None
