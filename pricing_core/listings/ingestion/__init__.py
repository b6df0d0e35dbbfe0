"""Files and database tables -> checked listings, with every row that was kept out and why."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Final

import pandas as pd

from pricing_core.listings.ingestion.header import Header
from pricing_core.listings.ingestion.matching import SettingsOf, column_rules, nothing_said
from pricing_core.listings.ingestion.number_style import Hints
from pricing_core.listings.ingestion.opening import glance_at, open_rows
from pricing_core.listings.ingestion.previewing import preview_listings
from pricing_core.listings.ingestion.reader import FindUf, ListingsReader
from pricing_core.listings.ingestion.tables import DatabaseTable, FileTable, RowSource, Table
from pricing_core.nouns import ANY_TABLE, File, Progress, TableChoice
from pricing_core.nouns.declared import CORE_ALONE, Declaration

__all__ = [
    "FindUf",
    "Header",
    "Hints",
    "ListingsReader",
    "RowSource",
    "SettingsOf",
    "look_at_listings",
    "nothing_said",
    "preview_listings",
    "read_frame",
    "read_listings",
    "read_table",
]

_CHUNK_ROWS: Final = 20_000


def look_at_listings(
    source: BinaryIO,
    file_name: str,
    *,
    require_price: bool,
    choice: TableChoice = ANY_TABLE,
    declared: Declaration = CORE_ALONE,
) -> None:
    """Refuse what is no table of listings by its first lines alone; the rows come later, and with them the rest.

    Raises
    ------
    ListingsError
        With the reason.
    """
    with ExitStack() as stack:
        rows = glance_at(source, file_name, choice, stack)
        rules = column_rules(nothing_said, None, None, declared)
        FileTable(rows, file_name, _CHUNK_ROWS, require_price=require_price, rules=rules)


def read_listings(
    source: File,
    *,
    file_name: str | None = None,
    minimum_price: float = 0.0,
    is_train: bool = True,
    chunk_rows: int = _CHUNK_ROWS,
    require_price: bool = True,
    currency: str | None = None,
    area_unit: str | None = None,
    declared: Declaration = CORE_ALONE,
    columns: SettingsOf = nothing_said,
    choice: TableChoice = ANY_TABLE,
    progress: Progress | None = None,
    hints: Hints | None = None,
    uf: FindUf | None = None,
) -> ListingsReader:
    """Read a file of listings: CSV, Excel, OpenDocument, Parquet, JSON or JSON Lines, also packed with gzip or zip.

    Parameters
    ----------
    source
        A path, or a file that is open for reading bytes; it is read from its start and not closed.
    file_name
        The name in messages; by default that of the source.
    minimum_price
        Rows with a price at or below this are kept out.
    is_train
        Of every row, where the file has no column ``is_train``.
    chunk_rows
        Rows per chunk; memory grows with it.
    require_price
        Without it, rows and whole files need no price, and prices are not held against the limit.
    currency, area_unit
        Those of the settings. A cell that is typed with another unit is kept out. Without them, units are taken off
        where a column has one kind only.
    declared
        The columns that the client declares beside those of the core.
    columns
        Gives what a person said of the columns, for their names as the file has them.
    choice
        Which table, where the file holds several.
    progress
        Told the stage and the fraction done.
    hints
        What is known beforehand of how numbers are written.
    uf
        Gives what prices in pesos and UF are converted by; without it, those in another currency are kept out.

    Returns
    -------
    ListingsReader
        A context manager; iterating it gives data frames of the listing columns, ``is_train`` and ``row_number``.
        Entering it raises `ListingsError` when the file is no listing table.
    """
    name = file_name or _name_of(source)
    rules = column_rules(columns, currency, area_unit, declared)

    def open_table(stack: ExitStack, told: Progress) -> Table:
        rows, found_in = open_rows(source, name, choice, told, stack)
        return FileTable(rows, name, chunk_rows, require_price=require_price, rules=rules, notes=found_in)

    return ListingsReader(
        open_table,
        name,
        minimum_price=minimum_price if require_price else None,
        is_train=is_train,
        currency=currency,
        area_unit=area_unit,
        declared=declared,
        progress=progress,
        hints=hints,
        uf=uf,
    )


def read_table(
    source: RowSource,
    *,
    minimum_price: float = 0.0,
    is_train: bool = True,
    currency: str | None = None,
    area_unit: str | None = None,
    declared: Declaration = CORE_ALONE,
    columns: SettingsOf = nothing_said,
    progress: Progress | None = None,
    hints: Hints | None = None,
    uf: FindUf | None = None,
) -> ListingsReader:
    """Read the listings of another database, opened by `pricing_core.store.client_table`; see `read_listings`."""
    rules = column_rules(columns, currency, area_unit, declared)
    return ListingsReader(
        lambda _stack, _told: DatabaseTable(source, require_price=True, rules=rules),
        source.name,
        minimum_price=minimum_price,
        is_train=is_train,
        currency=currency,
        area_unit=area_unit,
        declared=declared,
        progress=progress,
        hints=hints,
        uf=uf,
    )


def read_frame(
    source: File,
    *,
    file_name: str | None = None,
    minimum_price: float = 0.0,
    require_price: bool = True,
    currency: str | None = None,
    area_unit: str | None = None,
    declared: Declaration = CORE_ALONE,
    columns: SettingsOf = nothing_said,
    choice: TableChoice = ANY_TABLE,
    progress: Progress | None = None,
    hints: Hints | None = None,
    uf: FindUf | None = None,
) -> tuple[pd.DataFrame, ListingsReader]:
    """Read a whole file into one data frame; see `read_listings`.

    Returns
    -------
    DataFrame
        The rows that can be used; ``row_number`` tells their places in the file.
    ListingsReader
        Closed; its counts, reasons and notes stay.

    Raises
    ------
    ListingsError
        When the file is no listing table, or none of its rows can be used.
    """
    with read_listings(
        source,
        file_name=file_name,
        minimum_price=minimum_price,
        require_price=require_price,
        currency=currency,
        area_unit=area_unit,
        declared=declared,
        columns=columns,
        choice=choice,
        progress=progress,
        hints=hints,
        uf=uf,
    ) as reader:
        chunks = list(reader)
        reader.require_rows()
    return pd.concat(chunks, ignore_index=True), reader


def _name_of(source: File) -> str:
    if isinstance(source, Path):
        return source.name or str(source)
    name = getattr(source, "name", None)
    return Path(name).name if isinstance(name, str) and name else "The file"
