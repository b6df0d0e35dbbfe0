"""What a client declares is stored beside the core, and a column more or less needs no migration."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from pricing_core.listings.ingestion import read_frame, read_listings
from pricing_core.nouns.declared import CORE_ALONE, Declaration
from pricing_core.nouns.schema import LISTING_COLUMNS
from pricing_core.store import Store
from pricing_core.store.listings import Loaded
from tests.declared import declaration

HEADER = ",".join(LISTING_COLUMNS)
FILE = f"""{HEADER},Año de construcción,parking,to_centre (km),pool,view,sold on
casa,Maipú,80,,3,2,-33.5,-70.7,3900,1995,2,"2,5",sí,park,31-03-2024
casa,Maipú,61,70,2,,-33.51,-70.76,3900,,,,,,
"""
CORE = "\n".join(",".join(line.split(",")[:9]) for line in FILE.splitlines())
FEWER = "columns:\n  - {name: parking, role: count}\n"


@pytest.fixture
def columns(tmp_path: Path) -> Declaration:
    return declaration(tmp_path)


@pytest.fixture
def opened(database_url: str) -> Iterator[Callable[[Declaration], Store]]:
    """The same database under one declaration after the other."""
    stores: list[Store] = []

    def open_with(columns: Declaration) -> Store:
        stores.append(Store(database_url, columns))
        return stores[-1]

    yield open_with
    for store in stores:
        store.close()


def load(store: Store, text: str) -> Loaded:
    with read_listings(io.BytesIO(text.encode()), file_name="a.csv", declared=store.columns) as part:
        return store.listings.load([part])


def test_declared_columns_come_out_typed_after_the_core(
    opened: Callable[[Declaration], Store], columns: Declaration
) -> None:
    store = opened(columns)
    load(store, FILE)
    frame = store.listings.frame()
    assert frame.columns.tolist() == ["id", "dataset_id", "row_number", *LISTING_COLUMNS, *columns.names, "is_train"]
    first = frame.iloc[0]
    assert (first["year_built"], first["parking"], first["to_centre"], first["view"]) == (1995, 2, 2.5, "park")
    assert (bool(first["pool"]), first["sold_on"]) == (True, pd.Timestamp("2024-03-31"))
    assert frame.iloc[1][[*columns.names]].isna().all()
    read, _ = read_frame(io.BytesIO(FILE.encode()), declared=columns)
    pd.testing.assert_frame_equal(frame[[*LISTING_COLUMNS, *columns.names]], read[[*LISTING_COLUMNS, *columns.names]])


def test_a_reviewer_sees_the_text_of_a_cell_that_was_left_empty(
    opened: Callable[[Declaration], Store], columns: Declaration
) -> None:
    store = opened(columns)
    load(store, FILE.replace("1995", "1196").replace("31-03-2024", "04/05/2024"))
    key = store.listings.frame("id")["id"].tolist()[0]
    assert store.listings.as_written(key) == {"year_built": "1196", "sold_on": "04/05/2024"}


def test_without_declared_values_the_fingerprint_is_that_of_the_core(
    opened: Callable[[Declaration], Store], columns: Declaration
) -> None:
    (core,) = load(opened(CORE_ALONE), CORE).datasets
    again = load(opened(columns), CORE)
    assert not again.changed
    assert again.datasets[0].fingerprint == core.fingerprint


def test_a_column_declared_later_is_filled_into_the_listings_that_are_there(
    opened: Callable[[Declaration], Store], columns: Declaration
) -> None:
    before = opened(CORE_ALONE)
    (dataset,) = load(before, FILE).datasets
    ids = before.listings.frame("id")["id"].tolist()
    before.reviews.settle(ids[:1], "keep", reason="seen", corrections=None, seen=None, reviewed_by="ana")
    store = opened(columns)
    assert store.listings.frame()[[*columns.names]].isna().all(axis=None)
    loaded = load(store, FILE)
    assert loaded.changed
    assert "what you declare was filled in" in str(loaded.notes[0])
    assert (loaded.datasets[0].id, store.listings.count()) == (dataset.id, 2)
    assert loaded.datasets[0].fingerprint != dataset.fingerprint
    assert store.listings.frame()["year_built"].tolist()[0] == 1995
    assert store.reviews.in_force()["listing_id"].tolist() == ids[:1]
    assert not load(store, FILE).changed


def test_a_column_that_is_dropped_leaves_the_frame_and_comes_back(
    opened: Callable[[Declaration], Store], columns: Declaration, tmp_path: Path
) -> None:
    load(opened(columns), FILE)
    fewer = opened(declaration(tmp_path, FEWER))
    assert fewer.listings.frame()["parking"].tolist()[0] == 2
    assert "view" not in fewer.listings.frame()
    assert not load(opened(CORE_ALONE), CORE).changed
    assert opened(columns).listings.frame()["view"].tolist()[0] == "park"


def test_the_ledger_keeps_what_a_listing_had(opened: Callable[[Declaration], Store], columns: Declaration) -> None:
    store = opened(columns)
    load(store, FILE)
    key = store.listings.frame("id")["id"].tolist()[0]
    (line,) = store.reviews.settle(
        [key], "correct", reason="typo", corrections={"year_built": 1996}, seen=None, reviewed_by="ana"
    )
    assert (line.before["values"]["year_built"], line.before["values"]["sold_on"]) == (1995, "2024-03-31")
