"""Who may import whom. A new module gets its place in `LEVELS`, a new third party its home in `HOMES`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# From the top down: a module imports from lower lines alone, never from its own.
LEVELS: tuple[tuple[str, ...], ...] = (
    ("__main__",),
    ("cli",),
    ("jobs", "first_run", "supervise"),
    ("job_process",),
    ("avm",),
    ("lifecycle", "intake", "valuing", "kinds", "planning", "retention", "standing", "watch"),
    ("pipeline", "market", "changes", "data_versions", "review_preview", "challenge", "promotion"),
    ("reviews", "splitting"),
    ("training", "predictor", "monitoring", "auth", "reviewed", "model_study", "probes"),
    ("inspections", "snapshots"),
    ("cross_validation", "valuation_model", "gate"),
    (
        "registry",
        "store",
        "ingestion",
        "features",
        "estimators",
        "boosting",
        "surfaces",
        "comparables",
        "intervals",
        "drivers",
        "support",
        "recipes",
        "reference",
        "ratio_study",
        "owner_table",
        "paired",
        "gate_words",
        "seen",
    ),
    ("integrity", "evaluation", "coverage", "ratio_measures", "ratio_words", "sample", "locations", "exports", "trees"),
    ("likeness", "places", "sizes", "surroundings", "typical", "watched", "suggestions"),
    ("nouns", "columns", "earth"),
    ("schema",),
    ("settings",),
    ("errors", "cron", "lifeline"),
    ("words",),  # below the errors, for what they say is a message
)
LEVEL = {module: number for number, modules in enumerate(LEVELS) for module in modules}

# Each third party that shapes the house, and the only files or folders that may import it.
HOMES: dict[str, tuple[str, ...]] = {
    "alembic": ("pricing_core/store",),
    "babel": ("pricing_core/words",),
    "bcrypt": ("pricing_core/auth.py",),
    "catboost": ("pricing_core/boosting.py",),
    "cronsim": ("pricing_core/cron.py",),
    "click": ("pricing_core/cli",),
    "fastapi": ("pricing_core/api",),
    "mlflow": ("pricing_core/registry",),
    "plotly": ("dashboard/*charts.py",),
    "prometheus_client": ("pricing_core/api",),
    "psycopg2": ("pricing_core/store",),
    "pydantic_settings": ("pricing_core/settings.py",),
    "pydeck": ("dashboard/*maps.py",),
    "rich": ("pricing_core/cli",),
    "sqlalchemy": ("pricing_core/store",),
    "starlette": ("pricing_core/api",),
    "streamlit": ("dashboard", "pages"),
    "streamlit_authenticator": ("dashboard/login.py",),
    "uvicorn": ("pricing_core/api",),
    "yaml": ("pricing_core/recipes",),
}


@dataclass(frozen=True)
class Import:
    path: str  # relative to the root, with slashes
    line: int
    name: str  # "pricing_core.store.engine", or "" for a relative import

    @property
    def top(self) -> str:
        return self.name.partition(".")[0]

    def complain(self, rule: str) -> str:
        return f"{self.path}:{self.line} imports {self.name or 'relatively'}: {rule}"


def imports_of(path: str, source: str) -> Iterator[Import]:
    for node in ast.walk(ast.parse(source, path)):
        if isinstance(node, ast.Import):
            yield from (Import(path, node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "" if node.level else node.module or ""
            names = {alias.name for alias in node.names}
            # `from pricing_core import store` reaches a module, `from pricing_core import Actor` the door.
            reached = names & (set(LEVEL) | {"api"}) if module == "pricing_core" else set()
            yield from (Import(path, node.lineno, f"pricing_core.{name}") for name in sorted(reached))
            if names - reached:
                yield Import(path, node.lineno, module)


def module_of(path: str) -> str:
    """The module of the library that a file belongs to: ``pricing_core/store/engine.py`` -> ``store``."""
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
    if found.top == "pricing_core":
        return _broken_inside(found)
    return None


def _broken_by_a_page(found: Import) -> str | None:
    if found.top == "pages":
        return "a page is imported by nobody"
    if found.name.startswith("pricing_core."):
        return "dashboard and pages see the door `pricing_core` alone"
    return None


def _broken_inside(found: Import) -> str | None:
    here = module_of(found.path)
    there = found.name.split(".")[1] if "." in found.name else "the door"
    if here in ("__init__", there):
        return None
    if here == "api":
        return None if there == "the door" else "the API sees the door `pricing_core` alone"
    if there == "api":
        return None if here == "cli" else "only `tasador api` starts the API"
    if there == "the door":
        return "inside the library, import the module and not the door"
    if here not in LEVEL or there not in LEVEL:
        return f"{here if here not in LEVEL else there} has no place in LEVELS of tests/test_layers.py yet"
    return None if LEVEL[here] < LEVEL[there] else f"imports point down, and {here} does not stand above {there}"


def files() -> list[str]:
    found = [path for folder in ("pricing_core", "dashboard", "pages") for path in (ROOT / folder).rglob("*.py")]
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


def test_the_files_are_found() -> None:
    assert {"pricing_core/avm.py", "dashboard/app.py", "pages/value.py"} <= set(files())


def test_every_import_keeps_the_rules() -> None:
    found = [each for path in files() for each in imports_of(path, (ROOT / path).read_text(encoding="utf-8"))]
    complaints = [each.complain(rule) for each in found if (rule := broken_rule(each))]
    assert complaints == [], "\n" + "\n".join(complaints)


def test_every_module_of_the_library_has_its_place() -> None:
    modules = {module_of(path) for path in files() if path.startswith("pricing_core/")}
    assert modules - set(LEVEL) == {"__init__", "api"}


@pytest.mark.parametrize(
    ("path", "source", "rule"),
    [
        ("pages/value.py", "from pricing_core.store import Store", "door"),
        ("pages/value.py", "from pricing_core import store", "door"),
        ("pages/value.py", "import plotly.express", "dashboard/*charts.py"),
        ("dashboard/views.py", "import sqlalchemy as sa", "pricing_core/store"),
        ("dashboard/views.py", "import pricing_core.avm", "door"),
        ("dashboard/views.py", "import pages.value", "nobody"),
        ("pricing_core/api/routes.py", "from pricing_core.store import Store", "door"),
        ("pricing_core/avm.py", "def f():\n    import fastapi", "pricing_core/api"),
        ("pricing_core/avm.py", "import dashboard", "knows nothing"),
        ("pricing_core/avm.py", "from pricing_core.api import create_app", "only `tasador api`"),
        ("pricing_core/schema.py", "from pricing_core.avm import AVM", "point down"),
        ("pricing_core/features.py", "from pricing_core.estimators import Blend", "point down"),
        ("pricing_core/store/people.py", "from pricing_core import Actor", "not the door"),
        ("pricing_core/brandnew.py", "from pricing_core.errors import PricingError", "no place"),
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
        ("pages/value.py", "from pricing_core import Actor\nimport streamlit as st\nfrom dashboard import views"),
        ("pricing_core/api/routes.py", "from pricing_core import AVM\nfrom pricing_core.api.bodies import Batch"),
        ("pricing_core/cli/processes.py", "from pricing_core.api import serve\nfrom pricing_core.jobs import Worker"),
        ("dashboard/study_charts.py", "import plotly.graph_objects as go"),
        ("pricing_core/store/people.py", "from pricing_core.store.engine import Database\nimport sqlalchemy"),
    ],
)
def test_an_allowed_import_is_left_alone(path: str, source: str) -> None:
    assert [each for each in imports_of(path, source) if broken_rule(each)] == []
