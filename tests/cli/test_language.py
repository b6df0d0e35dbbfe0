"""The command line tells what it did, and what it cannot do, in the language that was asked for."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from pricing_core.cli import cli, main
from pricing_core.cli.output import local_actor
from tests.cli.test_cli import SUBJECT
from tests.conftest import TrainedHome
from tests.words.marked import entries

COMMANDS = [
    ["value", *SUBJECT],
    ["log"],
    ["train"],
    ["runs"],
    ["verdict", "1"],
    ["watch"],
    ["jobs"],
    ["schedule"],
    ["review", "list"],
    ["data", "list"],
    ["prune", "--dry-run"],
    ["people", "list"],
]
WORD = re.compile(r"[^\W\d_]{3,}")
# What is typed: names of recipes, commands, settings, checks and people.
TYPED = re.compile(rf"`[^`]+`|--[\w-]+|\w*_\w+|duplicate|champion|quick|admin|{re.escape(local_actor().name)}")


def told(arguments: list[str], capsys: pytest.CaptureFixture[str], code: int = 1) -> str:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == code
    return capsys.readouterr().err


@pytest.fixture(autouse=True)
def empty(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("MODELS_DIR", str(tmp_path / "models"))


def test_an_error_is_told_in_english_by_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert "There is no former champion" in told(["rollback"], capsys)


def test_an_error_is_told_in_spanish_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Error: No hay una versión anterior" in told(["--lang", "es", "rollback"], capsys)


def test_the_environment_may_ask_too(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TASADOR_LANG", "es")
    assert "Error: No hay una versión anterior" in told(["rollback"], capsys)
    assert "There is no former champion" in told(["--lang", "en", "rollback"], capsys)


def test_a_setting_that_cannot_be_used_is_told_in_spanish(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RETRAIN_TIMEZONE", "Chile")
    assert "no es una zona horaria" in told(["--lang", "es", "rollback"], capsys)


def test_a_language_that_is_not_spoken_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert "'fr' is not one of 'en', 'es'" in told(["--lang", "fr", "rollback"], capsys, code=2)


def test_findings_are_told_in_spanish_too(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    header = "type,sector,net_usable_area,net_area,n_rooms,n_bathroom,latitude,longitude,price"
    rows = [f"casa,Macul,{80 + n},{100 + n},3,2,-33.4{n},-70.6{n},{4_000 + 10 * n}" for n in range(20)]
    listings = tmp_path / "listings.csv"
    listings.write_text("\n".join([header, *rows, rows[3]]), encoding="utf-8")
    with pytest.raises(SystemExit):
        main(["--lang", "es", "check", str(listings), "--json"])
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert finding["message"] == "Esta publicación dice lo mismo que la línea 5 del archivo en todas las columnas."


def words_of(text: str | tuple[str, ...]) -> set[str]:
    texts = (text,) if isinstance(text, str) else text
    return {word.lower() for each in texts for word in WORD.findall(TYPED.sub(" ", re.sub(r"\{[^}]*\}", " ", each)))}


@pytest.fixture(scope="module")
def english() -> set[str]:
    """Words that sentences have in English alone."""
    known = entries("es").values()
    return set().union(*(words_of(each.id) for each in known)) - set().union(*(words_of(each.string) for each in known))


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda words: " ".join(words[:2]))
def test_what_a_command_prints_for_people_is_in_their_language(
    trained_home: TrainedHome, monkeypatch: pytest.MonkeyPatch, english: set[str], arguments: list[str]
) -> None:
    for name in ("DATA_DIR", "MODELS_DIR"):
        monkeypatch.setenv(name, trained_home.environment[name])
    told = CliRunner().invoke(cli, ["--lang", "es", *arguments])
    assert told.exit_code == 0, told.output
    assert words_of(told.stdout) & english == set()
    assert len(words_of(told.stdout)) > 2


def test_the_words_that_give_english_away_are_found(english: set[str]) -> None:
    assert {"the", "listings", "range", "median", "started", "with", "yet"} <= english
