"""YAML text -> plain values, with nothing in it that could surprise: no tags, no aliases, no key twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, cast

import yaml

from pricing_core.errors import RecipeError
from pricing_core.training.recipes.recipe import Plain
from pricing_core.words import Message

_LARGEST_FILE: Final = 64 * 1024
_DEEPEST: Final = 20


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
            if key.value in seen:
                raise _refusal(Message("the key {key:quoted} is given twice", key=str(key.value)), key)
            if not isinstance(key, yaml.ScalarNode):
                raise _refusal(Message("a key must be a plain word"), key)
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def read_yaml(path: Path) -> Plain:
    """Read one YAML file.

    Raises
    ------
    RecipeError
        Naming the file, and the line where there is one.
    """
    return parse_yaml(_read_text(path), path.name)


def _read_text(path: Path) -> str:
    if not path.is_file():
        raise RecipeError(
            "The recipe {file} is not a file: give the path of a YAML file, or the name of a shipped recipe.",
            inside=f"The path is {path}.",
            file=path.name,
        )
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_FILE + 1)
        if len(content) > _LARGEST_FILE:
            raise RecipeError(
                "{file}: a recipe has at most {most} kB; this file is larger.",
                file=path.name,
                most=_LARGEST_FILE // 1024,
            )
        return content.decode("utf-8-sig")
    except OSError as error:
        raise RecipeError(
            "The recipe {file} cannot be read: {problem}.",
            inside=f"Its path is {path}.",
            file=path.name,
            problem=error.strerror,
        ) from None
    except UnicodeDecodeError:
        raise RecipeError("{file} is not text in UTF-8: save the recipe as UTF-8.", file=path.name) from None


def parse_yaml(text: str, source: str) -> Plain:
    """Read YAML text; ``source`` names it in messages."""
    try:
        content: Plain = yaml.load(text, Loader=_StrictLoader)  # nosec B506 - a SafeLoader with less in it
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = Message.of(error.problem or "")
        if mark:
            raise RecipeError(
                "{source}, line {line}: {problem}.", source=source, line=mark.line + 1, problem=problem
            ) from None
        raise RecipeError("{source}: {problem}.", source=source, problem=problem) from None
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        raise RecipeError(
            "{source} is not a YAML file that can be read: {problem}",
            source=source,
            problem=" ".join(str(error).split())[:200],
        ) from None
    return content
