"""The queue of work: rows that one worker at a time claims, keeps alive and ends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from pricing_core.nouns import Job, JobStatus
from pricing_core.store.engine import Database, utcnow
from pricing_core.store.tables import jobs, workers

_HIDDEN = ("worker_id", "cancel_requested")
_ACTIVE = ("queued", "running")


class Jobs:
    """Writes and reads jobs and the heartbeats of workers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def submit(self, kind: str, parameters: dict[str, Any], requested_by: str) -> Job:
        """Queue a job, or join the one of its kind that is queued or running."""
        row = {
            "id": str(uuid4()), "kind": kind, "status": "queued", "stage": "Waiting for the worker", "progress": 0.0,
            "message": "", "parameters": parameters, "result": {}, "requested_by": requested_by,
            "created_at": utcnow(), "cancel_requested": False,
        }  # fmt: skip
        try:
            with self._database.write() as connection:
                connection.execute(jobs.insert().values(**row))
        except IntegrityError:
            # The unique index on active jobs refused a second one. It may have ended since: then ours is queued.
            return self._active(kind) or self.submit(kind, parameters, requested_by)
        return self.get(str(row["id"]))  # type: ignore[return-value]

    def _active(self, kind: str) -> Job | None:
        return self._first(sa.select(jobs).where(jobs.c.kind == kind, jobs.c.status.in_(_ACTIVE)))

    def get(self, job_id: str) -> Job | None:
        """One job, or ``None``."""
        return self._first(sa.select(jobs).where(jobs.c.id == job_id))

    def newest(self, limit: int) -> list[Job]:
        """The newest jobs first."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(jobs).order_by(jobs.c.created_at.desc()).limit(limit)).mappings()
            return [_job(row) for row in rows]

    def claim(self, worker_id: str) -> Job | None:
        """Take the oldest queued job for a worker, or ``None`` where there is none."""
        oldest = sa.select(jobs.c.id).where(jobs.c.status == "queued").order_by(jobs.c.created_at).limit(1)
        now = utcnow()
        with self._database.write() as connection:
            query = oldest if self._database.is_sqlite else oldest.with_for_update(skip_locked=True)
            job_id = connection.execute(query).scalar_one_or_none()
            if job_id is None:
                return None
            values = {"status": "running", "worker_id": worker_id, "started_at": now, "heartbeat_at": now}
            connection.execute(jobs.update().where(jobs.c.id == job_id).values(**values))
        return self.get(job_id)

    def report(self, job_id: str, worker_id: str, stage: str, progress: float) -> bool:
        """Say how far a job is; ``False`` when it was cancelled or is no longer this worker's."""
        values = {"stage": stage, "progress": progress, "heartbeat_at": utcnow()}
        with self._database.write() as connection:
            mine = jobs.update().where(*_held(job_id, worker_id), ~jobs.c.cancel_requested)
            return connection.execute(mine.values(**values)).rowcount == 1

    def finish(
        self, job_id: str, worker_id: str, status: JobStatus, message: str, result: dict[str, Any] | None = None
    ) -> bool:
        """End a job; ``False`` when it is no longer this worker's to end."""
        values = {"status": status, "message": message, "result": result or {}, "finished_at": utcnow()}
        if status == "done":
            values |= {"progress": 1.0, "stage": "Done"}
        with self._database.write() as connection:
            return connection.execute(jobs.update().where(*_held(job_id, worker_id)).values(**values)).rowcount == 1

    def cancel(self, job_id: str) -> None:
        """Cancel a queued job at once; ask a running one to stop."""
        mine = jobs.c.id == job_id
        queued = {"status": "cancelled", "message": "Cancelled before it began.", "finished_at": utcnow()}
        with self._database.write() as connection:
            connection.execute(jobs.update().where(mine, jobs.c.status == "queued").values(**queued))
            connection.execute(jobs.update().where(mine, jobs.c.status == "running").values(cancel_requested=True))

    def fail_abandoned(self, silent_for: timedelta) -> int:
        """Fail running jobs whose worker has been silent for so long; gives their number."""
        message = "The worker stopped in the middle. Nothing was changed; start the job again."
        silent = (jobs.c.status == "running") & (jobs.c.heartbeat_at < utcnow() - silent_for)
        values = {"status": "failed", "message": message, "finished_at": utcnow()}
        with self._database.write() as connection:
            return connection.execute(jobs.update().where(silent).values(**values)).rowcount

    def beat(self, worker_id: str, job_id: str | None) -> None:
        """Say that a worker lives, and with it the job that it holds."""
        now = utcnow()
        with self._database.write() as connection:
            known = connection.execute(workers.update().where(workers.c.id == worker_id).values(heartbeat_at=now))
            if known.rowcount == 0:
                connection.execute(workers.insert().values(id=worker_id, started_at=now, heartbeat_at=now))
            if job_id is not None:
                connection.execute(jobs.update().where(*_held(job_id, worker_id)).values(heartbeat_at=now))

    def retire(self, worker_id: str) -> None:
        """Forget a worker that ends in good order."""
        with self._database.write() as connection:
            connection.execute(workers.delete().where(workers.c.id == worker_id))

    def worker_alive(self, silent_for: timedelta) -> bool:
        """Whether any worker has been heard of within that time."""
        query = sa.select(sa.func.count()).where(workers.c.heartbeat_at >= utcnow() - silent_for)
        with self._database.read() as connection:
            return int(connection.execute(query).scalar_one()) > 0

    def _first(self, query: sa.Select[Any]) -> Job | None:
        with self._database.read() as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else _job(row)


def _held(job_id: str, worker_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return jobs.c.id == job_id, jobs.c.worker_id == worker_id, jobs.c.status == "running"


def _job(row: sa.RowMapping) -> Job:
    return Job(**{name: value for name, value in row.items() if name not in _HIDDEN})
