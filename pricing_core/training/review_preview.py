"""What settling some listings would do to the model, tried out before anyone settles them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Final

import numpy as np
import pandas as pd
from sklearn.model_selection import KFold

from pricing_core.errors import ListingsError, NotFoundError
from pricing_core.listings.as_reviewed import ReviewedListings, as_reviewed, usable
from pricing_core.listings.decisions import parse_decision, parse_ids
from pricing_core.nouns import Actor, Json, Progress, ReviewPreview
from pricing_core.nouns.arrays import Numbers
from pricing_core.nouns.days import PRICE_DATES
from pricing_core.nouns.declared import Declaration
from pricing_core.nouns.schema import FEATURES, SECTOR, TARGET, words_of
from pricing_core.settings import Settings
from pricing_core.store import Store
from pricing_core.training import fitting
from pricing_core.training.coverage import covered
from pricing_core.training.metrics import mae, mdape
from pricing_core.training.recipes import Recipe, load_recipe
from pricing_core.words import Message

RECIPE: Final = Path(__file__).parent / "recipes" / "quick" / "preview.yaml"
# More rows take longer than anyone waits, and say the same.
_MOST_ROWS: Final = 20_000
_MOST_SETTLED: Final = 5_000
_FEWEST_HELD_OUT: Final = 30
_FOLDS: Final = 3
_SEED: Final = 42
_SHOWN_SECTORS: Final = 20


def preview_review(
    listing_ids: Sequence[int],
    decision: str,
    corrections: Mapping[str, object] | None,
    settings: Settings,
    store: Store,
    *,
    actor: Actor,
    progress: Progress,
) -> ReviewPreview:
    """Refit quickly with and without a decision, in the same folds of the same other listings.

    Raises
    ------
    InputError
        For a decision or a correction that could not be settled either.
    NotFoundError
        Naming listings that are not in use.
    ListingsError
        When too few other listings are left to compare on.
    """
    actor.must("analyst", Message("settle listings"))
    started, keys = perf_counter(), parse_ids(listing_ids)
    parsed = parse_decision(decision, corrections, settings.columns)
    listings = store.listings.frame()
    if missing := sorted(set(keys) - set(listings["id"])):
        raise NotFoundError("Among the listings in use there is no listing {listings:choice}.", listings=missing)
    in_force = ReviewedListings(settings, store).in_force(progress)
    then_in_force, words = in_force.with_decision(keys, decision, parsed), words_of(settings.columns)
    now, then = (as_reviewed(listings, each, words) for each in (in_force, then_in_force))
    ours = listings["id"].isin(keys)
    fit_now, fit_then = (frame.loc[ours & usable(frame, settings)] for frame in (now, then))
    others = now.loc[~ours & usable(now, settings)]
    recipe = load_recipe(str(RECIPE), _used_by_champion(settings, store))
    trial = _Trial(_sampled(others, _MOST_ROWS), recipe, settings.TRAINING_THREADS, progress)
    before, after = trial.compare(_sampled(fit_now, _MOST_SETTLED), _sampled(fit_then, _MOST_SETTLED))
    sectors = pd.concat([now.loc[ours, SECTOR], then.loc[ours, SECTOR]]).dropna().unique()
    return ReviewPreview(
        listing_ids=keys,
        verdict=decision,  # type: ignore[arg-type]  # it was parsed above
        before=before.metrics(),
        after=after.metrics(),
        sectors=trial.medians(sectors[:_SHOWN_SECTORS], before.value, after.value),
        rows=len(trial.others) + min(len(fit_now), _MOST_SETTLED),
        of_rows=len(others) + len(fit_now),
        held_out_rows=len(trial.others),
        recipe=trial.recipe.name,
        folds=_FOLDS,
        seconds=perf_counter() - started,
    )


def _used_by_champion(settings: Settings, store: Store) -> Declaration:
    """The declared columns that the champion uses: a correction of another one would move none of its values."""
    number = store.versions.champion_number()
    version = None if number is None else store.versions.get(number)
    used = (version.manifest.get("declared") or {}) if version else {}
    return Declaration(tuple(column for column in settings.columns if used.get(column.name) == column.role))


class _Outcome:
    """Values of the held-out listings, and whether their ranges hold the price."""

    def __init__(self, price: Numbers) -> None:
        self.price, self.value = price, np.empty(len(price))
        self.inside: list[tuple[float, int]] = []

    def metrics(self) -> dict[str, float | None]:
        known = sum(number for _, number in self.inside)
        coverage = sum(share * number for share, number in self.inside) / known if known else None
        return {"mdape": mdape(self.price, self.value), "mae": mae(self.price, self.value), "coverage_90": coverage}


class _Trial:
    """Fits on some listings, beside the same others, in the same folds."""

    def __init__(self, others: pd.DataFrame, recipe: Recipe, threads: int, progress: Progress) -> None:
        if len(others) < _FEWEST_HELD_OUT:
            raise ListingsError(
                "{count} other listings are left to compare on, and at least {least} are needed.",
                count=len(others),
                least=_FEWEST_HELD_OUT,
            )
        self.others, self.recipe = others, recipe
        self._threads, self._progress = threads, progress

    def compare(self, now: pd.DataFrame, then: pd.DataFrame) -> tuple[_Outcome, _Outcome]:
        before = self._out_of_fold(now, Message("Fitting as it is"), 0.0)
        dates = [name for name in PRICE_DATES if name in now.columns]
        columns = [*FEATURES, *self.recipe.declared, *dates, TARGET]
        # What is settled may have been left out already: then nothing changes, and nothing is fitted again.
        unchanged = now[columns].equals(then[columns])
        return before, before if unchanged else self._out_of_fold(then, Message("Fitting as it would be"), 0.5)

    def _out_of_fold(self, settled: pd.DataFrame, stage: Message, done: float) -> _Outcome:
        price = self.others[TARGET].to_numpy(dtype=float)
        outcome, split = _Outcome(price), KFold(_FOLDS, shuffle=True, random_state=_SEED)
        for fold, (learn, held_out) in enumerate(split.split(self.others)):
            self._progress(stage, done + 0.5 * fold / _FOLDS)
            rows = pd.concat([self.others.iloc[learn], settled], ignore_index=True)
            model = fitting.fit(self.recipe, rows, self._threads, ranges="free")
            apart = self.others.iloc[held_out]
            outcome.value[held_out], ranges = model.predict_with_ranges(apart)
            if ranges is not None:
                share = covered(price[held_out], ranges.low[90], ranges.high[90])
                outcome.inside.append((share, len(held_out)))
        return outcome

    def medians(self, sectors: Sequence[object], before: Numbers, after: Numbers) -> list[Json]:
        """The median value of the held-out listings of each sector, before and after."""
        found = []
        for sector in sectors:
            rows = (self.others[SECTOR] == sector).to_numpy(dtype=bool)
            old, new = (float(np.median(values[rows])) if rows.any() else None for values in (before, after))
            found.append({"sector": str(sector), "before": old, "after": new, "listings": int(rows.sum())})
        return found


def _sampled(rows: pd.DataFrame, most: int) -> pd.DataFrame:
    return rows if len(rows) <= most else rows.sample(most, random_state=_SEED).sort_index()
