"""Challenger and champion on the same rows that neither was fitted on: what the gate judges is made here."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from pricing_core.errors import ArtifactError, InputError, RecipeError
from pricing_core.model.ranges import Ranges
from pricing_core.model.valuation_model import ValuationModel
from pricing_core.nouns import Check, LoggedPrediction, Progress, Verdict, Version
from pricing_core.nouns.days import to_number
from pricing_core.nouns.homes_in_columns import columns_of
from pricing_core.nouns.schema import SECTOR, TARGET, Property, logged_property
from pricing_core.settings import Settings
from pricing_core.store import Store, utcnow
from pricing_core.training.cross_validation import Model, OutOfFold, out_of_fold
from pricing_core.training.fitting import fitter, priced_rows
from pricing_core.training.recipes import Recipe, load_recipe, parse_recipe
from pricing_core.versions.gate import FEWEST_ROWS, Answers, Trial, judge
from pricing_core.versions.gate_words import check
from pricing_core.versions.later_prices import check_later
from pricing_core.versions.probe_homes import check_area, check_finite, check_replay, probe_homes
from pricing_core.versions.registry import Registry
from pricing_core.versions.seen_homes import Hashes, home_hashes, unpack, was_seen
from pricing_core.versions.serving import LoadedVersion, Predictor
from pricing_core.words import Message

SEEN_FILE: Final = "seen.npy"
_MOST_ROWS: Final = 20_000
_FOLDS: Final = 3
_SEED: Final = 42
# Below this share of test rows that are new to both, the rest of the test rows would be thrown away for nothing.
_FRESH_SHARE: Final = 0.5
_LEARNED_SHARE: Final = 0.3
_LOGGED: Final = 1_000
_REPLAYED: Final = 200
_COMPARING: Final = (
    Message("Comparing on the same folds: the challenger"),
    Message("Comparing on the same folds: the champion"),
)
_log = logging.getLogger(__name__)

Mask = npt.NDArray[np.bool_]


class Challenge:
    """Puts a challenger beside the champion.

    Parameters
    ----------
    predictor
        Loads the champion.
    """

    def __init__(self, settings: Settings, store: Store, registry: Registry, predictor: Predictor) -> None:
        self._settings = settings
        self._store = store
        self._registry = registry
        self._predictor = predictor

    def verdict(
        self, recipe: Recipe, model: ValuationModel, train: pd.DataFrame, test: pd.DataFrame, progress: Progress
    ) -> Verdict:
        """Judge a model that was fitted on ``train`` by ``recipe``.

        Where the champion saw too many of the present test rows, both recipes are cross-validated on the same folds.
        """
        number = self._store.versions.champion_number()
        version = None if number is None else self._store.versions.get(number)
        champion = None if version is None else self._loaded(version)
        progress(Message("Trying the challenger on probe homes"), 0.0)
        sanity = self._sanity(model, train, champion)
        test = priced_rows(test)
        trial, problem = alone(model, test, number), None
        if version is not None:
            found = self._trial(recipe, model, train, test, version, champion, progress)
            trial, problem = (found, None) if isinstance(found, Trial) else (trial, found)
            sanity = [*sanity, *self._later(recipe, version, pd.concat([train, test], ignore_index=True))]
        checks = sanity if problem is None else [problem, *sanity]
        return judge(trial, checks, sector_share=self._settings.GATE_SECTOR_SHARE)

    def unrivalled(
        self, model: ValuationModel, train: pd.DataFrame, test: pd.DataFrame, champion: int | None
    ) -> Verdict:
        """Judge a model by the checks that need no other model: neither a comparison nor values given before."""
        return judge(alone(model, priced_rows(test), champion), self._of_itself(model, probe_homes(train)))

    def _loaded(self, version: Version) -> LoadedVersion | None:
        try:
            return self._predictor.load(version.version)
        except ArtifactError as error:
            _log.warning(
                Message(
                    "Version {version} is compared by its recipe: {why}", version=version.version, why=error.message
                )
            )
            return None

    def _trial(
        self,
        recipe: Recipe,
        model: ValuationModel,
        train: pd.DataFrame,
        test: pd.DataFrame,
        version: Version,
        champion: LoadedVersion | None,
        progress: Progress,
    ) -> Trial | Check:
        """The comparison, or the check that says why there is none."""
        if not self._settings.TEST_PREDICT:
            return check("rows", "off", False)
        mine, theirs = home_hashes(train), self.homes_seen(version.run_id)
        fresh = _unseen(test, mine)
        if theirs is not None and champion is not None:
            both = _unseen(fresh, theirs)
            if len(both) >= max(FEWEST_ROWS, _FRESH_SHARE * len(test)):
                return _held_out(model, champion, _sampled(both))
        rows = _sampled(priced_rows(pd.concat([train, test], ignore_index=True)))
        if len(rows) < FEWEST_ROWS:
            return check("rows", "few", False, rows=len(rows), fewest=FEWEST_ROWS)
        old = self.recipe(version)
        if old is None:
            return check("rows", "lost", False, champion=version.version)
        trial = self._cross_validated((recipe, old), (mine, theirs), rows, version.version, progress)
        return trial if fresh.empty else replace(trial, challenger=_ranged(trial.challenger, model, fresh))

    def _later(self, recipe: Recipe, version: Version, rows: pd.DataFrame) -> list[Check]:
        """What both recipes make of prices that came later, where listings have dates."""
        old = self.recipe(version) if self._settings.TEST_PREDICT else None
        if old is None:
            return []
        rows, threads = _sampled(priced_rows(rows)), self._settings.TRAINING_THREADS
        found = check_later(recipe, old, version.version, rows, threads)
        return [] if found is None else [found]

    def homes_seen(self, run_id: str) -> Hashes | None:
        """The homes that a run was fitted on, or ``None`` where that was not recorded."""
        content = self._registry.file(run_id, SEEN_FILE)
        return None if content is None else unpack(content)

    def recipe(self, version: Version) -> Recipe | None:
        """The recipe that a version was made by, or ``None`` where it can no longer be read."""
        try:
            content = self._registry.document(version.run_id, "recipe.json")
            if content is None:
                return load_recipe(version.recipe, self._settings.columns)
            return parse_recipe(content, version.recipe)
        except RecipeError as error:
            _log.warning(
                Message(
                    "The recipe of version {version} cannot be read: {why}",
                    version=version.version,
                    why=Message.of(error),
                )
            )
            return None

    def _cross_validated(
        self,
        recipes: tuple[Recipe, Recipe],
        seen: tuple[Hashes, Hashes | None],
        rows: pd.DataFrame,
        number: int,
        progress: Progress,
    ) -> Trial:
        masks = [_learned(rows, known) for known in seen]
        found: list[OutOfFold] = []
        for stage, recipe, mask in zip(_COMPARING, recipes, masks, strict=True):
            part, same = len(found) / 2, recipes[0].digest == recipes[1].digest and bool((masks[0] == masks[1]).all())
            if found and same:
                found.append(found[0])
                continue
            report = _within(progress, stage, part)
            found.append(self._out_of_fold(recipe, rows, mask, report))
        price = rows[TARGET].to_numpy(float)
        mine, theirs = (_answers(price, each.value, each.ranges) for each in found)
        return Trial(price, _sectors(rows), mine, theirs, number, "cross_validated")

    def _out_of_fold(self, recipe: Recipe, rows: pd.DataFrame, mask: Mask, progress: Progress) -> OutOfFold:
        fit = fitter(recipe, self._settings.TRAINING_THREADS)

        def fit_on_known(features: pd.DataFrame, price: pd.Series) -> Model:
            known = mask[features.index]
            return fit(features[known], price[known])

        return out_of_fold(fit_on_known, rows, _FOLDS, _SEED, progress)

    def _sanity(self, model: ValuationModel, train: pd.DataFrame, champion: LoadedVersion | None) -> list[Check]:
        checks = self._of_itself(model, probe_homes(train))
        return [*checks, self._replay(model, champion)] if checks[0].passed else checks

    def _of_itself(self, model: ValuationModel, homes: pd.DataFrame) -> list[Check]:
        finite = check_finite(model, homes)
        if not finite.passed:  # what gives no numbers cannot be tried any further
            return [finite]
        return [finite, check_area(model, homes, self._settings.GATE_AREA_DROP)]

    def _replay(self, model: ValuationModel, champion: LoadedVersion | None) -> Check:
        logged = _distinct(self._store.predictions.find(limit=_LOGGED), model)
        if not logged:
            return check_replay(np.empty(0), np.empty(0), self._settings.GATE_JUMP_SHARE)
        columns = columns_of([subject for subject, _ in logged])
        # Both on the same day: what the market did between the data of the one and of the other is no jump.
        today = to_number(utcnow().date())
        before = np.array([value for _, value in logged])
        if champion is not None:
            before = champion.model.value(columns, day=today)
        return check_replay(before, model.value(columns, day=today), self._settings.GATE_JUMP_SHARE)


def alone(model: ValuationModel, test: pd.DataFrame, number: int | None = None) -> Trial:
    """The figures of a model that nothing is compared with."""
    test = _sampled(test)
    price = test[TARGET].to_numpy(float)
    answers = _asked(model, test) if len(test) else Answers(np.empty(0))
    return Trial(price, _sectors(test), answers, None, number, "alone")


def _held_out(model: ValuationModel, champion: LoadedVersion, rows: pd.DataFrame) -> Trial:
    answers = (_asked(model, rows), _asked(champion.model, rows))
    return Trial(rows[TARGET].to_numpy(float), _sectors(rows), *answers, champion.version.version, "held_out")


def _ranged(answers: Answers, model: ValuationModel, fresh: pd.DataFrame) -> Answers:
    """Values of refits, but ranges of the very model that would serve, on test rows that it never saw."""
    own = _asked(model, _sampled(fresh))
    return replace(answers, inside=own.inside, width=own.width)


def _asked(model: ValuationModel, rows: pd.DataFrame) -> Answers:
    value, ranges = model.predict_with_ranges(rows)
    return _answers(rows[TARGET].to_numpy(float), value, ranges)


def _answers(price: npt.NDArray[np.float64], value: npt.NDArray[np.float64], ranges: Ranges | None) -> Answers:
    if ranges is None:
        return Answers(value)
    low, high = ranges.low[90], ranges.high[90]
    return Answers(value, (price >= low) & (price <= high), (high - low) / value)


def _sectors(rows: pd.DataFrame) -> npt.NDArray[np.object_]:
    return rows[SECTOR].astype(object).where(rows[SECTOR].notna(), "").to_numpy(dtype=object)


def _sampled(rows: pd.DataFrame) -> pd.DataFrame:
    if len(rows) > _MOST_ROWS:
        rows = rows.sample(_MOST_ROWS, random_state=_SEED)
    return rows.reset_index(drop=True)


def _unseen(rows: pd.DataFrame, seen: Hashes) -> pd.DataFrame:
    return rows[~was_seen(rows, seen)]


def _learned(rows: pd.DataFrame, seen: Hashes | None) -> Mask:
    """The rows that a recipe may learn from: those that its version knew, or all where these are too few."""
    known = np.ones(len(rows), dtype=bool) if seen is None else was_seen(rows, seen)
    return known if known.mean() >= _LEARNED_SHARE else np.ones(len(rows), dtype=bool)


def _within(progress: Progress, stage: Message, start: float) -> Progress:
    return lambda _stage, done: progress(stage, start + done / 2)


def _distinct(logged: list[LoggedPrediction], model: ValuationModel) -> list[tuple[Property, float]]:
    """Homes from the log that this model would value at all, each once, the newest first."""
    found: dict[tuple[object, ...], tuple[Property, float]] = {}
    for each in logged:
        key = tuple(each.subject.values())
        if len(found) == _REPLAYED or key in found:
            continue
        try:
            subject = logged_property(each.subject)
            if model.learned is not None:
                model.learned.refuse(subject)
        except InputError:
            continue
        found[key] = (subject, each.value)
    return list(found.values())
