"""Verdicts of people on listings, kept in the memory of the process (the database version replaces this file)."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import uuid4

import pandas as pd

from pricing_core.auth import require
from pricing_core.errors import ConflictError, InputError
from pricing_core.nouns import Actor, Noun
from pricing_core.store import Store

Verdict = Literal["keep", "exclude", "correct", "open"]
_KEPT: dict[str, list[Review]] = {}
_LOCK = threading.Lock()


@dataclass(frozen=True)
class Review(Noun):
    """What a person decided on a listing."""

    id: int
    listing_id: int
    verdict: str
    reason: str
    corrections: dict[str, Any] | None
    before: dict[str, Any] | None
    reviewed_by: str
    created_at: datetime
    batch: str
    undoes: int | None


@dataclass(frozen=True)
class ReviewPreview(Noun):
    """What the model would gain from a verdict."""

    rows: int
    folds: int
    seconds: float
    before: dict[str, float]
    after: dict[str, float]
    sectors: list[dict[str, Any]]
    message: str


class Reviews:
    """Settle, undo, look back."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def _all(self) -> list[Review]:
        return _KEPT.setdefault(str(self._store.database.url), [])

    def settle(
        self,
        listing_ids: Sequence[int],
        verdict: str,
        *,
        reason: str,
        corrections: Mapping[str, Any] | None = None,
        seen: Mapping[int, int] | None = None,
        actor: Actor,
    ) -> list[Review]:
        """Write down a verdict."""
        require(actor, "analyst", "settle findings")
        if not reason.strip():
            raise InputError("A verdict needs a reason: write one.")
        latest = {review.listing_id: review for review in self._all}
        for listing in listing_ids:
            last = latest.get(listing)
            if seen is not None and last is not None and last.id != seen.get(listing):
                raise ConflictError(f"{last.reviewed_by} settled listing {listing} meanwhile: look at it again.")
        batch = uuid4().hex
        with _LOCK:
            made = [self._made(i, verdict, reason, corrections, actor, batch, None) for i in listing_ids]
        return made

    def _made(
        self, listing: int, verdict: str, reason: str, corrections: Any, actor: Actor, batch: str, undoes: int | None
    ) -> Review:
        made = Review(
            len(self._all) + 1,
            listing,
            verdict,
            reason,
            dict(corrections) if corrections else None,
            None,
            actor.name,
            datetime.now(UTC),
            batch,
            undoes,
        )
        self._all.append(made)
        return made

    def undo(self, listing_ids: Sequence[int], *, reason: str = "", actor: Actor) -> list[Review]:
        """Take verdicts back."""
        require(actor, "analyst", "settle findings")
        standing = self._standing()
        batch = uuid4().hex
        return [self._made(i, "open", reason, None, actor, batch, standing[i].id) for i in listing_ids if i in standing]

    def undo_batch(self, batch: str, *, actor: Actor, reason: str = "") -> list[Review]:
        """Take a batch back."""
        return self.undo([r.listing_id for r in self._all if r.batch == batch], reason=reason, actor=actor)

    def history(self, listing_id: int) -> list[Review]:
        """All of one listing, the newest first."""
        return [review for review in reversed(self._all) if review.listing_id == listing_id]

    def newest(self, limit: int) -> list[Review]:
        """The newest."""
        return self._all[::-1][:limit]

    def _standing(self) -> dict[int, Review]:
        latest = {review.listing_id: review for review in self._all}
        return {key: review for key, review in latest.items() if review.verdict != "open"}

    def standing(self) -> pd.DataFrame:
        """The verdicts in force."""
        rows = [
            (r.listing_id, r.verdict, r.reason, r.reviewed_by, r.created_at, r.id, r.corrections)
            for r in self._standing().values()
        ]
        names = ["listing_id", "verdict", "reason", "reviewed_by", "created_at", "review_id", "corrections"]
        return pd.DataFrame(rows, columns=names)

    def counts(self) -> dict[str, int]:
        """How many of each verdict."""
        return pd.Series([r.verdict for r in self._standing().values()], dtype=object).value_counts().to_dict()
