"""A file to fill in: the columns of a listing, and two examples of how to write them."""

from __future__ import annotations

from typing import Final

import pandas as pd

from pricing_core.listings.export import csv_bytes, excel_bytes
from pricing_core.listings.sample import generate
from pricing_core.nouns.schema import LISTING_COLUMNS

_EXAMPLES: Final = 2
_SEED: Final = 42


def template_frame() -> pd.DataFrame:
    """The columns of the contract, with invented listings that are read back as they are."""
    return generate(_EXAMPLES, _SEED)[list(LISTING_COLUMNS)]


def template_csv() -> bytes:
    """The same as CSV."""
    return csv_bytes(template_frame())


def template_excel() -> bytes:
    """The same as a workbook."""
    return excel_bytes(template_frame())
