"""What is kept for how long. The rows that the champion and the former champion learned from always stay."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from pricing_core.nouns import Actor, Removal
from pricing_core.settings import Settings
from pricing_core.store import Store, utcnow
from pricing_core.training.snapshots import FOLDER
from pricing_core.words import Message

_SHORT: Final = timedelta(days=1)
"""Leftovers of this age belong to nothing that is still at work."""


@dataclass(frozen=True)
class KeptRows:
    """The rows of a training, kept as a file that bears their fingerprint."""

    fingerprint: str
    created_at: datetime
    path: Path


class Retention:
    """Finds what is past its time, and removes it.

    Parameters
    ----------
    settings
        How many days each sort is kept (0 = for ever), and where the files are.
    store
        Where the rows are.
    """

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store

    def plan(self) -> list[Removal]:
        """What `prune` would remove now, sort by sort."""
        rows = [self._store.expired.find(what, before) for what, before in self._row_limits()]
        snapshots = self._old_snapshots()
        return [
            *rows,
            _removal("snapshots", [(item.path, item.created_at) for item in snapshots]),
            _removal("leftover files", [(path, _changed(path)) for path in self._leftovers()]),
        ]

    def prune(self, *, actor: Actor) -> list[Removal]:
        """Remove it, and give what was removed."""
        actor.must("admin", Message("remove what is past its time"))
        planned = self.plan()
        for what, before in self._row_limits():
            self._store.expired.delete(what, before)
        leftovers = self._leftovers()
        folders = self._quiet_folders(leftovers)
        for path in [*(item.path for item in self._old_snapshots()), *leftovers]:
            path.unlink(missing_ok=True)
        for folder in folders:
            with suppress(OSError):  # it holds something still, or somebody has just put something into it
                folder.rmdir()
        return planned

    def _row_limits(self) -> Iterator[tuple[str, datetime]]:
        now, settings = utcnow(), self._settings
        for what, days in (("predictions", settings.KEEP_PREDICTIONS_DAYS), ("jobs", settings.KEEP_JOBS_DAYS)):
            if days:
                yield what, now - timedelta(days=days)
        for what in ("sessions", "login failures", "silent workers"):
            yield what, now - _SHORT

    def _old_snapshots(self) -> list[KeptRows]:
        if not self._settings.KEEP_SNAPSHOTS_DAYS:
            return []
        before = utcnow() - timedelta(days=self._settings.KEEP_SNAPSHOTS_DAYS)
        old = [item for item in self._snapshots() if item.created_at < before]
        needed = self._needed_text() if old else ""
        return [item for item in old if item.fingerprint not in needed]

    def _snapshots(self) -> Iterator[KeptRows]:
        folder = self._settings.DATA_DIR / FOLDER
        for path in sorted(folder.iterdir()) if folder.is_dir() else []:
            if path.is_file() and not path.is_symlink() and path.suffix == ".parquet":
                yield KeptRows(path.stem, _changed(path), path)

    def _needed_text(self) -> str:
        """Everything that names rows still needed: the listings in use, and what both champions say of themselves."""
        versions = self._store.versions
        numbers = (versions.champion_number(), versions.former_champion())
        known = [versions.get(number) for number in numbers if number is not None]
        named = [f"{item.fingerprint} {json.dumps(item.manifest)}" for item in known if item is not None]
        return " ".join([self._store.listings.fingerprint(), *named])

    def _leftovers(self) -> list[Path]:
        settings = self._settings
        found = {*settings.DATA_DIR.rglob("*.part"), *settings.MODELS_DIR.glob("*.part")}
        found.update(settings.upload_dir.rglob("*"))  # files of homes that were valued by the worker
        return sorted(path for path in found if path.is_file() and not path.is_symlink() and _is_quiet(path))

    def _quiet_folders(self, files: Sequence[Path]) -> list[Path]:
        """Folders of uploads that may be empty without these files, the innermost first."""
        emptied = {folder for file in files for folder in file.parents}
        folders = (path for path in self._settings.upload_dir.rglob("*") if path.is_dir() and not path.is_symlink())
        # One that was made a moment ago waits for its file.
        found = [folder for folder in folders if folder in emptied or _is_quiet(folder)]
        return sorted(found, key=lambda folder: -len(folder.parts))


def _is_quiet(path: Path) -> bool:
    return _changed(path) < utcnow() - _SHORT


def _changed(path: Path) -> datetime:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:  # its writer has finished in the meantime
        return utcnow()


def _removal(what: str, found: Sequence[tuple[Path, datetime]]) -> Removal:
    moments = [moment for _, moment in found]
    held = sum(path.stat().st_size for path, _ in found if path.is_file())
    return Removal(what, len(found), min(moments, default=None), max(moments, default=None), held)
