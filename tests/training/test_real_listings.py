"""Ingest, train and value on real listings, each file on another database; skipped where they are not at hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pricing_core import AVM, Actor
from tests.conftest import make_settings

LISTINGS = Path(__file__).parents[3] / "shared" / "data"
# One row in so many is enough to learn from, and quick.
STEP = 4


@pytest.mark.parametrize(
    ("file", "currency", "unit", "database_url"),
    [("melbourne.csv", "AUD", "m²", "postgresql"), ("king_county.csv", "USD", "ft²", "sqlite")],
    indirect=["database_url"],
)
def test_a_real_file_goes_from_ingest_to_a_logged_value(
    file: str, currency: str, unit: str, tmp_path: Path, mlflow_template: Path, database_url: str, admin: Actor
) -> None:
    if not (LISTINGS / file).exists():
        pytest.skip(f"{file} is not at hand")
    units = {"CURRENCY": currency, "AREA_UNIT": unit}
    avm = AVM(make_settings(tmp_path, mlflow_template, DATABASE_URL=database_url, **units)).start()
    lines = (LISTINGS / file).read_text(encoding="utf-8").splitlines(keepends=True)
    part = tmp_path / file
    part.write_text(lines[0] + "".join(lines[1::STEP]), encoding="utf-8")
    report = avm.listings.ingest(part, actor=admin)
    result = avm.versions.train(actor=admin)
    listings = avm.listings.frame().dropna().query("net_usable_area > 0 and net_area > 0").head(50)
    subjects = listings[["type", "sector", *[name for name in listings if name.startswith(("n", "l"))]]]
    values = [avm.value(row, actor=admin).value for row in subjects.to_dict(orient="records")]
    assert report.rejected == 0
    assert result.metrics["median_absolute_percentage_error_test"] < 0.12
    assert np.median(np.abs(np.array(values) / listings["price"].to_numpy() - 1)) < 0.15
    assert avm.log.count() == len(listings)
    avm.close()
