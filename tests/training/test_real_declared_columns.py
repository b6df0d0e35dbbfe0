"""Real listings with what their clients would declare, on both databases; skipped where they are not at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from pricing_core import AVM, Actor
from tests.conftest import make_settings

LISTINGS = Path(__file__).parents[3] / "shared" / "data"
STEP = 20
MELBOURNE = """
columns:
  - {name: sold_on}
  - {name: year_built, role: year, limits: {max: 2030}}
  - {name: car_places, role: count, limits: {max: 20}}
  - {name: sale_method, role: category, model: false}
  - {name: km_to_centre, role: number, unit: km}
"""
KING_COUNTY = """
columns:
  - {name: sold_on}
  - {name: year_built, role: year}
  - {name: year_renovated, role: year}
  - {name: floors, role: number}
  - {name: condition, role: number, limits: {min: 1, max: 5}}
  - {name: grade, role: number, limits: {min: 1, max: 13}}
  - {name: view, role: number}
  - {name: waterfront, role: yes/no}
"""
ERROR = "median_absolute_percentage_error_test"


@pytest.mark.parametrize(
    ("file", "columns", "known"),
    [
        ("melbourne_extended.csv", MELBOURNE, {"sold_on": 1.0, "year_built": 0.6, "km_to_centre": 1.0}),
        ("king_county_extended.csv", KING_COUNTY, {"sold_on": 1.0, "year_renovated": 0.04, "waterfront": 1.0}),
    ],
)
def test_a_real_file_keeps_what_is_declared(
    file: str,
    columns: str,
    known: dict[str, float],
    tmp_path: Path,
    mlflow_template: Path,
    database_url: str,
    admin: Actor,
) -> None:
    if not (LISTINGS / file).exists():
        pytest.skip(f"{file} is not at hand")
    (tmp_path / "columns.yaml").write_text(columns, encoding="utf-8")
    given = {"DATABASE_URL": database_url, "COLUMNS_FILE": tmp_path / "columns.yaml", "CURRENCY": "AUD"}
    avm = AVM(make_settings(tmp_path, mlflow_template, **given)).start()
    lines = (LISTINGS / file).read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / file).write_text(lines[0] + "".join(lines[1::STEP]), encoding="utf-8")
    report = avm.listings.ingest(tmp_path / file, actor=admin, queue_check=True)
    frame = avm.listings.frame()
    assert (report.rejected, len(frame)) == (0, len(lines[1::STEP]))
    assert not [note for note in map(str, report.notes) if "left empty" in note]
    assert {name: round(float(frame[name].notna().mean()), 2) for name in known} == pytest.approx(known, abs=0.02)
    avm.close()


def test_declared_columns_make_the_champion_better_on_real_sales(
    tmp_path: Path, mlflow_template: Path, admin: Actor
) -> None:
    file = LISTINGS / "king_county_extended.csv"
    if not file.exists():
        pytest.skip(f"{file.name} is not at hand")
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / file.name).write_text(lines[0] + "".join(lines[1::12]), encoding="utf-8")
    errors = []
    for name, text in (("none.yaml", "columns: []"), ("columns.yaml", KING_COUNTY)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        given = {"COLUMNS_FILE": tmp_path / name, "AREA_UNIT": "ft²"}
        avm = AVM(make_settings(tmp_path, mlflow_template, **given)).start()
        errors.append(avm.versions.evaluate(tmp_path / file.name, ["champion"], folds=2)["recipes"]["champion"]["mae"])
        avm.close()
    assert errors[1] < 0.9 * errors[0]
