"""A profile keeps what a declared column is called in a source, and outlives the declaration."""

from __future__ import annotations

from pathlib import Path

from pricing_core import AVM, Actor
from pricing_core.nouns.profiles import ColumnChoice, ColumnSettings
from tests.conftest import make_settings
from tests.declared import COLUMNS, declared_listings


def test_a_profile_is_used_again_with_the_column_and_without_it(
    tmp_path: Path, mlflow_template: Path, admin: Actor
) -> None:
    settings = make_settings(tmp_path, mlflow_template)
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    (tmp_path / "columns.yaml").write_text(COLUMNS, encoding="utf-8")
    homes = declared_listings(30).rename(columns={"year_built": "Antigüedad"}).assign(currency="UF")
    homes.to_csv(tmp_path / "a.csv", index=False)
    choice = ColumnChoice(settings=ColumnSettings({"Antigüedad": "year_built"}), save_as="broker")
    avm = AVM(settings.model_copy(update={"COLUMNS_FILE": tmp_path / "columns.yaml"})).start()
    avm.listings.ingest(tmp_path / "a.csv", columns=choice, actor=admin)
    assert avm.listings.frame()["year_built"].notna().sum() == 27
    homes.assign(price=homes["price"] + 1).to_csv(tmp_path / "b.csv", index=False)
    report = avm.listings.ingest(tmp_path / "b.csv", replace=True, actor=admin)
    assert "broker" in " ".join(map(str, report.notes))
    assert avm.listings.frame()["year_built"].notna().sum() == 27
    avm.close()
    without = AVM(settings).start()
    homes.assign(price=homes["price"] + 2).to_csv(tmp_path / "c.csv", index=False)
    report = without.listings.ingest(tmp_path / "c.csv", replace=True, actor=admin)
    assert (report.accepted, report.rejected) == (30, 0)
    assert "Antigüedad" in " ".join(map(str, report.notes))
    without.close()
