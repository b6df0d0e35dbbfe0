"""One zip file -> a home. Everything is made ready beside its place and tried, and only then put there."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import Final

from pricing_core.avm import AVM
from pricing_core.errors import ArtifactError, ConflictError, InputError, PricingError
from pricing_core.model.valuation_model import ValuationModel
from pricing_core.nouns import Json, Progress
from pricing_core.private import ASIDE, FILE, FOLDER, OURS
from pricing_core.processes.backup.parts import (
    DATABASE,
    FORMAT,
    MANIFEST,
    BackupOutcome,
    Part,
    champion_in_copy,
    copied,
    parts_of,
)
from pricing_core.settings import Settings
from pricing_core.store import Store, utcnow
from pricing_core.versions.model_paths import local_path
from pricing_core.versions.registry import fetch
from pricing_core.words import Message

_LARGEST_MANIFEST: Final = 256 << 20
_SILENCE: Final = timedelta(seconds=30)
_READY = ".restoring"
_UNPACKED = 0.8


def restore_backup(source: Path, settings: Settings, *, replace: bool, progress: Progress) -> BackupOutcome:
    """Bring a home back from a backup, into an empty one or, with ``replace``, beside the former, which is moved aside.

    Raises
    ------
    InputError
        When the file is no backup, or not a whole one.
    ArtifactError
        Naming the file of it that is missing, was changed, or does not belong there; nothing was changed.
    ConflictError
        When there is a home already, or one that is at work.
    """
    parts = parts_of(settings)
    former = _former(settings, parts)
    _refuse_former(settings, former, replace=replace)
    with _opened(source) as archive:
        manifest = _manifest(archive, source)
        entries = _checked(archive, manifest, parts)
        try:
            _unpack(archive, entries, parts, progress)
            progress(Message("Valuing the champion's golden homes"), _UNPACKED)
            number, problem = _tried(settings, parts)
            aside = _moved_aside(former, settings)
            _put(parts)
        finally:
            for home in {part.home for part in parts}:
                shutil.rmtree(home / _READY, ignore_errors=True)
    AVM(settings.model_copy(update={"PRE_LOAD": False})).start().close()
    progress(Message("Done"), 1.0)
    notes = _elsewhere(manifest)
    notes += [Message("The former home was moved to {folder}.", folder=place) for place in aside]
    if problem is not None:
        notes.append(Message("The champion cannot be loaded here: {problem} See `tasador repair`.", problem=problem))
    return BackupOutcome(
        str(source), len(entries), sum(each["bytes"] for each in entries.values()), number, problem, notes
    )


def _elsewhere(manifest: Json) -> list[Message]:
    """What the backup says of what it does not hold; former releases wrote it as text."""
    return [Message.from_json(each) for each in manifest.get("elsewhere", [])]


def _former(settings: Settings, parts: list[Part]) -> list[tuple[Path, Path]]:
    """Each path of a home that is there already, with the folder in which it can be put aside."""
    homes = {settings.DATA_DIR.resolve(), settings.MODELS_DIR.resolve()}
    paths = {path: home for home in homes if home.is_dir() for path in home.iterdir() if path.name in OURS}
    for part in parts:
        if not any(part.path.is_relative_to(path) for path in paths) and part.path.exists():
            paths[part.path] = part.home
            if part.is_database:
                journals = (part.path.with_name(part.path.name + end) for end in ("-wal", "-shm"))
                paths |= {path: part.home for path in journals if path.exists()}
    return sorted((path, home) for path, home in paths.items() if _holds_files(path))


def _holds_files(path: Path) -> bool:
    return path.is_file() or any(inner.is_file() for inner in path.rglob("*"))


def _refuse_former(settings: Settings, former: list[tuple[Path, Path]], *, replace: bool) -> None:
    if former and not replace:
        raise ConflictError(
            "There is a home already ({place}), and it is not overwritten: set DATA_DIR and MODELS_DIR to empty "
            "folders, or add --replace, which moves the former home aside.",
            place=former[0][0],
        )
    if former and _at_work(settings):
        raise ConflictError("A worker is at work in this home: stop Tasador first, then restore.")


def _at_work(settings: Settings) -> bool:
    store = Store(settings.database_url)
    try:
        return store.jobs.workers.alive(_SILENCE)
    except PricingError:  # a database that cannot be read is what people restore for
        return False
    finally:
        store.close()


@contextmanager
def _opened(source: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(source)
    except OSError as error:
        raise InputError("The backup {file} cannot be read: {problem}.", file=source, problem=error.strerror) from None
    except zipfile.BadZipFile:
        raise InputError(
            "{file} is no whole backup: it was cut off, or is no file of `tasador backup`.", file=source
        ) from None
    with archive:
        yield archive


def _manifest(archive: zipfile.ZipFile, source: Path) -> Json:
    try:
        if archive.getinfo(MANIFEST).file_size > _LARGEST_MANIFEST:
            raise ArtifactError(
                "{part} of {file} is larger than any of ours: nothing was restored.", part=MANIFEST, file=source
            )
        manifest: Json = json.loads(archive.read(MANIFEST))
        readable = manifest["format"] <= FORMAT
        {each["name"]: (int(each["bytes"]), str(each["sha256"])) for each in manifest["files"]}
    except KeyError as error:
        raise InputError("{file} is no backup of Tasador: it lacks {part}.", file=source, part=str(error)) from None
    except (ValueError, TypeError, zipfile.BadZipFile, zlib.error):
        raise ArtifactError(
            "{part} of {file} was changed or is damaged: nothing was restored.", part=MANIFEST, file=source
        ) from None
    if not readable:
        release = manifest.get("release")
        raise InputError(
            "{file} was written by release {release}: restore it with that or a later one.",
            file=source,
            release=str(release),
        )
    return manifest


def _checked(archive: zipfile.ZipFile, manifest: Json, parts: list[Part]) -> dict[str, Json]:
    """What is to be unpacked, by name; each belongs to a part of a home, is there once, and nothing else is there."""
    _refuse_other_database(has_database=DATABASE in {part.name for part in parts}, manifest=manifest)
    entries = {str(each["name"]): each for each in manifest["files"]}
    there = Counter(archive.namelist())
    needed = {*entries, MANIFEST, *([DATABASE] if manifest.get("has_database") else [])}
    for name in sorted(needed | there.keys()):
        if name != MANIFEST and not _belongs(name, parts):
            raise ArtifactError(
                "{name:quoted} in the backup has no place in this home: nothing was restored.", name=name
            )
        if name not in there:
            raise ArtifactError("{name} is missing in the backup, so it is not whole: nothing was restored.", name=name)
        if name not in needed or there[name] > 1:
            raise ArtifactError(
                "{name} in the backup is not in its manifest, or there twice: nothing was restored.", name=name
            )
    return entries


def _refuse_other_database(*, has_database: bool, manifest: Json) -> None:
    if manifest.get("has_database") and not has_database:
        raise InputError(
            "The backup holds a database of SQLite, but DATABASE_URL names a server: leave it out, then restore."
        )
    if has_database and not manifest.get("has_database"):
        needed = Message(
            "The backup is of a home whose database is in PostgreSQL: bring that back, set DATABASE_URL to it, then "
            "restore."
        )
        raise InputError(Message.joined([needed, *_elsewhere(manifest)]))


def _belongs(name: str, parts: list[Part]) -> bool:
    plain = PurePosixPath(name).as_posix() == name and not {"..", "."} & set(PurePosixPath(name).parts)
    if not plain or name.startswith("/") or any(sign in name for sign in "\\:\0"):
        return False
    return any(part.holds(name) for part in parts)


def _ready(part: Part, name: str) -> Path:
    return part.home / _READY / name


def _unpack(archive: zipfile.ZipFile, entries: dict[str, Json], parts: list[Part], progress: Progress) -> None:
    for home in {part.home for part in parts}:
        shutil.rmtree(home / _READY, ignore_errors=True)
    for number, (name, told) in enumerate(entries.items()):
        progress(Message("Unpacking and checking the files"), _UNPACKED * number / len(entries))
        part = next(part for part in parts if part.holds(name))
        target = _ready(part, name)
        target.parent.mkdir(FOLDER, parents=True, exist_ok=True)
        try:
            with archive.open(name) as source, os.fdopen(os.open(target, os.O_CREAT | os.O_WRONLY, FILE), "wb") as file:
                found = copied(source, file, told["bytes"])
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
            found = (-1, "")
        if found != (told["bytes"], told["sha256"]):
            raise ArtifactError(
                "{name} in the backup is not what was written into it: nothing was restored.", name=name
            )


def _tried(settings: Settings, parts: list[Part]) -> tuple[int | None, Message | None]:
    def load(place: str, sha256: str) -> ValuationModel:
        path = local_path(place)
        name = f"models/{place}"
        part = next((part for part in parts if part.holds(name)), None)
        inside = part is not None and path is not None and not path.is_absolute()
        return fetch(str(_ready(part, name)) if inside and part is not None else place, sha256)

    part = next((part for part in parts if part.name == DATABASE), None)
    ready = None if part is None else _ready(part, DATABASE)
    store = Store(f"sqlite:///{ready}" if ready is not None and ready.is_file() else settings.database_url)
    try:
        store.upgrade()
        return champion_in_copy(store, load)
    finally:
        store.close()


def _moved_aside(former: list[tuple[Path, Path]], settings: Settings) -> list[Path]:
    moved = {home: home / f"{ASIDE}{utcnow():%Y%m%d-%H%M%S}" for _, home in former}
    for path, home in former:
        target = moved[home] / path.name
        target.parent.mkdir(FOLDER, parents=True, exist_ok=True)
        path.rename(target)
    return sorted(moved.values())


def _put(parts: list[Part]) -> None:
    for part in parts:
        ready = _ready(part, part.name)
        if not ready.exists():
            continue
        part.path.parent.mkdir(FOLDER, parents=True, exist_ok=True)
        if part.path.is_dir():  # nothing is in it, or it would have been refused or moved
            shutil.rmtree(part.path)
        with suppress(FileNotFoundError):
            part.path.with_name(part.path.name + "-wal").unlink()
        ready.rename(part.path)
