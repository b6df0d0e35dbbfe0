"""Brings a database to the newest schema; safe when two processes start at once."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from pricing_core.errors import StorageError
from pricing_core.store.engine import Database

VERSION_TABLE = "tasador_version"
# Any fixed number of ours: every process that upgrades asks PostgreSQL for the lock of this name.
_LOCK = 7_236_112


def upgrade_tables(database: Database, revision: str = "head") -> None:
    """Create or upgrade every table, in one transaction that other processes wait for.

    Raises
    ------
    StorageError
        When the database cannot be reached, or holds a table ``raw_data`` that Tasador did not make.
    """
    with database.write() as connection:
        if not database.is_sqlite:
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        _refuse_foreign_tables(connection, database.place)
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def _refuse_foreign_tables(connection: sa.Connection, place: str) -> None:
    names = sa.inspect(connection).get_table_names()
    if VERSION_TABLE not in names and "raw_data" in names:
        raise StorageError(
            "The database already holds a table raw_data that Tasador did not make, and it stays "
            "untouched. Let Tasador read it: set USE_DB=true and SOURCE_DATABASE_URL to this address, and "
            "DATABASE_URL to a database of its own (or leave it out for SQLite under data/).",
            inside=f"It is {place}.",
        )
