"""The queue of work: what is asked for, how far it is, what it said and what came of it."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from pricing_core.nouns import Job, Source
from pricing_core.store.durations import share_done, usual_seconds
from pricing_core.store.engine import Database, Query, now_in
from pricing_core.store.leases import Leases
from pricing_core.store.tables.core import jobs
from pricing_core.store.tables.jobs import job_lines
from pricing_core.store.workers import Workers
from pricing_core.words import Message

_HIDDEN = ("worker_id", "cancel_requested", "flight", "token", "settled")
_ACTIVE = ("queued", "running")
_FORMER = 50
_FIRST_STAGE = Message("Starting")


class JobRecords:
    """Writes and reads jobs.

    Attributes
    ----------
    leases
        Who holds which job, and what its holder may do.
    workers
        Which workers live.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.leases = Leases(database)
        self.workers = Workers(database)

    def submit(
        self,
        kind: str,
        parameters: dict[str, object],
        requested_by: str,
        *,
        source: Source = "library",
        flight: str | None = None,
        size: float | None = None,
    ) -> Job:
        """Queue a job, or join the one of its flight that is queued or running.

        Parameters
        ----------
        source
            The door through which it was asked for: what the job logs bears it too.
        flight
            Of jobs with the same flight one alone is active; the kind itself when left out.
        size
            How much work it is (rows, bytes): the time that it needs is told from former jobs of like size.
        """
        row = new_job(kind, parameters, requested_by, source=source, flight=flight, size=size)
        try:
            with self._database.write() as connection:
                connection.execute(jobs.insert().values(**row, created_at=now_in(connection)))
        except IntegrityError:
            # The unique index on active jobs refused a second one. It may have ended since: then ours is queued.
            active = self._first(sa.select(jobs).where(jobs.c.flight == row["flight"], jobs.c.status.in_(_ACTIVE)))
            return active or self.submit(kind, parameters, requested_by, source=source, flight=flight, size=size)
        return self.get(str(row["id"]))  # type: ignore[return-value]

    def get(self, job_id: str) -> Job | None:
        """One job, or ``None``."""
        return self._first(sa.select(jobs).where(jobs.c.id == job_id))

    def newest(self, limit: int, kind: str | None = None) -> list[Job]:
        """The newest jobs first, of one kind or of all."""
        query = sa.select(jobs).order_by(jobs.c.created_at.desc()).limit(limit)
        return self._all(query if kind is None else query.where(jobs.c.kind == kind))

    def last_asked(self, kind: str, before: datetime) -> datetime | None:
        """When a job of a kind was asked for last, until a moment."""
        query = sa.select(sa.func.max(jobs.c.created_at)).where(jobs.c.kind == kind, jobs.c.created_at <= before)
        with self._database.read() as connection:
            found: datetime | None = connection.execute(query).scalar_one()
        return found

    def lines(self, job_id: str, limit: int) -> list[Message]:
        """The last lines that a job said, the oldest of them first, each with its time (UTC)."""
        query = sa.select(job_lines.c.created_at, job_lines.c.line).where(job_lines.c.job_id == job_id)
        with self._database.read() as connection:
            found = connection.execute(query.order_by(job_lines.c.id.desc()).limit(limit)).all()
        return [Message("{clock} {said}", clock=f"{at:%H:%M:%S}", said=line) for at, line in reversed(found)]

    def usual_seconds(self, job: Job) -> float | None:
        """How long jobs of its kind, recipe and size took, or ``None`` where there were none."""
        return usual_seconds([(item.size, item.elapsed_seconds or 0.0) for item in self._alike(job)], job.size)

    def share_done(self, job: Job) -> float | None:
        """How much of a running job is done by the time that the last one like it took, or ``None`` without one."""
        former = next(iter(self._alike(job)), None)
        usual = self.usual_seconds(job)
        if former is None or former.elapsed_seconds is None or not usual or job.elapsed_seconds is None:
            return None
        begun = next((at for said, at in reversed(self._said(job)) if said == job.stage), 0.0)
        pace = former.elapsed_seconds / usual
        told = [(_FIRST_STAGE, 0.0), *self._said(former)]
        return share_done(told, former.elapsed_seconds, job.stage, (job.elapsed_seconds - begun) * pace)

    def _alike(self, job: Job) -> list[Job]:
        """JobRecords of its kind and recipe that were done, the newest first."""
        query = sa.select(jobs).where(jobs.c.kind == job.kind, jobs.c.status == "done")
        former = self._all(query.order_by(jobs.c.created_at.desc()).limit(_FORMER))
        alike = [item for item in former if item.parameters.get("recipe") == job.parameters.get("recipe")]
        return [item for item in alike if item.result.get("trained", True) and item.elapsed_seconds is not None]

    def _said(self, job: Job) -> list[tuple[Message, float]]:
        """What a job said in its last attempt, and how many seconds after its start."""
        begun = job.started_at or job.created_at
        query = sa.select(job_lines.c.line, job_lines.c.created_at).where(
            job_lines.c.job_id == job.id, job_lines.c.created_at >= begun
        )
        with self._database.read() as connection:
            found = connection.execute(query.order_by(job_lines.c.id)).all()
        return [(line, (at - begun).total_seconds()) for line, at in found]

    def cancel(self, job_id: str) -> bool:
        """Cancel a queued job at once, ask a running one to stop; ``False`` when it is too late for that."""
        mine = jobs.c.id == job_id
        queued = {"status": "cancelled", "message": Message("Cancelled before it began.")}
        running = (jobs.c.status == "running") & ~jobs.c.settled
        with self._database.write() as connection:
            unclaimed = jobs.update().where(mine, jobs.c.status == "queued")
            waiting = connection.execute(unclaimed.values(**queued, finished_at=now_in(connection)))
            asked = connection.execute(jobs.update().where(mine, running).values(cancel_requested=True))
            return waiting.rowcount + asked.rowcount > 0

    def _first(self, query: Query) -> Job | None:
        found = self._all(query.limit(1))
        return found[0] if found else None

    def _all(self, query: Query) -> list[Job]:
        with self._database.read() as connection:
            now = now_in(connection)
            return [read_job(row, now) for row in connection.execute(query).mappings()]


def new_job(
    kind: str,
    parameters: dict[str, object],
    requested_by: str,
    *,
    source: Source = "library",
    flight: str | None = None,
    size: float | None = None,
) -> dict[str, object]:
    """The row of a job that waits for a worker, but for the moment at which it is stored."""
    return {
        "id": str(uuid4()),
        "kind": kind,
        "status": "queued",
        "stage": Message("Waiting for the worker"),
        "progress": 0.0,
        "message": Message.verbatim(""),
        "parameters": parameters,
        "result": {},
        "requested_by": requested_by,
        "source": source,
        "cancel_requested": False,
        "flight": flight or kind,
        "attempt": 0,
        "token": 0,
        "size": size,
        "settled": False,  # nosec B105 - a counter
    }


def read_job(row: sa.RowMapping, now: datetime) -> Job:
    """A row as a noun, with the time that the job has taken until now."""
    shown = {name: value for name, value in row.items() if name not in _HIDDEN} | {"result": _said_in(row["result"])}
    return Job(**shown, elapsed_seconds=_elapsed(row["started_at"], row["finished_at"] or now))


def _said_in(result: object) -> object:
    """What came of a job, with its sentences as messages."""
    if isinstance(result, list):
        return [_said_in(each) for each in result]
    if not isinstance(result, dict):
        return result
    if result.keys() == {"verbatim"} or {"template", "facts"} <= result.keys():
        return Message.from_json(result)
    return {name: _said_in(value) for name, value in result.items()}


def _elapsed(started: datetime | None, until: datetime) -> float | None:
    return None if started is None else max(0.0, (until - started).total_seconds())
