"""Which home a command works in, and that one that only reads makes none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pricing_core.cli import main

READING = [
    "log",
    "runs",
    "verdict 1",
    "schedule",
    "jobs",
    "jobs show x",
    "jobs cancel x",
    "people list",
    "keys list",
    "review list",
    "review history 1",
    "review preview 1",
    "data list",
    "data diff v1 v2",
    "watch",
    "data export v1 --out out.csv",
    "explain-change x",
    "prune --dry-run",
    "backup out.zip",
]


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty working folder of a user who has no home either."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "user"))
    return tmp_path


def call(command: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(command.split())
    return int(ended.value.code or 0)


@pytest.mark.parametrize("command", READING)
def test_a_command_that_only_reads_makes_nothing_and_says_where_it_looked(
    nowhere: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert call(command) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert f"There is no home at {nowhere / 'user/tasador/data'}" in err
    assert "`tasador init` makes one" in err
    assert sorted(nowhere.rglob("*")) == [nowhere / "here"]


def test_a_file_is_checked_without_a_home_and_none_is_made(
    nowhere: Path, sample_files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(f"check {sample_files[1]}") == 0
    assert "rows" in capsys.readouterr().out
    assert sorted(nowhere.rglob("*")) == [nowhere / "here"]


def test_home_says_where_it_is_and_why_before_and_after_it_is_made(
    nowhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("home --json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["exists"] is False
    assert told["data"] == str(nowhere / "user/tasador/data")
    assert told["chosen_by"] == "your user's data folder"
    assert call("init") == 0
    capsys.readouterr()
    assert call("home") == 0
    text = capsys.readouterr().out
    assert str(nowhere / "user/tasador/models") in text
    assert "no home" not in text
    assert list((nowhere / "here").iterdir()) == []


@pytest.mark.parametrize(("folder", "reason"), [("data", "the folder data where you are"), ("", "DATA_DIR")])
def test_home_names_what_made_it_what_it_is(
    nowhere: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: str, reason: str
) -> None:
    if folder:
        Path(folder).mkdir()
    else:
        monkeypatch.setenv("DATA_DIR", str(nowhere / "mine"))
    assert call("home --json") == 0
    assert json.loads(capsys.readouterr().out)["chosen_by"] == reason


@pytest.mark.parametrize("address", ["ana:s3cr3t@host/name", "host/name?user=ana&password=s3cr3t"])
def test_home_shows_no_password(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], address: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://{address}")
    assert call("home") == 0
    assert "s3cr3t" not in capsys.readouterr().out
