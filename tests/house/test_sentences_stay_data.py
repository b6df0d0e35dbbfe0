"""Nothing reads a sentence back: what code has to know of a sentence is in its facts, or in the kind of the error."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.words.marked import ROOT, sources

# Words that are not ours, where their library gives no other sign.
FOREIGN = {
    "pricing_core/listings/ingestion/records.py": "csv tells a cell that is too long by its words alone",
    "pricing_core/store/engine.py": "psycopg tells text with a NUL by its words alone",
}

READERS = frozenset(
    ("startswith", "endswith", "removeprefix", "removesuffix", "partition", "rpartition", "split", "find", "replace")
)
PATTERN_READERS = frozenset(("match", "fullmatch", "search", "findall", "finditer", "sub", "split"))
SPEAKING = frozenset({"message", "sentence", "reason", "reasons", "notes"})


def found_in(source: str) -> Iterator[int]:
    """The lines that match on a sentence."""
    tree = ast.parse(source)
    caught = {node.name for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler) and node.name}
    for node in ast.walk(tree):
        if (
            (isinstance(node, ast.Compare) and _compares(node, caught))
            or (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _reads(node, node.func, caught))
            or (isinstance(node, ast.Constant) and _is_a_sentence_as_a_pattern(node.value))
        ):
            yield node.lineno


def _compares(node: ast.Compare, caught: set[str]) -> bool:
    sides = [node.left, *node.comparators]
    matches = any(isinstance(op, ast.In | ast.NotIn | ast.Eq | ast.NotEq) for op in node.ops)
    text = any(isinstance(side, ast.Constant) and isinstance(side.value, str) and side.value for side in sides)
    return matches and text and any(_speaks(side, caught) for side in sides)


def _reads(call: ast.Call, function: ast.Attribute, caught: set[str]) -> bool:
    if function.attr in READERS and call.args and _speaks(function.value, caught):
        return True
    return function.attr in PATTERN_READERS and any(_speaks(each, caught) for each in call.args)


def _speaks(node: ast.expr, caught: set[str]) -> bool:
    """Whether this is a sentence: the words of an exception, or an attribute or variable that holds a sentence."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("str", "repr", "refused"):
        return any((isinstance(each, ast.Name) and each.id in caught) or _speaks(each, caught) for each in node.args)
    if isinstance(node, ast.Attribute):
        return node.attr in SPEAKING
    return isinstance(node, ast.Name) and node.id in SPEAKING


def _is_a_sentence_as_a_pattern(value: object) -> bool:
    return isinstance(value, str) and "(?P<" in value and value.count(" ") >= 2


def test_no_code_matches_on_a_sentence() -> None:
    reading = {
        path.relative_to(ROOT).as_posix()
        for path in sources()
        if next(found_in(path.read_text(encoding="utf-8")), None) is not None
    }
    assert reading == set(FOREIGN), "ask the facts of the message, or the class of the error"


@pytest.mark.parametrize(
    "source",
    [
        "try:\n    f()\nexcept E as error:\n    if 'no champion' in str(error):\n        g()",
        "try:\n    f()\nexcept E as problem:\n    str(problem).startswith('No')",
        "if job.message == 'Nothing to do.':\n    g()",
        "re.match('No .*', job.message)",
        "pattern.fullmatch(sentence)",
        "finding.message.replace('area', 'superficie')",
        "'x' in refused(job.message)",
        "SAID = {r'Version (?P<number>\\d+) is the champion already': 'x'}",
    ],
)
def test_reading_a_sentence_back_is_found(source: str) -> None:
    assert list(found_in(source))


@pytest.mark.parametrize(
    "source",
    [
        "try:\n    f()\nexcept E as error:\n    show(str(error))",
        "if job.message:\n    show(job.message)",
        "if job.message == '':\n    g()",
        "if name.startswith('n_'):\n    g()",
        "re.fullmatch(r'(?P<year>\\d{4})', text)",
        "st.column_config.TextColumn(t('job.message'))",
    ],
)
def test_showing_a_sentence_is_no_reading(source: str) -> None:
    assert list(found_in(source)) == []
