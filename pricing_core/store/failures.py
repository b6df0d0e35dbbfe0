"""What it means that the database failed: a sentence for whoever asked, place and cause for whoever runs Tasador."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

import psycopg2
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from pricing_core.errors import StorageError
from pricing_core.words import Message

Trouble = Literal["away", "full", "unwritable", "unopened", "failing", "busy", "damaged", "no_tables", "other"]

FAILURES: Final = (SQLAlchemyError, sqlite3.Error, psycopg2.Error)
"""What the libraries raise; the drivers' own come through where rows are read past SQLAlchemy."""

SENTENCES: Final[Mapping[Trouble, Message]] = {
    "away": Message(
        "The database cannot be reached. Try again in a moment. Tell whoever runs Tasador: its log names the address "
        "and the cause."
    ),
    "full": Message(
        "The disk of the database is full, so nothing was stored. Try again when whoever runs Tasador has made room "
        "(`tasador prune --dry-run` says what may go)."
    ),
    "unwritable": Message(
        "The database may not be written, so nothing was stored. Tell whoever runs Tasador: its log names the place "
        "and what is not allowed."
    ),
    "unopened": Message(
        "The database cannot be opened. Tell whoever runs Tasador: its log names the file and the cause."
    ),
    "failing": Message(
        "The disk of the database fails to read or write, so nothing was stored. Tell whoever runs Tasador: its log "
        "names the file and the cause."
    ),
    "busy": Message(
        "Something else has kept the database busy for too long, so nothing was stored. Try again in a moment."
    ),
    "damaged": Message(
        "The file of the database is damaged or is no database. Whoever runs Tasador restores it from a backup: the "
        "log names the file."
    ),
    "no_tables": Message(
        "The tables of the database are not those of this release. Whoever runs Tasador makes or upgrades them with "
        "`tasador init`."
    ),
    "other": Message(
        "The database did not do what was asked. Try again. Tell whoever runs Tasador: its log names the cause."
    ),
}
# SQLite's primary result codes: https://www.sqlite.org/rescode.html
_OF_SQLITE: Final[Mapping[int, Trouble]] = {
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_READONLY: "unwritable",
    sqlite3.SQLITE_PERM: "unwritable",
    sqlite3.SQLITE_CANTOPEN: "unopened",
    sqlite3.SQLITE_IOERR: "failing",
    sqlite3.SQLITE_BUSY: "busy",
    sqlite3.SQLITE_LOCKED: "busy",
    sqlite3.SQLITE_PROTOCOL: "busy",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "damaged",
}
# PostgreSQL's codes, or the classes that their first two characters name.
_OF_POSTGRESQL: Final[Mapping[str, Trouble]] = {
    "53100": "full",
    "53": "busy",
    "55P03": "busy",
    "40P01": "busy",
    "57014": "busy",
    "25006": "unwritable",
    "42501": "unwritable",
    "42P01": "no_tables",
    "42703": "no_tables",
    "58": "failing",
    "XX001": "damaged",
    "XX002": "damaged",
    "08": "away",
    "28": "away",
    "3D": "away",
    "57P": "away",
}
# With less than this, SQLite cannot even open its journal, and says so in one of several ways.
_NO_ROOM: Final = 1 << 20
_MEGABYTE: Final = 1_000_000
_WITH_ROOM: Final = "Where there is room, look for a quota, a limit on the size of files, or a disk that is breaking."


def failure(error: Exception, url: URL, setting: str) -> StorageError:
    """The error for people, made from one of a driver.

    Its sentence goes to callers and pages, so it names no address and no path; they are in its note. See
    `pricing_core.errors.in_full`.
    """
    cause = getattr(error, "orig", None) or error
    path = Path(url.database or "") if url.get_backend_name() == "sqlite" else None
    kind = _trouble(cause)
    if path is not None and kind in ("failing", "unopened") and shutil.disk_usage(_nearest(path)).free < _NO_ROOM:
        kind = "full"
    place = shown_address(url) if path is None else str(path)
    seen = "" if path is None else f" {_state(path)}"
    hint = f" {_WITH_ROOM}" if kind == "failing" else ""
    note = f"{place}: {_first_line(cause)}.{seen}{hint} See {setting} in .env.example."
    # A driver may repeat the address that it was given.
    hidden = [url.password, *(text for name in _secret(url) for text in url.normalized_query[name])]
    for secret in filter(None, hidden):
        note = note.replace(secret, "***")
    return StorageError(SENTENCES[kind], inside=note)


def shown_address(url: URL) -> str:
    """An address as people may see it."""
    return without_query_passwords(url).render_as_string(hide_password=True)


def without_query_passwords(url: URL) -> URL:
    """An address without the passwords that PostgreSQL also takes behind its question mark."""
    return url.difference_update_query(_secret(url))


def _secret(url: URL) -> list[str]:
    return [name for name in url.query if "password" in name.lower()]


def _trouble(cause: BaseException) -> Trouble:
    if isinstance(cause, sqlite3.Error):
        if "no such table" in str(cause) or "no such column" in str(cause):
            return "no_tables"
        return _OF_SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF, "other")
    if isinstance(cause, psycopg2.Error):
        code = cause.pgcode or ""
        found = next((_OF_POSTGRESQL[part] for part in (code, code[:3], code[:2]) if part in _OF_POSTGRESQL), None)
        # A connection that was not made or was lost has no code.
        lost = not code and isinstance(cause, psycopg2.OperationalError | psycopg2.InterfaceError)
        return found or ("away" if lost else "other")
    return "other"


def _first_line(cause: BaseException) -> str:
    lines = str(cause).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(cause).__name__


def _state(path: Path) -> str:
    """What is wrong with the place of a file, as far as can be seen, and how much room there is."""
    return " ".join(part for part in (_wrong_with(path), f"{room(path)}.") if part)


def _wrong_with(path: Path) -> str:
    folder, user = path.parent, os.geteuid() if hasattr(os, "geteuid") else "that runs Tasador"
    if not _is_there(folder):
        return f"The folder {folder} is not there, or may not be looked into."
    if not _is_there(path):
        return "" if _may(folder, os.W_OK) else f"{folder} may not be written by the user {user}."
    if path.is_dir():
        return f"{path} is a folder."
    if not _may(path, os.R_OK):
        return f"{path} may not be read by the user {user}."
    # The journal lies beside the file, so the folder counts as well.
    closed = [str(each) for each in (path, folder) if not _may(each, os.W_OK)]
    return f"{' and '.join(closed)} may not be written by the user {user}." if closed else ""


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except PermissionError:  # a folder on the way may not be looked into
        return False


def _may(path: Path, mode: int) -> bool:
    return os.access(path, mode, effective_ids=os.access in os.supports_effective_ids)


def room(path: Path) -> str:
    """How much room there is, in words: ``1.2 MB of 40.0 MB are free``."""
    usage = shutil.disk_usage(_nearest(path))
    return f"{usage.free / _MEGABYTE:,.1f} MB of {usage.total / _MEGABYTE:,.1f} MB are free"


def _nearest(path: Path) -> Path:
    return next(folder for folder in (path, *path.absolute().parents) if _is_there(folder))
