"""Files as commands take them: a path or ``-`` for standard input, and which table in it is meant."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from pricing_core.nouns import File, TableChoice

P = ParamSpec("P")
R = TypeVar("R")
STANDARD_INPUT = Path("-")


def table_options(command: Callable[P, R]) -> Callable[P, R]:
    """The options that choose among several tables of a file; they come as ``table`` and ``sheet``."""
    return click.option("--table", help="Which file of an archive, or which list of a JSON document.")(
        click.option("--sheet", help="Which sheet of a workbook.")(command)
    )


def chosen(table: str | None, sheet: str | None) -> TableChoice:
    """The choice that the options say."""
    return TableChoice(table, sheet)


def opened(path: Path) -> File:
    """The file that a path names; ``-`` is standard input, as everywhere."""
    return sys.stdin.buffer if path == STANDARD_INPUT else path


def called(path: Path) -> str | None:
    """The name that messages and reports use, where the path does not say it."""
    return "stdin" if path == STANDARD_INPUT else None
