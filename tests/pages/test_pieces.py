"""The pieces of the pages: errors, words, downloads, the map."""

from __future__ import annotations

import pandas as pd
import pytest

from dashboard import inspection, maps, text
from dashboard.listing_filters import Filters
from dashboard.words_en import WORDS as ENGLISH
from dashboard.words_es import WORDS as SPANISH
from pricing_core import AVM, csv_bytes
from tests.pages.conftest import Open, shown

# Errors, words, plain functions


def test_settings_that_cannot_be_used_are_a_note(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AREA_UNIT", "acres")
    app = open_page(role=None)
    assert "AREA_UNIT" in shown(app)


def test_an_unexpected_failure_shows_no_traceback(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr(AVM, "prediction_choices", fail)
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


def test_a_download_runs_nothing_in_a_spreadsheet() -> None:
    frame = pd.DataFrame({"=name": ["=1+1", "+1", "-1", "@x", "\tx", "  =x", "fine"], "n": [-1.0] * 7})
    lines = csv_bytes(frame).decode("utf-8-sig").splitlines()
    assert lines[0] == "'=name,n"
    assert [line.startswith(("'", "\"'")) for line in lines[1:]] == [True] * 6 + [False]
    assert all(line.endswith(",-1.0") for line in lines[1:])


def test_a_click_or_a_row_chooses_its_listing() -> None:
    assert inspection.clicked_id({"objects": {"listings": [{"i": 7}]}}) == 7
    assert inspection.clicked_id({"objects": {"cells": [{"w": "9 listings"}]}}) is None
    assert inspection.row_id({"rows": [1]}, [4, 5]) == 5
    assert inspection.row_id({"rows": [9]}, [4, 5]) is None
    assert inspection.row_id({"rows": []}, [4, 5]) is None


def many(rows: int) -> pd.DataFrame:
    numbers = pd.Series(range(rows), dtype=float)
    return pd.DataFrame(
        {
            "id": range(rows), "type": "casa", "sector": "A", "price": 1000.0 + numbers, "price_per_area": 10 + numbers,
            "n_findings": 0, "latitude": -33 - numbers / rows, "longitude": -70 - numbers / rows,
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "layer", "words"),
    [(0, "listings", False), (500, "listings", True), (10_001, "listings", False), (100_001, "cells", True)],
)
def test_a_larger_map_carries_less_for_each_point(rows: int, layer: str, words: bool) -> None:
    sectors = pd.DataFrame({"latitude": [-33.5], "longitude": [-70.5], "listings": [9]}, index=["A"])
    spec = maps.listings_spec(many(rows), sectors, "light", "UF", "m²")
    assert f'"id":"{layer}"' in spec
    assert ('"w":' in spec) is words
    assert len(spec) < 13_000_000
    assert maps.deck(spec, "dark").to_json() == spec


def test_wild_positions_do_not_shrink_the_city() -> None:
    city = many(300)
    wild = city.head(90).assign(latitude=0.0, longitude=0.0)
    whole, alone = maps.view_of(pd.concat([city, wild])), maps.view_of(city)
    assert abs(whole.zoom - alone.zoom) < 0.5
    assert abs(whole.latitude - alone.latitude) < 0.1


def test_filters_without_a_choice_keep_everything() -> None:
    frame = many(5)
    assert len(Filters().apply(frame)) == 5
    assert len(Filters(types=("casa",), low=1002, high=1003).apply(frame)) == 2
    assert Filters(with_findings=True).apply(frame).empty
