"""The database: schema, transactions, the log and the ledger of promotions, on SQLite and on PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from pricing_core import Message
from pricing_core.errors import ConflictError, InputError, SettingsError, StorageError, in_full
from pricing_core.nouns import Check, LoggedPrediction, Verdict, Version
from pricing_core.nouns.schema import FEATURES
from pricing_core.store import Database, Store, champion_in, utcnow
from pricing_core.store.tables.core import metadata
from pricing_core.store.upgrade import VERSION_TABLE, upgrade_tables


def logged(**changes: object) -> LoggedPrediction:
    subject: dict[str, object] = dict.fromkeys(FEATURES, 2.0) | {"type": "casa", "sector": "Ñuñoa"}
    content: dict[str, object] = {
        "id": str(uuid4()),
        "created_at": utcnow(),
        "requested_by": "ana",
        "source": "api",
        "version": 1,
        "subject": subject,
        "value": 5_280.5,
        "milliseconds": 3.2,
        "detail": {"notes": [Message.verbatim("a note")]},
    }
    return LoggedPrediction(**(content | changes))  # type: ignore[arg-type]


def a_version(number: int) -> Version:
    return Version(number, "run", "revised", f"f{number}", "file:///m", "0" * 64, {}, {}, utcnow())


def add_version(store: Store, number: int) -> None:
    store.versions.add(a_version(number))


def test_the_migrations_make_exactly_the_declared_tables(store: Store) -> None:
    with store.database.read() as connection:
        options = {"version_table": VERSION_TABLE}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_two_processes_may_upgrade_at_once(tmp_path: Path, empty_postgresql_url: str) -> None:
    for url in (f"sqlite:///{tmp_path / 'new.db'}", empty_postgresql_url):
        stores = [Store(url) for _ in range(4)]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(Store.upgrade, stores))
        assert stores[0].versions.all() == []
        for store in stores:
            store.close()


def test_a_raw_data_table_of_someone_else_is_left_alone(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'theirs.db'}")
    with database.write() as connection:
        connection.execute(sa.text("CREATE TABLE raw_data (price REAL)"))
    with pytest.raises(StorageError, match="SOURCE_DATABASE_URL"):
        Store(database.url.render_as_string()).upgrade()
    with database.read() as connection:
        assert sa.inspect(connection).get_table_names() == ["raw_data"]


@pytest.mark.parametrize("url", ["nonsense", "mysql://a@b/c", "http://x", "sqlite"])
def test_an_address_of_no_supported_database_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL"):
        Database(url)


def test_a_database_that_is_away_is_said_without_its_address_and_its_password() -> None:
    store = Store("postgresql://someone:hidden-word@127.0.0.1:1/none")
    with pytest.raises(StorageError, match="cannot be reached") as caught:
        store.upgrade()
    assert "127.0.0.1" not in str(caught.value)
    assert "127.0.0.1" in in_full(caught.value)
    assert "hidden-word" not in in_full(caught.value)


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    row = logged()
    with pytest.raises(sa.exc.IntegrityError):
        store.predictions.add([logged(), row, row])
    assert store.predictions.count() == 0


def test_a_logged_prediction_comes_back_as_it_was_written(store: Store) -> None:
    row = logged()
    store.predictions.add([row])
    assert store.predictions.get(row.id) == row
    assert store.predictions.get("unknown") is None


def test_the_log_is_filtered_paged_and_newest_first(store: Store) -> None:
    now = utcnow()
    rows = [logged(created_at=now - timedelta(hours=n), requested_by="ana" if n % 2 else "ben") for n in range(6)]
    store.predictions.add(rows)
    assert [row.id for row in store.predictions.find(limit=2, offset=1)] == [rows[1].id, rows[2].id]
    assert store.predictions.count(requested_by="ana") == 3
    assert store.predictions.count(since=now - timedelta(hours=2), until=now) == 2
    choices = store.predictions.choices()
    assert (choices["requested_by"], choices["version"], choices["confidence"]) == (["ana", "ben"], [1], [])


def test_text_that_looks_like_sql_is_only_text(store: Store) -> None:
    store.predictions.add([logged(requested_by="x'; DROP TABLE predict_logs; --")])
    assert store.predictions.count(requested_by="x'; DROP TABLE predict_logs; --") == 1


def test_the_newest_promotion_names_the_champion(store: Store) -> None:
    for number in (1, 2, 3):
        add_version(store, number)
        store.versions.promote(number, promoted_by="ana", reason=Message("better"))
    assert store.versions.champion_number() == 3
    assert [version.is_champion for version in store.versions.all()] == [True, False, False]


def test_rolling_back_twice_goes_two_versions_back(store: Store) -> None:
    for number in (1, 2, 3):
        add_version(store, number)
        store.versions.promote(number, promoted_by="ana", reason=Message("better"))
    store.versions.promote(2, promoted_by="ana", reason=Message("rolled back"))
    assert store.versions.former_champion() == 1
    store.versions.promote(1, promoted_by="ana", reason=Message("rolled back"))
    assert store.versions.former_champion() is None


def test_a_verdict_is_kept_with_its_version(store: Store) -> None:
    check = Check("area", False, Message("Less for more."), {"worst": 0.4})
    verdict = Verdict(False, Message("No."), [check], 40, "held_out", 1, {"mdape": 0.1}, {"mdape": 0.2})
    store.versions.add(a_version(1), verdict)
    add_version(store, 2)
    assert store.versions.verdict(1) == verdict
    assert store.versions.verdict(2) is None
    assert store.versions.passed() == {1: False}


def test_an_override_is_kept_with_its_reason(store: Store) -> None:
    add_version(store, 1)
    add_version(store, 2)
    store.versions.promote(1, promoted_by="ana", reason=Message("the first"))
    store.versions.promote(2, promoted_by="ben", reason=Message("checked by hand"), overrode=["sectors", "area"])
    newest, first = store.versions.ledger()
    assert (newest.version, newest.promoted_by, str(newest.reason)) == (2, "ben", "checked by hand")
    assert newest.overrode == ["sectors", "area"]
    assert first.overrode == []


def test_a_promotion_whose_guard_refuses_never_happened(store: Store) -> None:
    add_version(store, 1)
    add_version(store, 2)
    store.versions.promote(1, promoted_by="ana", reason=Message("the first"))
    seen: list[int | None] = []

    def refuse(connection: sa.Connection) -> None:
        seen.append(champion_in(connection))
        raise ConflictError("The job is no longer this worker's.")

    with pytest.raises(ConflictError):
        store.versions.promote(2, promoted_by="ben", reason=Message("late"), overrode=["error"], guard=refuse)
    assert seen == [1]
    assert store.versions.champion_number() == 1
    assert len(store.versions.ledger()) == 1


def test_former_champions_are_named_once_the_nearest_first(store: Store) -> None:
    for number in (1, 2, 3):
        add_version(store, number)
    for number in (1, 2, 1, 3, 2):
        store.versions.promote(number, promoted_by="ana", reason=Message("to and fro"))
    assert store.versions.former_champions() == [3, 1]


def test_a_version_that_does_not_exist_cannot_be_promoted(store: Store) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        store.versions.promote(9, promoted_by="ana", reason=Message(""))


def test_the_log_is_filtered_by_confidence_and_knows_what_it_may_be_filtered_by(store: Store) -> None:
    grades = ("high", "low", "low", None)
    store.predictions.add([logged(confidence=grade, requested_by=f"p{n}") for n, grade in enumerate(grades)])
    assert store.predictions.count(confidence="low") == 2
    assert {row.confidence for row in store.predictions.find(confidence="low")} == {"low"}
    choices = store.predictions.choices()
    assert choices["confidence"] == ["high", "low"]
    assert choices["requested_by"] == ["p0", "p1", "p2", "p3"]
    assert choices["sector"] == ["Ñuñoa"]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_log_from_before_gets_its_confidence_and_way_of_asking(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}" if kind == "sqlite" else request.getfixturevalue("empty_postgresql_url")
    old = Database(url)
    upgrade_tables(old, "0001")
    details = {"a": {"confidence": "low", "reference_value": 5.0}, "b": {"confidence": "high", "reference_value": None}}
    columns = ("id", "created_at", "requested_by", "source", "version", "value", "milliseconds", "detail")
    table = sa.table("predict_logs", *(sa.column(name) for name in columns[:-1]), sa.column("detail", sa.JSON))
    with old.write() as connection:
        for name, detail in details.items():
            row = dict(zip(columns, (name, utcnow(), "ana", "api", 1, 5.0, 1.0, detail), strict=True))
            connection.execute(table.insert().values(**row))
    upgrade_tables(old)
    old.close()
    store = Store(url)
    found = {row.id: (row.confidence, row.bulk) for row in store.predictions.find()}
    store.close()
    assert found == {"a": ("low", False), "b": ("high", True)}


def test_a_number_beyond_64_bits_is_refused_in_words_where_it_does_not_simply_find_nothing(store: Store) -> None:
    if not store.database.is_sqlite:
        assert store.versions.get(10**20) is None
        return
    with pytest.raises(InputError, match="9,223,372,036,854,775,807 is the largest"):
        store.versions.get(10**20)
