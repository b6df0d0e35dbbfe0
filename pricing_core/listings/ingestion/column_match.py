"""What became of the columns of a table: which stands where, and what is still to be said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pricing_core.nouns.schema import LISTING_COLUMNS
from pricing_core.words import Message


@dataclass(frozen=True)
class Match:
    """What became of the columns of a table.

    Parameters
    ----------
    places
        Where the columns of the contract stand.
    said
        Those that a person placed.
    clashes
        Columns that several columns of the table could be with equal right, by place.
    proposals
        Columns that nothing was found for, and what could be them.
    aside
        Places that a person leaves aside.
    absent
        Columns that the table does not have, as a person said.
    constants
        Columns that the table does not have, and of which a person said what they hold in all rows.
    notes
        What was taken for what.
    """

    places: Mapping[str, int] = field(default_factory=dict)
    said: frozenset[str] = frozenset()
    clashes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    proposals: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    aside: frozenset[int] = frozenset()
    absent: frozenset[str] = frozenset()
    constants: frozenset[str] = frozenset()
    notes: tuple[Message, ...] = ()

    @property
    def missing(self) -> list[str]:
        """The columns of the contract that were not found."""
        there = {*self.places, *self.absent, *self.constants}
        return [column for column in LISTING_COLUMNS if column not in there]
