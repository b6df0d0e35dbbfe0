"""The worker: claims a job, has a process of its own do it, and keeps the queue told.

A job runs in a process of its own: it can be killed in the middle of a long fit, its memory is given back when it
ends, and whatever happens to it leaves the worker alive. The library is loaded once, with the first job, by a process
that does nothing else: each job is a fork of it, so that only the first one waits some seconds.
"""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerProcess
from threading import Event
from time import monotonic
from typing import Final
from uuid import uuid4

from pricing_core.avm import AVM
from pricing_core.errors import PricingError, log_in_full
from pricing_core.nouns import Job
from pricing_core.processes.job_process import Ended, Line, Said, Stage, work
from pricing_core.store import Lease, State
from pricing_core.words import Message

_BEAT_SECONDS: Final = 5.0
_REPORT_SECONDS: Final = 1.0
_POLL_SECONDS: Final = 1.0
_CLOSING_SECONDS: Final = 5.0
# Waited for in place of sleeping, which fails where the clock of the process is not the machine's.
_NEVER: Final = Event()
_LOADED_ONCE: Final = ["pricing_core.processes.job_process", "mlflow"]
_STARTING: Final = Message("Starting")
_STOPPED: Final = Message("The worker was stopped.")
_log = logging.getLogger(__name__)


class Worker:
    """Works through the queue, one job at a time.

    Parameters
    ----------
    avm
        Its settings are those of the processes that do the work.
    should_stop
        Asked between jobs and while one runs; a test lets the loop run once with it.
    """

    def __init__(self, avm: AVM, should_stop: Callable[[], bool]) -> None:
        self.id = str(uuid4())
        self._avm = avm
        self._jobs = avm.store.jobs
        self._should_stop = should_stop
        self._beaten = -_BEAT_SECONDS
        self._trouble = ""

    def run(self) -> None:
        """Work until told to stop. A database that is away is waited for."""
        try:
            while not self._should_stop():
                if not self._turn():
                    _NEVER.wait(_POLL_SECONDS)
        finally:
            self._told(lambda: self._jobs.workers.retire(self.id), "The worker could not say that it ends")

    def _turn(self) -> bool:
        worked = False

        def turn() -> None:
            nonlocal worked
            self._beat()
            self._avm.jobs.take_back_abandoned()
            self._avm.monitoring.tick()
            self._avm.jobs.planner.tick()
            worked = self.run_one()

        self._told(turn, "The worker waits, and tries again")
        return worked

    def run_one(self) -> bool:
        """Claim and do the oldest job; ``False`` where there was none."""
        lease = self._jobs.leases.claim(self.id)
        job = None if lease is None else self._jobs.get(lease.job_id)
        if lease is None or job is None:
            return False
        running = _Running(lease, *self._start(job, lease))
        try:
            self._attend(running)
        except BaseException:
            running.kill()
            self._told(lambda: self._give_back(lease), "The job was not given back")
            raise
        return True

    def _start(self, job: Job, lease: Lease) -> tuple[ForkServerProcess, Connection]:
        # Not a fork of this process: connections to databases and locks of other threads do not survive one.
        context = get_context("forkserver")
        context.set_forkserver_preload(_LOADED_ONCE)
        ours, theirs = context.Pipe(duplex=False)
        given = (theirs, self._avm.settings, job, lease)
        process = context.Process(target=work, args=given, name=f"job {job.id}", daemon=True)
        with ThreadPoolExecutor(1) as pool:
            begun = pool.submit(process.start)
            # The first one begins when the library is loaded: that may take a while, and we live.
            while not wait_for([begun], _REPORT_SECONDS).done:
                self._told(lambda: self._sign_of_life(lease), "The worker could not say that it lives")
        begun.result()
        theirs.close()
        return process, ours

    def _sign_of_life(self, lease: Lease) -> None:
        self._beat()
        self._jobs.leases.beat(lease, _STARTING, 0.0)

    def _attend(self, running: _Running) -> None:
        lease, leases = running.lease, self._jobs.leases
        while running.listen():
            if self._should_stop():
                running.kill()
                self._insist(lambda: self._give_back(lease))
                return
            state = self._report(running)
            if state == "cancelled":
                running.kill()
                self._insist(lambda: leases.finish(lease, "cancelled", Message("Cancelled. Nothing was changed.")))
                return
            if state == "lost":
                running.kill()
                _log.warning("Job %s was taken up by another worker.", lease.job_id)
                return
        running.kill()
        self._insist(lambda: self._end(running))

    def _report(self, running: _Running) -> State:
        if monotonic() - running.reported < _REPORT_SECONDS:
            return "held"
        running.reported = monotonic()
        state: State = "held"  # also where the database is away: it may come back before the work ends

        def beat() -> None:
            nonlocal state
            self._beat()
            state = self._jobs.leases.beat(running.lease, running.stage, running.done, running.lines)
            running.lines.clear()

        self._told(beat, "The worker could not say that it lives")
        return state

    def _end(self, running: _Running) -> None:
        ended, lease = running.ended, running.lease
        if ended is None:
            self._jobs.leases.give_back(lease, _crash(running.process.exitcode))
        elif ended.again:
            self._jobs.leases.give_back(lease, ended.message)
        elif ended.status == "cancelled":
            self._jobs.leases.finish(lease, "cancelled", ended.message, lines=running.lines)
        else:
            self._jobs.leases.finish(lease, ended.status, ended.message, ended.result, running.lines)

    def _give_back(self, lease: Lease) -> None:
        self._jobs.leases.give_back(lease, _STOPPED, counted=False)

    def _insist(self, write: Callable[[], object]) -> None:
        """Write how a job ended, however long the database is away or the disk full."""
        while not self._told(write, "The worker could not write how a job ended, and tries again"):
            if self._should_stop():
                return
            _NEVER.wait(_POLL_SECONDS)

    def _told(self, write: Callable[[], object], trouble: str) -> bool:
        try:
            write()
        except PricingError as error:
            if str(error) != self._trouble:  # once, however often it is tried again
                log_in_full(trouble, error)
            self._trouble = str(error)
            return False
        self._trouble = ""
        return True

    def _beat(self) -> None:
        if monotonic() - self._beaten >= _BEAT_SECONDS:
            self._jobs.workers.beat(self.id)
            self._beaten = monotonic()


@dataclass
class _Running:
    """A process at work, and what it has said."""

    lease: Lease
    process: ForkServerProcess
    pipe: Connection
    stage: Message = _STARTING
    done: float = 0.0
    lines: list[Message] = field(default_factory=list)
    ended: Ended | None = None
    reported: float = 0.0

    def listen(self) -> bool:
        """Take in what was said lately; ``False`` when there is nothing more to come."""
        wait([self.pipe, self.process.sentinel], timeout=_REPORT_SECONDS / 2)
        alive = self.process.is_alive()
        try:
            while self.pipe.poll():
                self._take(self.pipe.recv())
        except (EOFError, OSError):  # it died, perhaps in the middle of a word
            return False
        return self.ended is None and alive

    def _take(self, message: Said) -> None:
        if isinstance(message, Ended):
            self.ended = message
        elif isinstance(message, Line):
            self.lines.append(message.said)
        elif isinstance(message, Stage):
            if message.stage != self.stage:
                self.lines.append(message.stage)
            self.stage, self.done = message.stage, message.done

    def kill(self) -> None:
        """End the process, when it has ended already too."""
        if self.ended is not None:
            self.process.join(_CLOSING_SECONDS)
        self.process.kill()
        self.process.join()
        self.pipe.close()


def _crash(code: int | None) -> Message:
    if code == -signal.SIGKILL:
        return Message("The process of the job was killed, perhaps because memory ran out.")
    return Message("The process of the job ended by itself (exit code {code}).", code=code)
