"""A file to fill in: the columns of a listing, and two examples of how to write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from pricing_core.listings.export import csv_bytes, excel_bytes
from pricing_core.listings.sample import generate
from pricing_core.nouns.declared import CORE_ALONE, Declaration, DeclaredColumn, DeclaredRole
from pricing_core.nouns.schema import LISTING_COLUMNS

_EXAMPLES: Final = 2
_SEED: Final = 42
_USUAL: Final[Mapping[DeclaredRole, str | float]] = {
    "number": 1,
    "count": 1,
    "year": 2010,
    "yes/no": "no",
    "category": "A",
    "date": "2026-03-31",
}


def template_frame(columns: Declaration = CORE_ALONE) -> pd.DataFrame:
    """The columns of the contract, with invented listings that are read back as they are.

    Those that the client declares come after them, with one example.
    """
    core = generate(_EXAMPLES, _SEED)[list(LISTING_COLUMNS)].reset_index(drop=True)
    nothing = [None] * (_EXAMPLES - 1)
    return core.assign(**{each.name: pd.Series([_example(each), *nothing], dtype=object) for each in columns})


def _example(column: DeclaredColumn) -> str | float | None:
    """A value within the limits, as a person writes it."""
    usual = _USUAL[column.role]
    possible = [value for value in (usual, column.minimum, column.maximum) if value is not None]
    return next((value for value in possible if column.allows(value)), None)


def template_csv(columns: Declaration = CORE_ALONE) -> bytes:
    """The same as CSV."""
    return csv_bytes(template_frame(columns))


def template_excel(columns: Declaration = CORE_ALONE) -> bytes:
    """The same as a workbook."""
    return excel_bytes(template_frame(columns))
