"""Listings as they come in, what looks wrong with them, and what people said of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from pricing_core.nouns.base import Json, Noun
from pricing_core.nouns.reports import Found, KeptOut, Severity
from pricing_core.words import Message, marked

DecimalMark = Literal["comma", "dot"]
"""The mark before decimals, as a person says it where a file leaves it open."""
Decision = Literal["keep", "exclude", "correct", "undo"]
DECISION_WORDS: Final = {
    "keep": marked("Kept as it is"),
    "exclude": marked("Excluded"),
    "correct": marked("Corrected"),
    "undo": marked("Decision undone"),
}
DECISIONS: Final = ("keep", "exclude", "correct")
"""What a person may settle a listing as."""


@dataclass(frozen=True)
class Finding(Noun):
    """Something that looks wrong with a listing; ``row`` counts data rows from 0.

    ``column`` is the column of the contract that the finding is about, ``None`` for a row as a whole. ``suggestion``
    is the corrected value of that column where there is one; for exchanged coordinates it is both, by name.
    """

    row: int
    check: str
    severity: Severity
    message: Message
    suggestion: Any = None
    column: str | None = None


@dataclass(frozen=True)
class Review(Noun):
    """One line of the ledger of decisions on listings; lines are only ever added.

    ``corrections`` are all corrected values in force with it, by column; ``before`` holds the values that the
    listing was used with until then (``values``) and the decision that stood (``verdict`` and ``review_id``, both
    ``None`` where there was none). Listings settled together share ``batch``. A line whose verdict is ``undo`` names
    the line that it takes back in ``undoes``.
    """

    id: int
    listing_id: int
    verdict: Decision
    reason: str
    corrections: Json | None
    before: Json
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
    verdict: Decision
    before: dict[str, float | None]
    after: dict[str, float | None]
    sectors: list[Json]
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
class TableChoice:
    """Which table is meant, where a file holds several.

    Parameters
    ----------
    table
        The name of a file in an archive, or of a list in a JSON document.
    sheet
        The name of a sheet in a workbook.
    """

    table: str | None = None
    sheet: str | None = None


ANY_TABLE: Final = TableChoice()
"""The only one: a file with several is refused, and their names are told."""


@dataclass(frozen=True)
class Rejection(Noun):
    """A row that was kept out; ``row`` counts data rows from 0, ``content`` is the row as it arrived.

    ``line`` is where a person finds it: the line of a CSV file, the row of a sheet; ``None`` where there are none.
    """

    row: int
    reason: Message
    content: dict[str, str]
    line: int | None = None


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
    notes: list[Message]
    created_at: datetime


@dataclass(frozen=True)
class IngestReport(Noun):
    """What an ingestion did: rows taken, rows kept out and why, and what else should be known.

    ``check_job`` is the job that checks the listings, where they are too many to be checked while somebody waits.
    ``kept_out`` groups the rejections by reason, ``findings`` what the checks say of the rows taken.
    """

    datasets: list[Dataset]
    changed: bool
    accepted: int
    rejected: int
    reasons: dict[Message, int]
    rejections: list[Rejection]
    notes: list[Message]
    check_job: str | None = None
    kept_out: list[KeptOut] = field(default_factory=list)
    findings: list[Found] = field(default_factory=list)
