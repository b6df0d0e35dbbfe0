"""A home is a folder: copied or moved elsewhere it goes on by itself, and touches nothing of where it came from."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pricing_core import AVM, Actor
from pricing_core.store.tables.core import model_versions
from pricing_core.versions.registry import Registry, full_place, kept_place
from tests.conftest import TrainedHome, copy_of, make_settings, model_file
from tests.factories import listings, quick_recipe


@pytest.fixture
def copied(trained_home: TrainedHome, tmp_path: Path) -> Iterator[AVM]:
    avm = AVM(copy_of(trained_home, tmp_path)).start()
    yield avm
    avm.close()


def paths_in(database: Path) -> str:
    with closing(sqlite3.connect(database)) as connection:
        return "\n".join(connection.iterdump())


def test_a_copied_home_values_homes_without_the_one_it_came_from(trained_home: TrainedHome, tmp_path: Path) -> None:
    settings = copy_of(trained_home, tmp_path / "first")
    away = settings.model_copy(update={"DATA_DIR": tmp_path / "b" / "data", "MODELS_DIR": tmp_path / "b" / "models"})
    shutil.move(tmp_path / "first", tmp_path / "b")
    avm = AVM(away).start()
    subject = avm.listings.frame().iloc[0].drop(["id", "dataset_id", "row_number", "is_train", "price"]).to_dict()
    assert avm.value(subject, actor=trained_home.admin).value > 0
    avm.close()


def test_models_are_addressed_relative_to_the_models_folder(copied: AVM) -> None:
    (version,) = copied.versions.all()
    assert not Path(version.model_uri).is_absolute()
    assert "://" not in version.model_uri
    assert model_file(copied, 1).is_file()


def test_documents_of_former_runs_are_read_from_the_copy(copied: AVM, trained_home: TrainedHome) -> None:
    (version,) = copied.versions.all()
    found = copied.versions.document(version.run_id, "recipe.json")
    assert found is not None
    own = copied.settings.MODELS_DIR / "artifacts" / version.run_id / "artifacts" / "recipe.json"
    own.unlink()
    assert copied.versions.document(version.run_id, "recipe.json") is None  # and not that of the home it came from
    assert str(trained_home.settings.MODELS_DIR) not in paths_in(copied.settings.MODELS_DIR / "mlflow.db")


def test_a_copied_home_trains_into_itself(copied: AVM, trained_home: TrainedHome, admin: Actor, quick: str) -> None:
    before = sorted(trained_home.settings.MODELS_DIR.rglob("*"))
    result = copied.versions.train(quick, actor=admin)
    assert model_file(copied, result.version).is_file()
    assert sorted(trained_home.settings.MODELS_DIR.rglob("*")) == before


def test_the_pipeline_of_a_copied_home_does_not_look_at_the_files_of_the_former(
    copied: AVM, trained_home: TrainedHome, admin: Actor
) -> None:
    (copied.settings.DATA_DIR / "interim" / "train.parquet").write_bytes(b"damaged")
    (result,) = copied.versions.run_pipeline(("make-dataset",), actor=admin)
    assert result.ran


def test_a_home_of_an_earlier_release_with_full_paths_is_brought_over(
    trained_home: TrainedHome, tmp_path: Path, admin: Actor
) -> None:
    settings = copy_of(trained_home, tmp_path)
    avm = AVM(settings)
    place = trained_home.settings.MODELS_DIR / trained_home.avm.versions.all()[0].model_uri
    with avm.store.database.write() as connection:
        connection.execute(model_versions.update().values(model_uri=place.as_uri()))
    avm.start()
    assert avm.versions.all()[0].model_uri == trained_home.avm.versions.all()[0].model_uri
    avm.close()


@pytest.mark.parametrize(
    "place", ["s3://bucket/models/m-1/artifacts", "mlflow-artifacts:/models/m-1", "file:///elsewhere/m-1"]
)
def test_a_model_that_is_kept_elsewhere_keeps_its_full_address(tmp_path: Path, place: str) -> None:
    assert kept_place(place, tmp_path) == place
    assert full_place(place, tmp_path) == place


def test_models_under_another_root_go_on_working(tmp_path: Path, mlflow_template: Path, admin: Actor) -> None:
    root = (tmp_path / "store with spaces").as_uri()
    settings = make_settings(tmp_path, mlflow_template, MLFLOW_ARTIFACT_ROOT=root)
    avm = AVM(settings).start()
    listings(200).to_csv(tmp_path / "listings.csv", index=False)
    avm.listings.ingest(tmp_path / "listings.csv", actor=admin)
    result = avm.versions.train(quick_recipe(tmp_path), actor=admin)
    assert avm.versions.all()[0].model_uri.startswith(root)
    avm.close()
    again = AVM(settings).start()
    assert again.versions.model_info()["version"] == result.version
    assert again.versions.document(result.run_id, "recipe.json") is not None
    again.close()


def test_rows_of_runs_whose_files_lie_elsewhere_are_left_as_they_were_written(
    trained_home: TrainedHome, tmp_path: Path
) -> None:
    settings = copy_of(trained_home, tmp_path)
    elsewhere = (tmp_path / "elsewhere").as_uri()
    registry = Registry(settings.tracking_uri, elsewhere)
    registry.open_store()
    told = paths_in(settings.MODELS_DIR / "mlflow.db")
    assert f"'{elsewhere}'" in told  # new runs go there
    assert f"{trained_home.settings.artifact_root}/" in told
