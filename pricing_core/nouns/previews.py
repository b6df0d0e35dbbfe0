"""A file as it would be read: which column is which, how its first cells are read, and what would be refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pricing_core.nouns.base import Noun
from pricing_core.nouns.declared import DeclaredValue
from pricing_core.nouns.listings import DecimalMark, Rejection
from pricing_core.words import Message


@dataclass(frozen=True)
class PreviewColumn(Noun):
    """One column of a file.

    Parameters
    ----------
    name
        As the file has it.
    column
        Which of ours it is, ``""`` where none.
    likely
        Which of ours it could be.
    unit
        The unit that its name or a person says.
    decimal
        The decimal mark that a person said.
    cells
        Its first cells, as they stand there.
    readings
        Cells and what they are read as, where that could be told.
    """

    name: str
    column: str
    likely: tuple[str, ...]
    unit: str
    decimal: DecimalMark | None
    cells: tuple[str, ...]
    readings: tuple[tuple[str, DeclaredValue | None], ...] = ()


@dataclass(frozen=True)
class Preview(Noun):
    """The first rows of a file as they would be read.

    Parameters
    ----------
    columns
        All columns of the file.
    fields
        What a column can be.
    missing
        What no column of the file is.
    absent
        What the file does not have, as a person said.
    constants
        What a person said that all rows hold.
    problem
        Why it cannot be read yet, ``None`` where it can.
    notes
        How it was read.
    refused
        Those of its first rows that would be kept out.
    rows
        How many rows were looked at.
    """

    columns: tuple[PreviewColumn, ...]
    fields: tuple[str, ...]
    missing: tuple[str, ...]
    absent: tuple[str, ...]
    problem: Message | None = None
    notes: tuple[Message, ...] = ()
    refused: tuple[Rejection, ...] = field(default=())
    rows: int = 0
    constants: Mapping[str, str] = field(default_factory=dict)
