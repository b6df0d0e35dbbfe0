"""A number that somebody typed alone, without other cells that tell how it is written."""

from __future__ import annotations

import pyarrow as pa

from pricing_core.listings.ingestion.declared_cells import number_readings
from pricing_core.listings.ingestion.numerals import read_numerals
from pricing_core.nouns.declared import CORE_ALONE, Declaration
from pricing_core.nouns.schema import COLUMN, NUMBERS


def sure_number(text: str, column: str, columns: Declaration = CORE_ALONE) -> float | None:
    """The number that a text is in a column whatever its marks mean; ``None`` where that is open, or it is none.

    A unit beside it is not taken off: nothing says what it should be.
    """
    if column in NUMBERS:
        numerals = read_numerals(pa.array([text]), COLUMN[column])
        if numerals.units or numerals.beside:
            return None
        found = {float(value) for value in (numerals.dot[0], numerals.comma[0]) if value == value}  # noqa: PLR0124
    elif column in columns and columns[column].role in ("number", "count"):
        found = set(number_readings(columns[column], text.strip()).values())
    else:
        return None
    return found.pop() if len(found) == 1 else None
