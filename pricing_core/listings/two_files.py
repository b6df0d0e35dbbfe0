"""A train and a test file that come in together."""

from __future__ import annotations

from pathlib import Path

from pricing_core.nouns import File, Progress
from pricing_core.words import Message


def same_file(first: File, second: File | None) -> bool:
    """Whether two files are one and the same on disk."""
    paths = isinstance(first, Path) and isinstance(second, Path) and first.exists() and second.exists()
    return paths and first.samefile(second)  # type: ignore[arg-type, union-attr]


def never_back(progress: Progress) -> Progress:
    """Two files are read one after the other, and each begins anew."""
    furthest = 0.0

    def tell(stage: Message, done: float) -> None:
        nonlocal furthest
        furthest = max(furthest, done)
        progress(stage, furthest)

    return tell
