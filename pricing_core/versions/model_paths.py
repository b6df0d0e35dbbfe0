"""Where a model lies: kept relative to MODELS_DIR, so that a home may be copied or moved, and full when it is used."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlparse

from pricing_core.store import Store

MODEL_FILE = "model.pkl"


def local_path(place: str) -> Path | None:
    """The folder that an address names on this machine, or ``None`` for a server or a bucket."""
    address = urlparse(place)
    return Path(unquote(address.path)) if address.scheme in ("", "file") else None


def kept_place(place: str, home: Path) -> str:
    """The address as it is kept: relative where the model lies in this home, also when it came here with a copy of it.

    Models in a bucket, on a server or in a folder elsewhere keep their full address.
    """
    path = local_path(place)
    if path is None or not path.is_absolute():
        return place
    home = home.resolve()
    if path.is_relative_to(home):
        return path.relative_to(home).as_posix()
    tails = (Path(*path.parts[start:]) for start in range(1, len(path.parts)))
    return next((tail.as_posix() for tail in tails if (home / tail / MODEL_FILE).is_file()), place)


def full_place(kept: str, home: Path) -> str:
    """The address as it is used."""
    path = local_path(kept)
    return kept if path is None or path.is_absolute() else str(home.resolve() / kept)


def bring_home(store: Store, home: Path) -> None:
    """Address the models of this home relative to MODELS_DIR, also those of an earlier release or of a copy."""
    versions = store.versions.all()
    moved = {each.version: now for each in versions if (now := kept_place(each.model_uri, home)) != each.model_uri}
    if moved:
        store.versions.move(moved)
