"""Where a home lies when no setting says so. A home is two folders: one of data, one of models."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_data_path


def usual_data_dir() -> Path:
    """``data`` in the working folder, as in a clone, where it is there; else in the user's own data folder."""
    here = Path("data")
    return here if here.is_dir() else _of_the_user()


def usual_models_dir(data_dir: Path) -> Path:
    """``models`` in the working folder where it is there; else beside the data."""
    here = Path("models")
    # The user's own home stays whole, whatever is called models in the folder that a command happens to run in.
    return here if here.is_dir() and data_dir != _of_the_user() else data_dir.parent / "models"


def _of_the_user() -> Path:
    return user_data_path("tasador", appauthor=False) / "data"
