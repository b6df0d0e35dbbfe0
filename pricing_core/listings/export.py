"""Tables as files: CSV and Excel that a spreadsheet opens without running what is in them, Parquet, JSON Lines."""

from __future__ import annotations

import gzip
import io
from pathlib import Path
from typing import BinaryIO, Final

import pandas as pd
import xlsxwriter

from pricing_core.errors import InputError
from pricing_core.whole_file import whole_file

TABLE_ENDINGS: Final = (".csv", ".csv.gz", ".xlsx", ".parquet", ".jsonl")
_ROWS_OF_A_SHEET: Final = 1_048_576

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


def excel_bytes(frame: pd.DataFrame) -> bytes:
    """The frame as an Excel workbook, in which text is text whatever it begins with."""
    content = io.BytesIO()
    write_table(frame, content, ".xlsx")
    return content.getvalue()


def table_format(path: Path) -> str:
    """The format that a file is to have by its ending.

    Raises
    ------
    InputError
        When it is none of those that are written.
    """
    found = next((ending for ending in TABLE_ENDINGS if path.name.lower().endswith(ending)), None)
    if found is None:
        raise InputError(
            "{file:quoted} cannot be written: name a file that ends in {endings:choice}.",
            file=path.name,
            endings=TABLE_ENDINGS,
        )
    return found


def save_table(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame to a file that is there whole or not at all, in the format of its ending.

    Raises
    ------
    InputError
        When it cannot be written.
    """
    ending = table_format(path)
    try:
        with whole_file(path) as temporary:
            write_table(frame, temporary, ending)
    except OSError as error:
        raise InputError(
            "{file} cannot be written: {problem}.",
            inside=f"Its path is {path}.",
            file=path.name,
            problem=error.strerror,
        ) from None


def write_table(frame: pd.DataFrame, place: Path | BinaryIO, ending: str) -> None:
    """Write a frame in one of the formats of `TABLE_ENDINGS`.

    Raises
    ------
    InputError
        When it has more rows than a sheet.
    """
    if ending == ".parquet":
        frame.to_parquet(place, index=False)
    elif ending == ".xlsx":
        _write_excel(frame, place)
    else:
        content = _json_lines(frame) if ending == ".jsonl" else csv_bytes(frame)
        content = gzip.compress(content, mtime=0) if ending == ".csv.gz" else content
        if isinstance(place, Path):
            place.write_bytes(content)
        else:
            place.write(content)


def _json_lines(frame: pd.DataFrame) -> bytes:
    text = frame.to_json(orient="records", lines=True, force_ascii=False, double_precision=15)
    return text.encode("utf-8", "replace")


def _write_excel(frame: pd.DataFrame, place: Path | BinaryIO) -> None:
    if len(frame) >= _ROWS_OF_A_SHEET:
        raise InputError(
            "A sheet of Excel has {most:integer} rows, and there are {rows:integer}: write .csv or .parquet.",
            most=_ROWS_OF_A_SHEET,
            rows=len(frame),
        )
    # Row by row to a temporary file, so that a large table is not held a second time; nothing becomes a formula.
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(place, options) as workbook:
        sheet = workbook.add_worksheet()
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, [str(name) for name in frame.columns])
        columns = [_plain(frame[name]) for name in frame.columns]
        for number, row in enumerate(zip(*columns, strict=True), 1):
            for at, cell in enumerate(row):
                if cell is not None:
                    sheet.write(number, at, cell)


def _plain(column: pd.Series) -> list[object]:
    cells = column.astype(object).where(column.notna(), None).tolist()
    return [cell if isinstance(cell, bool | int | float | None) else str(cell) for cell in cells]
