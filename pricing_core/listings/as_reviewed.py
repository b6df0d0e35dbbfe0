"""The listings as people have settled them: corrected, without those that were excluded."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pricing_core.listings.inspections import Inspections
from pricing_core.nouns import Json, Progress
from pricing_core.nouns.homes_in_columns import one_spelling
from pricing_core.nouns.schema import COLUMN, TARGET, WORDS, Words, words_of
from pricing_core.settings import Settings
from pricing_core.store import Store

EXCLUDED: Final = "excluded"
UNREVIEWED_ERROR: Final = "unreviewed error"
_NOBODY: Final = np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class DecisionsInForce:
    """What stands on the listings in use, and which of them have an error that nobody has looked at.

    Parameters
    ----------
    verdicts : DataFrame
        ``listing_id``, ``verdict`` and ``corrections``, a listing a row.
    errors : ndarray
        Ids of listings with a finding of severity error that count as wrong until someone has settled them.
    """

    verdicts: pd.DataFrame
    errors: NDArray[np.int64]

    def with_decision(self, listing_ids: list[int], decision: str, corrections: Json | None) -> DecisionsInForce:
        """As it would be after settling some listings."""
        former = self.verdicts.loc[self.verdicts["listing_id"].isin(listing_ids)]
        stood = dict(zip(former["listing_id"], former["corrections"], strict=True))
        joined = [None if corrections is None else (stood.get(key) or {}) | corrections for key in listing_ids]
        added = pd.DataFrame({"listing_id": listing_ids, "verdict": decision, "corrections": joined})
        added["corrections"] = pd.Series(joined, dtype=object)
        others = self.verdicts.drop(index=former.index)[list(added.columns)]
        return DecisionsInForce(pd.concat([others, added], ignore_index=True) if len(others) else added, self.errors)

    def unreviewed_errors(self) -> NDArray[np.int64]:
        """The listings among the errors on which nothing stands."""
        return np.setdiff1d(self.errors, self.verdicts["listing_id"].to_numpy(dtype=np.int64))

    def digest(self) -> str:
        """Changes when the rows that training sees do; keeping a listing without an error changes none."""
        acts = self.verdicts.loc[self.verdicts["verdict"] != "keep"].sort_values("listing_id")
        lines = acts[["listing_id", "verdict", "corrections"]].to_numpy(dtype=object).tolist()
        content = [lines, self.unreviewed_errors().tolist()]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def as_reviewed(listings: pd.DataFrame, in_force: DecisionsInForce, words: Words = WORDS) -> pd.DataFrame:
    """Listings with their corrections and each name in one spelling, ``verdict`` and ``left_out``.

    ``verdict`` is empty where nothing stands. ``left_out`` says why training leaves a listing out: ``excluded``,
    ``unreviewed error``, or nothing. ``words`` that mean the same are one name.
    """
    index, verdicts = pd.Index(listings["id"]), in_force.verdicts
    places = index.get_indexer(pd.Index(verdicts["listing_id"].to_numpy(dtype=np.int64)))
    verdict = np.full(len(listings), "", dtype=object)
    verdict[places[places >= 0]] = verdicts["verdict"].to_numpy(dtype=object)[places >= 0]
    wrong = index.get_indexer(pd.Index(in_force.unreviewed_errors()))
    left_out = np.full(len(listings), "", dtype=object)
    left_out[wrong[wrong >= 0]] = UNREVIEWED_ERROR
    left_out[verdict == "exclude"] = EXCLUDED
    corrected = verdicts.loc[verdicts["verdict"] == "correct"]
    settled = one_spelling(_corrected(listings, corrected, index), words)
    return settled.assign(verdict=verdict, left_out=left_out)


def _corrected(listings: pd.DataFrame, verdicts: pd.DataFrame, index: pd.Index) -> pd.DataFrame:
    by_column: dict[str, dict[int, object]] = {}
    for key, corrections in zip(verdicts["listing_id"], verdicts["corrections"], strict=True):
        for name, value in (corrections or {}).items():
            by_column.setdefault(name, {})[int(key)] = value
    changed = {}
    # What was corrected in a column that is no longer declared has no place.
    by_column = {name: values for name, values in by_column.items() if name in listings.columns}
    for name, values in by_column.items():
        places = index.get_indexer(pd.Index(list(values)))
        column = listings[name].copy()
        column.iloc[places[places >= 0]] = _as(column, list(values.values())).array[places >= 0]
        changed[name] = column
    return listings.assign(**changed)


def _as(column: pd.Series, values: list[object]) -> pd.Series:
    """Corrected values as their column has them; those of a date were kept as text."""
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return pd.to_datetime(pd.Series(values, dtype=object), errors="coerce").astype(column.dtype)
    return pd.Series(values, dtype=column.dtype)


def usable(listings: pd.DataFrame, settings: Settings) -> pd.Series[bool]:
    """Which listings training may use: those with a price within the limits that nothing has left out."""
    price = listings[TARGET]
    within = (price > settings.MIN_TARGET_THRESHOLD) & (price <= (COLUMN[TARGET].maximum or np.inf))
    return within & (listings["left_out"] == "") if "left_out" in listings else within


class ReviewedListings:
    """The listings in use as training, comparables and people see them."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._inspections = Inspections(settings, store)

    def in_force(self, progress: Progress | None = None) -> DecisionsInForce:
        """What stands now; unreviewed errors count as none where ``TRAIN_ON_UNREVIEWED_ERRORS`` says so."""
        errors = _NOBODY
        if not self._settings.TRAIN_ON_UNREVIEWED_ERRORS:
            self._inspections.bring_up_to_date(progress)
            errors = self._store.findings.listings_with("error")
        return DecisionsInForce(self._store.reviews.in_force(), errors)

    def frame(self) -> pd.DataFrame:
        """All listings in use with corrections, ``verdict`` and ``left_out``."""
        return as_reviewed(self._store.listings.frame(), self.in_force(), words_of(self._settings.columns))


def offered(store: Store) -> pd.DataFrame:
    """The listings that may be shown as comparables: corrected, and none that was excluded."""
    frame = as_reviewed(
        store.listings.frame(), DecisionsInForce(store.reviews.in_force(), _NOBODY), words_of(store.columns)
    )
    return frame.loc[frame["left_out"] == ""]
