"""``tasador watch``, ``outcomes`` and ``override``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pricing_core.cli import cli
from tests.conftest import TrainedHome

Run = Callable[..., Result]


@pytest.fixture
def run(trained_home: TrainedHome, monkeypatch: pytest.MonkeyPatch) -> Run:
    for name in ("DATA_DIR", "MODELS_DIR"):
        monkeypatch.setenv(name, trained_home.environment[name])

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(cli, list(arguments))

    return invoke


def test_watch_prints_one_json_document(run: Run) -> None:
    report = json.loads(run("watch", "--days", "7", "--json").stdout)
    assert report["days"] == 7
    assert {"drift", "live", "alerts", "milliseconds", "by_day"} <= set(report)


def test_watch_says_in_words_what_it_found(run: Run) -> None:
    text = run("watch").stdout
    assert "The last 30 days" in text
    assert "one by one" in text
    assert "usable area" in text


def test_a_price_is_attached_and_a_value_overridden(run: Run, trained_home: TrainedHome, tmp_path: Path) -> None:
    home = {"type": "casa", "sector": "Maipú", "net_usable_area": 91}
    valuation = trained_home.avm.value(home, actor=trained_home.admin)
    file = tmp_path / "prices.csv"
    file.write_text(f"log_id,price\n{valuation.log_id},{valuation.value}\nnobody,5\n", encoding="utf-8")
    assert "1 of 2 prices were attached" in run("outcomes", str(file)).stdout
    report = json.loads(run("outcomes", str(file), "--json").stdout)
    assert (report["attached"], report["known"], report["not_matched"]) == (0, 1, 1)
    kept = json.loads(
        run("override", valuation.log_id, str(valuation.value + 1), "--reason", "corner", "--json").stdout
    )
    assert kept["reason"] == "corner"
    assert "Kept:" in run("override", valuation.log_id, str(valuation.value), "--reason", "no corner").stdout


@pytest.mark.parametrize(
    "arguments", [("watch", "--days", "0"), ("outcomes", "nowhere.csv"), ("override", "x", "5", "--reason", "why")]
)
def test_bad_input_gets_a_known_error(run: Run, arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert "Traceback" not in result.output
