"""Rows that are past their time: what they are, and how they go."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from pricing_core.nouns import Removal
from pricing_core.store.engine import Database
from pricing_core.store.tables.core import jobs, login_failures, predict_logs, sessions, workers

_AT_ONCE: Final = 10_000
# Of each sort: its table and the moment that its age is counted from; rows without that moment stay.
_SORTS: Final[Mapping[str, tuple[sa.Table, sa.ColumnElement[datetime]]]] = {
    "predictions": (predict_logs, predict_logs.c.created_at),
    "jobs": (jobs, jobs.c.finished_at),
    "sessions": (sessions, sa.func.coalesce(sessions.c.ended_at, sessions.c.expires_at)),
    "login failures": (login_failures, login_failures.c.created_at),
    "silent workers": (workers, workers.c.heartbeat_at),
}


class Expired:
    """Counts and deletes rows that are older than a moment."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, what: str, before: datetime) -> Removal:
        """How many rows of a sort are older than a moment, and about how many bytes they hold."""
        table, moment = _SORTS[what]
        size = sum((sa.func.coalesce(sa.func.length(sa.cast(column, sa.Text)), 0) for column in table.c), sa.literal(0))
        summary = sa.select(sa.func.count(), sa.func.min(moment), sa.func.max(moment), sa.func.sum(size))
        with self._database.read() as connection:
            count, oldest, newest, held = connection.execute(summary.where(moment < before)).one()
        return Removal(what, count, oldest, newest, int(held or 0))

    def delete(self, what: str, before: datetime) -> None:
        """Delete them, some thousands at a time, so that a valuation never waits long for the database."""
        table, moment = _SORTS[what]
        some = sa.select(table.c.id).where(moment < before).limit(_AT_ONCE)
        deleted = _AT_ONCE
        while deleted == _AT_ONCE:
            with self._database.write() as connection:
                deleted = connection.execute(table.delete().where(table.c.id.in_(some))).rowcount
