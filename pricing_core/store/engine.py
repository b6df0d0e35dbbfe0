"""One engine for SQLite and PostgreSQL, and the two ways into it: `Database.read` and `Database.write`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from pricing_core.errors import InputError, SettingsError
from pricing_core.private import FOLDER, make_file
from pricing_core.store.failures import FAILURES, failure, shown_address

BUSY_SECONDS = 30
"""So long a writer of SQLite waits for another one."""
_LARGEST = 2**63 - 1

Query = sa.Select[*tuple[Any, ...]]
"""A query, whatever its rows hold."""


def utcnow() -> datetime:
    """The present moment, with its time zone."""
    return datetime.now(UTC)


def now_in(connection: sa.Connection) -> datetime:
    """The present moment by the clock that all who use this database share.

    SQLite has none of its own: whoever uses its file is on the same machine.
    """
    if connection.dialect.name == "sqlite":
        return utcnow()
    now: datetime = connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
    return now.astimezone(UTC)


def parse_url(text: str, setting: str = "DATABASE_URL") -> URL:
    """Read a database address; ``postgres://`` is taken as PostgreSQL.

    Raises
    ------
    SettingsError
        When it is no address, or one of a database that is not supported.
    """
    try:
        url = make_url(text.replace("postgres://", "postgresql://", 1) if text.startswith("postgres://") else text)
    except (ArgumentError, ValueError):
        raise SettingsError(
            "{setting} is no database address: write sqlite:///path/file.db or postgresql://user:password@host/name.",
            setting=setting,
        ) from None
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg2")
    if url.get_backend_name() == "sqlite":
        if not url.database or url.database == ":memory:":
            raise SettingsError(
                "{setting} names a database in memory, which would be lost: name a file.", setting=setting
            )
        return url.set(drivername="sqlite+pysqlite")
    raise SettingsError(
        "{setting} names {kind}: allowed are sqlite and postgresql.", setting=setting, kind=url.get_backend_name()
    )


class Database:
    """A connection pool that opens lazily.

    SQLite runs in WAL mode with foreign keys and full synchronous commits; writers begin with ``BEGIN IMMEDIATE``
    so that they queue for the lock instead of failing half-way.
    """

    def __init__(self, url: str, setting: str = "DATABASE_URL") -> None:
        self.url = parse_url(url, setting)
        self._setting = setting
        self._has_folder = False
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        try:
            self.engine = self._create_engine()
        except (SQLAlchemyError, NoSuchModuleError) as error:  # pragma: no cover - a broken installation
            raise SettingsError("{setting} cannot be used: {problem}", setting=setting, problem=str(error)) from error

    def _create_engine(self) -> sa.Engine:
        if not self.is_sqlite:
            return sa.create_engine(self.url, pool_pre_ping=True, connect_args={"connect_timeout": 10})
        engine = sa.create_engine(self.url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})
        sa.event.listen(engine, "do_connect", lambda *_: self._make_file())
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
        return engine

    def _make_file(self) -> None:
        path = Path(str(self.url.database))
        # Once: a folder that goes away under a running process has taken the database along, and a new one is empty.
        if not self._has_folder:
            _make_folder(path.parent, self._setting)
            self._has_folder = True
        make_file(path)

    def read(self) -> AbstractContextManager[sa.Connection]:
        """A connection for reading: ``with database.read() as connection``."""
        return self._connect(immediate=False)

    def write(self) -> AbstractContextManager[sa.Connection]:
        """A transaction for writing, committed when the block ends and undone when it raises."""
        return self._connect(immediate=True)

    @contextmanager
    def _connect(self, *, immediate: bool) -> Iterator[sa.Connection]:
        try:
            with self.engine.connect().execution_options(immediate=immediate) as connection, connection.begin():
                yield connection
        except sa.exc.IntegrityError:
            raise
        except OverflowError:  # SQLite's driver takes no longer number; PostgreSQL finds nothing under one
            raise InputError(
                "A whole number that arrived is too large: {most:integer} is the largest that can be stored or looked "
                "up. Check it for a slip.",
                most=_LARGEST,
            ) from None
        except ValueError as error:
            if not _is_no_text(error):
                raise
            raise InputError(
                "A text that arrived holds characters that no database keeps (they are no Unicode text, or a NUL): "
                "write it anew, in UTF-8."
            ) from None
        except FAILURES as error:
            raise failure(error, self.url, self._setting) from error

    @property
    def place(self) -> str:
        """The address without its password."""
        return shown_address(self.url)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _is_no_text(error: ValueError) -> bool:
    # Half a surrogate pair, as a shell hands on bytes that are not UTF-8; and what psycopg2 says of a NUL.
    return isinstance(error, UnicodeEncodeError) or "cannot contain NUL" in str(error)


def _make_folder(folder: Path, setting: str) -> None:
    try:
        folder.mkdir(FOLDER, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            "The folder of the database cannot be made ({problem}): see {setting} and DATA_DIR in .env.example.",
            inside=f"It is {folder}.",
            problem=error.strerror,
            setting=setting,
        ) from None


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver must not begin transactions by itself: _begin_sqlite does, with the right kind of lock.
    connection.isolation_level = None
    wait = f"busy_timeout={int(BUSY_SECONDS * 1000)}"
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", wait):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
