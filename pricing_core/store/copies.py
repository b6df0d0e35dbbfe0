"""A copy of a SQLite file that is in use: a plain copy lacks what is in its write-ahead log, without a word."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from pricing_core.errors import StorageError

_BUSY_SECONDS = 30


def copy_database(source: Path, target: Path) -> None:
    """Copy a database as it is at one moment, by SQLite itself, while others go on writing; the copy is one file.

    Raises
    ------
    StorageError
        When it cannot be read or the copy cannot be written.
    """
    try:
        with (
            closing(sqlite3.connect(source, timeout=_BUSY_SECONDS)) as reading,
            closing(sqlite3.connect(target)) as writing,
        ):
            reading.backup(writing)
            writing.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise StorageError(
            "The database cannot be copied: {problem}.",
            inside=f"It is {source}, and the copy {target}.",
            problem=str(error),
        ) from None
