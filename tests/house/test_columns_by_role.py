"""No file but the contract names a column: everything else asks for the columns of a role, or for those of the core."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

import pytest

from pricing_core.nouns.schema import CATEGORIES, LISTING_COLUMNS, TARGET

ROOT = Path(__file__).parents[2]

# Words of many other things: they are the name of a column only where they pick one out of a row or a table.
PLAIN = {*CATEGORIES, TARGET}
UNMISTAKABLE = set(LISTING_COLUMNS) - PLAIN

# Who may name columns, and why.
EXCEPTIONS = {
    "pricing_core/nouns/schema.py": "the contract itself",
    "pricing_core/listings/sample/": "it makes listings as a broker's file has them",
    "pricing_core/store/migrations/": "a migration says for ever what it did",
    "pricing_core/api/bodies.py": "the example of a body is what a client would send",
    "pricing_core/api/errors.py": "the type is that of a problem",
    "pricing_core/api/limits.py": "the type is that of an ASGI scope",
    "pricing_core/api/metrics.py": "the type is that of an ASGI scope",
    "pricing_core/column_file.py": "the type is that of a problem",
    "pricing_core/settings.py": "the type is that of a problem",
    "pricing_core/cli/studies.py": "the sector is that of a line of a preview",
    "pricing_core/listings/integrity/places.py": "the middle of a place has a latitude too, and sentences name it",
    "pricing_core/monitoring/accuracy.py": "the price is that of an outcome",
    "dashboard/doorkeeper.py": "the type is that of an ASGI scope",
    "dashboard/monitoring/accuracy.py": "the price is that of an outcome",
    "dashboard/monitoring/overview.py": "the sector is that of a line of a report",
    "dashboard/parts/maps.py": "a pin on a map has a latitude too",
    "pricing_core/monitoring/alerts.py": "the sector is that of a line of a report",
}


def _picks(node: ast.AST) -> TypeGuard[ast.Subscript]:
    return isinstance(node, ast.Subscript) and not (isinstance(node.value, ast.Name) and node.value.id == "Literal")


def names_of_columns(source: str) -> Iterator[tuple[int, str]]:
    """Where a column is named as data: a string, or what is asked of a home."""
    tree = ast.parse(source)
    picked = {id(part) for node in ast.walk(tree) if _picks(node) for part in ast.walk(node.slice)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if node.value in UNMISTAKABLE or (node.value in PLAIN and id(node) in picked):
                yield node.lineno, node.value
        elif isinstance(node, ast.Attribute) and node.attr in UNMISTAKABLE:
            yield node.lineno, f".{node.attr}"


def found_in(path: str) -> list[str]:
    source = (ROOT / path).read_text(encoding="utf-8")
    return [f"{path}:{line} names {name}" for line, name in names_of_columns(source)]


def files() -> list[str]:
    found = [path for folder in ("pricing_core", "dashboard", "pages") for path in (ROOT / folder).rglob("*.py")]
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


def test_no_file_but_the_named_ones_names_a_column() -> None:
    asked = [path for path in files() if not path.startswith(tuple(EXCEPTIONS))]
    assert [complaint for path in asked for complaint in found_in(path)] == []


@pytest.mark.parametrize("exception", sorted(EXCEPTIONS))
def test_each_exception_is_still_one(exception: str) -> None:
    excused = [path for path in files() if path.startswith(exception)]
    assert any(found_in(path) or "Name, _is(" in (ROOT / path).read_text(encoding="utf-8") for path in excused)


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("frame['n_rooms']", ["n_rooms"]),
        ("('latitude', 'longitude')", ["latitude", "longitude"]),
        ("home.net_area", [".net_area"]),
        ("frame['sector']", ["sector"]),
        ("frame[['type', 'id']]", ["type"]),
        ("frame.loc[rows, 'price']", ["price"]),
        ("problem = {'type': 'price'}", []),
        ("Literal['price', 'value']", []),
        ("latitude = home.place[0]", []),
        ("frame[SECTOR]", []),
    ],
)
def test_a_name_is_found_where_it_picks_a_column(source: str, named: list[str]) -> None:
    assert [name for _, name in names_of_columns(source)] == named
