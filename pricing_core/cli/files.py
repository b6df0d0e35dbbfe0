"""Files as commands take them: a path, or ``-`` for standard input."""

from __future__ import annotations

import sys
from pathlib import Path

from pricing_core.nouns import File

STANDARD_INPUT = Path("-")


def opened(path: Path) -> File:
    """The file that a path names; ``-`` is standard input, as everywhere."""
    return sys.stdin.buffer if path == STANDARD_INPUT else path


def name_of(path: Path) -> str | None:
    """The name that messages and reports use, where the path does not say it."""
    return "stdin" if path == STANDARD_INPUT else None
