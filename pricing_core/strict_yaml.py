"""YAML text -> plain values, with nothing in it that could surprise: no tags, no aliases, no key twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, cast

import yaml

from pricing_core.errors import InputError
from pricing_core.words import Message

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]
"""What YAML can hold without a tag of its own."""
Place = tuple[str | int, ...]
"""The keys and positions that lead to a value."""

LARGEST_FILE: Final = 64 * 1024
_DEEPEST: Final = 20


class YamlError(InputError):
    """A text that is no YAML as we read it; ``line`` counts from 1, ``None`` where it is all of it."""

    def __init__(self, problem: Message, line: int | None = None) -> None:
        super().__init__(problem)
        self.line = line


def _refusal(problem: Message, at: yaml.Event | yaml.Node) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=cast(Any, problem), problem_mark=cast(Any, at.start_mark))


class _StrictLoader(yaml.SafeLoader):
    """Refuses aliases (a few of them can stand for gigabytes), keys given twice and bottomless nesting."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent):
            raise _refusal(Message("write the value out: aliases (*) are not read"), event)
        if self.depth > _DEEPEST:
            raise _refusal(Message("more than {most} levels deep", most=_DEEPEST), event)
        self.depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _refusal(Message("a key must be a plain word"), key)
            if key.value in seen:
                raise _refusal(Message("the key {key:quoted} is given twice", key=str(key.value)), key)
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def read_text(path: Path) -> str:
    """The text of a file, as UTF-8 and of a size that a person writes.

    Raises
    ------
    YamlError
        When it is too large or no text.
    OSError
        When it cannot be read at all.
    """
    with path.open("rb") as file:
        content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise YamlError(Message("it has more than {most} kB", most=LARGEST_FILE // 1024))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise YamlError(Message("it is not text in UTF-8: save it as UTF-8")) from None


def parse(text: str) -> tuple[Plain, Mapping[Place, int]]:
    """The plain values of a text, and the line of each key and item.

    Raises
    ------
    YamlError
        With the line, where there is one.
    """
    try:
        loader = _StrictLoader(text)  # nosec B506 - a SafeLoader with less in it
        try:
            node = loader.get_single_node()
            content: Plain = None if node is None else loader.construct_document(node)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlError(Message.of(error.problem or ""), mark.line + 1 if mark else None) from None
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        raise YamlError(Message.verbatim(" ".join(str(error).split())[:200])) from None
    return content, {} if node is None else dict(_lines(node, ()))


def _lines(node: yaml.Node, place: Place) -> Iterator[tuple[Place, int]]:
    yield place, node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _lines(item, (*place, index))
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*place, str(key.value))
            yield from _lines(value, inner)
            yield inner, key.start_mark.line + 1
