"""The wheel: what it holds, and that it works alone, in an empty folder, without the clone that it was built from."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import sysconfig
import threading
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from pricing_core.listings.sample import write_sample
from tests.browser.visiting import Visitor
from tests.conftest import SAMPLE_ROWS

ROOT = Path(__file__).parents[2]
SOURCES = ("pyproject.toml", "README.md", "LICENSE", "pricing_core", "dashboard", "pages", "data/sample", ".streamlit")
LEFT_OUT = {"README.md"}
# What an installation without the extra [api] lacks; the rest of the extra comes with Streamlit and MLflow too.
OF_THE_API = ("fastapi_standalone_docs", "prometheus_client")
SECONDS = 240
HOME_WORDS = {"type": "casa", "sector": "Ñuñoa", "net_usable_area": 120.0, "net_area": 200.0}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, because building leaves folders in the tree."""
    tree, out = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("wheel")
    for name in SOURCES:
        copy(ROOT / name, tree / name)
    write_sample(tree / "data" / "sample", SAMPLE_ROWS, 7)  # a tenth of what is shipped, so that setting up is quick
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check"]
    run([sys.executable, "-m", "pip", "wheel", "--quiet", *options, "--wheel-dir", str(out), str(tree)], tree)
    (built,) = out.glob("tasador-*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Python of an environment with that wheel, and with the third parties of the present one."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    site = Path(run([str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], folder).strip())
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check"]
    run([*pip, "install", "--quiet", "--no-deps", "--no-index", str(wheel)], folder)
    # A folder named like this is searched, but files like this one in it are not read: so not the editable clone.
    (site / "third_parties.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    return python


@pytest.fixture
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A user with an empty home of their own, and free ports."""
    user = tmp_path_factory.mktemp("user")
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "XDG_DATA_HOME")}
    ports = {"DASHBOARD_PORT": str(free_port()), "API_PORT": str(free_port())}
    return kept | ports | {"HOME": str(user), "UI_LANGUAGE": "en"}


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copyfile(source, target)


def run(command: list[str], folder: Path, environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        command, cwd=folder, env=environment, check=False, capture_output=True, text=True, timeout=SECONDS
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def lacking(python: Path, modules: tuple[str, ...]) -> Iterator[None]:
    """Have all processes of that environment fail to import some modules, as where they are not installed."""
    (site,) = python.parents[1].glob("lib/python*/site-packages")
    hidden = "".join(f"sys.modules[{name!r}] = None\n" for name in modules)
    custom = site / "sitecustomize.py"
    custom.write_text(f"import sys\n{hidden}", encoding="utf-8")
    yield
    custom.unlink()


@contextmanager
def product(python: Path, environment: dict[str, str], folder: Path) -> Iterator[str]:
    """`tasador run` until the block ends; gives what it printed until everything answered."""
    command = [str(python.parent / "tasador"), "run"]
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        watchdog = threading.Timer(SECONDS, process.kill)
        watchdog.start()
        try:
            yield read_until(process, "Ctrl-C stops everything")
        finally:
            process.terminate()
            process.wait(30)
            watchdog.cancel()


def read_until(process: subprocess.Popen[str], text: str) -> str:
    assert process.stdout is not None
    seen = ""
    for line in process.stdout:
        seen += line
        if text in line:
            return seen
    raise AssertionError(f"{text!r} was never printed:\n{seen}")


def logged(user: Path) -> list[tuple[str, str]]:
    """Who valued, and through which door."""
    file = user / ".local" / "share" / "tasador" / "data" / "database" / "tasador.db"
    with closing(sqlite3.connect(file)) as database:
        return database.execute("SELECT requested_by, source FROM predict_logs").fetchall()


# What it holds


def test_it_holds_everything_that_the_packages_and_their_pages_consist_of(wheel: Path) -> None:
    packages = [ROOT / "pricing_core", ROOT / "dashboard"]
    wanted = {path for package in packages for path in package.rglob("*") if path.is_file()}
    linked = [path for package in packages for path in package.rglob("*") if path.is_symlink()]
    wanted |= {path for link in linked for path in link.iterdir() if path.is_file() and path.name not in LEFT_OUT}
    held = set(zipfile.ZipFile(wheel).namelist())
    assert len(linked) == 3
    assert sorted(_names(wanted) - held) == []


def _names(paths: set[Path]) -> set[str]:
    return {path.relative_to(ROOT).as_posix() for path in paths if "__pycache__" not in path.parts}


def test_it_takes_no_name_but_its_own_two(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {name for name in tops if not name.endswith(".dist-info")} == {"dashboard", "pricing_core"}


def test_no_folder_that_streamlit_serves_by_itself_lies_beside_the_entry(wheel: Path) -> None:
    assert [name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("dashboard/pages/")] == []


# Alone in an empty folder


def test_a_command_that_only_reads_makes_nothing_there(
    python: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    told = json.loads(run([str(python.parent / "tasador"), "home", "--json"], tmp_path, environment))
    assert told["exists"] is False
    assert told["data"].startswith(environment["HOME"])
    assert list(tmp_path.iterdir()) == []
    assert list(Path(environment["HOME"]).iterdir()) == []


@pytest.mark.timeout(600)
def test_it_sets_up_and_serves_without_the_api_and_with_it(
    python: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    address = f"http://127.0.0.1:{environment['DASHBOARD_PORT']}"
    with lacking(python, OF_THE_API), product(python, environment, tmp_path) as printed:
        assert "pip install 'tasador[api]'" in printed
        password = re.search(r"Password: +(\S+)", printed)[1]  # type: ignore[index]
        with Visitor(address) as visitor:
            _log_in_and_value(visitor, password)
        assert "Inter" in visitor.theme.body_font
        assert visitor.theme.font_faces
        with urllib.request.urlopen(f"{address}/app/static/inter-latin.woff2", timeout=20) as font:
            assert font.status == 200
    assert logged(Path(environment["HOME"])) == [("admin", "dashboard")]
    with product(python, environment, tmp_path) as again:
        assert "Password:" not in again
        key = re.search(r"API key:\s+(\S+)", printed)[1]  # type: ignore[index]
        assert _valued_by_the_api(environment["API_PORT"], key) > 0
    assert list(tmp_path.iterdir()) == []


def _log_in_and_value(visitor: Visitor, password: str) -> None:
    named = {"Name": "admin", "Password": password}
    visitor.run().run(fields=named, press="Log in")
    words = {"type": "Type", "sector": "Sector", "net_usable_area": "Usable area (m²)", "net_area": "Total area (m²)"}
    fields = {words[name]: value for name, value in HOME_WORDS.items()}
    visitor.run(fields=fields, press="Value this home")


def _valued_by_the_api(port: str, key: str) -> float:
    unknown = dict.fromkeys(("n_rooms", "n_bathroom", "latitude", "longitude"))
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1/predict",
        json.dumps(HOME_WORDS | unknown).encode(),
        {"X-API-Key": key, "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return float(json.load(answer)["prediction"])
