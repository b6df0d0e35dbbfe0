"""What `tasador ingest` and `tasador check` say of a file: groups with lines, what helps, what comes next."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from pricing_core.cli import cli
from tests.factories import listings

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    for name in ("DATA_DIR", "MODELS_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    return lambda *arguments: CliRunner().invoke(cli, list(arguments))


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    homes = listings(60).astype(object)
    homes.loc[[3, 7, 8, 9], "price"] = ["ask", "on request", "", ""]
    homes.loc[10, "net_area"] = -5
    homes.loc[20:23, "price"] = (homes.loc[20:23, "price"].astype(float) * 38_000).tolist()
    return _written(homes, tmp_path / "messy.csv")


def _written(homes: pd.DataFrame, path: Path) -> Path:
    homes.to_csv(path, index=False)
    return path


def test_an_ingestion_is_told_in_groups_with_lines_and_the_next_step(run: Run, messy: Path) -> None:
    out = " ".join(run("ingest", str(messy)).stdout.split())
    assert "4 rows were skipped." in out
    assert "2 rows: price is not a number line 5: ask line 9: on request" in out
    assert "1 row: outside_limits (Error) line 12: net_area is -5 m²" in out
    assert "4 rows: price_in_pesos (Error) line 22:" in out
    assert "→ If all prices are in pesos, set CURRENCY=CLP" in out
    assert out.endswith("5 findings: `tasador review list`")


def test_the_groups_are_in_the_document_for_programs(run: Run, messy: Path) -> None:
    report = json.loads(run("ingest", str(messy), "--json").stdout)
    assert [(group["rows"], group["examples"][0]["line"]) for group in report["kept_out"]] == [(2, 5), (2, 10)]
    assert {group["check"]: group["rows"] for group in report["findings"]} == {"outside_limits": 1, "price_in_pesos": 4}


@pytest.mark.parametrize("command", ["ingest", "check"])
def test_strict_ends_with_1_where_anything_is_wrong_and_with_0_where_nothing_is(
    run: Run, messy: Path, tmp_path: Path, command: str
) -> None:
    assert run(command, str(messy)).exit_code == 0
    assert run(command, str(messy), "--strict", "--json").exit_code == 1
    assert run(command, str(_written(listings(60, seed=1), tmp_path / "sound.csv")), "--strict").exit_code == 0


def test_a_check_says_how_the_file_was_read_and_where_each_finding_stands(run: Run, messy: Path) -> None:
    document = json.loads(run("check", str(messy), "--json").stdout)
    assert any("Decimal dots" in note for note in document["notes"])
    assert {(each["row"], each["line"]) for each in document["findings"] if each["check"] == "outside_limits"} == {
        (10, 12)
    }


def test_prices_that_are_all_in_another_currency_are_said_once_with_the_setting(run: Run, tmp_path: Path) -> None:
    homes = listings(60)
    pesos = _written(homes.assign(price=homes["price"] * 38_000), tmp_path / "pesos.csv")
    for command in ("check", "ingest"):
        out = " ".join(run(command, str(pesos)).stdout.split())
        assert out.count("set CURRENCY=CLP") == 1
