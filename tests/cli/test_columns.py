"""`--map`, `--profile` and `--save-profile`, and `tasador profiles`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.test_cli import Result
from tests.cli.test_cli import run as run  # noqa: PLC0414 - the fixture
from tests.conftest import make_settings

Run = Callable[..., Result]
HEADER = "Tipo;Ciudad;Superficie;Superficie total;Dormitorois;Baños;lat;lng;Precio venta;Precio lista"
ROWS = ("Casa;Maipú;85;120;3;2;-33,51;-70,71;5200;5300", "Depto;Ñuñoa;60;66;2;1;-33,45;-70,60;4300;4400")
MAPS = ("Precio venta=price", "Ciudad=sector", "Superficie=net_usable_area", "Dormitorois=n_rooms")


@pytest.fixture
def home(run: Run, mlflow_template: Path, tmp_path: Path) -> Run:
    make_settings(tmp_path, mlflow_template)
    (tmp_path / "a.csv").write_text("\n".join((HEADER, *ROWS)) + "\n", encoding="utf-8")
    return run


def mapped(maps: tuple[str, ...] = MAPS) -> list[str]:
    return [word for text in maps for word in ("--map", text)]


def test_what_a_person_says_once_is_saved_and_used_for_the_same_header(home: Run, tmp_path: Path) -> None:
    file = str(tmp_path / "a.csv")
    assert "'Ciudad' looks like sector: --map" in home("ingest", file).err
    assert home("ingest", file, *mapped(), "--save-profile", "Corredora A", "--json").code == 0
    again = json.loads(home("ingest", file, "--replace", "--json").out)
    assert "Read by the profile 'Corredora A', which was saved for this header." in " ".join(again["notes"])
    (saved,) = json.loads(home("profiles", "list", "--json").out)
    assert saved["settings"]["fields"]["Precio venta"] == "price"
    assert "Dormitorois" in home("profiles", "show", "Corredora A").out
    assert home("profiles", "remove", "Corredora A").code == 0
    assert "looks like sector" in home("ingest", file).err


def test_a_check_takes_a_mapping_and_needs_no_home(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("\n".join((HEADER, *ROWS)) + "\n", encoding="utf-8")
    found = json.loads(run("check", str(tmp_path / "a.csv"), *mapped(), "--json").out)
    assert found["rows"] == 2
    assert "none was saved yet" in run("check", str(tmp_path / "a.csv"), "--profile", "x").err


@pytest.mark.parametrize(
    ("maps", "said"),
    [
        (("Prcio venta=price",), "Did you mean 'Precio venta'?"),
        (("Precio venta=prise",), "'prise' is no column to map to: there are type"),
        (("Precio venta",), 'A column is mapped as in "Precio UF=price"'),
        (("=",), 'A column is mapped as in "Precio UF=price"'),
        (("Precio venta=price", "Precio venta=sector"), "is mapped to two columns"),
        (("=price",), "A table without price cannot be used"),
    ],
)
def test_a_slip_is_told_with_what_there_is(home: Run, tmp_path: Path, maps: tuple[str, ...], said: str) -> None:
    result = home("ingest", str(tmp_path / "a.csv"), *mapped(maps))
    assert result.code == 1
    assert said in result.err


def test_a_name_that_is_none_is_refused_before_anything_is_read(home: Run, tmp_path: Path) -> None:
    refused = home("ingest", str(tmp_path / "a.csv"), *mapped(), "--save-profile", " ")
    assert refused.code == 1
    assert json.loads(home("profiles", "list", "--json").out) == []


def test_prices_learned_later_take_a_mapping_too(home: Run, tmp_path: Path) -> None:
    (tmp_path / "later.csv").write_text("entrada;monto final\nx;5200\n", encoding="utf-8")
    refused = home("outcomes", str(tmp_path / "later.csv"))
    assert "is no file of outcomes" in refused.err
    taken = home("outcomes", str(tmp_path / "later.csv"), *mapped(("entrada=log_id", "monto final=price")), "--json")
    assert taken.code == 0, taken.err
    saved = home(
        "outcomes",
        str(tmp_path / "later.csv"),
        *mapped(("entrada=log_id", "monto final=price")),
        *("--save-profile", "Notaría", "--json"),
    )
    assert saved.code == 0, saved.err
    again = home("outcomes", str(tmp_path / "later.csv"), "--json")
    assert "Read by the profile 'Notaría'" in " ".join(json.loads(again.out)["notes"])
