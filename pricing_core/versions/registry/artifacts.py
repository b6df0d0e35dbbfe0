"""Stored models: where their file lies, and loading it after its content was found to be what was registered."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pricing_core.errors import ArtifactError
from pricing_core.model.renamed_classes import unpickled
from pricing_core.model.valuation_model import ValuationModel
from pricing_core.versions.model_paths import MODEL_FILE, full_place, local_path


def fetch(place: str, sha256: str, home: Path = Path()) -> ValuationModel:
    """Load a stored model, after its content was found to be what was registered.

    The bytes that are checked are the bytes that are loaded: nothing can be put in between.

    Parameters
    ----------
    place
        Where it lies, relative to ``home`` or in full.

    Raises
    ------
    ArtifactError
        When the file is missing or has changed.
    """
    full = full_place(place, home)
    try:
        content = read_model(full)
    except OSError as error:
        raise ArtifactError(
            "The file of the model cannot be read ({problem}).",
            inside=f"It belongs at {full}.",
            problem=error.strerror,
        ) from error
    return unpack_model(content, sha256, full)


def unpack_model(content: bytes, sha256: str, place: str) -> ValuationModel:
    """The model of these bytes, after they were found to be what was registered; ArtifactError where they are not."""
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ArtifactError(
            "The file of the model is not the one that was registered (its content has changed), so it is not loaded.",
            inside=f"It lies at {place}.",
        )
    try:
        model: ValuationModel = unpickled(content)
    except Exception as error:  # what a model of another release raises when it is read has no common type
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        raise ArtifactError(
            "The model cannot be read by this release ({problem}).",
            inside=f"It lies at {place}: {reason}",
            problem=type(error).__name__,
        ) from error
    return model


def read_model(folder: str) -> bytes:
    """The bytes of a model, from a folder, a server or a bucket."""
    path = local_path(folder)
    if path is not None:
        return (path / MODEL_FILE).read_bytes()
    from mlflow.artifacts import download_artifacts  # a store behind a server or in a bucket

    return Path(download_artifacts(f"{folder.rstrip('/')}/{MODEL_FILE}")).read_bytes()
