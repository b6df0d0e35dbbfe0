"""Finds the sentences in the code for the catalogue; pybabel calls it as pyproject.toml says.

Babel's own reader of Python goes by tokens: of a sentence put together from pieces, some of them filled in already, it
would take the rest for a sentence.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import IO


@dataclass(frozen=True)
class Call:
    """A call of a marker: its line and name, the texts it begins with, and the facts that it names.

    ``facts`` is ``None`` where they are passed as a mapping, and cannot be known from the code alone.
    """

    line: int
    marker: str
    texts: tuple[str, ...]
    facts: frozenset[str] | None


def calls(source: str, markers: Collection[str]) -> Iterator[Call]:
    """Every call of a marker that begins with a finished text; one for each side of ``text if ... else text``."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and (name := _name(node.func)) in markers:
            named = [each.arg for each in node.keywords]
            facts = None if None in named else frozenset(each for each in named if each)
            for first in _sides(node.args[:1]):
                if texts := _texts([first, *node.args[1:]]):
                    yield Call(node.lineno, name, texts, facts)


def sentences(
    fileobj: IO[bytes], keywords: Mapping[str, object], comment_tags: Collection[str], options: Mapping[str, object]
) -> Iterator[tuple[int, str, str | tuple[str, ...], list[str]]]:
    """What Babel asks of an extractor: line, marker, texts and comments of each call."""
    del comment_tags, options  # a sentence that needs an explanation has a context instead
    for call in calls(fileobj.read().decode("utf-8"), keywords):
        yield call.line, call.marker, call.texts if len(call.texts) > 1 else call.texts[0], []


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _sides(first: list[ast.expr]) -> Iterator[ast.expr]:
    for each in first:
        yield from _sides([each.body, each.orelse]) if isinstance(each, ast.IfExp) else [each]


def _texts(arguments: list[ast.expr]) -> tuple[str, ...]:
    texts = []
    for each in arguments:
        if not (isinstance(each, ast.Constant) and isinstance(each.value, str)):
            break
        texts.append(each.value)
    return tuple(texts)
