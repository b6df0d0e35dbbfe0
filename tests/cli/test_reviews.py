"""`tasador review` and `tasador data`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from tests.cli.test_cli import Result
from tests.cli.test_cli import run as run  # noqa: PLC0414 - the fixture
from tests.conftest import make_settings
from tests.factories import listings, quick_recipe

Run = Callable[..., Result]


@pytest.fixture
def home(run: Run, mlflow_template: Path, tmp_path: Path) -> Run:
    """An installation with 60 listings, one of them with a wild price."""
    make_settings(tmp_path, mlflow_template)
    frame = listings(60)
    frame.loc[4, "price"] *= 100
    frame.to_csv(tmp_path / "listings.csv", index=False)
    assert run("ingest", str(tmp_path / "listings.csv"), "--json").code == 0
    return run


def test_listings_are_settled_listed_and_taken_back(home: Run) -> None:
    before = json.loads(home("review", "list", "--unreviewed", "--json").out)
    assert 5 in [finding["listing_id"] for finding in before["findings"]]
    settled = json.loads(home("review", "exclude", "5", "7", "--reason", "not a home", "--json").out)
    assert [line["listing_id"] for line in settled] == [5, 7]
    after = json.loads(home("review", "list", "--unreviewed", "--json").out)
    assert 5 not in [finding["listing_id"] for finding in after["findings"]]
    assert after["counts"]["excluded"] == 2
    assert home("review", "undo", "--batch", settled[0]["batch"]).code == 0
    lines = json.loads(home("review", "history", "5", "--json").out)
    assert [line["verdict"] for line in lines] == ["undo", "exclude"]


def test_new_values_are_read_and_shown(home: Run) -> None:
    result = home("review", "correct", "5", "--set", "price=5200.5", "--set", "sector=La=Reina", "--reason", "a slip")
    assert result.code == 0
    assert "Corrected: 1." in result.out
    shown = home("review", "history", "5").out
    assert "sector=La=Reina, price=5200.5" in shown
    assert home("review", "keep", "5", "--reason", "it was right").code == 0


def test_what_the_findings_suggest_is_taken_over(home: Run) -> None:
    listed = json.loads(home("review", "list", "--json").out)["findings"]
    meant = next(item["suggestion"] for item in listed if (item["listing_id"], item["column"]) == (5, "price"))
    (line,) = json.loads(home("review", "correct", "5", "--suggested", "--reason", "a slip", "--json").out)
    assert line["corrections"]["price"] == meant


def test_without_a_suggestion_nothing_is_taken_over(home: Run) -> None:
    result = home("review", "correct", "5", "7", "--suggested", "--reason", "a slip")
    assert (result.code, "Nothing is suggested for listing 7" in result.err) == (1, True)
    assert home("review", "correct", "5", "--suggested", "--set", "price=1", "--reason", "a slip").code == 2
    assert json.loads(home("review", "list", "--json").out)["counts"]["corrected"] == 0


def test_only_what_one_check_found_is_listed(home: Run) -> None:
    everything = json.loads(home("review", "list", "--json").out)["findings"]
    check = next(finding["check"] for finding in everything if finding["listing_id"] == 5)
    some = json.loads(home("review", "list", "--check", check, "--json").out)["findings"]
    assert {finding["check"] for finding in some} == {check}
    assert "Nothing looks wrong" in home("review", "list", "--check", "no_such_check").out
    assert check in home("review", "list").out


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["review", "exclude", "999", "--reason", "not a home"], 1, "no listing 999"),
        (["review", "exclude", "5", "--reason", "x"], 1, "3 to 500"),
        (["review", "exclude", "5"], 2, "--reason"),
        (["review", "correct", "5", "--reason", "a slip"], 2, "--set"),
        (["review", "correct", "5", "--set", "price", "--reason", "a slip"], 2, "--set"),
        (["review", "correct", "5", "--set", "price=no", "--reason", "a slip"], 1, "price must be a number"),
        (["review", "undo", "5"], 1, "no verdict to undo"),
        (["review", "undo"], 2, "Name listings"),
        (["review", "undo", "--batch", "none"], 1, "no batch"),
        (["review", "history", "999"], 1, "no listing 999"),
        (["review", "preview", "999"], 1, "no listing 999"),
        (["data", "diff", "v1", "v2"], 1, "no version 1"),
        (["data", "export", "abcd", "--out", "x.txt"], 1, ".csv"),
    ],
)
def test_what_cannot_be_done_says_why(home: Run, arguments: list[str], code: int, message: str) -> None:
    result = home(*arguments)
    assert result.code == code
    assert message in result.err


def test_a_preview_is_one_document(home: Run) -> None:
    found = json.loads(home("review", "preview", "7", "--json").out)
    assert found["before"]["mdape"] > 0
    assert "As it would be" in home("review", "preview", "7", "--verdict", "correct", "--set", "price=5").out


def test_the_rows_of_trainings_are_listed_compared_and_exported(home: Run, tmp_path: Path) -> None:
    assert "No data version yet" in home("data", "list").out
    home("train", "--recipe", quick_recipe(tmp_path), "--json")
    home("review", "exclude", "7", "--reason", "not a home")
    home("train", "--recipe", quick_recipe(tmp_path), "--json")
    newest, first = json.loads(home("data", "list", "--json").out)
    assert (newest["versions"], first["versions"], newest["excluded"]) == (["v2"], ["v1"], 1)
    found = json.loads(home("data", "diff", "v1", newest["fingerprint"][:8], "--json").out)
    assert [row["id"] for row in found["first"]["removed"]] == [7]
    assert "Rows removed: 1" in home("data", "diff", "v1", "v2").out
    assert newest["fingerprint"][:12] in home("data", "list").out
    assert home("data", "export", "v2", "--out", str(tmp_path / "rows.csv")).code == 0
    assert 7 not in pd.read_csv(tmp_path / "rows.csv")["id"].tolist()
