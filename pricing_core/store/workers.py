"""Which workers live."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from pricing_core.store.engine import Database, now_in
from pricing_core.store.pulses import Pulses
from pricing_core.store.tables.core import workers


class Workers:
    """Writes and reads the signs of life of workers."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pulses = Pulses()

    def beat(self, worker_id: str) -> None:
        """Say that a worker lives."""
        with self._database.write() as connection:
            now = now_in(connection)
            known = connection.execute(workers.update().where(workers.c.id == worker_id).values(heartbeat_at=now))
            if known.rowcount == 0:
                connection.execute(workers.insert().values(id=worker_id, started_at=now, heartbeat_at=now))

    def retire(self, worker_id: str) -> None:
        """Forget a worker that ends in good order."""
        with self._database.write() as connection:
            connection.execute(workers.delete().where(workers.c.id == worker_id))

    def alive(self, silent_for: timedelta) -> bool:
        """Whether any worker has been heard of within that time.

        At the first look only the clock can tell; a sign of life from the future is none. Later looks go by whether
        the sign changes.
        """
        with self._database.read() as connection:
            now = now_in(connection)
            found = connection.execute(sa.select(workers.c.id, workers.c.heartbeat_at)).all()
        pulses = self._pulses.look({row.id: row.heartbeat_at for row in found})
        recent = {row.id for row in found if abs(now - row.heartbeat_at) <= silent_for}
        return any(
            (pulse.moved or name in recent) and pulse.silence < silent_for.total_seconds()
            for name, pulse in pulses.items()
        )
