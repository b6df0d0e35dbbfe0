"""A home is written into one file while it works, and comes back whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pricing_core import (
    AVM,
    Actor,
    ArtifactError,
    ConflictError,
    InputError,
    Message,
    PricingError,
    Settings,
    load_settings,
)
from pricing_core.processes.backup import BackupOutcome, restore_backup, write_backup, writing
from pricing_core.processes.backup.parts import DATABASE, MANIFEST, champion_in_copy, kept_elsewhere
from pricing_core.store import Store
from tests.cli.test_cli import Result
from tests.cli.test_cli import run as run  # noqa: PLC0414 - the fixture
from tests.conftest import TrainedHome, copy_of, model_file

AGENT = Actor("agent", "agent", "library")
ROOT = Path(__file__).parents[2]
WRITER = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
connection.execute("CREATE TABLE noise (number INTEGER PRIMARY KEY, twice INTEGER)")
for number in range(1_000_000):
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO noise VALUES (?, ?)", (2 * number, 0))
    connection.execute("INSERT INTO noise VALUES (?, ?)", (2 * number + 1, 0))
    connection.execute("COMMIT")
    if number == 20:
        print("writing", flush=True)
"""

BACKING_UP = """
import time
from pathlib import Path
from pricing_core import AVM, load_settings
from pricing_core.processes.backup import write_backup

def stop(stage, done):
    if str(stage) == "Writing the files":
        print("writing", flush=True)
        time.sleep(600)

folder = Path({folder!r})
avm = AVM(load_settings(DATA_DIR=folder / "data", MODELS_DIR=folder / "models", PRE_LOAD=False))
write_backup(avm, Path({out!r}), stop)
"""


def silent(_stage: Message, _done: float) -> None: ...


def settings_in(folder: Path) -> Settings:
    return load_settings(DATA_DIR=folder / "data", MODELS_DIR=folder / "models", PRE_LOAD=False)


@pytest.fixture
def home(trained_home: TrainedHome, tmp_path: Path) -> Iterator[AVM]:
    avm = AVM(copy_of(trained_home, tmp_path / "home")).start()
    # Another test may have had a worker in the home that all of them share.
    with avm.store.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM workers")
    yield avm
    avm.close()


@pytest.fixture(scope="module")
def backed_up(trained_home: TrainedHome, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("backup") / "home.zip"
    write_backup(trained_home.avm, out, silent)
    return out


def subject(avm: AVM) -> dict[str, object]:
    found = avm.listings.frame().iloc[0].drop(["id", "dataset_id", "row_number", "is_train", "price"])
    return dict(found.to_dict())


def restored(source: Path, folder: Path, *, replace: bool = False) -> BackupOutcome:
    return restore_backup(source, settings_in(folder), replace=replace, progress=silent)


def rewritten(source: Path, out: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    with zipfile.ZipFile(source) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    change(content)
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return out


def test_what_comes_back_is_the_home_with_its_values_people_keys_and_rows(
    trained_home: TrainedHome, backed_up: Path, tmp_path: Path
) -> None:
    outcome = restored(backed_up, tmp_path)
    assert (outcome.champion, outcome.champion_problem) == (1, None)
    avm = AVM(settings_in(tmp_path)).start()
    asked = subject(avm)
    assert avm.value(asked, actor=AGENT).value == trained_home.avm.value(asked, actor=AGENT).value
    assert avm.access.verify_key(trained_home.key) is not None
    assert avm.access.secret_notice() is None
    assert len(avm.data.rows("v1")) == len(trained_home.avm.data.rows("v1"))
    assert avm.versions.document(avm.versions.all()[0].run_id, "recipe.json") is not None
    assert avm.settings.MODELS_DIR in model_file(avm, 1).parents
    avm.close()


def test_only_their_user_may_read_a_backup_and_what_comes_back(backed_up: Path, tmp_path: Path) -> None:
    restored(backed_up, tmp_path)
    for path in (backed_up, *(tmp_path / "data").rglob("*"), *(tmp_path / "models").rglob("*")):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


def test_a_backup_under_load_is_one_moment_with_all_that_was_committed_before(home: AVM, tmp_path: Path) -> None:
    valuation = home.value(subject(home), actor=AGENT)  # it is in the write-ahead log alone
    database = str(home.settings.DATA_DIR / "database" / "tasador.db")
    with subprocess.Popen([sys.executable, "-c", WRITER, database], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "writing\n"
        write_backup(home, tmp_path / "busy.zip", silent)
        assert writer.poll() is None
        writer.kill()
    restored(tmp_path / "busy.zip", tmp_path / "new")
    avm = AVM(settings_in(tmp_path / "new"))
    assert avm.log.get(valuation.log_id).value == valuation.value
    avm.close()
    with closing(sqlite3.connect(tmp_path / "new" / "data" / "database" / "tasador.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (count,) = connection.execute("SELECT count(*) FROM noise").fetchone()
    assert count >= 42
    assert count % 2 == 0  # no transaction was cut in two


def test_a_file_that_is_there_is_not_overwritten(home: AVM, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_text("mine")
    with pytest.raises(InputError, match="exists already"):
        write_backup(home, tmp_path / "a.zip", silent)
    assert (tmp_path / "a.zip").read_text() == "mine"
    with pytest.raises(InputError, match="no folder"):
        write_backup(home, tmp_path / "nowhere" / "a.zip", silent)


def test_a_home_that_is_there_is_not_overwritten(home: AVM, backed_up: Path, tmp_path: Path) -> None:
    with pytest.raises(ConflictError, match="--replace"):
        restored(backed_up, tmp_path / "home")
    assert home.versions.all()


def test_a_former_home_is_moved_aside_where_that_is_asked_for(home: AVM, backed_up: Path, tmp_path: Path) -> None:
    valuation = home.value(subject(home), actor=AGENT)
    home.close()
    (tmp_path / "home" / "data" / "sample").mkdir()
    outcome = restored(backed_up, tmp_path / "home", replace=True)
    assert (tmp_path / "home" / "data" / "sample").is_dir()
    aside = next((tmp_path / "home" / "data").glob("replaced-*"))
    assert any(str(aside) in str(note) for note in outcome.notes)
    with closing(sqlite3.connect(aside / "database" / "tasador.db")) as connection:
        found = connection.execute("SELECT count(*) FROM predict_logs WHERE id = ?", (valuation.log_id,)).fetchone()
    assert found == (1,)
    avm = AVM(settings_in(tmp_path / "home")).start()
    assert avm.log.count() < 5 + avm.log.count()
    with pytest.raises(PricingError, match="no logged"):
        avm.log.get(valuation.log_id)
    avm.close()


def test_a_home_at_work_is_not_replaced(home: AVM, backed_up: Path, tmp_path: Path) -> None:
    home.store.jobs.workers.beat("somebody")
    with pytest.raises(ConflictError, match="stop Tasador"):
        restored(backed_up, tmp_path / "home", replace=True)


def first_of(content: dict[str, bytes], start: str) -> str:
    return next(name for name in content if name.startswith(start) and name != MANIFEST)


def tamper(start: str) -> Callable[[dict[str, bytes]], None]:
    def change(content: dict[str, bytes]) -> None:
        name = first_of(content, start)
        content[name] = content[name][:-1] + bytes([content[name][-1] ^ 1])

    return change


def leave_out(start: str) -> Callable[[dict[str, bytes]], None]:
    return lambda content: content.__delitem__(first_of(content, start))


def put_in(name: str, *, in_manifest: bool) -> Callable[[dict[str, bytes]], None]:
    def change(content: dict[str, bytes]) -> None:
        content[name] = b"x"
        if in_manifest:
            manifest = json.loads(content[MANIFEST])
            manifest["files"].append({"name": name, "bytes": 1, "sha256": hashlib.sha256(b"x").hexdigest()})
            content[MANIFEST] = json.dumps(manifest).encode()

    return change


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (tamper(DATABASE), DATABASE),
        (tamper("models/artifacts/models"), "models/artifacts/models"),
        (tamper("snapshots"), "snapshots/"),
        (leave_out(DATABASE), DATABASE),
        (leave_out("snapshots"), "snapshots/"),
        (put_in("snapshots/more.parquet", in_manifest=False), "snapshots/more.parquet"),
        (put_in("../../escaped", in_manifest=True), "../../escaped"),
        (put_in("snapshots/../../escaped", in_manifest=True), "escaped"),
        (put_in("/etc/escaped", in_manifest=True), "/etc/escaped"),
        (put_in("snapshots\\..\\escaped", in_manifest=True), "escaped"),
        (put_in("elsewhere/file", in_manifest=True), "elsewhere/file"),
        (put_in("database/tasador.db/inner", in_manifest=True), "inner"),
    ],
)
def test_a_backup_that_was_changed_is_refused_by_the_name_of_the_file_and_leaves_nothing(
    backed_up: Path, tmp_path: Path, change: Callable[[dict[str, bytes]], None], named: str
) -> None:
    changed = rewritten(backed_up, tmp_path / "changed.zip", change)
    with pytest.raises(ArtifactError) as caught:
        restored(changed, tmp_path / "new")
    assert named in str(caught.value).replace("\\\\", "\\")
    assert "nothing was restored" in str(caught.value)
    assert [path for path in (tmp_path / "new").rglob("*") if path.is_file()] == []
    assert not list(tmp_path.rglob("escaped"))


def test_half_a_backup_and_other_files_are_refused(backed_up: Path, tmp_path: Path) -> None:
    half = tmp_path / "half.zip"
    half.write_bytes(backed_up.read_bytes()[: backed_up.stat().st_size // 2])
    with pytest.raises(InputError, match="no whole backup"):
        restored(half, tmp_path / "new")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("a.txt", "a")
    with pytest.raises(InputError, match="no backup of Tasador"):
        restored(tmp_path / "other.zip", tmp_path / "new")
    with pytest.raises(InputError, match="cannot be read"):
        restored(tmp_path / "nothing.zip", tmp_path / "new")


def test_bits_that_turned_in_the_file_are_found(backed_up: Path, tmp_path: Path) -> None:
    content = bytearray(backed_up.read_bytes())
    with zipfile.ZipFile(backed_up) as archive:
        largest = max(archive.infolist(), key=lambda each: each.compress_size)
    content[largest.header_offset + largest.compress_size // 2] ^= 255
    (tmp_path / "turned.zip").write_bytes(content)
    with pytest.raises(ArtifactError, match="nothing was restored"):
        restored(tmp_path / "turned.zip", tmp_path / "new")


def test_a_champion_that_cannot_be_loaded_is_backed_up_all_the_same_and_said(home: AVM, tmp_path: Path) -> None:
    model_file(home, 1).write_bytes(b"damaged")
    outcome = write_backup(home, tmp_path / "a.zip", silent)
    assert "its content has changed" in str(outcome.champion_problem)
    back = restored(tmp_path / "a.zip", tmp_path / "new")
    assert any("tasador repair" in str(note) for note in back.notes)


@pytest.mark.parametrize("name", ["values.db", "mlflow.db", "homes.sqlite"])
def test_a_database_of_any_name_is_in_the_backup_and_the_homes_are_valued_from_its_copy(
    trained_home: TrainedHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    copy_of(trained_home, tmp_path / "home")
    own = settings_in(tmp_path / "home")
    database = own.DATA_DIR / "database" / name
    (own.DATA_DIR / "database" / "tasador.db").rename(database)
    address = f"sqlite:///{database}"
    avm = AVM(
        load_settings(DATA_DIR=own.DATA_DIR, MODELS_DIR=own.MODELS_DIR, PRE_LOAD=False, DATABASE_URL=address)
    ).start()
    tried: list[str] = []

    def looked_at(store: Store, load: object) -> tuple[int | None, str | None]:
        tried.append(str(store.database.url.database))
        return champion_in_copy(store, load)

    monkeypatch.setattr(writing, "champion_in_copy", looked_at)
    outcome = write_backup(avm, tmp_path / "a.zip", silent)
    avm.close()
    assert (outcome.champion, outcome.champion_problem) == (1, None)
    assert tried
    assert str(database) not in tried
    restored(tmp_path / "a.zip", tmp_path / "new")
    back = AVM(settings_in(tmp_path / "new"))
    assert back.access.verify_key(trained_home.key) is not None
    assert back.versions.document(back.versions.all()[0].run_id, "recipe.json") is not None
    back.close()


def test_what_a_killed_backup_left_is_swept_by_the_next_and_that_of_a_living_one_stays(
    home: AVM, tmp_path: Path
) -> None:
    program = BACKING_UP.format(folder=str(tmp_path / "home"), out=str(tmp_path / "killed.zip"))
    command, environment = [sys.executable, "-c", program], os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "writing\n"
        left = beside(tmp_path)
        assert left
        for path in left:
            os.utime(path, (time.time() - 3_600,) * 2)
        write_backup(home, tmp_path / "first.zip", silent)
        assert beside(tmp_path) == left
        other.send_signal(signal.SIGKILL)
        other.wait(30)
    write_backup(home, tmp_path / "second.zip", silent)
    assert beside(tmp_path) == []
    assert not (tmp_path / "killed.zip").exists()


def beside(folder: Path) -> list[Path]:
    """What a backup that is under way has made in the folder."""
    return sorted(path for path in folder.iterdir() if path.name.startswith("."))


def test_waiting_uploads_come_along_and_their_jobs_find_them(home: AVM, tmp_path: Path) -> None:
    folder = home.settings.upload_dir / "1" / "values"
    folder.mkdir(parents=True)
    (folder.parent / "homes.csv").write_text("type,sector\n")
    job = home.jobs.submit("value_file", actor=AGENT, source=folder.parent / "homes.csv", out=folder / "values.csv")
    write_backup(home, tmp_path / "a.zip", silent)
    home.close()
    shutil.rmtree(home.settings.DATA_DIR)
    restored(tmp_path / "a.zip", tmp_path / "new")
    avm = AVM(settings_in(tmp_path / "new")).start()
    assert Path(avm.jobs.get(job.id).parameters["source"]).read_text() == "type,sector\n"
    assert Path(avm.jobs.get(job.id).parameters["source"]).is_relative_to(tmp_path / "new")
    avm.close()


def test_of_postgresql_the_command_is_said_and_the_rest_is_kept(
    trained_home: TrainedHome, postgresql_url: str, tmp_path: Path, admin: Actor
) -> None:
    copy_of(trained_home, tmp_path / "home")
    settings = load_settings(
        DATA_DIR=tmp_path / "home" / "data",
        MODELS_DIR=tmp_path / "home" / "models",
        PRE_LOAD=False,
        DATABASE_URL=postgresql_url,
    )
    avm = AVM(settings).start()
    outcome = write_backup(avm, tmp_path / "a.zip", silent)
    avm.close()
    (note,) = (str(each) for each in outcome.notes if "pg_dump" in str(each))
    assert "pg_dump --format=custom --file=tasador.dump --dbname=postgresql://" in note
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        names = archive.namelist()
    assert DATABASE not in names
    assert "database/secret.key" in names
    assert any(name.startswith("snapshots/") for name in names)
    with pytest.raises(InputError, match="PostgreSQL"):
        restored(tmp_path / "a.zip", tmp_path / "new")


def test_no_password_of_a_database_is_told_or_kept_in_a_backup(tmp_path: Path) -> None:
    for address in ("ana:s3cr3t@host/name", "host/name?user=ana&password=s3cr3t&sslmode=require"):
        (note,) = kept_elsewhere(load_settings(DATA_DIR=tmp_path, DATABASE_URL=f"postgresql://{address}"))
        assert "s3cr3t" not in str(note)
        assert "***" not in str(note)  # it would be tried as the password
        assert "ana" in str(note)


def test_the_commands_print_json_and_say_what_was_tried(
    run: Callable[..., Result], trained_home: TrainedHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def called(folder: Path, *arguments: str) -> Result:
        monkeypatch.setenv("DATA_DIR", str(folder / "data"))
        monkeypatch.setenv("MODELS_DIR", str(folder / "models"))
        return run(*arguments)

    monkeypatch.chdir(tmp_path)
    made = called(trained_home.settings.DATA_DIR.parent, "backup", "a.zip", "--json")
    assert made.code == 0, made.err
    assert json.loads(made.out)["champion"] == 1
    back = called(tmp_path / "new", "restore", "a.zip")
    assert back.code == 0, back.err
    assert "version 1, loads and values its golden homes" in back.out
    again = called(tmp_path / "new", "restore", "a.zip")
    assert (again.code, again.out) == (1, "")
    assert "--replace" in again.err
