"""Opening MLflow's store.

MLflow keeps its tracking address in a global of the process: hold `lock` while that matters.
"""

from __future__ import annotations

import hashlib
import logging
import os
from pathlib import Path
from tempfile import gettempdir
from threading import RLock
from typing import TYPE_CHECKING
from urllib.parse import urlparse

from filelock import FileLock

from pricing_core.errors import StorageError
from pricing_core.private import FOLDER, make_file

if TYPE_CHECKING:
    from mlflow import MlflowClient

_TRACKING_VARIABLE = "MLFLOW_TRACKING_URI"
# Each after a pause that doubles; MLflow's own ten keep people waiting for minutes.
_TRIES_OF_A_DATABASE = 3
lock = RLock()


def open_client(tracking_uri: str) -> MlflowClient:
    """Open the store at an address, creating it where there is none.

    Raises
    ------
    StorageError
        When it cannot be opened.
    """
    # MLflow's own migrations break when two processes begin them at once.
    with lock, FileLock(Path(gettempdir()) / f"tasador-mlflow-{digest(tracking_uri)}.lock"):
        return _open(tracking_uri)


def _open(tracking_uri: str) -> MlflowClient:
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
    if tracking_uri.startswith("sqlite:///"):
        path = Path(tracking_uri.removeprefix("sqlite:///"))
        path.parent.mkdir(FOLDER, parents=True, exist_ok=True)
        make_file(path)
    # We do store with cloudpickle, knowingly: `fetch` checks what it loads.
    logging.getLogger("mlflow.sklearn").setLevel(logging.ERROR)
    logging.getLogger("mlflow.store.db.utils").setLevel(logging.ERROR)
    # Its default of 7 would keep people waiting for minutes where no server answers.
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
    from mlflow import MlflowClient

    if tracking_uri.startswith("postgresql"):
        from mlflow.store.db import utils

        utils.MAX_RETRY_COUNT = _TRIES_OF_A_DATABASE
    try:
        client = MlflowClient(tracking_uri=tracking_uri, registry_uri=tracking_uri)
        client.search_experiments(max_results=1)
    except Exception as error:  # besides its own errors it lets those of every driver through
        place = without_password(tracking_uri)
        raise StorageError(
            "The MLflow store cannot be opened: see MLFLOW_TRACKING_URI.", inside=f"It is {place}."
        ) from error
    return client


def point_mlflow_at(uri: str) -> None:
    """Have what MLflow does by its global address go to this one."""
    import mlflow

    before = os.environ.get(_TRACKING_VARIABLE)
    mlflow.set_tracking_uri(uri)
    mlflow.set_registry_uri(uri)
    # MLflow writes the address into the environment too, where our own settings would read it as the user's wish.
    if before is None:
        os.environ.pop(_TRACKING_VARIABLE, None)


def digest(address: str) -> str:
    """A short name for an address or a place, which does not tell it."""
    return hashlib.sha256(address.encode()).hexdigest()[:16]


def without_password(address: str) -> str:
    """The address as it may be shown."""
    parts = urlparse(address)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()
