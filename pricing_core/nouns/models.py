"""Versions, what the gate found of them, and what a training did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from pricing_core.nouns.base import Json, Noun
from pricing_core.words import Message, marked

STEPS: Final = ("make-dataset", "build-features", "train-model")
"""The steps of a training, in their order."""
_STUDIED_WORDS: Final = {
    "held_out": marked("Both were studied on the same {rows:integer} test listings, which neither was fitted on."),
    "cross_validated": marked(
        "The champion knew too many of the test listings, so both recipes were fitted anew on the same folds of "
        "{rows:integer} listings."
    ),
    "alone": marked("There was no champion to compare with: the figures are those of {rows:integer} test listings."),
}


@dataclass(frozen=True)
class Version(Noun):
    """A registered model.

    ``model_uri`` is relative to MODELS_DIR, or in full where the model is kept elsewhere. ``fingerprint`` names the
    rows and the recipe it was trained from. ``sha256`` is the digest of the model file, checked before it is loaded;
    ``manifest`` holds what the training rows looked like and a few golden rows with their values and ranges, which must
    come out the same when the model has been loaded.
    """

    version: int
    run_id: str
    recipe: str
    fingerprint: str
    model_uri: str
    sha256: str
    manifest: Json
    metrics: dict[str, float]
    created_at: datetime
    is_champion: bool = False


@dataclass(frozen=True)
class Check(Noun):
    """One thing that the gate looked at.

    ``sentence`` says with numbers what was found; ``details`` holds the numbers.
    """

    name: str
    passed: bool
    sentence: Message
    details: Json


@dataclass(frozen=True)
class Verdict(Noun):
    """What the gate found of a challenger.

    ``rows`` are the listings that challenger and champion were studied on, which neither was fitted on. ``how`` says
    how that came about: "held_out" (test rows that neither saw), "cross_validated" (both recipes fitted anew without
    them) or "alone" (nothing to compare with). ``challenger`` and ``champion`` hold the figures of each on these rows:
    ``mdape``, ``mae``, ``coverage_90``, ``width_90`` and, by sector, ``mdape`` and ``rows``.
    """

    passed: bool
    summary: Message
    checks: list[Check]
    rows: int
    how: Literal["held_out", "cross_validated", "alone"]
    champion_version: int | None
    challenger: Json
    champion: Json | None

    @property
    def studied(self) -> Message:
        """On what the figures were measured, and how that came about."""
        if not self.rows:
            return Message("No listings were there to study it on.")
        return Message(_STUDIED_WORDS[self.how], rows=self.rows)


@dataclass(frozen=True)
class Promotion(Noun):
    """One entry of the ledger of champions; ``overrode`` names the failed checks that a person set aside."""

    version: int
    promoted_by: str
    reason: Message
    created_at: datetime
    overrode: list[str]


@dataclass(frozen=True)
class TrainingResult(Noun):
    """What a training did; ``trained`` is false where nothing had changed."""

    trained: bool
    version: int
    run_id: str
    recipe: str
    metrics: dict[str, float]
    promoted: bool
    message: Message
    train_rows: int
    test_rows: int
    seconds: float
    verdict: Verdict | None = None
