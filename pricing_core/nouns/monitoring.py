"""The nouns of watching that are kept: outcomes, overrides and alerts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from pricing_core.nouns import Noun
from pricing_core.nouns.base import Json
from pricing_core.words import Message, plural

OutcomeKind = Literal["listed", "sold"]
FailureKind = Literal["refused", "failed"]


@dataclass(frozen=True)
class Outcome(Noun):
    """The price at which a valued home was listed or sold; ``learned_from`` where its model had learned from it."""

    log_id: str
    price: float
    kind: OutcomeKind
    happened_on: date | None
    learned_from: bool = False


@dataclass(frozen=True)
class OutcomeProblem(Noun):
    """A row of a file that was not attached; ``row`` counts data rows from 0, ``kind`` is why in one word.

    ``kind`` is ``not_matched`` or ``invalid``; ``line`` is where a person finds the row, where there are lines.
    """

    row: int
    kind: str
    reason: Message
    line: int | None = None


@dataclass(frozen=True)
class OutcomeReport(Noun):
    """What became of a file of outcomes.

    ``attached`` rows are new, ``known`` ones were attached before. ``learned_from`` of the attached belong to
    listings that the model had learned from: they are kept, but do not count as evidence.
    """

    rows: int
    attached: int
    known: int
    learned_from: int
    not_matched: int
    invalid: int
    problems: list[OutcomeProblem]
    notes: list[Message]

    @property
    def summary(self) -> Message:
        """What became of the rows, in sentences."""
        known, learned = self.known, self.learned_from
        parts = [
            plural(
                "{attached:integer} of {rows:integer} price was attached.",
                "{attached:integer} of {rows:integer} prices were attached.",
                "rows",
                attached=self.attached,
                rows=self.rows,
            )
        ]
        if known:
            parts += [
                plural(
                    "{count:integer} was known already.", "{count:integer} were known already.", "count", count=known
                )
            ]
        if learned:
            parts += [
                plural(
                    "{count:integer} belongs to a listing that the model had learned from: it is kept, but proves "
                    "nothing.",
                    "{count:integer} belong to listings that the model had learned from: they are kept, but prove "
                    "nothing.",
                    "count",
                    count=learned,
                )
            ]
        return Message.joined(parts)


@dataclass(frozen=True)
class Override(Noun):
    """What a person would ask instead of a logged value, and why."""

    log_id: str
    value: float
    reason: str
    overridden_by: str
    created_at: datetime
    model_value: float
    type: str
    sector: str


@dataclass(frozen=True)
class Alert(Noun):
    """A rule that is, or was, broken: a sentence, the number, its limit; ``detail`` holds what the sentence says."""

    rule: str
    sentence: Message
    value: float
    limit: float
    detail: Json
    first_seen: datetime
    last_seen: datetime
    resolved_at: datetime | None

    @property
    def active(self) -> bool:
        """Whether it still holds."""
        return self.resolved_at is None
