"""What tests of reading share: small tables in any dialect, and how they were read."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from pricing_core.listings.ingestion import ListingsReader, read_frame
from pricing_core.nouns.schema import LISTING_COLUMNS

CASES = Path(__file__).parent / "cases"
HOME = dict(zip(LISTING_COLUMNS, ["casa", "Maipú", "85", "120", "3", "2", "-33.51", "-70.71", "5200"], strict=True))


def read_case(name: str, **options: Any) -> tuple[pd.DataFrame, ListingsReader]:
    return read_frame(CASES / f"{name}.csv", **{"currency": "UF", "area_unit": "m²", **options})


def read_rows(
    rows: Sequence[Mapping[str, str]],
    *,
    names: Mapping[str, str] | None = None,
    without: Sequence[str] = (),
    delimiter: str = ",",
    **options: Any,
) -> tuple[pd.DataFrame, ListingsReader]:
    """Read homes like `HOME`, each with some other cells; ``names`` are the names of columns in the file."""
    columns = [name for name in dict.fromkeys([*HOME, *(name for row in rows for name in row)]) if name not in without]
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerow([(names or {}).get(name, name) for name in columns])
    writer.writerows([{**HOME, **row}.get(name, "") for name in columns] for row in rows)
    options = {"currency": "UF", "area_unit": "m²", "file_name": "listings.csv", **options}
    return read_frame(io.BytesIO(file.getvalue().encode()), **options)


def notes_of(reader: ListingsReader) -> str:
    return "\n".join(map(str, reader.notes))


def reasons_of(reader: ListingsReader) -> dict[int, str]:
    return {rejection.row: str(rejection.reason) for rejection in reader.rejections}
