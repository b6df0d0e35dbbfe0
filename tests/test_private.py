"""What others on the machine may read of a home: nothing."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from pricing_core import AVM, Actor, load_settings
from pricing_core.private import tighten
from tests.cli.test_cli import Result
from tests.cli.test_cli import run as run  # noqa: PLC0414 - the fixture
from tests.conftest import make_settings
from tests.factories import listings, quick_recipe

ROOT = Path(__file__).parents[1]


def open_to_others(folder: Path) -> list[str]:
    found = [folder, *folder.rglob("*")]
    return [path.relative_to(folder).as_posix() for path in found if stat.S_IMODE(path.lstat().st_mode) & 0o077]


Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def _usual_umask() -> object:
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_all_that_the_commands_write_is_for_their_user_alone(run: Run, tmp_path: Path) -> None:
    listings(200).to_csv(tmp_path / "listings.csv", index=False)
    recipe = quick_recipe(tmp_path)
    for arguments in (("init",), ("ingest", str(tmp_path / "listings.csv")), ("train", "--recipe", recipe)):
        assert run(*arguments).code == 0
    for name in ("data", "models"):
        assert open_to_others(tmp_path / name) == []


def test_the_library_alone_makes_private_folders_and_databases(tmp_path: Path, admin: Actor) -> None:
    avm = AVM(load_settings(DATA_DIR=tmp_path / "data", MODELS_DIR=tmp_path / "models", PRE_LOAD=False)).start()
    avm.access.add_person("ana", "agent", actor=admin)
    database = tmp_path / "data" / "database"
    assert open_to_others(database) == []  # while it is open: its journals too
    avm.close()


def test_a_home_of_an_earlier_release_is_closed_when_it_starts(tmp_path: Path, mlflow_template: Path) -> None:
    settings = make_settings(tmp_path, mlflow_template)
    for path in ("snapshots/a.parquet", "uploads/1/values/values.csv", "database/tasador.db"):
        file = settings.DATA_DIR / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    AVM(settings).start().close()
    assert open_to_others(settings.DATA_DIR) == []
    assert open_to_others(settings.MODELS_DIR) == []


def test_what_is_shipped_or_belongs_to_somebody_else_keeps_its_mode(tmp_path: Path) -> None:
    home = tmp_path / "home"
    for name in ("sample/train.csv", "README.md", "notes/mine.txt", "snapshots/rows.parquet"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).touch()
    tighten(home)
    assert "snapshots" not in open_to_others(home)
    assert {"sample/train.csv", "README.md", "notes/mine.txt", "."} <= set(open_to_others(home))


def test_a_clone_is_closed_but_for_its_sample(tmp_path: Path) -> None:
    (tmp_path / "sample").mkdir()
    (tmp_path / "sample" / "train.csv").touch()
    (tmp_path / "columns.yaml").touch()  # as docs/own-columns.md has people put it there
    tmp_path.chmod(0o755)
    tighten(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "sample" / "train.csv").stat().st_mode) == 0o644
