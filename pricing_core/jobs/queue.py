"""Queued work as doors see it: asked for, looked at, cancelled."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from pathlib import Path
from typing import Final

from pricing_core.errors import ConflictError, NotFoundError
from pricing_core.jobs.planner import Planner
from pricing_core.jobs.retention import Retention
from pricing_core.jobs.work_kinds import WORK_KINDS, full_file, kind_named
from pricing_core.nouns import Actor, Job, Json, Schedule
from pricing_core.store import Store
from pricing_core.words import Message

WORKER_SILENCE: Final = timedelta(seconds=30)
"""A worker not heard of for so long is taken for dead."""
_SHOWN_LINES: Final = 50


class Jobs:
    """The queue of one installation.

    Parameters
    ----------
    planner
        Queues what is due by itself.
    retention
        Removes what is past its time.
    home
        The folder to which files in it are kept relative: ``DATA_DIR``.
    """

    def __init__(self, store: Store, planner: Planner, retention: Retention, home: Path) -> None:
        self._store = store
        self._home = home
        self.planner = planner
        self.retention = retention

    def submit(self, kind: str, *, actor: Actor, **parameters: object) -> Job:
        """Queue work for the worker, or join the same work where it is queued or running already.

        Raises
        ------
        InputError
            For a kind that is none of `work_kinds.WORK_KINDS`, or parameters that it cannot take.
        """
        asked = kind_named(kind)
        actor.must(asked.role, asked.to_do)
        accepted = asked.accept(parameters, self._home, self._store.columns)
        self.take_back_abandoned()
        size = asked.size(self._store, parameters)
        return self._with_places(
            self._store.jobs.submit(
                kind, accepted, actor.name, source=actor.source, flight=asked.flight(kind), size=size
            )
        )

    def get(self, job_id: str, *, lines: int = _SHOWN_LINES) -> Job:
        """One job, as it is now, with its last lines and what former ones say of the time that it still needs."""
        self.take_back_abandoned()
        found = self._store.jobs.get(job_id)
        if found is None:
            raise NotFoundError("There is no job {job:quoted}: see `tasador jobs`.", job=job_id)
        told = dataclasses.replace(
            self._with_places(found), lines=tuple(self._store.jobs.lines(job_id, lines)), eta_seconds=self._eta(found)
        )
        timed = found.status == "running" and kind_named(found.kind).silent
        share = self._store.jobs.share_done(found) if timed else None
        return told if share is None else dataclasses.replace(told, progress=share)

    def _eta(self, job: Job) -> float | None:
        usual = self._store.jobs.usual_seconds(job) if job.active else None
        return None if usual is None else max(0.0, usual - (job.elapsed_seconds or 0.0))

    def newest(self, limit: int = 20, *, kind: str | None = None) -> list[Job]:
        """The newest jobs first, without their lines."""
        self.take_back_abandoned()
        return [self._with_places(job) for job in self._store.jobs.newest(limit, kind)]

    def _with_places(self, job: Job) -> Job:
        """The job with the full paths of its files, as the home lies now."""
        files = WORK_KINDS[job.kind].files if job.kind in WORK_KINDS else ()
        if not files:
            return job

        def full(told: Json) -> Json:
            return told | {name: str(full_file(told[name], self._home)) for name in files if name in told}

        return dataclasses.replace(job, parameters=full(job.parameters), result=full(job.result))

    def take_back_abandoned(self, *, wait: bool = False) -> int:
        """Queue jobs again whose worker has died, or fail them; gives their number.

        Whoever asks for jobs does this on the way. With ``wait`` a single call is enough: it watches for some seconds
        where the clock alone cannot tell.
        """
        return self._store.jobs.leases.release_abandoned(WORKER_SILENCE, wait=wait)

    def cancel(self, job_id: str, *, actor: Actor) -> Job:
        """Cancel a queued job, or stop a running one within seconds; one's own, or as an analyst any.

        Raises
        ------
        ConflictError
            When a training is registering its version already: it ends in a moment.
        """
        job = self.get(job_id)
        if job.requested_by != actor.name:
            actor.must("analyst", Message("cancel a job"))
        if not self._store.jobs.cancel(job_id) and self.get(job_id).active:
            raise ConflictError("It is too late to cancel: the new version is being registered. It ends in a moment.")
        return self.get(job_id)

    def schedule(self) -> Schedule:
        """When the model is trained by itself."""
        return self.planner.schedule()

    def worker_alive(self) -> bool:
        """Whether a worker has been heard of lately."""
        return self._store.jobs.workers.alive(WORKER_SILENCE)
