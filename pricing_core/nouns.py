"""The other nouns: what the library hands to its doors. `schema` holds the home itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from pricing_core.schema import Property

Progress = Callable[[str, float], None]
"""Told the stage in words and the fraction done, 0 to 1."""

Role = Literal["agent", "analyst", "admin"]
ROLES: Final[tuple[Role, ...]] = ("agent", "analyst", "admin")
Source = Literal["dashboard", "api", "cli", "library"]
Severity = Literal["error", "warning"]
Verdict = Literal["keep", "exclude", "correct", "undo"]
JobStatus = Literal["queued", "running", "done", "failed", "cancelled"]


class Noun:
    """Gives every noun the same JSON-ready form."""

    def to_dict(self) -> dict[str, Any]:
        """The fields as JSON-ready values; moments in ISO 8601."""
        content = {name: _plain(value) for name, value in vars(self).items()}
        result: dict[str, Any] = to_jsonable_python(content)
        return result


def _plain(value: Any) -> Any:
    if isinstance(value, Noun):
        return value.to_dict()
    if isinstance(value, BaseModel):
        return value.model_dump()
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


@dataclass(frozen=True)
class Actor(Noun):
    """Who asks, with which role, through which door."""

    name: str
    role: Role
    source: Source

    def may(self, role: Role) -> bool:
        """Whether this actor's role includes the given one: an admin may do all that an analyst may."""
        return ROLES.index(self.role) >= ROLES.index(role)


@dataclass(frozen=True)
class Finding(Noun):
    """Something that looks wrong with a listing; ``row`` counts data rows from 0.

    ``column`` is the column that looks wrong, ``None`` where no single one does.
    """

    row: int
    check: str
    severity: Severity
    message: str
    suggestion: Any = None
    column: str | None = None


@dataclass(frozen=True)
class Review(Noun):
    """One line of the ledger of verdicts on listings; lines are only ever added.

    ``corrections`` are all corrected values in force with this verdict, by column; ``before`` holds the values that the
    listing was used with until then (``values``) and the verdict that stood (``verdict`` and ``review_id``, both
    ``None`` where there was none). Listings settled together share ``batch``. A line whose verdict is ``undo`` names
    the line that it takes back in ``undoes``.
    """

    id: int
    listing_id: int
    verdict: Verdict
    reason: str
    corrections: dict[str, Any] | None
    before: dict[str, Any]
    reviewed_by: str
    created_at: datetime
    batch: str
    undoes: int | None = None


@dataclass(frozen=True)
class ReviewPreview(Noun):
    """What settling some listings would do, by refitting quickly with and without it.

    ``before`` and ``after`` hold ``mdape``, ``mae`` and ``coverage_90`` of the same held-out listings, none of them
    among those to be settled. ``sectors`` holds the median value by affected sector: ``{"sector": ..., "before": ...,
    "after": ..., "listings": ...}``. ``rows`` were used, of ``of_rows`` that training would use. With some
    thousand rows, refitting without a few moves a sector's median by about 1 % by chance alone.
    """

    listing_ids: list[int]
    verdict: Verdict
    before: dict[str, float | None]
    after: dict[str, float | None]
    sectors: list[dict[str, Any]]
    rows: int
    of_rows: int
    held_out_rows: int
    recipe: str
    folds: int
    seconds: float


@dataclass(frozen=True)
class DataVersion(Noun):
    """The exact rows of a training, kept as one Parquet file under ``DATA_DIR``.

    ``excluded``, ``corrected`` and ``left_out`` count the listings that a person excluded, those that were used with
    corrected values, and those that were left out for an error that nobody had reviewed.
    """

    fingerprint: str
    created_at: datetime
    rows: int
    train_rows: int
    test_rows: int
    excluded: int
    corrected: int
    left_out: int
    path: str
    sha256: str


@dataclass(frozen=True)
class Rejection(Noun):
    """A row that was kept out; ``row`` counts data rows from 0, ``content`` is the row as it arrived."""

    row: int
    reason: str
    content: dict[str, str]


@dataclass(frozen=True)
class Dataset(Noun):
    """One ingested file or table. Rows of a dataset that is not active stay stored but are not used."""

    id: int
    fingerprint: str
    file_name: str
    rows: int
    train_rows: int
    test_rows: int
    rejected_rows: int
    is_sample: bool
    active: bool
    notes: list[str]
    created_at: datetime


@dataclass(frozen=True)
class IngestReport(Noun):
    """What an ingestion did: rows taken, rows kept out and why, and what else should be known."""

    datasets: list[Dataset]
    changed: bool
    accepted: int
    rejected: int
    reasons: dict[str, int]
    rejections: list[Rejection]
    notes: list[str]


@dataclass(frozen=True)
class Valuation(Noun):
    """Our estimate for a subject, as it was logged. Money is in ``currency``, rounded to cents; areas in ``area_unit``.

    ``ranges`` holds the lower and upper limit by level in per cent: ``{"90": [4100.0, 6900.0], ...}``. ``confidence``
    is high, medium or low, and ``notes`` say why. ``reference_value`` is that of the typical listing of the same type
    and sector; the amounts of ``drivers`` lead from it to the value. ``second_opinion`` is the median of the
    ``comparables``' adjusted values. Of homes valued in bulk there are no drivers and no comparables.
    """

    log_id: str
    value: float
    currency: str
    area_unit: str
    value_per_area: float | None
    version: int
    recipe: str
    subject: Property
    ranges: dict[str, list[float]]
    confidence: str
    notes: list[str]
    reference_value: float | None
    drivers: list[dict[str, Any]]
    comparables: list[dict[str, Any]]
    second_opinion: float | None
    created_at: datetime
    milliseconds: float


@dataclass(frozen=True)
class LoggedPrediction(Noun):
    """One row of the prediction log."""

    id: str
    created_at: datetime
    requested_by: str
    source: str
    version: int
    subject: dict[str, Any]
    value: float
    milliseconds: float
    detail: dict[str, Any]


@dataclass(frozen=True)
class Version(Noun):
    """A registered model.

    ``fingerprint`` names the rows and the recipe it was trained from. ``sha256`` is the digest of the model file,
    checked before it is loaded; ``manifest`` holds what the training rows looked like and a few golden rows with
    their values, which must come out the same when the model has been loaded.
    """

    version: int
    run_id: str
    recipe: str
    fingerprint: str
    model_uri: str
    sha256: str
    manifest: dict[str, Any]
    metrics: dict[str, float]
    created_at: datetime
    is_champion: bool = False


@dataclass(frozen=True)
class TrainingResult(Noun):
    """What a training did; ``trained`` is false where nothing had changed."""

    trained: bool
    version: int
    run_id: str
    recipe: str
    metrics: dict[str, float]
    promoted: bool
    message: str
    train_rows: int
    test_rows: int
    seconds: float


@dataclass(frozen=True)
class Job(Noun):
    """Queued work. ``progress`` runs from 0 to 1, ``stage`` says in words what is being done."""

    id: str
    kind: str
    status: JobStatus
    stage: str
    progress: float
    message: str
    parameters: dict[str, Any]
    result: dict[str, Any]
    requested_by: str
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    heartbeat_at: datetime | None = None

    @property
    def active(self) -> bool:
        """Whether the job still waits or runs."""
        return self.status in ("queued", "running")


@dataclass(frozen=True)
class Person(Noun):
    """Someone who may log in."""

    name: str
    role: Role
    active: bool
    created_at: datetime


@dataclass(frozen=True)
class ApiKey(Noun):
    """A key for programs, without its secret."""

    id: str
    name: str
    role: Role
    created_at: datetime
    revoked_at: datetime | None = None
