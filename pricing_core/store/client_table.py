"""A table or view of another database, which the client fills. It is only ever read."""

from __future__ import annotations

import math
import sqlite3
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path, PurePath
from typing import Final, Self
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from pricing_core.errors import ListingsError, StorageError
from pricing_core.store.engine import parse_url
from pricing_core.store.failures import failure
from pricing_core.store.upgrade import VERSION_TABLE
from pricing_core.words import Message

_SETTING: Final = "SOURCE_DATABASE_URL"
_SORTABLE: Final = (sa.String, sa.Integer, sa.Numeric, sa.Float, sa.Boolean, sa.Date, sa.DateTime)


def read_source(url: str, table: str = "raw_data", *, chunk_rows: int = 50_000) -> Source:
    """Open a table or view of a database, SQLite or PostgreSQL, for reading in chunks.

    Parameters
    ----------
    url
        Its address; the database itself is not changed in any way.
    table
        Its name, also as ``schema.table``.
    chunk_rows
        Rows that are fetched at once.

    Returns
    -------
    Source
        A context manager, to be handed to `ingestion.read_table`.
    """
    return Source(url, table, chunk_rows)


class Source:
    """A table of listings in another database.

    Attributes
    ----------
    name
        The table and its database, without the password.
    columns
        The names of its columns.
    numeric
        Those that the database declares as numbers: their text needs no guessing.
    rows
        How many rows there are.
    """

    def __init__(self, url: str, table: str, chunk_rows: int) -> None:
        self._url = parse_url(url, _SETTING)
        self._wanted, self._chunk_rows = table, chunk_rows
        # Whoever sees the listings sees the name, so it tells neither the user and the host nor the folder.
        self.name = f"{table} of {PurePath(self._url.database or '').name or 'the database'}"
        self.columns: Sequence[str] = ()
        self.numeric: set[str] = set()
        self.rows = 0

    def __enter__(self) -> Self:
        self._engine = self._create_engine()
        try:
            with self._errors():
                self._look()
        except BaseException:
            self._engine.dispose()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.dispose()

    def _create_engine(self) -> sa.Engine:
        if self._url.get_backend_name() != "sqlite":
            connect = {"connect_timeout": 10, "options": "-c default_transaction_read_only=on"}
            return sa.create_engine(self._url, connect_args=connect)
        path = Path(self._url.database or "")
        if not path.is_file():
            raise ListingsError(
                "{setting} names the SQLite file {file}, which does not exist: correct the path.",
                inside=f"The path is {path}.",
                setting=_SETTING,
                file=path.name,
            )
        # Read-only: opening a file must neither create it nor change its journal.
        return sa.create_engine(
            "sqlite+pysqlite://",
            creator=lambda: sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=30),
            poolclass=sa.NullPool,
        )

    def _look(self) -> None:
        inspector = sa.inspect(self._engine)
        if inspector.has_table(VERSION_TABLE):
            raise ListingsError(
                "{table} is a table of Tasador's own: name the database that the client fills, or leave USE_DB off.",
                table=self.name,
            )
        schema, _, name = self._wanted.rpartition(".")
        if inspector.has_table(self._wanted):
            schema, name = "", self._wanted
        elif not schema or not inspector.has_table(name, schema=schema):
            raise ListingsError(
                "{table}: there is no such table or view; SOURCE_TABLE names it. Those there are: {found:list}.",
                table=self.name,
                found=[*inspector.get_table_names(), *inspector.get_view_names()] or [Message("none")],
            )
        with warnings.catch_warnings():
            # Columns of types that SQLAlchemy does not know, such as PostGIS', are none that are read.
            warnings.simplefilter("ignore", sa.exc.SAWarning)
            self._table = sa.Table(
                name, sa.MetaData(), schema=schema or None, autoload_with=self._engine, resolve_fks=False
            )
        self.columns = self._table.columns.keys()
        self.numeric = {c.name for c in self._table.columns if isinstance(c.type, sa.Integer | sa.Numeric | sa.Float)}
        with self._engine.connect() as connection:
            count = sa.select(sa.func.count()).select_from(self._table)
            self.rows = int(connection.scalar(count) or 0)

    def first_rows(self, count: int) -> list[list[str | None]]:
        """The first rows with all their cells; of columns that cannot be read, such as PostGIS', nothing is shown."""
        query = sa.select(self._table).limit(count)
        with self._errors(), self._engine.connect() as connection:
            return [[as_text(cell) for cell in row] for row in connection.execute(query)]

    def chunks(self, columns: Sequence[str]) -> Iterator[list[Sequence[str | None]]]:
        """The rows as text, in a fixed order: by the primary key, or else by all columns.

        Raises
        ------
        StorageError
            When the database fails.
        """
        query = sa.select(*(self._table.c[name] for name in columns)).order_by(*self._order())
        options = {"stream_results": True, "yield_per": self._chunk_rows}
        with self._errors(), self._engine.connect().execution_options(**options) as connection:
            for rows in connection.execute(query).partitions():
                yield [[as_text(cell) for cell in row] for row in rows]

    def _order(self) -> list[sa.Column[object]]:
        key = list(self._table.primary_key.columns)
        return key or [column for column in self._table.columns if isinstance(column.type, _SORTABLE)]

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, sqlite3.Error, ValueError, OverflowError) as error:
            found = failure(error, self._url, _SETTING)
            raise StorageError(
                "{table} cannot be read. {problem}",
                inside=" ".join(found.__notes__),
                table=self.name,
                problem=found.message,
            ) from error


def as_text(cell: object) -> str | None:
    """A cell as a CSV file would hold it; whole floats lose their ``.0``, for ``98178.0`` may stand for a sector."""
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "backslashreplace")
    if isinstance(cell, float | Decimal) and math.isfinite(cell) and cell == int(cell):
        return str(int(cell))
    return str(cell)
