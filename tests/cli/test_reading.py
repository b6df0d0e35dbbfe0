"""Files on the command line: how they were read is said, and what they leave open is asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pricing_core.cli import cli
from tests.listings.reading import CASES

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    for name in ("DATA_DIR", "MODELS_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(cli, list(arguments))

    return invoke


def test_check_says_how_it_read_a_file(run: Run) -> None:
    case = str(CASES / "k1_net_area_dots.csv")
    note = "net_area: numbers like 5.200 were read as 5200, in 2 cells"
    assert any(each.startswith(note) for each in json.loads(run("check", case, "--json").stdout)["notes"])
    assert note in run("check", case).stdout


def test_a_file_that_leaves_marks_open_is_asked_about(run: Run) -> None:
    case = str(CASES / "k1_uf_dots_areas_decimal.csv")
    refused = run("ingest", case)
    assert (refused.exit_code, "'5.210' (5.21 or 5,210)" in refused.stderr) == (1, True)
    taken = json.loads(run("ingest", case, "--decimal", "comma", "--json").stdout)
    assert taken["accepted"] == 4
    assert any(
        "price: numbers like 5.210 were read as 5210, in 4 cells (as you said)" in each for each in taken["notes"]
    )


def test_prices_in_pesos_are_converted_once_uf_values_are_known(run: Run, tmp_path: Path) -> None:
    case = str(CASES / "k2_currency_column.csv")
    assert json.loads(run("ingest", case, "--json").stdout)["rejected"] == 1
    values = tmp_path / "uf.csv"
    values.write_text("Fecha;Valor\n01-11-2020;38.000\n02-11-2020;38.001,5\n", encoding="utf-8")
    assert "2 days read, 2 of them new" in run("uf", "import", str(values)).stdout
    assert [each["value"] for each in json.loads(run("uf", "list", "--json").stdout)] == [38001.5, 38000]
    assert "38,001.50" in run("uf", "list").stdout
    taken = json.loads(run("ingest", case, "--json").stdout)
    assert (taken["accepted"], taken["rejected"]) == (3, 0)


@pytest.mark.parametrize("area", ["1.250", "1,250"])
def test_an_area_that_can_be_two_numbers_is_refused(run: Run, area: str) -> None:
    result = run("value", "--type", "casa", "--sector", "A", "--net-usable-area", area, "--net-area", "1400")
    assert result.exit_code == 1
    assert "net_usable_area: it can be 1250 or 1.25: write one of them" in result.stderr
