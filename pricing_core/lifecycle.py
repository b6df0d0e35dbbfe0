"""The life of a version: trained, studied, judged beside the champion, registered."""

from __future__ import annotations

from time import perf_counter
from typing import Any, Final

import pandas as pd

from pricing_core import model_study, training
from pricing_core.challenge import SEEN_FILE, Challenge
from pricing_core.data_versions import DataHistory
from pricing_core.errors import NotFoundError
from pricing_core.nouns import Actor, DataVersion, Progress, TrainingResult, Verdict, Version
from pricing_core.pipeline import STEPS, StepResult, TrainingPipeline
from pricing_core.predictor import Predictor, describe_rows
from pricing_core.promotion import Promoter
from pricing_core.ratio_study import study_ratios
from pricing_core.recipes import Recipe, load_recipe
from pricing_core.registry import Registered, Registry, TrainingRows
from pricing_core.schema import CATEGORIES, FEATURES, TARGET
from pricing_core.seen import home_hashes, pack
from pricing_core.settings import Settings
from pricing_core.splitting import left_out_in_words
from pricing_core.store import Guard, Store, utcnow
from pricing_core.valuation_model import ValuationModel

RATIO_STUDY: Final = "ratio_study.json"
VERDICT: Final = "verdict.json"
DOCUMENTS: Final = (RATIO_STUDY, VERDICT, "calibration.json", "residuals.json", "importance.json", "recipe.json")
"""What may be read of a run beside its figures."""
# A training is over when so much of its work is done; which part takes longest depends on the recipe.
_FITTED, _STUDIED, _JUDGED = 0.55, 0.6, 0.9


class Lifecycle:
    """Trains, studies and registers; the gate and the promoter do the rest.

    Parameters
    ----------
    predictor
        Loads the champion when a challenger is compared with it.
    """

    def __init__(self, settings: Settings, store: Store, registry: Registry, predictor: Predictor) -> None:
        self._settings = settings
        self._store = store
        self._registry = registry
        self._challenge = Challenge(settings, store, registry, predictor)
        self._data = DataHistory(settings, store)
        self.promoter = Promoter(settings, store, registry, predictor)

    def steps(self, recipe_name: str, steps: tuple[str, ...], *, force: bool, progress: Progress) -> list[StepResult]:
        """Run steps of the pipeline alone; nothing is registered."""
        pipeline = TrainingPipeline(self._settings, self._store, load_recipe(recipe_name))
        with pipeline.files.alone():
            return pipeline.run(steps, force=force, progress=progress)

    def snapshot(self, progress: Progress) -> DataVersion:
        """Keep the rows that a training would see now."""
        pipeline = TrainingPipeline(self._settings, self._store, load_recipe("champion"))
        with pipeline.files.alone():
            pipeline.run(STEPS[:1], progress=progress)
            return self._data.keep(*pipeline.frames(), pipeline.counts())

    def train(
        self, recipe_name: str, *, force: bool, actor: Actor, progress: Progress, guard: Guard | None = None
    ) -> TrainingResult:
        """Train a recipe on the listings in use; does nothing when neither rows nor recipe changed, unless forced.

        The first version becomes champion when it passes the sanity checks. A later one is judged beside the champion,
        and promoted when it passed and ``AUTO_PROMOTE`` says so.

        Parameters
        ----------
        guard
            Asked inside each transaction that registers or promotes; what it raises undoes it.
        """
        pipeline = TrainingPipeline(self._settings, self._store, load_recipe(recipe_name))
        with pipeline.files.alone():
            return self._train(pipeline, force=force, actor=actor, progress=progress, guard=guard)

    def _train(
        self, pipeline: TrainingPipeline, *, force: bool, actor: Actor, progress: Progress, guard: Guard | None
    ) -> TrainingResult:
        started = perf_counter()
        fingerprint = pipeline.fingerprint()
        same = None if force else self._store.versions.with_fingerprint(fingerprint)
        if same is not None:
            return self._nothing_changed(same, actor, perf_counter() - started, guard)
        pipeline.run(STEPS, force=force, progress=_between(progress, 0, _FITTED))
        fit_seconds = perf_counter() - started
        train, test = pipeline.frames()
        counts = pipeline.counts()
        data = self._data.keep(train, test, counts)
        model = pipeline.model()
        progress("Studying the model", _FITTED)
        studied = test if self._settings.TEST_PREDICT else test.head(0)
        metrics = training.study(model, train, studied) | {"training_seconds": fit_seconds}
        documents = _documents(model, studied)
        verdict = self._challenge.verdict(
            pipeline.recipe, model, train, studied, _between(progress, _STUDIED, _JUDGED)
        )  # fmt: skip
        progress("Registering the model", _JUDGED)
        version = self._register(
            pipeline.recipe, model, metrics=metrics, train=train, fingerprint=pipeline.made_fingerprint(),
            documents=documents, data=data, counts=counts, verdict=verdict, listed=len(train) + len(test),
            actor=actor, guard=guard,
        )  # fmt: skip
        promoted, message = self.promoter.decide(version.version, verdict, actor, guard)
        progress("Done", 1.0)
        return TrainingResult(
            trained=True, version=version.version, run_id=version.run_id, recipe=version.recipe, metrics=metrics,
            promoted=promoted, message=message + left_out_in_words(counts), train_rows=len(train), test_rows=len(test),
            seconds=perf_counter() - started, verdict=verdict,
        )  # fmt: skip

    def _nothing_changed(self, same: Version, actor: Actor, seconds: float, guard: Guard | None) -> TrainingResult:
        message = (
            f"Nothing to train: version {same.version} was made from the same listings and the same recipe. "
            "Use --force to train it again."
        )
        verdict, promoted = self._store.versions.verdict(same.version), False
        if self._store.versions.champion_number() is None and verdict is not None:
            # A crash may have come between registering it and making it champion.
            promoted, decided = self.promoter.decide(same.version, verdict, actor, guard)
            message = f"Nothing to train: the listings and the recipe have not changed. {decided}"
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
            verdict=verdict,
        )

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
        verdict: Verdict,
        listed: int,
        actor: Actor,
        guard: Guard | None,
    ) -> Version:
        listings = self._store.listings.fingerprint()
        features = train[list(FEATURES)]
        seen = {"data_version": data.fingerprint, **counts}
        manifest = describe_rows(model, features) | seen
        manifest |= {"listings": listings, "listed": listed, "recipe_digest": recipe.digest}
        told = {"recipe.json": recipe.to_dict(), "manifest.json": manifest, VERDICT: verdict.to_dict()}
        registered: Registered = self._registry.log(
            model,
            run_name=recipe.name,
            params=_params(recipe) | {"dataset_fingerprint": listings, "train_rows": len(train)} | seen,
            metrics=metrics,
            tags={"recipe": recipe.name, "requested_by": actor.name, "fingerprint": fingerprint},
            example=features.head(3),
            documents=told | documents,
            files={SEEN_FILE: pack(home_hashes(train))},
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
        self._store.versions.add(version, verdict, guard=guard)
        return version

    def runs(self, limit: int) -> pd.DataFrame:
        """The runs of MLflow, newest first, with our version number, who is champion and who passed the gate."""
        runs = self._registry.runs(limit)
        versions = {version.run_id: version for version in self._store.versions.all()}
        known = [versions.get(run_id) for run_id in runs["run_id"]] if len(runs) else []
        numbers = pd.array([None if item is None else item.version for item in known], dtype="Int64")
        champions = [item is not None and item.is_champion for item in known]
        verdicts = self._store.versions.passed()
        passed = pd.array([None if item is None else verdicts.get(item.version) for item in known], dtype="boolean")
        return runs.assign(version=numbers, is_champion=champions, passed=passed)

    def document(self, run_id: str, name: str) -> dict[str, Any] | None:
        """A document of a run, where it has one of that name."""
        if name not in DOCUMENTS:
            raise NotFoundError(f"A run has no document {name[:64]!r}: there may be {', '.join(DOCUMENTS)}.")
        found: dict[str, Any] | None = self._registry.document(run_id, name)
        return found

    def run(self, run_id: str) -> dict[str, Any]:
        """One run with its version."""
        found = next((item for item in self._store.versions.all() if item.run_id == run_id), None)
        version = {"version": found.version if found else None, "is_champion": bool(found and found.is_champion)}
        return self._registry.run(run_id) | version


def _documents(model: ValuationModel, test: pd.DataFrame) -> dict[str, Any]:
    """The studies of the test rows as documents of the run; none where there are none."""
    rows = training.priced_rows(test)
    if rows.empty:
        return {}
    study = study_ratios(rows[TARGET], model.predict(rows[list(FEATURES)]), rows[list(CATEGORIES)])
    return {RATIO_STUDY: study.to_dict()} | model_study.documents(model, rows)


def _between(progress: Progress, start: float, end: float) -> Progress:
    return lambda stage, done: progress(stage, start + done * (end - start))


def _params(recipe: Recipe) -> dict[str, object]:
    given = recipe.model.parameters.items()
    simple: dict[str, object] = {name: value for name, value in given if not isinstance(value, dict | list)}
    return simple | {"recipe": recipe.name, "recipe_digest": recipe.digest, "model": recipe.model.class_path}
