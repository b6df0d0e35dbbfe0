"""The pieces of the pages: errors, words, downloads."""

from __future__ import annotations

import pandas as pd
import pytest

from dashboard.parts import text
from dashboard.parts.words_en import WORDS as ENGLISH
from dashboard.parts.words_es import WORDS as SPANISH
from pricing_core import csv_bytes
from tests.pages.conftest import Open, shown

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
    assert SPANISH["runs.title"] in shown(open_page("runs"))


def test_both_languages_have_the_same_words_and_gaps() -> None:
    def gaps(words: str) -> list[str]:
        return sorted(part.partition("}")[0] for part in words.split("{")[1:])

    assert ENGLISH.keys() == SPANISH.keys()
    assert [key for key in ENGLISH if gaps(ENGLISH[key]) != gaps(SPANISH[key])] == []


@pytest.mark.parametrize(("chosen", "written"), [("en", "5,280 UF"), ("es", "5.280 UF")])
def test_prices_are_written_as_the_language_does(chosen: str, written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "language", lambda: chosen)
    assert text.with_unit(5280.4, "UF") == written
    assert text.with_unit(float("nan"), "UF") == text.NOTHING


def test_nothing_is_not_written_as_less_than_nothing() -> None:
    assert text.number(-0.0004, 3) == "0.000"
    assert text.number(-0.0006, 3) == "-0.001"


def test_a_download_runs_nothing_in_a_spreadsheet() -> None:
    frame = pd.DataFrame({"=name": ["=1+1", "+1", "-1", "@x", "\tx", "  =x", "fine"], "n": [-1.0] * 7})
    lines = csv_bytes(frame).decode("utf-8-sig").splitlines()
    assert lines[0] == "'=name,n"
    assert [line.startswith(("'", "\"'")) for line in lines[1:]] == [True] * 6 + [False]
    assert all(line.endswith(",-1.0") for line in lines[1:])
