"""One cell that bulk reading left: a number with words, a unit, degrees, or none at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pricing_core.listings.ingestion.count_words import counted
from pricing_core.listings.ingestion.degrees import degrees
from pricing_core.listings.ingestion.units import split_unit
from pricing_core.nouns.schema import Column


@dataclass(frozen=True)
class Cell:
    """What a cell says.

    Attributes
    ----------
    body
        The number as text, to be read under both decimal marks; ``""`` where there is none.
    unit
        What was taken off it.
    value
        The number, where words leave no doubt about its marks.
    beside
        What the cell says of other columns, as ``3D2B`` and ``lat, lon`` do.
    """

    body: str = ""
    unit: str = ""
    value: float | None = None
    beside: Mapping[str, float] = field(default_factory=dict)


def read_cell(text: str, column: Column) -> Cell:
    """Understand the text of a cell as its column means it."""
    if column.role in ("count", "coordinate"):
        found = counted(text) if column.role == "count" else degrees(text, column.name)
        if column.name not in found:
            return Cell()
        beside = {name: value for name, value in found.items() if name != column.name}
        return Cell(value=found[column.name], beside=beside)
    split = split_unit(text, column)
    return Cell() if split is None else Cell(split.body, split.unit)
