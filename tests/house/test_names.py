"""Every name says one thing, and only one thing is so named."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Words that were names of several things at once, or of none in particular.
SAY_NOTHING = (
    "support",
    "figures",
    "kind",
    "kinds",
    "standing",
    "reviewed",
    "seen",
    "whereabouts",
    "around",
    "surroundings",
    "neighbours",
    "utils",
    "helpers",
    "common",
    "manager",
    "handler",
)


def names_in(path: str, source: str) -> Iterator[tuple[str, str]]:
    """The module, its classes, and what is public of its functions and methods; each with where it stands."""
    yield Path(path).stem, path
    tree = ast.parse(source, path)
    for node in (each for top in tree.body for each in (top, *getattr(top, "body", ()))):
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
            yield node.name, f"{path}:{node.lineno}"


def complaints(path: str, source: str) -> list[str]:
    return [f"{where}: {name}" for name, where in names_in(path, source) if name.lower() in SAY_NOTHING]


def files() -> list[Path]:
    return sorted(path for folder in ("pricing_core", "dashboard") for path in (ROOT / folder).rglob("*.py"))


def test_no_module_class_or_public_function_bears_a_word_that_says_nothing() -> None:
    found = [
        each for path in files() for each in complaints(path.relative_to(ROOT).as_posix(), path.read_text("utf-8"))
    ]
    assert found == [], "\n" + "\n".join(found)


def test_no_two_classes_bear_one_name() -> None:
    classes = [
        node.name
        for path in files()
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]
    assert [name for name, times in Counter(classes).items() if times > 1] == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("pricing_core/jobs/kinds.py", ""),
        ("pricing_core/jobs/queue.py", "class Kind: ..."),
        ("pricing_core/jobs/queue.py", "def standing(): ..."),
        ("pricing_core/jobs/queue.py", "class Jobs:\n    def figures(self): ..."),
    ],
)
def test_such_a_word_is_found(path: str, source: str) -> None:
    assert len(complaints(path, source)) == 1


def test_a_word_beside_another_and_what_is_private_are_let_pass() -> None:
    assert complaints("pricing_core/jobs/work_kinds.py", "class WorkKind: ...\ndef _seen(): ...") == []
