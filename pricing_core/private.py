"""A home is for the user who runs Tasador alone: folders 0700, files 0600."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

FOLDER: Final = 0o700
FILE: Final = 0o600
SHIPPED: Final = frozenset({"sample", "README.md", ".gitkeep", "columns.yaml"})
"""What a clone holds in these folders, or their owner puts there; it is no secret, and its mode is theirs."""
OURS: Final = frozenset(
    {
        "database",
        "interim",
        "processed",
        "raw",
        "snapshots",
        "uploads",
        "artifacts",
        "mlflow.db",
        "mlflow.db-wal",
        "mlflow.db-shm",
        "mlflow.db-journal",
        "model.pkl",
        "preprocessor.pkl",
        "pipeline.json",
        "training.lock",
    }
)
"""What Tasador makes in them. Nothing else is touched: the folder may hold what belongs to somebody else."""
ASIDE: Final = "replaced-"
"""How the folder begins into which a restored backup moves the former home."""
_log = logging.getLogger(__name__)


def write_privately() -> None:
    """Have this process, and those that it starts, write files that others cannot read."""
    os.umask(0o077)


def make_file(path: Path) -> None:
    """Make an empty file that others cannot read, where there is none; SQLite's own journals take its mode."""
    with suppress(OSError):  # there is one, or SQLite will say what is wrong with the place
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE))


def tighten(*homes: Path) -> None:
    """Take from others what an earlier release, or a copy, let them read."""
    for home in {folder.resolve() for folder in homes if folder.is_dir()}:
        try:
            for path in _too_open(home):
                path.chmod(FOLDER if path.is_dir() else FILE)
        except PermissionError as error:  # a volume that belongs to somebody else
            _log.warning("%s may be read by others, and its mode cannot be changed: see who owns it.", error.filename)


def _too_open(home: Path) -> Iterator[Path]:
    entries = {path.name: path for path in home.iterdir()}
    others = [name for name in entries.keys() - OURS - SHIPPED if not name.startswith(ASIDE)]
    if _is_open(home) and not others:
        yield home
    for name in sorted(entries.keys() & OURS):
        yield from _open_below(entries[name])


def _open_below(path: Path) -> Iterator[Path]:
    """What is open at and below a path. A closed folder is not searched: nobody reaches what is in it."""
    if path.is_symlink() or not _is_open(path):
        return
    if path.is_dir():
        for inner in path.iterdir():
            yield from _open_below(inner)
    yield path


def _is_open(path: Path) -> bool:
    try:
        return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)
    except FileNotFoundError:  # a journal that was just removed
        return False
