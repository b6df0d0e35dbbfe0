"""Runs and versions in MLflow: writing a training down, marking the champion, reading what was written."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from platform import node
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pandas as pd

from pricing_core.errors import NotFoundError, StorageError, log_in_full
from pricing_core.model.valuation_model import ValuationModel
from pricing_core.nouns import Json
from pricing_core.store import follow_artifacts
from pricing_core.versions.model_paths import local_path
from pricing_core.versions.registry.artifacts import read_model
from pricing_core.versions.registry.opening import digest, lock, open_client, point_mlflow_at, without_password

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

EXPERIMENT = "TrainModel"
MODEL_NAME = "tasador"
CHAMPION = "champion"
_WRITER_TAG = "writer"
_REPOSITORY_TAG = "mlflow.source.git.repoURL"
_DIGEST_LENGTH = 36  # MLflow stores no longer one
# Where a run was made and by whom tells of the machine, not of the model.
_OF_THE_MACHINE = ("mlflow.user", "mlflow.source.name", "mlflow.source.type")


@dataclass(frozen=True)
class Registered:
    """Where a trained model was put."""

    version: int
    run_id: str
    model_uri: str
    sha256: str


@dataclass(frozen=True)
class TrainingRows:
    """The exact train and test rows of a run: their fingerprint and where they are kept."""

    fingerprint: str
    path: str
    train_rows: int
    test_rows: int


class Registry:
    """The MLflow store at one address.

    Parameters
    ----------
    tracking_uri
        Address of the MLflow store.
    artifact_root
        Where the models of new runs are put.
    home
        A store that lies in this folder goes on with the folder where it was copied or moved; no other store does.
    """

    def __init__(self, tracking_uri: str, artifact_root: str, home: Path | None = None) -> None:
        self._tracking_uri = tracking_uri
        self._artifact_root = artifact_root
        self._home = home

    @cached_property
    def _client(self) -> MlflowClient:
        client = open_client(self._tracking_uri)
        if self._home is not None:
            follow_artifacts(self._tracking_uri, EXPERIMENT, self._artifact_root, self._home)
        return client

    @cached_property
    def _experiment_id(self) -> str:
        from mlflow.exceptions import MlflowException

        try:
            found = self._client.get_experiment_by_name(EXPERIMENT)
            if found is not None:
                return str(found.experiment_id)
            # Without a location of its own, the artefacts of a SQLite store land in the current directory.
            return str(self._client.create_experiment(EXPERIMENT, artifact_location=self._artifact_root))
        except MlflowException as error:
            raise StorageError(
                "The MLflow store does not answer: see MLFLOW_TRACKING_URI.",
                inside=f"It is {without_password(self._tracking_uri)}.",
            ) from error

    def log(
        self,
        model: ValuationModel,
        *,
        run_name: str,
        params: Mapping[str, object],
        metrics: Mapping[str, float],
        tags: Mapping[str, str],
        example: pd.DataFrame,
        documents: Mapping[str, Json],
        rows: TrainingRows | None = None,
        files: Mapping[str, bytes] | None = None,
    ) -> Registered:
        """Write one training as a run, store the model and register it as a new version.

        Parameters
        ----------
        example
            A few rows of features: the signature and the input example are made from them.
        documents
            JSON-ready content by file name, stored beside the model.
        rows
            Logged as the dataset that the run was trained and tested on.
        files
            Other content by file name.
        """
        with lock:
            import mlflow

            experiment_id = self._experiment_id
            point_mlflow_at(self._tracking_uri)
            self._close_left_open()
            own = dict(tags) | {_WRITER_TAG: self._writer}
            with mlflow.start_run(experiment_id=experiment_id, run_name=run_name, tags=own) as run:
                # The address of a clone may hold a token, and everyone with a key can read tags.
                if _REPOSITORY_TAG in self._client.get_run(run.info.run_id).data.tags:
                    mlflow.delete_tag(_REPOSITORY_TAG)
                mlflow.log_params({name: str(value)[:500] for name, value in params.items()})
                mlflow.log_metrics(dict(metrics))
                for name, content in documents.items():
                    mlflow.log_dict(content, name)
                self._log_files(run.info.run_id, files or {})
                if rows is not None:
                    _log_rows(self._client, run.info.run_id, rows)
                try:
                    uri, folder = _log_model(model, example)
                except Exception:  # a full disk most often: half a model must not fill it further
                    self._discard_models(run.info.run_id)
                    raise
            return self._register(run.info.run_id, uri, folder)

    def _log_files(self, run_id: str, files: Mapping[str, bytes]) -> None:
        with TemporaryDirectory(prefix="tasador-") as folder:
            for name, content in files.items():
                path = Path(folder) / name
                path.write_bytes(content)
                self._client.log_artifact(run_id, str(path))

    @property
    def _writer(self) -> str:
        # As a digest: everyone with a key can read tags, and nobody there needs to know our folders.
        return digest(f"{node()}:{self._artifact_root}")

    def _close_left_open(self) -> None:
        """Mark the runs as killed that trainings of this very installation left open when they were killed.

        One training at a time writes here, so none of them is still at work.
        """
        mine = f"attributes.status = 'RUNNING' and tags.{_WRITER_TAG} = '{self._writer}'"
        for run in self._client.search_runs([self._experiment_id], filter_string=mine):
            self._client.set_terminated(run.info.run_id, status="KILLED")
            self._discard_models(run.info.run_id)

    def _discard_models(self, run_id: str) -> None:
        mine = f"source_run_id = '{run_id}'"
        for model in self._client.search_logged_models([self._experiment_id], filter_string=mine):
            folder = local_path(model.artifact_location)
            if folder is not None:
                shutil.rmtree(folder, ignore_errors=True)

    def _register(self, run_id: str, uri: str, folder: str) -> Registered:
        from mlflow.exceptions import MlflowException

        try:
            self._client.get_registered_model(MODEL_NAME)
        except MlflowException:
            self._client.create_registered_model(MODEL_NAME)
        made = self._client.create_model_version(MODEL_NAME, source=uri, run_id=run_id)
        return Registered(int(made.version), run_id, folder, hashlib.sha256(read_model(folder)).hexdigest())

    def mark_champion(self, version: int) -> None:
        """Move the alias in MLflow, for those who look there. What serves is decided by our own ledger."""
        try:
            self._client.set_registered_model_alias(MODEL_NAME, CHAMPION, str(version))
        except Exception as error:  # the promotion itself is done; a store that is away must not undo it
            log_in_full(f"MLflow's alias champion could not be moved to version {version}", error)

    def runs(self, limit: int = 100) -> pd.DataFrame:
        """The newest runs first, one row each, columns flattened: ``metrics_...``, ``params_...``, ``tags_...``."""
        with lock:
            import mlflow

            experiment_id = self._experiment_id
            point_mlflow_at(self._tracking_uri)
            found = mlflow.search_runs([experiment_id], max_results=limit, order_by=["attributes.start_time DESC"])
        if not isinstance(found, pd.DataFrame):  # pragma: no cover - the default output format is a frame
            raise StorageError("MLflow gave no table of runs.")
        told = found.drop(columns=["artifact_uri", *(f"tags.{name}" for name in _OF_THE_MACHINE)], errors="ignore")
        return told.rename(columns=lambda name: str(name).replace(".", "_"))

    def run(self, run_id: str) -> Json:
        """One run: its name, state, times, metrics, parameters, tags and artefacts.

        Raises
        ------
        NotFoundError
            When there is no such run.
        """
        from mlflow.exceptions import MlflowException

        try:
            run = self._client.get_run(run_id)
            artifacts = [item.path for item in self._client.list_artifacts(run_id)]
        except MlflowException:
            raise NotFoundError("There is no run {run:quoted}: see `tasador runs`.", run=run_id) from None
        return _flatten(run) | {"artifacts": artifacts}

    def document(self, run_id: str, name: str) -> Json | None:
        """A JSON document of a run, or ``None`` where the run has none of that name."""
        content = self.file(run_id, name)
        found: Json | None = None if content is None else json.loads(content)
        return found

    def file(self, run_id: str, name: str) -> bytes | None:
        """The content of a file of a run, or ``None`` where the run has none of that name."""
        from mlflow.exceptions import MlflowException

        with TemporaryDirectory(prefix="tasador-") as folder:
            try:
                return Path(self._client.download_artifacts(run_id, name, folder)).read_bytes()
            except (MlflowException, OSError):
                return None

    def open_store(self) -> None:
        """Open the store now, creating it where there is none, so that the first who asks need not wait."""
        _ = self._client


def _log_rows(client: MlflowClient, run_id: str, rows: TrainingRows) -> None:
    from mlflow.entities import Dataset, DatasetInput, InputTag

    # The rows themselves are not read again: their fingerprint says more than MLflow's digest of a sample would.
    digest, source = rows.fingerprint[:_DIGEST_LENGTH], json.dumps({"uri": rows.path})
    inputs = []
    for context, number in (("train", rows.train_rows), ("test", rows.test_rows)):
        profile = json.dumps({"num_rows": number})
        dataset = Dataset(f"listings-{context}", digest, "local", source, profile=profile)
        inputs.append(DatasetInput(dataset, [InputTag("mlflow.data.context", context)]))
    client.log_inputs(run_id, datasets=inputs)


def _log_model(model: ValuationModel, example: pd.DataFrame) -> tuple[str, str]:
    import mlflow
    import sklearn
    from mlflow.models import infer_signature

    info = mlflow.sklearn.log_model(
        model,
        name="model",
        serialization_format="cloudpickle",  # category_encoders cannot be stored in the default format
        pip_requirements=[f"scikit-learn=={sklearn.__version__}"],  # finding them out would start a process
        signature=infer_signature(example, model.predict(example)),
        input_example=example,
    )
    return info.model_uri, info.artifact_path


def _flatten(run: Run) -> Json:
    started, ended = run.info.start_time, run.info.end_time
    return {
        "run_id": run.info.run_id,
        "name": run.info.run_name,
        "status": run.info.status,
        "start_time": pd.Timestamp(started, unit="ms", tz="UTC").to_pydatetime(),
        "duration_seconds": None if ended is None else (ended - started) / 1000,
        "metrics": dict(run.data.metrics),
        "params": dict(run.data.params),
        "tags": {name: value for name, value in run.data.tags.items() if name not in _OF_THE_MACHINE},
    }
