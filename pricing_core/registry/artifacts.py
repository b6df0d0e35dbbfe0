"""Stored models: where their file lies, and loading it after its content was found to be what was registered."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

import cloudpickle

from pricing_core.errors import ArtifactError

_MODEL_FILE = "model.pkl"


def fetch(model_uri: str, sha256: str) -> Any:
    """Load a stored model, after its content was found to be what was registered.

    The bytes that are checked are the bytes that are loaded: nothing can be put in between.

    Raises
    ------
    ArtifactError
        When the file is missing or has changed.
    """
    try:
        content = read_model(model_uri)
    except OSError as error:
        raise ArtifactError(
            f"The file of the model cannot be read ({error.strerror}): roll back or train. See `tasador runs`.",
            inside=f"It belongs at {model_uri}.",
        ) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ArtifactError(
            "The file of the model is not the one that was registered (its content has changed), so it is not "
            "loaded. Roll back with `tasador rollback`, or train again with `tasador train --force`.",
            inside=f"It lies at {model_uri}.",
        )
    try:
        return cloudpickle.loads(content)
    except Exception as error:  # what a model of another release raises when it is read has no common type
        raise ArtifactError(
            f"The model cannot be read by this release ({type(error).__name__}). Train again with "
            "`tasador train --force`, or roll back.",
            inside=f"It lies at {model_uri}: {error}",
        ) from error


def read_model(folder: str) -> bytes:
    """The bytes of a model, from a folder, a server or a bucket."""
    address = urlparse(folder)
    if address.scheme in ("", "file"):
        return (Path(unquote(address.path)) / _MODEL_FILE).read_bytes()
    from mlflow.artifacts import download_artifacts  # a store behind a server or in a bucket

    return Path(download_artifacts(f"{folder.rstrip('/')}/{_MODEL_FILE}")).read_bytes()
