"""Queued work, planned work, and what is past its time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, get_args

from pricing_core.nouns.base import Json, Noun, Source
from pricing_core.words import Message

JobKind = Literal["train", "check", "value_file", "snapshot", "prune"]
JOB_KINDS: Final[tuple[JobKind, ...]] = get_args(JobKind)
"""What work there is; `jobs.work_kinds` says of each how it is done."""
JobStatus = Literal["queued", "running", "done", "failed", "cancelled"]


@dataclass(frozen=True)
class Job(Noun):
    """Queued work. ``progress`` runs from 0 to 1, ``stage`` says in words what is being done.

    Where the work itself says nothing from inside a stage, as a fit does not, ``progress`` moves by the time that
    former jobs like it took. ``source`` is the door through which it was asked for. ``attempt`` is 2 when a job was
    taken up again after a crash. ``size`` is how much work it is, in a unit of its kind. ``eta_seconds`` is how long it
    still needs, told from former jobs; ``None`` where that is not known. Each of ``lines`` is a sentence with the
    ``clock`` at which it was ``said`` (UTC).
    """

    id: str
    kind: str
    status: JobStatus
    stage: Message
    progress: float
    message: Message
    parameters: Json
    result: Json
    requested_by: str
    source: Source
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    heartbeat_at: datetime | None = None
    attempt: int = 0
    size: float | None = None
    elapsed_seconds: float | None = None
    eta_seconds: float | None = None
    lines: tuple[Message, ...] = ()

    @property
    def active(self) -> bool:
        """Whether the job still waits or runs."""
        return self.status in ("queued", "running")


@dataclass(frozen=True)
class Schedule(Noun):
    """When the model is trained by itself. Moments are in UTC; ``expression`` is read in ``timezone``.

    ``new_rows`` have come since the last training, and ``new_rows_limit`` of them start one (0: never).
    """

    expression: str | None
    timezone: str
    next_at: datetime | None
    last_due: datetime | None
    last_job_id: str | None
    new_rows: int
    new_rows_limit: int
    on_drift: bool


@dataclass(frozen=True)
class Removal(Noun):
    """What is past its time, of one sort. ``bytes`` is about what it takes up."""

    what: str
    count: int
    oldest: datetime | None
    newest: datetime | None
    bytes: int
