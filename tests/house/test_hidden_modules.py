"""A package that defines the name of one of its modules hides that module, or is hidden by it, by the order of imports.

`from pricing_core.store import jobs` would give a table or a module, by what was imported first.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = sorted(path.parent for top in ("pricing_core", "dashboard") for path in (ROOT / top).rglob("__init__.py"))


def modules_of(package: Path) -> set[str]:
    files = {path.stem for path in package.glob("*.py")} - {"__init__"}
    return files | {path.parent.name for path in package.glob("*/__init__.py")}


def defined_in(source: str, package: str) -> Iterator[str]:
    """The names that the top level of a package's `__init__` binds, but for its own modules imported as such."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.ImportFrom):
            yield from (each.asname or each.name for each in node.names if node.module != package)
        elif isinstance(node, ast.Import):
            yield from (each.asname or each.name.partition(".")[0] for each in node.names)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        else:
            stored = (each for each in ast.walk(node) if isinstance(each, ast.Name))
            yield from (each.id for each in stored if isinstance(each.ctx, ast.Store))


def hidden_in(package: Path) -> set[str]:
    source = (package / "__init__.py").read_text(encoding="utf-8")
    name = ".".join(package.relative_to(ROOT).parts)
    return set(defined_in(source, name)) & modules_of(package)


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_package_defines_the_name_of_one_of_its_modules(package: Path) -> None:
    assert hidden_in(package) == set()


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from a.jobs import jobs", {"jobs"}),
        ("from a.queue import Jobs as jobs", {"jobs"}),
        ("from a import jobs", set()),
        ("from a.jobs import Jobs", {"Jobs"}),
        ("jobs: int = 3", {"jobs"}),
        ("def jobs(): pass", {"jobs"}),
        ("class jobs: pass", {"jobs"}),
        ("for jobs in (): pass", {"jobs"}),
    ],
)
def test_a_name_is_found_however_it_is_defined(source: str, found: set[str]) -> None:
    assert set(defined_in(source, "a")) == found
