"""A recipe's text -> plain values; every message names the file, and the line where there is one."""

from __future__ import annotations

from pathlib import Path

from pricing_core.errors import RecipeError
from pricing_core.strict_yaml import Plain, YamlError, parse, read_text


def read_yaml(path: Path) -> Plain:
    """Read one YAML file.

    Raises
    ------
    RecipeError
        Naming the file, and the line where there is one.
    """
    if not path.is_file():
        raise RecipeError(
            "The recipe {file} is not a file: give the path of a YAML file, or the name of a shipped recipe.",
            inside=f"The path is {path}.",
            file=path.name,
        )
    try:
        text = read_text(path)
    except OSError as error:
        raise RecipeError(
            "The recipe {file} cannot be read: {problem}.",
            inside=f"Its path is {path}.",
            file=path.name,
            problem=error.strerror,
        ) from None
    except YamlError as error:
        raise _refusal(error, path.name) from None
    return parse_yaml(text, path.name)


def parse_yaml(text: str, source: str) -> Plain:
    """Read YAML text; ``source`` names it in messages."""
    try:
        return parse(text)[0]
    except YamlError as error:
        raise _refusal(error, source) from None


def _refusal(error: YamlError, source: str) -> RecipeError:
    if error.line is None:
        return RecipeError("{source}: {problem}.", source=source, problem=error.message)
    return RecipeError("{source}, line {line}: {problem}.", source=source, line=error.line, problem=error.message)
