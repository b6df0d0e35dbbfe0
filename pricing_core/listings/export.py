"""Tables as CSV files that a spreadsheet can open without running what is in them."""

from __future__ import annotations

from typing import Final

import pandas as pd

# A cell that begins with one of these is a formula to Excel, LibreOffice and Google Sheets.
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """The frame as UTF-8 CSV with a byte-order mark; text that a spreadsheet would run gets a ``'`` before it."""
    safe = frame.rename(columns=_harmless).apply(_harmless_column)
    return safe.to_csv(index=False).encode("utf-8-sig", "replace")


def _harmless_column(column: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_datetime64_any_dtype(column.dtype):
        return column
    return column.astype(object).map(_harmless)


def _harmless(value: object) -> object:
    # Leading blanks do not stop a spreadsheet from seeing the formula behind them.
    if isinstance(value, str) and (value.lstrip(" ").startswith(_FORMULA_STARTS) or value.startswith(_FORMULA_STARTS)):
        return f"'{value}"
    return value
