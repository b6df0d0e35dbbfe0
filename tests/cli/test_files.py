"""Files come from standard input and in any format, and values go to standard output or to any format."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from pricing_core.cli import main
from tests.conftest import TrainedHome

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(trained_home: TrainedHome, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("DATA_DIR", str(trained_home.settings.DATA_DIR))
    monkeypatch.setenv("MODELS_DIR", str(trained_home.settings.MODELS_DIR))

    def call(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(list(map(str, arguments)))
        return int(ended.value.code or 0), *capsys.readouterr()

    return call


@pytest.fixture
def homes(sample_files: tuple[Path, Path], tmp_path: Path) -> Path:
    path = tmp_path / "homes.xlsx"
    pd.read_csv(sample_files[1]).head(3).to_excel(path, index=False)
    return path


def test_without_out_the_values_go_to_standard_output_and_the_summary_to_the_other(run: Run, homes: Path) -> None:
    code, out, err = run("value", homes)
    frame = pd.read_csv(io.StringIO(out))
    assert (code, frame["line"].tolist()) == (0, [2, 3, 4])
    assert frame["value"].notna().all()
    assert "Valued 3 of 3 rows" in err


@pytest.mark.parametrize("ending", [".csv", ".csv.gz", ".xlsx", ".parquet", ".jsonl"])
def test_values_are_written_in_the_format_of_the_ending(run: Run, homes: Path, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"out{ending}"
    code, printed, _ = run("value", homes, "--out", out, "--json")
    assert (code, json.loads(printed)["valued"]) == (0, 3)
    read = {
        ".xlsx": partial(pd.read_excel, engine="calamine"),
        ".parquet": pd.read_parquet,
        ".jsonl": lambda path: pd.read_json(path, lines=True),
    }
    assert len(read.get(ending, pd.read_csv)(out)) == 3  # type: ignore[operator]


def test_another_ending_is_refused_before_anything_is_valued(run: Run, homes: Path, tmp_path: Path) -> None:
    code, _, err = run("value", homes, "--out", tmp_path / "out.docx")
    assert (code, ".csv.gz, .xlsx, .parquet or .jsonl" in err) == (1, True)


def test_a_dash_is_standard_input(run: Run, homes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(homes.read_bytes())))
    code, out, _ = run("check", "-", "--json")
    assert (code, json.loads(out)["rows"]) == (0, 3)


def test_a_sheet_is_named_where_several_hold_tables(run: Run, homes: Path, tmp_path: Path) -> None:
    frame, both = pd.read_csv(io.StringIO(run("template")[1])), tmp_path / "both.xlsx"
    with pd.ExcelWriter(both, engine="xlsxwriter") as writer:
        frame.to_excel(writer, sheet_name="Casas", index=False)
        frame.head(1).to_excel(writer, sheet_name="Otras", index=False)
    code, _, err = run("check", both)
    assert (code, "'Casas' and 'Otras': choose one" in err) == (1, True)
    assert json.loads(run("check", both, "--sheet", "Otras", "--json")[1])["rows"] == 1


def test_the_template_is_written_and_read_back(run: Run, tmp_path: Path) -> None:
    assert run("template", "--out", tmp_path / "t.xlsx")[0] == 0
    assert json.loads(run("check", tmp_path / "t.xlsx", "--json")[1])["rows"] == 2
