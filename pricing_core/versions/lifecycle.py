"""The life of a version: trained, studied, judged beside the champion, registered."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

import pandas as pd

from pricing_core.listings.split import left_out_in_words
from pricing_core.model.valuation_model import ValuationModel
from pricing_core.nouns import Actor, DataVersion, Json, Progress, TrainingResult, Verdict, Version, part_of
from pricing_core.nouns.models import STEPS
from pricing_core.nouns.schema import CATEGORIES, FEATURES, TARGET
from pricing_core.settings import Settings
from pricing_core.store import Guard, Store, utcnow
from pricing_core.training import fitting, study_documents
from pricing_core.training.data_versions import DataHistory
from pricing_core.training.pipeline import StepResult, TrainingPipeline
from pricing_core.training.ratio_study import study_ratios
from pricing_core.training.recipes import Recipe, load_recipe
from pricing_core.versions.challenge import SEEN_FILE, Challenge
from pricing_core.versions.model_paths import kept_place
from pricing_core.versions.promotion import Promoter
from pricing_core.versions.registry import Registered, Registry, TrainingRows
from pricing_core.versions.seen_homes import home_hashes, pack
from pricing_core.versions.serving import Predictor, describe_rows
from pricing_core.versions.status import RATIO_STUDY, VERDICT
from pricing_core.words import Message

# A training is over when so much of its work is done; which part takes longest depends on the recipe.
_FITTED, _JUDGED = 0.55, 0.85


@dataclass(frozen=True)
class Fitted:
    """A model that was fitted, and what it was fitted on.

    ``listings`` names the listings in use that the rows came from, and ``listed`` is how many of them there were.
    """

    recipe: Recipe
    model: ValuationModel
    train: pd.DataFrame
    test: pd.DataFrame
    counts: dict[str, int]
    data: DataVersion
    fingerprint: str
    listings: str
    listed: int
    seconds: float


class Lifecycle:
    """Trains, studies and registers; the gate and the promoter do the rest.

    Parameters
    ----------
    predictor
        Loads the champion when a challenger is compared with it.
    """

    def __init__(
        self, settings: Settings, store: Store, registry: Registry, predictor: Predictor, promoter: Promoter
    ) -> None:
        self._settings = settings
        self._store = store
        self._registry = registry
        self.challenge = Challenge(settings, store, registry, predictor)
        self._data = DataHistory(settings, store)
        self._promoter = promoter

    def steps(self, recipe_name: str, steps: tuple[str, ...], *, force: bool, progress: Progress) -> list[StepResult]:
        """Run steps of the pipeline alone; nothing is registered."""
        pipeline = TrainingPipeline(self._settings, self._store, load_recipe(recipe_name, self._settings.columns))
        with pipeline.files.alone():
            return pipeline.run(steps, force=force, progress=progress)

    def snapshot(self, progress: Progress) -> DataVersion:
        """Keep the rows that a training would see now."""
        pipeline = TrainingPipeline(self._settings, self._store, load_recipe("champion", self._settings.columns))
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
        pipeline = TrainingPipeline(self._settings, self._store, load_recipe(recipe_name, self._settings.columns))
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
        fitted = self.fit(pipeline, force=force, progress=part_of(progress, 0, _FITTED))
        verdict = self.challenge.verdict(
            fitted.recipe, fitted.model, fitted.train, self.studied(fitted), part_of(progress, _FITTED, _JUDGED)
        )
        progress(Message("Registering the model"), _JUDGED)
        version = self.register(fitted, verdict, actor=actor, guard=guard)
        promoted, message = self._promoter.decide(version.version, verdict, actor, guard)
        progress(Message("Done"), 1.0)
        return TrainingResult(
            trained=True,
            version=version.version,
            run_id=version.run_id,
            recipe=version.recipe,
            metrics=version.metrics,
            promoted=promoted,
            message=Message.joined([message, *left_out_in_words(fitted.counts)]),
            train_rows=len(fitted.train),
            test_rows=len(fitted.test),
            seconds=perf_counter() - started,
            verdict=verdict,
        )

    def fit(self, pipeline: TrainingPipeline, *, force: bool, progress: Progress) -> Fitted:
        """Fit the recipe of a pipeline on the listings in use; the caller holds its files alone."""
        started = perf_counter()
        pipeline.run(STEPS, force=force, progress=progress)
        seconds = perf_counter() - started
        train, test = pipeline.frames()
        counts = pipeline.counts()
        return Fitted(
            recipe=pipeline.recipe,
            model=pipeline.model(),
            train=train,
            test=test,
            counts=counts,
            data=self._data.keep(train, test, counts),
            fingerprint=pipeline.made_fingerprint(),
            listings=self._store.listings.fingerprint(),
            listed=len(train) + len(test),
            seconds=seconds,
        )

    def studied(self, fitted: Fitted) -> pd.DataFrame:
        """The rows that a model is studied on: none where ``TEST_PREDICT`` says so."""
        return fitted.test if self._settings.TEST_PREDICT else fitted.test.head(0)

    def _nothing_changed(self, same: Version, actor: Actor, seconds: float, guard: Guard | None) -> TrainingResult:
        message = Message(
            "Nothing to train: version {version} was made from the same listings and the same recipe. "
            "Use --force to train it again.",
            version=same.version,
        )
        verdict, promoted = self._store.versions.verdict(same.version), False
        if self._store.versions.champion_number() is None and verdict is not None:
            # A crash may have come between registering it and making it champion.
            promoted, decided = self._promoter.decide(same.version, verdict, actor, guard)
            message = Message(
                "Nothing to train: the listings and the recipe have not changed. {decided}", decided=decided
            )
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

    def register(self, fitted: Fitted, verdict: Verdict, *, actor: Actor, guard: Guard | None = None) -> Version:
        """Study a model and store it as a version, with the verdict on it."""
        studied = self.studied(fitted)
        metrics = fitting.study(fitted.model, fitted.train, studied) | {"training_seconds": fitted.seconds}
        manifest = self._manifest(fitted)
        registered = self._log(fitted, metrics, manifest, _documents(fitted.model, studied), verdict, actor)
        version = Version(
            version=registered.version,
            run_id=registered.run_id,
            recipe=fitted.recipe.name,
            fingerprint=fitted.fingerprint,
            model_uri=kept_place(registered.model_uri, self._settings.MODELS_DIR),
            sha256=registered.sha256,
            manifest=manifest,
            metrics=metrics,
            created_at=utcnow(),
        )
        self._store.versions.add(version, verdict, guard=guard)
        return version

    def _manifest(self, fitted: Fitted) -> Json:
        rows = {"data_version": fitted.data.fingerprint, **fitted.counts}
        listed = {"listings": fitted.listings, "listed": fitted.listed, "recipe_digest": fitted.recipe.digest}
        return describe_rows(fitted.model, fitted.train) | rows | listed

    def _log(
        self,
        fitted: Fitted,
        metrics: dict[str, float],
        manifest: Json,
        documents: Json,
        verdict: Verdict,
        actor: Actor,
    ) -> Registered:
        recipe, data, train = fitted.recipe, fitted.data, fitted.train
        told = {"recipe.json": recipe.to_dict(), "manifest.json": manifest, VERDICT: verdict.to_dict()}
        rows = {"dataset_fingerprint": fitted.listings, "train_rows": len(train), "data_version": data.fingerprint}
        return self._registry.log(
            fitted.model,
            run_name=recipe.name,
            params=_params(recipe) | rows | fitted.counts,
            metrics=metrics,
            tags={"recipe": recipe.name, "requested_by": actor.name, "fingerprint": fitted.fingerprint},
            example=train[[*FEATURES, *recipe.declared]].head(3),
            documents=told | documents,
            files={SEEN_FILE: pack(home_hashes(train))},
            # The path under DATA_DIR, which holds in a copied home too.
            rows=TrainingRows(data.fingerprint, data.path, data.train_rows, data.test_rows),
        )


def _documents(model: ValuationModel, test: pd.DataFrame) -> Json:
    """The studies of the test rows as documents of the run; none where there are none."""
    rows = fitting.priced_rows(test)
    if rows.empty:
        return {}
    study = study_ratios(rows[TARGET], model.predict(rows), rows[list(CATEGORIES)])
    return {RATIO_STUDY: study.to_dict(None)} | study_documents.documents(model, rows)


def _params(recipe: Recipe) -> dict[str, object]:
    given = recipe.model.parameters.items()
    simple: dict[str, object] = {name: value for name, value in given if not isinstance(value, dict | list)}
    return simple | {"recipe": recipe.name, "recipe_digest": recipe.digest, "model": recipe.model.class_path}
