"""A home -> one zip file. Databases first: what they name was written before them, and stays."""

from __future__ import annotations

import json
import os
import shutil
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from time import time
from typing import IO, Final

from filelock import FileLock

from pricing_core.avm import AVM
from pricing_core.errors import ArtifactError, InputError
from pricing_core.model.valuation_model import ValuationModel
from pricing_core.nouns import Json, Progress
from pricing_core.private import FILE
from pricing_core.processes.backup.parts import (
    DATABASE,
    FORMAT,
    MANIFEST,
    SECRET,
    BackupOutcome,
    Part,
    champion_in_copy,
    copied,
    kept_elsewhere,
    parts_of,
)
from pricing_core.store import Store, copy_database, utcnow
from pricing_core.versions.model_paths import local_path
from pricing_core.versions.registry import fetch, unpack_model
from pricing_core.words import Message

_WRITTEN, _READ = 0.6, 0.9
_UNDER_WAY: Final = ".tasador-backup-"
_LOCK: Final = "at-work.lock"
_MOMENT: Final = 60


def write_backup(avm: AVM, out: Path, progress: Progress) -> BackupOutcome:
    """Write a home into one file that this user alone may read; others may go on working meanwhile.

    Raises
    ------
    InputError
        When there is a file of that name already, or no folder for it.
    ArtifactError
        When what was written is not what was read, or its champion cannot be loaded though the home's can.
    """
    if out.exists():
        raise InputError("{file} exists already and is not overwritten: name another file.", file=out)
    if not out.parent.is_dir():
        raise InputError("There is no folder {folder} to write {file} into.", folder=out.parent, file=out.name)
    _sweep(out.parent)
    with _workplace(out.parent) as folder:
        whole = folder / "home.zip.part"
        outcome = _written(avm, whole, folder, progress)
        whole.rename(out)
    progress(Message("Done"), 1.0)
    return replace(outcome, path=str(out))


@contextmanager
def _workplace(beside: Path) -> Iterator[Path]:
    """A folder for what is under way; its lock is held while somebody works in it, and free once they are killed."""
    with TemporaryDirectory(prefix=_UNDER_WAY, dir=beside) as folder, FileLock(Path(folder) / _LOCK):
        yield Path(folder)


def _sweep(beside: Path) -> None:
    """Remove what backups that were killed left behind; one that was begun a moment ago may not hold its lock yet."""
    for folder in beside.glob(f"{_UNDER_WAY}*"):
        with suppress(OSError):  # somebody is at work in it, or it belongs to another user
            told = folder.lstat()
            if stat.S_ISDIR(told.st_mode) and told.st_uid == os.getuid() and told.st_mtime < time() - _MOMENT:
                with FileLock(folder / _LOCK, timeout=0):
                    shutil.rmtree(folder)


def _written(avm: AVM, temporary: Path, folder: Path, progress: Progress) -> BackupOutcome:
    files = _copied_first(parts_of(avm.settings), folder, progress)
    entries = _pack(avm, files, temporary, progress)
    with zipfile.ZipFile(temporary) as archive:
        _read_again(archive, entries, progress)
        progress(Message("Valuing the champion's golden homes"), _READ)
        number, problem = _champion(avm, archive, dict(files).get(DATABASE))
    notes = kept_elsewhere(avm.settings)
    if any(each["name"] == SECRET for each in entries):
        notes.append(Message("It holds secret.key, which signs API keys and logins: keep it where nobody else reads."))
    if problem is not None:
        notes.append(
            Message(
                "The champion cannot be loaded, neither here nor from the backup: {problem} See `tasador repair`.",
                problem=problem,
            )
        )
    size = sum(each["bytes"] for each in entries)
    return BackupOutcome(str(temporary), len(entries), size, number, problem, notes)


def _copied_first(parts: list[Part], folder: Path, progress: Progress) -> list[tuple[str, Path]]:
    """Every file of the home, databases as copies of one moment."""
    found = []
    databases = sorted((part for part in parts if part.is_database), key=lambda part: part.name)
    for part in databases:  # ours before MLflow's, which is written first
        if part.path.is_file():
            progress(Message("Copying {file}", file=part.path.name), 0.0)
            copy = folder / part.name.replace("/", "-")  # the files themselves may have one name in two folders
            copy_database(part.path, copy)
            found.append((part.name, copy))
    return [*found, *(each for part in parts if not part.is_database for each in part.files())]


def _pack(avm: AVM, files: list[tuple[str, Path]], temporary: Path, progress: Progress) -> list[Json]:
    entries: list[Json] = []
    total, done = sum(_size(path) for _, path in files) or 1, 0
    with _private(temporary) as target, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, path in files:
            progress(Message("Writing the files"), _WRITTEN * min(1.0, done / total))
            try:
                source = path.open("rb")
            except FileNotFoundError:  # removed meanwhile, for its time was over
                continue
            with source, archive.open(name, "w", force_zip64=True) as entry:
                size, digest = copied(source, entry)
            entries.append({"name": name, "bytes": size, "sha256": digest})
            done += size
        about = {"format": FORMAT, "release": version("tasador"), "created_at": utcnow().isoformat()}
        about |= {"has_database": DATABASE in {each["name"] for each in entries}}
        about |= {"elsewhere": [note.to_json() for note in kept_elsewhere(avm.settings)]}
        archive.writestr(MANIFEST, json.dumps(about | {"files": entries}, indent=1))
    return entries


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


@contextmanager
def _private(path: Path) -> Iterator[IO[bytes]]:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE), "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _read_again(archive: zipfile.ZipFile, entries: list[Json], progress: Progress) -> None:
    with Path(os.devnull).open("wb") as nowhere:
        for number, each in enumerate(entries):
            progress(Message("Reading the backup again"), _WRITTEN + (_READ - _WRITTEN) * number / len(entries))
            with archive.open(each["name"]) as source:
                if copied(source, nowhere) != (each["bytes"], each["sha256"]):
                    raise ArtifactError(
                        "{name} was not written as it was read: is the disk sound? Try again.", name=each["name"]
                    )


def _champion(avm: AVM, archive: zipfile.ZipFile, database: Path | None) -> tuple[int | None, Message | None]:
    def load(place: str, sha256: str) -> ValuationModel:
        path = local_path(place)
        if path is None or path.is_absolute():
            return fetch(place, sha256)
        return unpack_model(archive.read(f"models/{place}/model.pkl"), sha256, place)

    store = avm.store if database is None else Store(f"sqlite:///{database}")
    try:
        number, problem = champion_in_copy(store, load)
    finally:
        if store is not avm.store:
            store.close()
    if problem is not None and avm.versions.champion_problem() is None:
        raise ArtifactError("The champion loads here, but not from the backup: {problem} Try again.", problem=problem)
    return number, problem
