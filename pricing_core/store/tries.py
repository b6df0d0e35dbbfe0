"""Tries to log in: counted in one transaction, before anything is checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import sqlalchemy as sa

from pricing_core.store.engine import Database
from pricing_core.store.tables.core import known_addresses, login_failures

_KEPT: Final = timedelta(days=1)
_KNOWN_FOR: Final = timedelta(days=90)
# Processes on other machines may be so far ahead; what lies further in the future came from a clock that was wrong.
_AHEAD: Final = timedelta(minutes=1)


class Try(NamedTuple):
    """A try that was not forgiven."""

    name: str
    address: str
    at: datetime


class Tries:
    """The tries of late, and from which address each name has come in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, name: str, address: str, now: datetime, counted: timedelta, wait: Callable[[Sequence[Try], bool], int]
    ) -> int:
        """Count a try, unless it has to wait.

        Parameters
        ----------
        counted
            How old tries may be that count.
        wait
            Given the tries of that name or from that address, and whether that name has come in from there before;
            gives the seconds to wait. Called inside the transaction: nobody else counts a try meanwhile.

        Returns
        -------
        int
            The seconds to wait; 0 when the try was counted.
        """
        with self._database.write() as connection:
            self._one_at_a_time(connection)
            seconds = wait(_tries(connection, name, address, now, counted), _is_known(connection, name, address))
            if not seconds:
                connection.execute(login_failures.delete().where(login_failures.c.created_at < now - _KEPT))
                connection.execute(login_failures.insert().values(name=name, address=address, created_at=now))
            return seconds

    def forgive(self, name: str, address: str, now: datetime) -> None:
        """Forget the tries of a name from an address, and remember that it came in from there."""
        here = (known_addresses.c.name == name) & (known_addresses.c.address == address)
        with self._database.write() as connection:
            self._one_at_a_time(connection)
            mine = (login_failures.c.name == name) & (login_failures.c.address == address)
            connection.execute(login_failures.delete().where(mine))
            connection.execute(known_addresses.delete().where(here | (known_addresses.c.seen_at < now - _KNOWN_FOR)))
            connection.execute(known_addresses.insert().values(name=name, address=address, seen_at=now))

    def _one_at_a_time(self, connection: sa.Connection) -> None:
        # SQLite has begun with BEGIN IMMEDIATE; PostgreSQL would let two transactions count the same tries.
        if not self._database.is_sqlite:
            connection.execute(sa.text("LOCK TABLE login_failures IN SHARE ROW EXCLUSIVE MODE"))


def _tries(connection: sa.Connection, name: str, address: str, now: datetime, counted: timedelta) -> list[Try]:
    columns = login_failures.c
    mine = (columns.name == name) | (columns.address == address)
    of_late = columns.created_at.between(now - counted, now + _AHEAD)
    query = sa.select(columns.name, columns.address, columns.created_at).where(of_late, mine)
    return [Try(*row) for row in connection.execute(query)]


def _is_known(connection: sa.Connection, name: str, address: str) -> bool:
    here = (known_addresses.c.name == name) & (known_addresses.c.address == address)
    return connection.execute(sa.select(known_addresses.c.name).where(here)).first() is not None
