"""How a database fails, for real, and what is then said to whom."""

from __future__ import annotations

import os
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from pricing_core.cli import main
from pricing_core.errors import InputError, SettingsError, StorageError, in_full
from pricing_core.settings import load_settings
from pricing_core.store import Store, copy_database, engine, failures
from pricing_core.words import say
from tests.conftest import fill

NOBODY = 65_534


def rows(count: int = 5_000) -> list[dict[str, str]]:
    return [
        {"name": f"{number:06}", "address": "x" * 60, "created_at": "2026-11-30 00:00:00"} for number in range(count)
    ]


def write(store: Store, count: int = 5_000) -> None:
    insert = sa.text("INSERT INTO login_failures (name, address, created_at) VALUES (:name, :address, :created_at)")
    with store.database.write() as connection:
        connection.execute(insert, rows(count))


def made(folder: Path) -> Store:
    store = Store(f"sqlite:///{folder / 'tasador.db'}")
    store.upgrade()
    return store


def refusal(store: Store, count: int = 5_000) -> tuple[str, str]:
    """What callers hear of a failed write, and what is kept for whoever runs Tasador."""
    with pytest.raises(StorageError) as caught:
        write(store, count)
    store.close()
    said, full = str(caught.value), in_full(caught.value)
    assert say(caught.value.message, "es") != said
    assert full.startswith(said)
    assert not re.search(r"://|[/@]|127\.0\.0\.1|localhost", re.sub(r"`[^`]*`", "", said)), said
    return said, full.removeprefix(said)


@contextmanager
def as_nobody() -> Iterator[None]:
    """Root may write everywhere, so whoever is root becomes somebody who may not."""
    me = os.geteuid()
    if me == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(me)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that others may look into."""
    folder = Path(tempfile.mkdtemp(prefix="tasador-open-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_a_full_disk_is_said_with_the_place_and_the_room_that_is_left(small_disk: Path) -> None:
    store = made(small_disk)
    fill(small_disk, leaving=0)
    said, kept = refusal(store)
    assert said.startswith("The disk of the database is full, so nothing was stored.")
    assert "tasador prune --dry-run" in said
    assert f"{small_disk / 'tasador.db'}" in kept
    assert "0.0 MB of 41.9 MB are free" in kept


def test_a_database_that_cannot_be_opened_for_want_of_room_is_called_full(small_disk: Path) -> None:
    made(small_disk).close()
    fill(small_disk, leaving=0)
    said, _ = refusal(Store(f"sqlite:///{small_disk / 'tasador.db'}"))
    assert said.startswith("The disk of the database is full")


def test_a_limit_of_the_database_itself_is_called_full(tmp_path: Path) -> None:
    store = made(tmp_path)
    sa.event.listen(
        store.database.engine, "begin", lambda connection: connection.exec_driver_sql("PRAGMA max_page_count=1")
    )
    said, kept = refusal(store)
    assert said.startswith("The disk of the database is full")
    assert "MB are free" in kept


def test_a_file_that_may_not_grow_is_said_though_the_disk_has_room(tmp_path: Path) -> None:
    made(tmp_path).close()
    limited = subprocess.run(
        [sys.executable, "-m", "pricing_core", "people", "add", "ana", "--role", "agent"],
        # What it compiles on its way would be cut off too, and break whoever imports it next.
        env=os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path / 'tasador.db'}", "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, 4_096)),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert limited.returncode == 1
    assert "the disk" in limited.stderr.lower()
    assert str(tmp_path / "tasador.db") in limited.stderr
    assert "MB are free" in limited.stderr
    assert "quota" in limited.stderr
    assert "Traceback" not in limited.stderr


def test_a_folder_in_place_of_the_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "tasador.db").mkdir()
    said, kept = refusal(Store(f"sqlite:///{tmp_path / 'tasador.db'}"))
    assert said.startswith("The database cannot be opened")
    assert f"{tmp_path / 'tasador.db'} is a folder" in kept


def test_a_folder_that_has_gone_is_said(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'inner' / 'tasador.db'}")
    store.upgrade()
    store.close()
    shutil.rmtree(tmp_path / "inner")
    said, kept = refusal(store)
    assert said.startswith("The database cannot be opened")
    assert f"The folder {tmp_path / 'inner'} is not there" in kept


def test_a_file_that_may_not_be_written_is_said_with_its_owner(open_folder: Path) -> None:
    made(open_folder).close()
    (open_folder / "tasador.db").chmod(0o644)
    store = Store(f"sqlite:///{open_folder / 'tasador.db'}")
    with as_nobody():
        said, kept = refusal(store)
    assert said.startswith(("The database may not be written", "The database cannot be opened"))
    assert f"{open_folder} may not be written by the user" in kept
    assert "DATABASE_URL" in kept


def test_a_file_that_may_not_be_read_is_said(open_folder: Path) -> None:
    made(open_folder).close()
    (open_folder / "tasador.db").chmod(0o600)
    store = Store(f"sqlite:///{open_folder / 'tasador.db'}")
    with as_nobody():
        said, kept = refusal(store)
    assert said.startswith("The database cannot be opened")
    assert f"{open_folder / 'tasador.db'} may not be read" in kept


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "tasador.db").write_text("no database " * 1_000, encoding="ascii")
    said, kept = refusal(Store(f"sqlite:///{tmp_path / 'tasador.db'}"))
    assert said.startswith("The file of the database is damaged or is no database")
    assert "backup" in said
    assert str(tmp_path / "tasador.db") in kept


def test_a_damaged_database_is_said_also_where_many_rows_are_read_at_once(tmp_path: Path) -> None:
    store = made(tmp_path)
    write(store)
    store.close()
    with closing(sqlite3.connect(tmp_path / "tasador.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    file = tmp_path / "tasador.db"
    content = bytearray(file.read_bytes())
    content[8_192:] = os.urandom(len(content) - 8_192)
    file.write_bytes(content)
    for ask in (store.listings.frame, store.people.all):
        with pytest.raises(StorageError, match="damaged"):
            ask()
    store.close()


def test_a_database_that_another_keeps_busy_is_said_with_how_long_was_waited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.1)
    store = made(tmp_path)
    with closing(sqlite3.connect(tmp_path / "tasador.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        said, kept = refusal(store)
    assert said.startswith("Something else has kept the database busy")
    assert "database is locked" in kept


def test_tables_that_are_not_there_are_said_with_what_makes_them(database_url: str) -> None:
    store = Store(database_url)
    store.upgrade()
    with store.database.write() as connection:
        connection.execute(sa.text("DROP TABLE login_failures"))
    said, kept = refusal(store)
    assert "`tasador init`" in said
    assert "login_failures" in kept


@pytest.mark.parametrize("address", ["127.0.0.1:1", "nowhere.invalid:5432"])
def test_a_server_that_is_away_is_said_without_its_address(address: str) -> None:
    said, kept = refusal(Store(f"postgresql://someone:hidden-word@{address}/none"), 1)
    assert said.startswith("The database cannot be reached.")
    assert address in kept or address.partition(":")[0] in kept
    assert "DATABASE_URL" in kept
    assert "hidden-word" not in kept


def test_a_database_name_that_is_not_there_is_said_without_its_address(postgresql_server: sa.Engine) -> None:
    url = postgresql_server.url.set(database="not_there").render_as_string(hide_password=False)
    said, kept = refusal(Store(url), 1)
    assert said.startswith("The database cannot be reached.")
    assert '"not_there" does not exist' in kept


def test_a_wrong_password_is_said_without_it(stoppable_server: Any) -> None:
    rules = Path(stoppable_server.pgdata) / "pg_hba.conf"
    url = sa.make_url(stoppable_server.get_uri()).set(drivername="postgresql+psycopg2")
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text("CREATE ROLE ana LOGIN PASSWORD 'right'"))
        rules.write_text("local all ana scram-sha-256\n" + rules.read_text(encoding="utf-8"), encoding="utf-8")
        connection.execute(sa.text("SELECT pg_reload_conf()"))
    admin.dispose()
    store = Store(url.set(username="ana", password="wrong-word").render_as_string(hide_password=False))
    said, kept = refusal(store, 1)
    assert said.startswith("The database cannot be reached.")
    assert "password authentication failed" in kept
    assert "wrong-word" not in kept


def test_a_server_that_stops_in_the_middle_is_said_and_is_used_again_afterwards(stoppable_server: Any) -> None:
    store = Store(stoppable_server.get_uri())
    store.upgrade()

    def stop_in_the_middle() -> None:
        with store.database.write() as connection:
            connection.execute(sa.text("SELECT 1"))
            stoppable_server.stop()
            connection.execute(sa.text("SELECT 1"))

    with pytest.raises(StorageError, match="cannot be reached"):
        stop_in_the_middle()
    stoppable_server.start()
    write(store, 1)
    store.close()


def test_a_role_that_may_not_write_is_said(postgresql_url: str) -> None:
    store = Store(postgresql_url)
    sa.event.listen(
        store.database.engine, "begin", lambda connection: connection.exec_driver_sql("SET TRANSACTION READ ONLY")
    )
    said, kept = refusal(store, 1)
    assert said.startswith("The database may not be written")
    assert "read-only transaction" in kept


def test_every_kind_of_failure_has_spanish_words_and_a_next_step() -> None:
    for said in failures.SENTENCES.values():
        assert say(said, "es") != str(said)
        assert str(said).count(". ") >= 1


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("someone:hidden-word@127.0.0.1:1/none", "someone:***@127.0.0.1:1/none"),
        ("127.0.0.1:1/none?user=someone&password=hidden-word", "127.0.0.1:1/none?user=someone"),
        ("127.0.0.1:1/none?password=hidden-word&sslpassword=hidden-word", "127.0.0.1:1/none:"),
    ],
)
def test_the_command_line_names_the_place_and_never_the_password(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], address: str, shown: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://{address}")
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    assert load_settings().DATABASE_URL is not None
    with pytest.raises(SystemExit):
        main(["people", "list"])
    told = capsys.readouterr().err
    assert "The database cannot be reached" in told
    assert shown in told
    assert "hidden-word" not in told


def test_a_folder_that_cannot_be_made_is_said_without_its_path(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="folder of the database cannot be made") as refused:
        Store(f"sqlite:///{tmp_path / 'file' / 'inside' / 'tasador.db'}").upgrade()
    assert str(tmp_path) not in str(refused.value)
    assert str(tmp_path / "file" / "inside") in in_full(refused.value)


def test_a_database_that_cannot_be_copied_is_said_without_the_paths(tmp_path: Path) -> None:
    (tmp_path / "broken.db").write_bytes(b"no database" * 1_000)
    with pytest.raises(StorageError, match="cannot be copied") as refused:
        copy_database(tmp_path / "broken.db", tmp_path / "copy.db")
    assert str(tmp_path) not in str(refused.value)
    assert str(tmp_path / "broken.db") in in_full(refused.value)
    assert str(tmp_path / "copy.db") in in_full(refused.value)


@pytest.mark.parametrize("text", ["mu\udcf1oz", "a\0b"])
def test_text_that_a_database_cannot_take_is_refused_in_words_or_found_nowhere(store: Store, text: str) -> None:
    with suppress(InputError):
        assert not store.people.change(text, active=False)


def test_room_is_told_of_the_nearest_folder_that_is_there(tmp_path: Path) -> None:
    assert re.fullmatch(r"[\d,.]+ MB of [\d,.]+ MB are free", failures.room(tmp_path / "not" / "there"))
