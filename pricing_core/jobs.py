"""The worker: claims a job, reports progress, says that it lives, survives a failed job."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any
from uuid import uuid4

from pricing_core.avm import AVM, WORKER_SILENCE
from pricing_core.errors import PricingError
from pricing_core.nouns import Actor, Job

_BEAT_SECONDS = 5.0
_POLL_SECONDS = 1.0
_log = logging.getLogger(__name__)


class JobCancelledError(PricingError):
    """The job was cancelled, or is no longer this worker's."""


class Worker:
    """Works through the queue, one job at a time.

    Parameters
    ----------
    avm
        The object that does the work.
    should_stop
        Asked between jobs; a test lets the loop run once with it.
    """

    def __init__(self, avm: AVM, should_stop: Callable[[], bool]) -> None:
        self.id = str(uuid4())
        self._avm = avm
        self._jobs = avm.store.jobs
        self._should_stop = should_stop
        self._current: str | None = None

    def run(self) -> None:
        """Work until told to stop."""
        with self._heartbeat() as pause:
            while not self._should_stop():
                self._jobs.fail_abandoned(WORKER_SILENCE)
                if not self.run_one():
                    pause(_POLL_SECONDS)

    def run_one(self) -> bool:
        """Claim and do the oldest job; ``False`` where there was none."""
        job = self._jobs.claim(self.id)
        if job is None:
            return False
        self._current = job.id
        try:
            result = self._do(job)
            self._jobs.finish(job.id, self.id, "done", str(result.get("message", "")), result)
        except JobCancelledError as error:
            self._jobs.finish(job.id, self.id, "cancelled", str(error))
        except PricingError as error:
            self._jobs.finish(job.id, self.id, "failed", str(error))
        except Exception as error:
            # Our fault, not the user's: the details go to the log, the page says where to look.
            _log.exception("Job %s failed", job.id)
            message = f"Something went wrong inside Tasador ({type(error).__name__}). The worker's log has the details."
            self._jobs.finish(job.id, self.id, "failed", message)
        except BaseException:
            self._jobs.finish(job.id, self.id, "failed", "The worker was stopped. Nothing was changed; start it again.")
            raise
        finally:
            self._current = None
        return True

    def _do(self, job: Job) -> dict[str, Any]:
        def progress(stage: str, done: float) -> None:
            if not self._jobs.report(job.id, self.id, stage, done):
                raise JobCancelledError("Cancelled. Nothing was changed.")

        # Whoever queued the job was checked then.
        actor = Actor(job.requested_by, "admin", "library")
        result = self._avm.train(**job.parameters, actor=actor, progress=progress)
        return result.to_dict()

    @contextmanager
    def _heartbeat(self) -> Iterator[Callable[[float], object]]:
        ended = Event()

        def beat() -> None:
            while not ended.wait(_BEAT_SECONDS):
                self._beat()

        self._beat()
        thread = Thread(target=beat, name="heartbeat", daemon=True)
        thread.start()
        try:
            yield ended.wait
        finally:
            ended.set()
            thread.join()
            self._jobs.retire(self.id)

    def _beat(self) -> None:
        try:
            self._jobs.beat(self.id, self._current)
        except PricingError as error:  # the database may come back before the next beat
            _log.warning("The worker could not say that it lives: %s", error)
