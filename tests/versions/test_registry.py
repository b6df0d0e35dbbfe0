"""MLflow runs and versions, and what is checked before a stored model is loaded."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from sklearn.dummy import DummyRegressor

from pricing_core.errors import ArtifactError, NotFoundError, StorageError, in_full
from pricing_core.settings import Settings
from pricing_core.versions.registry import Registered, Registry, fetch

EXAMPLE = pd.DataFrame({"net_area": [50.0, 60.0], "sector": ["Ñuñoa", "Maipú"]})


@pytest.fixture
def registry(home_settings: Settings) -> Registry:
    return Registry(home_settings.tracking_uri, home_settings.artifact_root)


def log(registry: Registry) -> Registered:
    return registry.log(
        DummyRegressor(strategy="constant", constant=100.0).fit(EXAMPLE, [1.0, 2.0]),
        run_name="revised",
        params={"n_estimators": 300},
        metrics={"mean_absolute_error_test": 12.5},
        tags={"recipe": "revised"},
        example=EXAMPLE,
        documents={"recipe.json": {"name": "revised"}},
    )


def test_a_run_holds_what_was_trained_and_becomes_a_version(registry: Registry, home_settings: Settings) -> None:
    first, second = log(registry), log(registry)
    run = registry.run(first.run_id)
    assert (first.version, second.version) == (1, 2)
    assert run["metrics"]["mean_absolute_error_test"] == 12.5
    assert run["params"]["n_estimators"] == "300"
    assert "recipe.json" in run["artifacts"]
    assert Path(first.model_uri.removeprefix("file://")).is_relative_to(home_settings.MODELS_DIR)


def test_runs_are_listed_newest_first_with_flat_names(registry: Registry) -> None:
    log(registry)
    second = log(registry)
    runs = registry.runs()
    assert runs.loc[0, "run_id"] == second.run_id
    assert {"metrics_mean_absolute_error_test", "params_n_estimators", "tags_mlflow_runName"} <= set(runs.columns)


def test_a_store_without_runs_gives_an_empty_table(registry: Registry) -> None:
    assert len(registry.runs()) == 0


def test_a_run_that_does_not_exist_is_said(registry: Registry) -> None:
    with pytest.raises(NotFoundError, match="no run"):
        registry.run("0" * 32)


def test_the_model_that_was_registered_comes_back(registry: Registry) -> None:
    made = log(registry)
    assert list(fetch(made.model_uri, made.sha256).predict(EXAMPLE)) == [100.0, 100.0]


def test_a_model_file_that_changed_is_not_loaded(registry: Registry) -> None:
    made = log(registry)
    path = Path(made.model_uri.removeprefix("file://")) / "model.pkl"
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(ArtifactError, match="content has changed"):
        fetch(made.model_uri, made.sha256)


def test_a_model_file_that_is_gone_is_said(registry: Registry) -> None:
    made = log(registry)
    (Path(made.model_uri.removeprefix("file://")) / "model.pkl").unlink()
    with pytest.raises(ArtifactError, match="cannot be read"):
        fetch(made.model_uri, made.sha256)


def test_the_alias_of_mlflow_follows_the_champion(registry: Registry) -> None:
    made = log(registry)
    registry.mark_champion(made.version)
    client = registry._client
    assert int(client.get_model_version_by_alias("tasador", "champion").version) == made.version


def folder_of(made: Registered) -> Path:
    return Path(made.model_uri.removeprefix("file://"))


def test_a_run_that_a_killed_training_left_open_is_closed_and_its_half_model_removed(registry: Registry) -> None:
    whole, half = log(registry), log(registry)
    registry._client.update_run(half.run_id, status="RUNNING")  # as it stands when the process is killed
    log(registry)
    assert [registry.run(made.run_id)["status"] for made in (whole, half)] == ["FINISHED", "KILLED"]
    assert [folder_of(made).exists() for made in (whole, half)] == [True, False]


def test_a_run_of_another_installation_is_left_open(
    registry: Registry, home_settings: Settings, tmp_path: Path
) -> None:
    log(registry)  # makes the experiment
    other = Registry(home_settings.tracking_uri, (tmp_path / "theirs").as_uri())
    theirs = log(other)
    registry._client.update_run(theirs.run_id, status="RUNNING")
    log(registry)
    assert registry.run(theirs.run_id)["status"] == "RUNNING"
    assert folder_of(theirs).exists()


def test_a_model_that_could_not_be_stored_whole_takes_up_no_room(
    registry: Registry, home_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    import mlflow

    log_model = mlflow.sklearn.log_model

    def store_then_fail(*given: object, **named: object) -> None:
        log_model(*given, **named)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(mlflow.sklearn, "log_model", store_then_fail)
    with pytest.raises(OSError, match="No space left"):
        log(registry)
    assert list((home_settings.MODELS_DIR / "artifacts").rglob("model.pkl")) == []


@pytest.mark.parametrize(
    "address",
    [
        "nonsense://place",
        "postgresql+nodriver://me:secret@localhost/runs",
        "postgresql+nodriver://localhost/runs?user=me&password=secret",
        "postgresql://me:secret@127.0.0.1:1/runs",
    ],
)
@pytest.mark.timeout(40)
def test_a_store_that_cannot_be_opened_is_said_soon_and_without_its_password(address: str) -> None:
    with pytest.raises(StorageError, match="MLFLOW_TRACKING_URI") as refused:
        Registry(address, "file:///nowhere").runs()
    assert "secret" not in in_full(refused.value)
