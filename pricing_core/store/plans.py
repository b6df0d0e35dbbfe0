"""When planned work was last due, so that each due time queues one job, however many workers there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from pricing_core.nouns import Job, Json
from pricing_core.store.engine import Database, now_in
from pricing_core.store.jobs import new_job, read_job
from pricing_core.store.tables.core import jobs
from pricing_core.store.tables.jobs import plans


@dataclass(frozen=True)
class Plan:
    """What is remembered of planned work: due times after ``since`` are still to come."""

    name: str
    expression: str
    since: datetime
    last_due: datetime | None
    last_job_id: str | None


class Plans:
    """Writes and reads plans."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str) -> Plan | None:
        """One plan, or ``None``."""
        with self._database.read() as connection:
            row = connection.execute(sa.select(plans).where(plans.c.name == name)).mappings().first()
        return None if row is None else Plan(**row)

    def begin(self, name: str, expression: str) -> Plan:
        """Remember an expression from now on; times before it was set are not made up for."""
        with self._database.write() as connection:
            row = {"expression": expression, "since": now_in(connection)}
            if connection.execute(plans.update().where(plans.c.name == name).values(**row)).rowcount == 0:
                insert = plans.insert().values(name=name, **row)
                try:
                    with connection.begin_nested():
                        connection.execute(insert)
                except sa.exc.IntegrityError:  # another worker was quicker
                    pass
        return self.get(name)  # type: ignore[return-value]

    def forget(self, name: str) -> None:
        """Forget a plan that is planned no longer."""
        if self.get(name) is not None:
            with self._database.write() as connection:
                connection.execute(plans.delete().where(plans.c.name == name))

    def queue_due(
        self, plan: Plan, due: datetime, kind: str, parameters: Json, *, size: float | None = None
    ) -> Job | None:
        """Queue the job of a due time, or join the active one; ``None`` when another worker has done so.

        Both are one transaction: a due time is never lost between them.
        """
        row = new_job(kind, parameters, "schedule", size=size)
        mine = (plans.c.name == plan.name) & (plans.c.since == plan.since)
        with self._database.write() as connection:
            now = now_in(connection)
            seen = connection.execute(plans.update().where(mine).values(since=now, last_due=due))
            if seen.rowcount != 1:
                return None
            job = _insert_or_join(connection, row | {"created_at": now})
            connection.execute(plans.update().where(plans.c.name == plan.name).values(last_job_id=job["id"]))
            return read_job(job, now)


def _insert_or_join(connection: sa.Connection, row: Json) -> sa.RowMapping:
    active = sa.select(jobs).where(jobs.c.flight == row["flight"], jobs.c.status.in_(("queued", "running")))
    try:
        with connection.begin_nested():
            connection.execute(jobs.insert().values(**row))
    except sa.exc.IntegrityError:
        found = connection.execute(active).mappings().first()
        if found is not None:
            return found
        connection.execute(jobs.insert().values(**row))
    return connection.execute(sa.select(jobs).where(jobs.c.id == row["id"])).mappings().one()
