"""The process that does one job: spawned by the worker, so that it can be killed in the middle of a long call.

It says what it does over a pipe and writes nothing about the job itself: the worker does.
"""

from __future__ import annotations

import errno
import logging
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from threading import Thread
from typing import Final

from pricing_core.avm import AVM
from pricing_core.errors import LeaseLostError, PricingError, StorageError, log_in_full
from pricing_core.jobs.work_kinds import WORK_KINDS, Work
from pricing_core.nouns import Actor, Job, JobStatus, Json
from pricing_core.settings import Settings
from pricing_core.store import Lease
from pricing_core.words import Message

_LONGEST_LINE: Final = 500
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FULL_WORDS: Final = ("disk is full", "no space left on device", "could not extend file", "file too large")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Stage:
    """How far the work is."""

    stage: Message
    done: float


@dataclass(frozen=True)
class Line:
    """Something worth keeping that was said on the way."""

    said: Message


@dataclass(frozen=True)
class Ended:
    """How the work ended. ``again`` asks for another attempt: what failed may be over by then."""

    status: JobStatus
    message: Message
    result: Json = field(default_factory=dict)
    again: bool = False


Said = Stage | Line | Ended


def work(pipe: Connection, settings: Settings, job: Job, lease: Lease) -> None:
    """Do a job in a fresh process; what there is to say goes into the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the worker's: it ends this process
    Thread(target=_end_with_parent, name="lifeline", daemon=True).start()
    avm = AVM(settings)
    try:
        with _said(pipe.send):
            ended = outcome(avm, job, lease, pipe.send)
        pipe.send(ended)
    finally:
        avm.close()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def outcome(avm: AVM, job: Job, lease: Lease, send: Callable[[Said], None]) -> Ended:
    """Do a job with an AVM, and tell the user's fault from ours."""
    # Whoever queued the job was checked then.
    actor = Actor(job.requested_by, "admin", job.source)
    guard = avm.store.jobs.leases.guard(lease)
    asked = Work(job.parameters, actor, lambda stage, done: send(Stage(stage, done)), guard)
    try:
        result = WORK_KINDS[job.kind].call(avm, asked)
    except LeaseLostError as error:
        return Ended("cancelled", error.message)
    except Exception as error:
        return _failure(error, job)
    return Ended("done", Message.from_json(result.get("message", "")), result)


def _failure(error: Exception, job: Job) -> Ended:
    if _disk_is_full(error):
        log_in_full(f"Job {job.id} found the disk full", error)
        return Ended(
            "failed",
            Message(
                "The disk is full, or a file grew beyond what is allowed. Nothing was changed: make room "
                "(`tasador prune --dry-run` says what may go), then start the job again."
            ),
        )
    if isinstance(error, PricingError):
        log_in_full(f"Job {job.id} failed", error)
        return Ended("failed", error.message, again=isinstance(error, StorageError))
    # Our fault, not the user's: the details go to the log, the page says where to look.
    _log.exception("Job %s failed", job.id, exc_info=error)
    message = Message(
        "Something went wrong inside Tasador ({kind}). The worker's log has the details.", kind=type(error).__name__
    )
    return Ended("failed", message)


def _disk_is_full(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, OSError) and error.errno in _FULL:
            return True
        if any(words in str(error).lower() for words in _FULL_WORDS):
            return True
        error = error.__cause__ or error.__context__
    return False


@contextmanager
def _said(send: Callable[[Said], None]) -> Iterator[None]:
    """What the library logs while it works becomes lines of the job."""

    class _ToPipe(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said = (
                record.msg if isinstance(record.msg, Message) else Message.verbatim(record.getMessage()[:_LONGEST_LINE])
            )
            send(Line(said))

    logger, handler = logging.getLogger("pricing_core"), _ToPipe(logging.INFO)
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)
