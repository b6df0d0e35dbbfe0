"""The command line tells what it cannot do in the language that was asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pricing_core.cli import main


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
    assert "Error: No hay un campeón anterior" in told(["--lang", "es", "rollback"], capsys)


def test_the_environment_may_ask_too(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TASADOR_LANG", "es")
    assert "Error: No hay un campeón anterior" in told(["rollback"], capsys)
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
    assert (
        finding["message"] == "Esta publicación dice lo mismo que la fila 3 (contando desde 0) en todas las columnas."
    )
