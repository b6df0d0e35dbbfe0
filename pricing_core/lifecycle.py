"""The life of a version: trained, studied beside the champion, registered, promoted, rolled back."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import pandas as pd

from pricing_core import training
from pricing_core.data_versions import DataHistory
from pricing_core.errors import ConflictError, NotFoundError
from pricing_core.nouns import Actor, DataVersion, Progress, TrainingResult, Version
from pricing_core.pipeline import STEPS, StepResult, TrainingPipeline
from pricing_core.predictor import Predictor, describe_rows
from pricing_core.ratio_study import study_ratios
from pricing_core.recipes import Recipe, load_recipe
from pricing_core.registry import Registered, Registry, TrainingRows
from pricing_core.schema import CATEGORIES, FEATURES, TARGET
from pricing_core.settings import Settings
from pricing_core.splitting import left_out_in_words
from pricing_core.store import Store, utcnow
from pricing_core.valuation_model import ValuationModel

RATIO_STUDY = "ratio_study.json"
_DECIDING_METRIC = "median_absolute_percentage_error_test"
_STEP_SHARE = 0.8
_FEWEST_TEST_ROWS = 30


class Lifecycle:
    """Trains, registers and promotes.

    Parameters
    ----------
    predictor
        Loads the champion when a challenger is compared with it.
    """

    def __init__(self, settings: Settings, store: Store, registry: Registry, predictor: Predictor) -> None:
        self._settings = settings
        self._store = store
        self._registry = registry
        self._predictor = predictor
        self._data = DataHistory(settings, store)

    def steps(self, recipe_name: str, steps: tuple[str, ...], *, force: bool, progress: Progress) -> list[StepResult]:
        """Run steps of the pipeline alone; nothing is registered."""
        pipeline = TrainingPipeline(self._settings, self._store, load_recipe(recipe_name))
        with pipeline.files.alone():
            return pipeline.run(steps, force=force, progress=progress)

    def train(self, recipe_name: str, *, force: bool, actor: Actor, progress: Progress) -> TrainingResult:
        """Train a recipe on the listings in use; does nothing when neither rows nor recipe changed, unless forced.

        The first version becomes champion. A later one does when it is not worse than the champion on the same
        test rows, by the median absolute percentage error.
        """
        pipeline = TrainingPipeline(self._settings, self._store, load_recipe(recipe_name))
        with pipeline.files.alone():
            return self._train(pipeline, force=force, actor=actor, progress=progress)

    def _train(self, pipeline: TrainingPipeline, *, force: bool, actor: Actor, progress: Progress) -> TrainingResult:
        started = perf_counter()
        fingerprint = pipeline.fingerprint()
        same = None if force else self._store.versions.with_fingerprint(fingerprint)
        if same is not None:
            return self._nothing_changed(same, actor, perf_counter() - started)
        pipeline.run(STEPS, force=force, progress=lambda stage, done: progress(stage, done * _STEP_SHARE))
        train, test = pipeline.frames()
        counts = pipeline.counts()
        data = self._data.keep(train, test, counts)
        model = pipeline.model()
        progress("Studying the model", 0.8)
        studied = test if self._settings.TEST_PREDICT else None
        metrics = training.study(model, train, studied)
        champion_error = self._champion_error(studied)
        documents = _ratio_study(model, studied)
        progress("Registering the model", 0.9)
        version = self._register(
            pipeline.recipe,
            model,
            metrics=metrics,
            train=train,
            fingerprint=pipeline.made_fingerprint(),
            documents=documents,
            data=data,
            counts=counts,
            actor=actor,
        )
        promoted, message = self._decide(version, champion_error, len(test), actor)
        progress("Done", 1.0)
        return TrainingResult(
            trained=True, version=version.version, run_id=version.run_id, recipe=version.recipe, metrics=metrics,
            promoted=promoted, message=message + left_out_in_words(counts), train_rows=len(train), test_rows=len(test),
            seconds=perf_counter() - started,
        )  # fmt: skip

    def _nothing_changed(self, same: Version, actor: Actor, seconds: float) -> TrainingResult:
        message = (
            f"Nothing to train: version {same.version} was made from the same listings and the same recipe. "
            "Use --force to train it again."
        )
        promoted = self._store.versions.champion_number() is None
        if promoted:  # a crash came between registering it and making it champion
            self._predictor.load(same.version)
            self._move(same.version, actor, "There was no champion.")
            message = f"Version {same.version} had been trained before, and is the champion now."
        return TrainingResult(
            trained=False,
            version=same.version,
            run_id=same.run_id,
            recipe=same.recipe,
            metrics=same.metrics,
            promoted=promoted,
            message=message,
            train_rows=same.manifest["rows"],
            test_rows=0,
            seconds=seconds,
        )

    def _champion_error(self, test: pd.DataFrame | None) -> tuple[int, float] | None:
        number = self._store.versions.champion_number()
        if number is None or test is None or test.empty:
            return None
        champion = self._predictor.champion()
        return number, training.study(champion.model, test, test)[_DECIDING_METRIC]

    def _register(
        self,
        recipe: Recipe,
        model: Any,
        *,
        metrics: dict[str, float],
        train: pd.DataFrame,
        fingerprint: str,
        documents: dict[str, Any],
        data: DataVersion,
        counts: dict[str, int],
        actor: Actor,
    ) -> Version:
        listings = self._store.listings.fingerprint()
        seen = {"data_version": data.fingerprint, **counts}
        manifest = describe_rows(model, train[list(FEATURES)]) | {"listings": listings} | seen
        registered: Registered = self._registry.log(
            model,
            run_name=recipe.name,
            params=_params(recipe) | {"dataset_fingerprint": listings, "train_rows": len(train)} | seen,
            metrics=metrics,
            tags={"recipe": recipe.name, "requested_by": actor.name, "fingerprint": fingerprint},
            example=train[list(FEATURES)].head(3),
            documents={"recipe.json": recipe.to_dict(), "manifest.json": manifest} | documents,
            rows=TrainingRows(
                data.fingerprint,
                (self._settings.DATA_DIR / data.path).resolve().as_uri(),
                data.train_rows,
                data.test_rows,
            ),
        )
        version = Version(
            version=registered.version, run_id=registered.run_id, recipe=recipe.name, fingerprint=fingerprint,
            model_uri=registered.model_uri, sha256=registered.sha256, manifest=manifest, metrics=metrics,
            created_at=utcnow(),
        )  # fmt: skip
        self._store.versions.add(version)
        return version

    def _decide(
        self, version: Version, champion: tuple[int, float] | None, test_rows: int, actor: Actor
    ) -> tuple[bool, str]:
        number = version.version
        if self._store.versions.champion_number() is None:
            self._move(number, actor, "The first version.")
            return True, f"Version {number} is the first, so it is the champion now."
        if not self._settings.TEST_PREDICT:
            return False, f"Version {number} waits as challenger: TEST_PREDICT is off, so nothing was compared."
        if champion is None or test_rows < _FEWEST_TEST_ROWS:
            return False, (
                f"Version {number} waits as challenger: there are {test_rows} test listings to compare it on, and at "
                f"least {_FEWEST_TEST_ROWS} are needed."
            )
        mine, theirs = version.metrics[_DECIDING_METRIC], champion[1]
        comparison = (
            f"its median error is {mine:.1%}, that of version {champion[0]} {theirs:.1%}, on the same "
            f"{test_rows:,} test listings"
        )
        if mine <= theirs:
            self._move(number, actor, f"Not worse: {comparison}.")
            return True, f"Version {number} is the champion now: {comparison}."
        return False, f"Version {number} waits as challenger: {comparison}."

    def promote(self, number: int, *, actor: Actor, reason: str) -> Version:
        """Make a version the champion, after it was loaded and verified."""
        self._version(number)
        if self._store.versions.champion_number() == number:
            raise ConflictError(f"Version {number} is the champion already.")
        self._predictor.load(number)
        return self._move(number, actor, reason.strip() or "No reason was given.")

    def rollback(self, *, actor: Actor, reason: str) -> Version:
        """Make the version champion that was it before; the present one need not even be readable."""
        former = self._store.versions.former_champion()
        if former is None:
            raise ConflictError("There is no former champion to go back to.")
        return self.promote(former, actor=actor, reason=reason.strip() or "Rolled back.")

    def _move(self, number: int, actor: Actor, reason: str) -> Version:
        self._store.versions.promote(number, promoted_by=actor.name, reason=reason)
        self._registry.mark_champion(number)
        return self._version(number)

    def _version(self, number: int) -> Version:
        version = self._store.versions.get(number)
        if version is None:
            raise NotFoundError(f"There is no version {number}: see `tasador runs`.")
        return version

    def runs(self, limit: int) -> pd.DataFrame:
        """The runs of MLflow, newest first, with our version number and who is champion."""
        runs = self._registry.runs(limit)
        versions = {version.run_id: version for version in self._store.versions.all()}
        known = [versions.get(run_id) for run_id in runs["run_id"]] if len(runs) else []
        numbers = pd.array([None if item is None else item.version for item in known], dtype="Int64")
        champions = [item is not None and item.is_champion for item in known]
        return runs.assign(version=numbers, is_champion=champions)

    def run_study(self, run_id: str) -> dict[str, Any] | None:
        """The ratio study of a run, where it has one."""
        found: dict[str, Any] | None = self._registry.document(run_id, RATIO_STUDY)
        return found

    def run(self, run_id: str) -> dict[str, Any]:
        """One run with its version."""
        found = next((item for item in self._store.versions.all() if item.run_id == run_id), None)
        version = {"version": found.version if found else None, "is_champion": bool(found and found.is_champion)}
        return self._registry.run(run_id) | version


def _ratio_study(model: ValuationModel, test: pd.DataFrame | None) -> dict[str, Any]:
    """The study of the test rows as a document of the run; none where there are none."""
    rows = None if test is None else training.priced_rows(test)
    if rows is None or rows.empty:
        return {}
    study = study_ratios(rows[TARGET], model.predict(rows[list(FEATURES)]), rows[list(CATEGORIES)])
    return {RATIO_STUDY: study.to_dict()}


def _params(recipe: Recipe) -> dict[str, object]:
    given = recipe.model.parameters.items()
    simple: dict[str, object] = {name: value for name, value in given if not isinstance(value, dict | list)}
    return simple | {"recipe": recipe.name, "recipe_digest": recipe.digest, "model": recipe.model.class_path}
