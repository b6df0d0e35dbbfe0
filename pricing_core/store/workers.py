"""Which workers live."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from pricing_core.store.engine import Database, utcnow
from pricing_core.store.tables import workers


class Workers:
    """Writes and reads the signs of life of workers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def beat(self, worker_id: str) -> None:
        """Say that a worker lives."""
        now = utcnow()
        with self._database.write() as connection:
            known = connection.execute(workers.update().where(workers.c.id == worker_id).values(heartbeat_at=now))
            if known.rowcount == 0:
                connection.execute(workers.insert().values(id=worker_id, started_at=now, heartbeat_at=now))

    def retire(self, worker_id: str) -> None:
        """Forget a worker that ends in good order."""
        with self._database.write() as connection:
            connection.execute(workers.delete().where(workers.c.id == worker_id))

    def alive(self, silent_for: timedelta) -> bool:
        """Whether any worker has been heard of within that time."""
        query = sa.select(sa.func.count()).where(workers.c.heartbeat_at >= utcnow() - silent_for)
        with self._database.read() as connection:
            return int(connection.execute(query).scalar_one()) > 0
