"""Who may import whom. A new room gets its place in `LEVELS`, a new third party its home in `HOMES`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# From the top down: a room imports from lower lines alone, never from its own.
LEVELS: tuple[tuple[str, ...], ...] = (
    ("__main__",),
    ("cli",),
    ("api", "processes"),
    ("avm",),
    ("monitoring", "valuing"),
    ("versions", "jobs"),
    ("training",),
    ("listings", "auth"),
    ("store", "model"),
    ("settings",),
    ("column_file",),
    ("column_entries",),
    ("nouns",),
    ("strict_yaml",),
    ("errors", "cron", "private", "whole_file", "home", "misspelt"),
    ("words",),  # below the errors, for what they say is a message
)
LEVEL = {room: number for number, rooms in enumerate(LEVELS) for room in rooms}

# The folder of a page may use what another page draws only where it shows the very same thing.
BORROWED = {("predictions", "value"): "an opened entry of the log is shown as the value was shown"}
SHARED = {"parts", "state", "login", "app", "doorkeeper"}

# Each third party that shapes the house, and the only files or folders that may import it.
HOMES: dict[str, tuple[str, ...]] = {
    "alembic": ("pricing_core/store",),
    "babel": ("pricing_core/words",),
    "bcrypt": ("pricing_core/auth/access.py",),
    "catboost": ("pricing_core/model/boosting.py",),
    "cronsim": ("pricing_core/cron.py",),
    "click": ("pricing_core/cli",),
    "fastapi": ("pricing_core/api",),
    "jwt": ("dashboard/login.py",),
    "mlflow": ("pricing_core/versions/registry",),
    "platformdirs": ("pricing_core/home.py",),
    "plotly": ("dashboard/*charts.py",),
    "prometheus_client": ("pricing_core/api",),
    "psycopg2": ("pricing_core/store",),
    "python_calamine": ("pricing_core/listings/ingestion/workbook_process.py",),
    "pydantic_settings": ("pricing_core/settings.py",),
    "pydeck": ("dashboard/parts/maps.py", "dashboard/listings/listing_map.py"),
    "rapidfuzz": ("pricing_core/listings/ingestion/proposals.py",),
    "rich": ("pricing_core/cli",),
    "sqlalchemy": ("pricing_core/store",),
    "starlette": ("pricing_core/api", "dashboard/doorkeeper.py"),
    "streamlit": ("dashboard", "pages"),
    "streamlit_authenticator": ("dashboard/login.py",),
    "xlsxwriter": ("pricing_core/listings/export.py",),
    "uvicorn": ("pricing_core/api", "dashboard/doorkeeper.py"),
    "yaml": ("pricing_core/strict_yaml.py",),
}


@dataclass(frozen=True)
class Import:
    path: str  # relative to the root, with slashes
    line: int
    name: str  # "pricing_core.store.engine", or "" for a relative import

    @property
    def top(self) -> str:
        return self.name.partition(".")[0]

    @property
    def room(self) -> str:
        """The room that is reached, or "the door" for what `pricing_core` itself offers."""
        return self.name.split(".")[1] if "." in self.name else "the door"

    def complain(self, rule: str) -> str:
        return f"{self.path}:{self.line} imports {self.name or 'relatively'}: {rule}"


def imports_of(path: str, source: str) -> Iterator[Import]:
    for node in ast.walk(ast.parse(source, path)):
        if isinstance(node, ast.Import):
            yield from (Import(path, node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "" if node.level else node.module or ""
            # `from pricing_core.store import jobs` reaches a module, `from pricing_core import Actor` the door.
            reached = {f"{module}.{alias.name}" for alias in node.names}
            modules = {name for name in reached if module and _is_module(name)}
            yield from (Import(path, node.lineno, name) for name in sorted(modules))
            if reached - modules:
                yield Import(path, node.lineno, module)


def _is_module(name: str) -> bool:
    path = ROOT / name.replace(".", "/")
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def room_of(path: str) -> str:
    """The room that a file belongs to: ``pricing_core/store/engine.py`` -> ``store``."""
    return path.split("/")[1].removesuffix(".py")


def at_home(path: str, homes: tuple[str, ...]) -> bool:
    return path.startswith(homes) or any(fnmatch(path, home) for home in homes)


def broken_rule(found: Import) -> str | None:
    if not found.name:
        return "imports name their module in full"
    if found.top in HOMES and not at_home(found.path, HOMES[found.top]):
        return f"only {' and '.join(HOMES[found.top])} may import {found.top}"
    if found.path.startswith(("dashboard/", "pages/")):
        return _broken_by_a_page(found)
    if found.top in ("dashboard", "pages"):
        return "the library knows nothing of the pages"
    return _broken_inside(found) if found.top == "pricing_core" else None


def _broken_by_a_page(found: Import) -> str | None:
    if found.top == "pages":
        return "a page is imported by nobody"
    if found.name.startswith("pricing_core."):
        return "dashboard and pages see the door `pricing_core` alone"
    here = room_of(found.path)
    if found.path.startswith("pages/") or found.top != "dashboard" or found.room in {here, "the door"}:
        return None
    if here in SHARED and found.room not in SHARED:
        return "what pages share knows no page"
    return None if found.room in SHARED or (here, found.room) in BORROWED else "a page's folder is its own"


def _broken_inside(found: Import) -> str | None:
    here, there = room_of(found.path), found.room
    if here in ("__init__", there):
        return None
    if here == "api":
        return None if there == "the door" else "the API sees the door `pricing_core` alone"
    if there == "api":
        return None if here == "cli" else "only `tasador api` starts the API"
    if there == "the door":
        return "inside the library, import the module and not the door"
    if here not in LEVEL or there not in LEVEL:
        return f"{here if here not in LEVEL else there} has no place in LEVELS of tests/house/test_layers.py yet"
    return None if LEVEL[here] < LEVEL[there] else f"imports point down, and {here} does not stand above {there}"


def files() -> list[str]:
    found = [path for folder in ("pricing_core", "dashboard", "pages") for path in (ROOT / folder).rglob("*.py")]
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


def module_name(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def all_imports() -> list[Import]:
    return [each for path in files() for each in imports_of(path, (ROOT / path).read_text(encoding="utf-8"))]


def test_the_files_are_found() -> None:
    assert {"pricing_core/avm.py", "dashboard/app.py", "pages/value.py"} <= set(files())


def test_every_import_keeps_the_rules() -> None:
    complaints = [each.complain(rule) for each in all_imports() if (rule := broken_rule(each))]
    assert complaints == [], "\n" + "\n".join(complaints)


def test_no_module_imports_itself_over_others() -> None:
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for found in all_imports():
        if found.top in ("pricing_core", "dashboard") and found.name != "pricing_core":
            sorter.add(module_name(found.path), found.name)
    try:
        sorter.prepare()
    except CycleError as error:
        pytest.fail("a circle of imports: " + " -> ".join(error.args[1]))


def test_every_room_of_the_library_has_its_place() -> None:
    rooms = {room_of(path) for path in files() if path.startswith("pricing_core/")}
    assert rooms - {"__init__"} == set(LEVEL)


def test_every_room_says_who_may_enter_it() -> None:
    doors = [path for path in files() if path.count("/") == 2 and path.endswith("/__init__.py")]
    silent = [path for path in doors if len(ast.get_docstring(ast.parse((ROOT / path).read_text())) or "") < 80]
    assert silent == []


@pytest.mark.parametrize(
    ("path", "source", "rule"),
    [
        ("pages/value.py", "from pricing_core.store import Store", "door"),
        ("pages/value.py", "from pricing_core import store", "door"),
        ("pages/value.py", "import plotly.express", "dashboard/*charts.py"),
        ("dashboard/parts/views.py", "import sqlalchemy as sa", "pricing_core/store"),
        ("dashboard/parts/views.py", "import pricing_core.avm", "door"),
        ("dashboard/parts/views.py", "import pages.value", "nobody"),
        ("dashboard/parts/views.py", "from dashboard.value import answer", "knows no page"),
        ("dashboard/runs/overview.py", "from dashboard.value.answer import show", "its own"),
        ("pricing_core/api/routes.py", "from pricing_core.store import Store", "door"),
        ("pricing_core/avm.py", "def f():\n    import fastapi", "pricing_core/api"),
        ("pricing_core/avm.py", "import dashboard", "knows nothing"),
        ("pricing_core/avm.py", "from pricing_core.api import create_app", "only `tasador api`"),
        ("pricing_core/nouns/schema.py", "from pricing_core.avm import AVM", "point down"),
        ("pricing_core/listings/split.py", "from pricing_core.auth import Access", "point down"),
        ("pricing_core/store/people.py", "from pricing_core import Actor", "not the door"),
        ("pricing_core/brandnew/first.py", "from pricing_core.errors import PricingError", "no place"),
        ("pricing_core/store/people.py", "from .engine import Database", "in full"),
    ],
)
def test_a_forbidden_import_is_found_by_file_line_and_rule(path: str, source: str, rule: str) -> None:
    complaints = [each.complain(broken) for each in imports_of(path, source) if (broken := broken_rule(each))]
    assert complaints
    assert complaints[0].startswith(f"{path}:{source.count(chr(10)) + 1} ")
    assert rule in " ".join(complaints)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("pages/value.py", "from pricing_core import Actor\nimport streamlit as st\nfrom dashboard.parts import views"),
        ("pricing_core/api/routes.py", "from pricing_core import AVM\nfrom pricing_core.api.bodies import Batch"),
        ("pricing_core/cli/processes.py", "from pricing_core.api import serve\nimport pricing_core.processes.worker"),
        ("dashboard/runs/study_charts.py", "import plotly.graph_objects as go"),
        ("dashboard/predictions/opened.py", "from dashboard.value import answer"),
        ("pricing_core/store/people.py", "from pricing_core.store.engine import Database\nimport sqlalchemy"),
    ],
)
def test_an_allowed_import_is_left_alone(path: str, source: str) -> None:
    assert [each for each in imports_of(path, source) if broken_rule(each)] == []


def bound_by(path: Path) -> set[str]:
    """The names that a module gives to something else than a module; what it takes from one of that name is safe."""
    names: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom):
            reached = {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
            names |= {name for name, found in reached.items() if not _is_module(found)}
            names -= {(node.module or "").rpartition(".")[2]}
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {target.id for target in targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
    return names


def test_no_room_gives_the_name_of_its_own_module_to_something_else() -> None:
    """Which of the two a reader gets would hang on what was imported before."""
    doors = [ROOT / path for path in files() if path.endswith("/__init__.py")]
    modules = {door: {path.stem for path in door.parent.iterdir() if _is_module(_dotted(path))} for door in doors}
    twice = [f"{door.parent.name}.{name}" for door in doors for name in sorted(bound_by(door) & modules[door])]
    assert twice == []


def _dotted(path: Path) -> str:
    return path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
