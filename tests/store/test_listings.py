"""Listings go in whole or not at all, once, and come out as they went in - on SQLite and on PostgreSQL."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Thread

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from pricing_core.errors import ListingsError, StorageError, in_full
from pricing_core.listings.ingestion import read_frame, read_listings, read_table
from pricing_core.nouns.schema import LISTING_COLUMNS
from pricing_core.store import Store
from pricing_core.store.client_table import read_source
from pricing_core.store.listings import Loaded
from pricing_core.store.tables.core import raw_data, rejected_rows

HEADER = ",".join(LISTING_COLUMNS)
FIRST = 'casa,"Ñuñoa, ""norte""",80.5,,3,2,-33.4512,-70.6,14500.25'
SECOND = ",Maipú,61,70,2,,-33.51,-70.7604,3900"
BAD = "casa,Maipú,61,70,2,1,-33.51,-70.7604,0"
GOOD_FILE = "\n".join([HEADER, FIRST, BAD, SECOND])
OTHER_FILE = "\n".join([HEADER, SECOND])


def load(store: Store, *files: str | bytes, is_sample: bool = False, replace: bool = False) -> Loaded:
    with ExitStack() as stack:
        contents = [io.BytesIO(file if isinstance(file, bytes) else file.encode()) for file in files]
        parts = [
            stack.enter_context(read_listings(content, file_name=f"{place}.csv", is_train=place == 0))
            for place, content in enumerate(contents)
        ]
        return store.listings.load(parts, is_sample=is_sample, replace=replace)


def test_rows_come_out_as_they_went_in(store: Store) -> None:
    load(store, GOOD_FILE)
    frame = store.listings.frame()
    expected, _ = read_frame(io.BytesIO(GOOD_FILE.encode()))
    expected = expected.drop(columns="as_written")
    pd.testing.assert_frame_equal(frame[[*expected.columns]], expected)
    assert frame.columns[:3].tolist() == ["id", "dataset_id", "row_number"]
    assert store.listings.count() == 2


def test_a_dataset_says_what_it_holds(store: Store) -> None:
    (dataset,) = load(store, GOOD_FILE).datasets
    assert (dataset.file_name, dataset.rows, dataset.train_rows, dataset.rejected_rows) == ("0.csv", 2, 2, 1)
    assert dataset.active
    assert store.listings.datasets() == [dataset]
    assert dataset.created_at.tzinfo is not None


def test_rejected_rows_are_kept_with_their_reasons(store: Store) -> None:
    (dataset,) = load(store, GOOD_FILE).datasets
    (rejection,) = store.listings.rejections(dataset.id)
    assert (rejection.row, str(rejection.reason)) == (1, "price is not positive: '0'")
    assert rejection.content["sector"] == "Maipú"


def test_the_same_file_twice_changes_nothing(store: Store) -> None:
    first = load(store, GOOD_FILE)
    fingerprint = store.listings.fingerprint()
    again = load(store, GOOD_FILE)
    assert (first.changed, again.changed) == (True, False)
    assert again.datasets == first.datasets
    assert "stored already as dataset 1" in str(again.notes[0])
    assert (store.listings.count(), store.listings.fingerprint()) == (2, fingerprint)


def test_the_same_rows_written_otherwise_are_the_same_dataset(store: Store) -> None:
    load(store, GOOD_FILE)
    rows = [FIRST.replace('"', "").replace(", norte", "* norte"), SECOND]
    text = "\n".join([HEADER, *rows]).replace(",", "\t").replace("Ñuñoa* norte", '"Ñuñoa, ""norte"""')
    assert not load(store, text.encode("utf-16")).changed


def test_train_and_test_files_are_loaded_together(store: Store) -> None:
    loaded = load(store, GOOD_FILE, OTHER_FILE)
    assert [(d.train_rows, d.test_rows) for d in loaded.datasets] == [(2, 0), (0, 1)]
    assert store.listings.frame("is_train")["is_train"].tolist() == [True, True, False]


def test_when_one_file_is_bad_nothing_of_the_other_is_stored(store: Store) -> None:
    with pytest.raises(ListingsError, match=r"No row of 1.csv can be used: price is not positive \(1 row\)"):
        load(store, GOOD_FILE, f"{HEADER}\n{BAD}")
    assert (store.listings.datasets(), store.listings.fingerprint(), store.listings.count()) == ([], "", 0)


def test_when_the_database_fails_midway_nothing_is_stored(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise StorageError("the disk is full")

    monkeypatch.setattr("pricing_core.store.listings.copy_in", fail)
    with pytest.raises(StorageError, match="disk is full"):
        load(store, GOOD_FILE)
    assert store.listings.datasets() == []


def test_real_listings_set_the_sample_aside(store: Store) -> None:
    load(store, GOOD_FILE, is_sample=True)
    loaded = load(store, OTHER_FILE)
    assert list(map(str, loaded.notes)) == ["The shipped sample was set aside (0.csv): kept, but no longer used."]
    assert [d.active for d in store.listings.datasets()] == [True, False]
    assert len(store.listings.frame()) == store.listings.count() == 1


def test_the_sample_does_not_mix_with_real_listings(store: Store) -> None:
    load(store, OTHER_FILE)
    loaded = load(store, GOOD_FILE, is_sample=True)
    assert [d.active for d in loaded.datasets] == [False]
    assert store.listings.count() == 1


def test_files_add_up_unless_they_replace(store: Store) -> None:
    load(store, GOOD_FILE)
    load(store, OTHER_FILE)
    assert store.listings.count() == 3
    assert load(store, OTHER_FILE, replace=True).changed
    assert store.listings.count() == 1


def test_a_dataset_that_was_set_aside_comes_back(store: Store) -> None:
    before = load(store, GOOD_FILE) and store.listings.fingerprint()
    load(store, OTHER_FILE, replace=True)
    loaded = load(store, GOOD_FILE, replace=True)
    assert loaded.changed
    assert "it is in use again" in str(loaded.notes[0])
    assert store.listings.fingerprint() == before


def test_an_empty_store_gives_an_empty_frame_with_all_columns(store: Store) -> None:
    frame = store.listings.frame()
    assert len(frame) == 0
    assert set(LISTING_COLUMNS) < set(frame.columns)
    assert frame["price"].dtype == np.float64


def test_two_loads_of_one_file_at_once_store_it_once(store: Store) -> None:
    changed: list[bool] = []
    threads = [Thread(target=lambda: changed.append(load(store, GOOD_FILE).changed)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(changed) == [False, False, False, True]
    assert store.listings.count() == 2


def test_many_rows_and_rejections_arrive_whole(store: Store) -> None:
    prices = np.random.default_rng(1).permutation(np.arange(30_000) / 8)
    lines = [f'casa,"a\\b {n}",,,{n % 7},,-33.{n},-70.5,{price}' for n, price in enumerate(prices)]
    (dataset,) = load(store, "\n".join([HEADER, *lines, *["x,y"] * 6_000])).datasets
    frame = store.listings.frame("price", "sector")
    assert frame["price"].tolist() == prices[prices > 0].tolist()
    assert frame["sector"][0] == "a\\b 0"
    assert dataset.rejected_rows == 6_001
    with store.database.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(rejected_rows)) == 6_001


# The table raw_data of another database, which the client fills.


@pytest.fixture
def client_url(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[str]:
    """An empty database of a client, on each kind."""
    if database_url.startswith("postgresql"):
        yield request.getfixturevalue("empty_postgresql_url")
    else:
        sqlite3.connect(tmp_path / "client.db").close()
        yield f"sqlite:///{tmp_path / 'client.db'}"


def fill(url: str, columns: str, *rows: str) -> None:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE raw_data ({columns})")
        for row in rows:
            connection.exec_driver_sql(f"INSERT INTO raw_data VALUES ({row})")
    engine.dispose()


TYPED = (
    "id INTEGER PRIMARY KEY, type TEXT, sector INTEGER, net_usable_area REAL, net_area NUMERIC(10,3), n_rooms INTEGER, "
    "n_bathroom REAL, latitude DOUBLE PRECISION, longitude DOUBLE PRECISION, price NUMERIC(12,3), "
    "is_train BOOLEAN, photo TEXT"
)


def test_the_table_of_a_client_is_read(store: Store, client_url: str) -> None:
    rows = ["2, 'casa', 98178, NULL, 85.125, 3, 1.5, -33.456, -70.5, 4.125, FALSE, 'x'"]
    rows += ["1, 'casa', 98125, 61, 70, NULL, 1, -33.5, -70.5, 0, TRUE, 'x'"]
    fill(client_url, TYPED, *rows)
    with read_source(client_url) as source, read_table(source) as reader:
        (dataset,) = store.listings.load([reader]).datasets
    (listing,) = store.listings.frame(*LISTING_COLUMNS).to_dict("records")
    assert (listing["sector"], listing["net_area"], listing["price"]) == ("98178", 85.125, 4.125)
    assert (dataset.test_rows, dataset.rejected_rows) == (1, 1)
    assert dataset.file_name == f"raw_data of {Path(sa.make_url(client_url).database or '').name}"
    assert list(map(str, dataset.notes)) == ["Columns kept out: id and photo."]


def test_a_table_of_text_is_read_like_a_file(client_url: str) -> None:
    fill(
        client_url,
        ", ".join(f"{name} TEXT" for name in LISTING_COLUMNS),
        "'casa','x','80','','3','2','-33,45','','4.500'",
        "'casa','x','80','','3','2','-33,45','','980'",
    )
    with read_source(client_url) as source, read_table(source) as reader:
        (frame,) = reader
    assert frame[["latitude", "price"]].to_numpy().tolist() == [[-33.45, 4500], [-33.45, 980]]


def test_reading_a_client_s_database_changes_nothing_in_it(tmp_path: Path) -> None:
    path = tmp_path / "client.db"
    fill(f"sqlite:///{path}", TYPED, "1, 'casa', 1, 61, 70, 1, 1, -33.5, -70.5, 5, TRUE, 'x'")
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    with read_source(f"sqlite:///{path}") as source, read_table(source) as reader:
        assert sum(map(len, reader)) == 1
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert [file.name for file in tmp_path.iterdir()] == ["client.db"]


def test_a_table_in_chunks_keeps_its_order(client_url: str) -> None:
    rows = [f"{n}, 'casa', {n}, 61, 70, 1, 1, -33.5, -70.5, {n}, TRUE, 'x'" for n in range(25, 0, -1)]
    fill(client_url, TYPED, *rows)
    with read_source(client_url, chunk_rows=10) as source, read_table(source) as reader:
        assert pd.concat(list(reader))["price"].tolist() == list(range(1, 26))


def test_a_database_without_the_table_says_which_it_has(client_url: str) -> None:
    missing = r"no such table or view; SOURCE_TABLE names it\. Those there are: none"
    with pytest.raises(ListingsError, match=missing), read_source(client_url):
        pass


def test_any_table_or_view_can_be_named(client_url: str) -> None:
    fill(client_url, TYPED, "1, 'casa', 98125, 61, 70, 3, 1, -33.5, -70.5, 4.125, TRUE, 'x'")
    engine = sa.create_engine(client_url)
    with engine.begin() as connection:
        connection.exec_driver_sql('CREATE VIEW "Mis publicaciones" AS SELECT * FROM raw_data')
    engine.dispose()
    schema = "main" if client_url.startswith("sqlite") else "public"
    for name in ("Mis publicaciones", f"{schema}.Mis publicaciones", f"{schema}.raw_data"):
        with read_source(client_url, name) as source, read_table(source) as reader:
            assert pd.concat(list(reader))["price"].tolist() == [4.125]


def test_a_table_without_the_columns_says_which_it_has(client_url: str) -> None:
    fill(client_url, "type TEXT, price REAL", "'casa', 1")
    with (
        read_source(client_url) as source,
        pytest.raises(ListingsError, match=r"raw_data .* lacks the columns sector, .*; it has type and price"),
        read_table(source),
    ):
        pass


def test_a_table_without_rows_says_so(client_url: str) -> None:
    fill(client_url, TYPED)
    with (
        read_source(client_url) as source,
        pytest.raises(ListingsError, match="no rows: at least one listing is needed"),
        read_table(source),
    ):
        pass


def test_a_file_that_is_missing_is_not_created(tmp_path: Path) -> None:
    with pytest.raises(ListingsError, match="does not exist"), read_source(f"sqlite:///{tmp_path / 'none.db'}"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("no database " * 100)
    with pytest.raises(StorageError, match="is no database"), read_source(f"sqlite:///{tmp_path / 'text.db'}"):
        pass


def test_a_database_that_cannot_be_reached_is_said_without_its_password() -> None:
    url = "postgresql://reader:hush@127.0.0.1:1/listings"
    with pytest.raises(StorageError, match="cannot be read") as caught, read_source(url):
        pass
    assert "127.0.0.1" not in str(caught.value)
    assert "127.0.0.1" in in_full(caught.value)
    assert "hush" not in in_full(caught.value)


def test_the_rows_of_a_dataset_belong_to_it(store: Store) -> None:
    (dataset,) = load(store, GOOD_FILE).datasets
    with store.database.read() as connection:
        assert set(connection.scalars(sa.select(raw_data.c.dataset_id))) == {dataset.id}


def test_a_table_with_columns_of_its_own_names_is_read_by_them(client_url: str) -> None:
    columns = (
        "tipo TEXT, comuna TEXT, m2_utiles REAL, m2_totales REAL, dorms INT, banos INT, lat REAL, lng REAL, precio REAL"
    )
    fill(client_url, columns, "'casa', 'Maipú', 85, 120, 3, 2, -33.5, -70.7, 5200")
    with read_source(client_url) as source, read_table(source) as reader:
        (frame,) = reader
    assert frame[["net_usable_area", "net_area", "n_rooms", "price"]].to_numpy().tolist() == [[85, 120, 3, 5200]]
