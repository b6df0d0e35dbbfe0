"""A home is a folder: copied or moved elsewhere it goes on by itself, and touches nothing of where it came from."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from pricing_core import AVM, Actor, Settings
from pricing_core.processes.worker import Worker
from pricing_core.store.tables.core import jobs, model_versions
from pricing_core.versions.model_paths import full_place, kept_place
from pricing_core.versions.registry import Registry
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


@pytest.mark.parametrize("earlier", [False, True], ids=["this release", "full paths of an earlier one"])
def test_a_file_that_waits_in_a_copied_home_is_valued_into_the_copy(
    trained_home: TrainedHome, sample_files: tuple[Path, Path], tmp_path: Path, *, earlier: bool
) -> None:
    former = copy_of(trained_home, tmp_path / "first")
    avm = AVM(former).start()
    source, out = waiting(former, sample_files[1])
    job = avm.jobs.submit("value_file", actor=trained_home.admin, source=source, out=out)
    if earlier:
        with avm.store.database.write() as connection:
            connection.execute(jobs.update().values(parameters={"source": str(source), "out": str(out)}))
    avm.close()
    shutil.copytree(tmp_path / "first", tmp_path / "b")
    away = former.model_copy(update={"DATA_DIR": tmp_path / "b" / "data", "MODELS_DIR": tmp_path / "b" / "models"})
    there = AVM(away).start()
    assert Worker(there, lambda: False).run_one()
    ended = there.jobs.get(job.id)
    there.close()
    assert ended.status == "done", ended.message
    assert not out.exists()
    for told in (ended.parameters["out"], ended.result["out"]):
        assert Path(told) == tmp_path / "b" / out.relative_to(tmp_path / "first")
        assert Path(told).is_file()


def waiting(settings: Settings, homes: Path) -> tuple[Path, Path]:
    """A file where the dashboard puts one for the worker, and where its values go."""
    out = settings.upload_dir / uuid4().hex / "values" / "values.csv"
    out.parent.mkdir(parents=True)
    return Path(shutil.copyfile(homes, out.parents[1] / "homes.csv")), out


def test_a_job_on_a_file_outside_the_home_keeps_its_full_path(
    copied: AVM, sample_files: tuple[Path, Path], tmp_path: Path, admin: Actor
) -> None:
    out = tmp_path / "values.csv"
    job = copied.jobs.submit("value_file", actor=admin, source=sample_files[1], out=out)
    assert copied.jobs.get(job.id).parameters == {"source": str(sample_files[1]), "out": str(out)}


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
    registry = Registry(settings.tracking_uri, elsewhere, settings.MODELS_DIR)
    registry.open_store()
    told = paths_in(settings.MODELS_DIR / "mlflow.db")
    assert f"'{elsewhere}'" in told  # new runs go there
    assert f"{trained_home.settings.artifact_root}/" in told


def test_a_store_that_is_not_in_the_home_is_not_pointed_at_it(trained_home: TrainedHome, tmp_path: Path) -> None:
    shared = copy_of(trained_home, tmp_path / "shared")
    told = paths_in(shared.MODELS_DIR / "mlflow.db")
    for name in ("a", "b"):
        models = tmp_path / name / "models"
        models.mkdir(parents=True)
        Registry(shared.tracking_uri, (models / "artifacts").as_uri(), models).open_store()
        assert paths_in(shared.MODELS_DIR / "mlflow.db") == told


def test_two_homes_on_one_postgresql_do_not_take_turns(empty_postgresql_url: str, tmp_path: Path) -> None:
    def opened(name: str) -> str:
        registry = Registry(empty_postgresql_url, (tmp_path / name).as_uri(), tmp_path)
        _ = registry._experiment_id
        engine = sa.create_engine(empty_postgresql_url)
        with engine.connect() as connection:
            query = sa.text("SELECT artifact_location FROM experiments WHERE name = 'TrainModel'")
            found = str(connection.execute(query).scalar_one())
        engine.dispose()
        return found

    assert opened("a") == opened("b") == (tmp_path / "a").as_uri()
