"""The pieces of the pages: errors, words, downloads."""

from __future__ import annotations

import pandas as pd
import pytest

from dashboard.parts import text
from pricing_core import csv_bytes
from tests.pages.conftest import Open, in_spanish, shown

# Errors, words, plain functions


def test_settings_that_cannot_be_used_are_a_note(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AREA_UNIT", "acres")
    app = open_page(role=None)
    assert "AREA_UNIT" in shown(app)


def test_an_unexpected_failure_shows_no_traceback(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr("pricing_core.valuing.log.Log.choices", fail)
    app = open_page("predictions")
    assert "secret inside" not in shown(app, failed=True)


def test_the_pages_speak_spanish_when_told(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UI_LANGUAGE", "es")
    assert in_spanish("Model runs") in shown(open_page("runs"))


@pytest.mark.parametrize(("chosen", "written"), [("en", "UF 5,280"), ("es", "UF 5.280")])
def test_prices_are_written_as_the_language_does(chosen: str, written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "language", lambda: chosen)
    assert text.money(5280.4, "UF") == written
    assert text.money(float("nan"), "UF") == "–"


def test_nothing_is_not_written_as_less_than_nothing() -> None:
    assert text.number(-0.0004, 3) == "0.000"
    assert text.number(-0.0006, 3) == "-0.001"


def test_a_download_runs_nothing_in_a_spreadsheet() -> None:
    frame = pd.DataFrame({"=name": ["=1+1", "+1", "-1", "@x", "\tx", "  =x", "fine"], "n": [-1.0] * 7})
    lines = csv_bytes(frame).decode("utf-8-sig").splitlines()
    assert lines[0] == "'=name,n"
    assert [line.startswith(("'", "\"'")) for line in lines[1:]] == [True] * 6 + [False]
    assert all(line.endswith(",-1.0") for line in lines[1:])
