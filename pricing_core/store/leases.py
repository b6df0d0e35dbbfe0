"""Who holds a job. A claim gives a number that grows; only who holds the newest one may report, settle or end it.

A worker that was asleep for longer than its lease holds an old number. Whatever it wants to write when it wakes is
refused in the transaction that would write it.

Clocks may be wrong, and may be set. So a clock alone never takes a job away: where a beat looks old, or comes from the
future, it is watched, and the job is taken only from a worker that does not beat meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic, sleep
from typing import Final, Literal

import sqlalchemy as sa

from pricing_core.errors import LeaseLostError
from pricing_core.nouns import JobStatus, Json
from pricing_core.store.engine import Database, now_in
from pricing_core.store.pulses import Pulse, Pulses
from pricing_core.store.tables.core import jobs
from pricing_core.store.tables.jobs import job_lines
from pricing_core.words import Message

Guard = Callable[[sa.Connection], None]
"""Called inside a transaction that changes what others rely on; raises where it may not."""

State = Literal["held", "cancelled", "lost"]

MOST_ATTEMPTS: Final = 2
KEPT_LINES: Final = 200
_LONG_WAIT_SECONDS: Final = 2.0
# A worker beats every second; it needs up to five to close the process of a job that has ended.
_WATCHED_SECONDS: Final = 10.0
_LOOK_SECONDS: Final = 0.5
_AGAIN: Final = Message("Waiting to be taken up again")


@dataclass(frozen=True)
class Lease:
    """A job in the hands of one worker."""

    job_id: str
    token: int


class Leases:
    """Gives jobs to workers, and takes them away from those that fell silent."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pulses = Pulses()

    def claim(self, worker_id: str) -> Lease | None:
        """Take the oldest queued job for a worker, or ``None`` where there is none."""
        oldest = sa.select(jobs.c.id, jobs.c.token).where(jobs.c.status == "queued").order_by(jobs.c.created_at)
        with self._database.write() as connection:
            query = oldest.limit(1) if self._database.is_sqlite else oldest.limit(1).with_for_update(skip_locked=True)
            found = connection.execute(query).first()
            if found is None:
                return None
            now = now_in(connection)
            values = {
                "status": "running",
                "worker_id": worker_id,
                "started_at": now,
                "heartbeat_at": now,
                "token": jobs.c.token + 1,
                "attempt": jobs.c.attempt + 1,
                "progress": 0.0,
                "stage": Message("Starting"),
                "settled": False,
            }
            connection.execute(jobs.update().where(jobs.c.id == found.id).values(**values))
        return Lease(found.id, found.token + 1)

    def beat(self, lease: Lease, stage: Message, progress: float, lines: Sequence[Message] = ()) -> State:
        """Say that a job lives, how far it is and what it said; gives whether it is still held."""
        values = {"stage": stage, "progress": progress}
        with self._database.write() as connection:
            if connection.execute(_held(lease).values(**values, heartbeat_at=now_in(connection))).rowcount != 1:
                return "lost"
            _add_lines(connection, lease.job_id, lines)
            asked = sa.select(jobs.c.cancel_requested).where(jobs.c.id == lease.job_id)
            return "cancelled" if connection.execute(asked).scalar_one() else "held"

    def guard(self, lease: Lease) -> Guard:
        """What a transaction calls before it changes what others rely on: from then on nobody can cancel the job."""

        def settle(connection: sa.Connection) -> None:
            held = _held(lease).where(~jobs.c.cancel_requested)
            if connection.execute(held.values(settled=True)).rowcount != 1:
                raise LeaseLostError("The job was cancelled, or another worker has taken it up. Nothing was changed.")

        return settle

    def finish(
        self,
        lease: Lease,
        status: JobStatus,
        message: Message,
        result: Json | None = None,
        lines: Sequence[Message] = (),
    ) -> bool:
        """End a job; ``False`` when it is no longer this holder's to end."""
        values: Json = {"status": status, "message": message, "result": result or {}}
        if status == "done":
            values |= {"progress": 1.0, "stage": Message("Done")}
        with self._database.write() as connection:
            ended = connection.execute(_held(lease).values(**values, finished_at=now_in(connection))).rowcount == 1
            if ended:
                _add_lines(connection, lease.job_id, lines)
            return ended

    def give_back(self, lease: Lease, why: Message, *, counted: bool = True) -> None:
        """Queue a job again that could not be ended, or fail it when that was its last attempt.

        Parameters
        ----------
        why
            A sentence on what happened.
        counted
            ``False`` when nothing went wrong, as when a worker is stopped in good order.
        """
        with self._database.write() as connection:
            if not counted:
                connection.execute(_held(lease).values(attempt=jobs.c.attempt - 1))
            _take_up_again(connection, _is_held(lease), why)

    def release_abandoned(self, silent_for: timedelta, *, wait: bool = False) -> int:
        """Queue running jobs again whose worker is silent, or fail them; gives their number.

        Parameters
        ----------
        silent_for
            What the clock has to say before a job is watched at all.
        wait
            Watch until it is certain of each. Who looks again and again has no need to wait: it remembers.
        """
        watched_for = min(_WATCHED_SECONDS, silent_for.total_seconds())
        pulses = self._doubtful(silent_for)
        while wait and any(not pulse.moved and pulse.silence < watched_for for pulse in pulses.values()):
            sleep(_LOOK_SECONDS)
            pulses = self._doubtful(silent_for)
        silent = {name: pulse for name, pulse in pulses.items() if pulse.silence >= watched_for}
        return self._release(silent) if silent else 0

    def _doubtful(self, silent_for: timedelta) -> dict[str, Pulse]:
        """What was seen of the running jobs whose last beat is not of the present time."""
        beat = jobs.c.heartbeat_at
        with self._database.read() as connection:
            now = now_in(connection)
            strange = (beat < now - silent_for) | (beat > now + silent_for)
            query = sa.select(jobs.c.id, jobs.c.token, beat).where(jobs.c.status == "running", strange)
            found = connection.execute(query).all()
        return self._pulses.look({row.id: (row.token, row.heartbeat_at) for row in found})

    def _release(self, silent: Mapping[str, Pulse]) -> int:
        asked = monotonic()
        with self._database.write() as connection:
            # Whoever held the lock for so long kept the worker from beating too: it has its chance first.
            if monotonic() - asked > _LONG_WAIT_SECONDS:
                return 0
            query = sa.select(jobs.c.id, jobs.c.token, jobs.c.heartbeat_at).where(jobs.c.id.in_(silent))
            found = connection.execute(query.with_for_update()).all()
            same = [row.id for row in found if silent[row.id].beat == (row.token, row.heartbeat_at)]
            running = jobs.c.id.in_(same) & (jobs.c.status == "running")
            return _take_up_again(connection, running, Message("The worker stopped in the middle."))


def _take_up_again(connection: sa.Connection, which: sa.ColumnElement[bool], why: Message) -> int:
    found = list(connection.execute(sa.select(jobs.c.id).where(which).with_for_update()).scalars())
    mine = jobs.c.id.in_(found)
    now = now_in(connection)
    cancelled = {"status": "cancelled", "message": Message("Cancelled. Nothing was changed."), "finished_at": now}
    failed = {
        "status": "failed",
        "finished_at": now,
        "message": Message(
            "{why} It was tried {times} times. Nothing was changed; see the worker's log, then start the job again.",
            why=why,
            times=MOST_ATTEMPTS,
        ),
    }
    again = {"status": "queued", "stage": _AGAIN, "progress": 0.0, "worker_id": None}
    ours = jobs.update().where(mine, jobs.c.status == "running")
    connection.execute(ours.where(jobs.c.cancel_requested).values(**cancelled))
    connection.execute(ours.where(jobs.c.attempt >= MOST_ATTEMPTS).values(**failed))
    connection.execute(ours.values(**again))
    for job_id in found:
        _add_lines(connection, job_id, [why])
    return len(found)


def _add_lines(connection: sa.Connection, job_id: str, lines: Sequence[Message]) -> None:
    if not lines:
        return
    now = now_in(connection)
    rows = [{"job_id": job_id, "created_at": now, "line": line} for line in lines[-KEPT_LINES:]]
    connection.execute(job_lines.insert(), rows)
    mine = job_lines.c.job_id == job_id
    first_kept = sa.select(job_lines.c.id).where(mine).order_by(job_lines.c.id.desc()).offset(KEPT_LINES).limit(1)
    too_old = connection.execute(first_kept).scalar_one_or_none()
    if too_old is not None:
        connection.execute(job_lines.delete().where(mine, job_lines.c.id <= too_old))


def _is_held(lease: Lease) -> sa.ColumnElement[bool]:
    return (jobs.c.id == lease.job_id) & (jobs.c.token == lease.token) & (jobs.c.status == "running")


def _held(lease: Lease) -> sa.Update:
    return jobs.update().where(_is_held(lease))
