"""What a home consists of, where it lies, and what it is called in a backup."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from pricing_core.column_file import NAME as COLUMNS
from pricing_core.errors import PricingError
from pricing_core.model.valuation_model import ValuationModel
from pricing_core.nouns import Noun
from pricing_core.settings import Settings
from pricing_core.store import URL, Store, parse_url, without_query_passwords
from pricing_core.training.snapshots import FOLDER as SNAPSHOTS
from pricing_core.versions.model_paths import local_path
from pricing_core.versions.serving import Predictor
from pricing_core.words import Message

MANIFEST: Final = "manifest.json"
DATABASE: Final = "database/tasador.db"
SECRET: Final = "database/secret.key"  # nosec B105 - the name of a file
FORMAT: Final = 1
_CHUNK: Final = 1 << 20


@dataclass(frozen=True)
class Part:
    """A file or folder of a home; ``home`` is the folder in which it is put aside or made ready."""

    name: str
    path: Path
    home: Path

    @property
    def is_database(self) -> bool:
        """Whether SQLite must copy it."""
        return self.name.endswith(".db")

    def files(self) -> Iterator[tuple[str, Path]]:
        """Each file of it, with its name in a backup."""
        if self.path.is_file():
            yield self.name, self.path
        for path in sorted(self.path.rglob("*")) if self.path.is_dir() else ():
            if path.is_file() and not path.is_symlink() and path.suffix != ".part":
                yield f"{self.name}/{path.relative_to(self.path).as_posix()}", path

    def holds(self, name: str) -> bool:
        """Whether a name in a backup belongs to it."""
        return name == self.name if self.name.endswith((".db", ".key", ".yaml")) else name.startswith(f"{self.name}/")


@dataclass(frozen=True)
class BackupOutcome(Noun):
    """What was written or brought back, and what the person should know of it."""

    path: str
    files: int
    bytes: int
    champion: int | None
    champion_problem: Message | None
    notes: list[Message]


def parts_of(settings: Settings) -> list[Part]:
    """The parts of a home, whether they are there or not; databases on a server and models elsewhere are none."""
    data, models = settings.DATA_DIR.resolve(), settings.MODELS_DIR.resolve()
    found = [
        Part(SECRET, data / "database" / "secret.key", data),
        Part(COLUMNS, data / COLUMNS, data),
        Part(SNAPSHOTS, data / SNAPSHOTS, data),
        Part("uploads", settings.upload_dir.resolve(), data),
        Part("models/artifacts", models / "artifacts", models),
    ]
    root = local_path(settings.artifact_root)
    if root is not None and root.is_relative_to(models) and root != models / "artifacts":
        found.append(Part(f"models/{root.relative_to(models).as_posix()}", root, models))
    for name, address in ((DATABASE, settings.database_url), ("models/mlflow.db", settings.tracking_uri)):
        path = sqlite_path(address)
        if path is not None:
            home = next((folder for folder in (data, models) if path.is_relative_to(folder)), path.parent)
            found.append(Part(name, path, home))
    return found


def sqlite_path(address: str) -> Path | None:
    """The file of a database in SQLite, or ``None`` where a server holds it."""
    if not address.startswith("sqlite:"):
        return None
    return Path(str(parse_url(address).database)).resolve()


def kept_elsewhere(settings: Settings) -> list[Message]:
    """What a backup cannot hold, each with what to do about it."""
    stores = (
        (Message("Tasador's database"), settings.database_url),
        (Message("MLflow's store"), settings.tracking_uri),
    )
    notes = [_kept_by(what, address) for what, address in stores if not address.startswith("sqlite:")]
    root = local_path(settings.artifact_root)
    if root is None or not root.is_relative_to(settings.MODELS_DIR.resolve()):
        notes.append(Message("MLFLOW_ARTIFACT_ROOT is elsewhere: the models there are not part of this file."))
    if settings.COLUMNS_FILE is not None:
        notes.append(Message("COLUMNS_FILE names a file of yours that is not part of this file: keep it too."))
    if settings.SECRET_KEY is not None:
        notes.append(Message("SECRET_KEY is set from outside and is not part of this file: keep it apart."))
    return notes


def _kept_by(what: Message, address: str) -> Message:
    if not address.startswith("postgresql"):
        kind = address.partition("://")[0]
        return Message("{what} is kept by {kind}, and is not part of this file.", what=what, kind=kind)
    return Message(
        "{what} is in PostgreSQL and is not part of this file: keep it with `pg_dump --format=custom "
        "--file=tasador.dump --dbname={address}`, and bring it back with `pg_restore --clean --if-exists --no-owner "
        "--dbname={address} tasador.dump`.",
        what=what,
        address=_without_password(parse_url(address).set(drivername="postgresql")),
    )


def _without_password(url: URL) -> str:
    # `URL.set` takes None for "as it is", and three stars would be tried as the password.
    return without_query_passwords(url)._replace(password=None).render_as_string()


def copied(source: IO[bytes], target: IO[bytes], most: int | None = None) -> tuple[int, str]:
    """Copy a stream, at most so many bytes and one; gives how many there were and their sha256."""
    size, digest = 0, hashlib.sha256()
    while chunk := source.read(_CHUNK):
        size += len(chunk)
        digest.update(chunk)
        target.write(chunk)
        if most is not None and size > most:
            break
    return size, digest.hexdigest()


def champion_in_copy(store: Store, load: Callable[[str, str], ValuationModel]) -> tuple[int | None, Message | None]:
    """The champion of a copied home, and why it cannot be loaded or does not give its golden homes their values."""
    number = store.versions.champion_number()
    if number is None:
        return None, None
    try:
        Predictor(store, load).load(number)
    except PricingError as error:
        return number, error.message
    return number, None
