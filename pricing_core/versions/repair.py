"""A champion that this installation can no longer load is trained anew and replaced, so that homes can be valued again.

A release may name its classes otherwise, change recipes or parameters; a library may give other values; a file may be
lost. The new version is judged by the checks that need no other model, for there is none to compare it with.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from time import perf_counter
from typing import Final

import pandas as pd

from pricing_core.errors import ArtifactError, NoChampionError, NotFoundError, PricingError, RecipeError
from pricing_core.listings.split import COUNTS
from pricing_core.nouns import Actor, DataVersion, Json, Progress, TrainingResult, Verdict, Version, part_of
from pricing_core.settings import Settings
from pricing_core.store import Store
from pricing_core.training import fitting
from pricing_core.training.data_versions import DataHistory
from pricing_core.training.pipeline import TrainingPipeline
from pricing_core.training.recipes import Recipe, load_recipe
from pricing_core.training.snapshots import split
from pricing_core.versions.lifecycle import Fitted, Lifecycle
from pricing_core.versions.promotion import Promoter
from pricing_core.versions.serving import Predictor
from pricing_core.words import Message

_DEFAULT: Final = "champion"
_FITTED, _JUDGED = 0.7, 0.85
Rows = tuple[pd.DataFrame, pd.DataFrame]
_log = logging.getLogger(__name__)


class Repair:
    """Trains the champion anew where it can no longer be loaded.

    Parameters
    ----------
    predictor
        Says whether the champion can be loaded and gives its golden rows their values.
    lifecycle
        Fits, registers and promotes.
    """

    def __init__(
        self, settings: Settings, store: Store, predictor: Predictor, lifecycle: Lifecycle, promoter: Promoter
    ) -> None:
        self._settings = settings
        self._store = store
        self._predictor = predictor
        self._lifecycle = lifecycle
        self._promoter = promoter
        self._data = DataHistory(settings, store)

    def problem(self) -> Message | None:
        """Why the champion can no longer be loaded, or ``None`` where it can.

        Raises
        ------
        NoChampionError
            When nothing has been promoted yet.
        """
        try:
            self._predictor.load(self._champion())
        except ArtifactError as error:
            return error.message
        return None

    def _champion(self) -> int:
        number = self._store.versions.champion_number()
        if number is None:
            raise NoChampionError("No champion yet, so there is none to repair: train a model with `tasador train`.")
        return number

    def repair(self, *, actor: Actor, progress: Progress) -> TrainingResult:
        """Replace the champion where it can no longer be loaded; does nothing where it can.

        It is trained on the very rows of the champion where they were kept, else on the listings in use; by its own
        recipe where that can still be built, else by the shipped one of its name, else by ``champion``.

        Raises
        ------
        ArtifactError
            When no recipe could be fitted.
        """
        started = perf_counter()
        files = TrainingPipeline(self._settings, self._store, load_recipe(_DEFAULT, self._settings.columns)).files
        with files.alone():  # asked inside: whoever waited for another repair finds that it is done
            version, problem = self._promoter.version(self._champion()), self.problem()
            if problem is None:
                return _nothing_to_do(version, perf_counter() - started)
            return self._replaced(version, problem, actor, progress, started)

    def _replaced(
        self, former: Version, problem: Message, actor: Actor, progress: Progress, started: float
    ) -> TrainingResult:
        fitted, verdict = self._fitted(former, part_of(progress, 0, _JUDGED))
        progress(Message("Registering the model"), _JUDGED)
        version = self._lifecycle.register(fitted, verdict, actor=actor)
        about: Json = {
            "former": former.version,
            "problem": problem,
            "version": version.version,
            "recipe": fitted.recipe.name,
            "rows": _rows_of(fitted, former),
        }
        if verdict.passed:
            reason = Message(
                "Version {former}, the champion, can no longer be loaded: {problem} Version {version} was trained anew "
                "by the recipe {recipe} on {rows}, and passed the checks that need no other model.",
                **about,
            )
            self._promoter.replace(version.version, former.version, reason, actor)
            told = Message.joined([reason, Message("It is the champion now.")])
        else:
            told = Message(
                "Version {former}, the champion, can no longer be loaded: {problem} Version {version} was trained anew "
                "by the recipe {recipe} on {rows}, but waits as challenger. {summary} To have it serve all the same: "
                '`tasador promote {version} --override "why"`.',
                **about,
                summary=verdict.summary,
            )
        progress(Message("Done"), 1.0)
        return TrainingResult(
            trained=True,
            version=version.version,
            run_id=version.run_id,
            recipe=version.recipe,
            metrics=version.metrics,
            promoted=verdict.passed,
            message=told,
            train_rows=len(fitted.train),
            test_rows=len(fitted.test),
            seconds=perf_counter() - started,
            verdict=verdict,
        )

    def _fitted(self, former: Version, progress: Progress) -> tuple[Fitted, Verdict]:
        """The first model that passes, or else the first that could be fitted at all."""
        judged: list[tuple[Fitted, Verdict]] = []
        trouble = "no recipe could be read"
        for recipe in self._recipes(former):
            progress(Message("Training anew by the recipe {recipe}", recipe=recipe.name), 0.0)
            try:
                fitted = self._fit(former, recipe, progress)
                test = self._lifecycle.studied(fitted)
                verdict = self._lifecycle.challenge.unrivalled(fitted.model, fitted.train, test, former.version)
            except Exception as error:  # what a recipe of another release raises when it is fitted has no common type
                if isinstance(error, PricingError) and not isinstance(error, RecipeError):
                    raise
                trouble = f"{type(error).__name__}: {error}"
                _log.warning(Message("The recipe {recipe} cannot be fitted: {why}", recipe=recipe.name, why=trouble))
                continue
            judged.append((fitted, verdict))
            if verdict.passed:
                return judged[-1]
        if not judged:
            raise ArtifactError(
                "No model could be trained in the place of version {version} ({trouble}): train with "
                '`tasador train`, then promote with `tasador promote VERSION --override "why"`.',
                version=former.version,
                trouble=trouble,
            )
        return judged[0]

    def _recipes(self, former: Version) -> Iterator[Recipe]:
        """Its own recipe, the shipped one of its name, and the default, each once."""
        tried: set[str] = set()
        for name in (None, former.recipe, _DEFAULT):
            try:
                recipe = (
                    self._lifecycle.challenge.recipe(former)
                    if name is None
                    else load_recipe(name, self._settings.columns)
                )
            except RecipeError:  # a recipe of the client's own has no shipped one of its name
                continue
            if recipe is not None and recipe.digest not in tried:
                tried.add(recipe.digest)
                yield recipe

    def _fit(self, former: Version, recipe: Recipe, progress: Progress) -> Fitted:
        rows = self._rows(former)
        if rows is not None:
            return self._on_snapshot(former, recipe, *rows)
        pipeline = TrainingPipeline(self._settings, self._store, recipe)
        return self._lifecycle.fit(pipeline, force=False, progress=part_of(progress, 0, _FITTED))

    def _rows(self, former: Version) -> tuple[DataVersion, Rows] | None:
        """The very rows of the champion, or ``None`` where they were not kept."""
        name = f"v{former.version}"
        try:
            return self._data.get(name), split(self._data.rows(name))
        except (NotFoundError, ArtifactError) as error:
            _log.warning(
                Message(
                    "The listings in use take the place of the rows of version {version}: {why}",
                    version=former.version,
                    why=error.message,
                )
            )
            return None

    def _on_snapshot(self, former: Version, recipe: Recipe, data: DataVersion, rows: Rows) -> Fitted:
        started = perf_counter()
        train, test = rows
        manifest = former.manifest
        return Fitted(
            recipe=recipe,
            model=fitting.fit(recipe, train, self._settings.TRAINING_THREADS),
            train=train,
            test=test,
            counts={name: int(manifest.get(name, 0)) for name in COUNTS},
            data=data,
            fingerprint=hashlib.sha256(f"{data.fingerprint}:{recipe.digest}".encode()).hexdigest(),
            # Those of the rows: listings that came since are still new to the model.
            listings=manifest["listings"],
            listed=int(manifest.get("listed", data.rows)),
            seconds=perf_counter() - started,
        )


def _rows_of(fitted: Fitted, former: Version) -> Message:
    if fitted.data.fingerprint == former.manifest.get("data_version"):
        return Message("the rows that version {version} was trained on", version=former.version)
    return Message("the listings in use")


def _nothing_to_do(version: Version, seconds: float) -> TrainingResult:
    return TrainingResult(
        trained=False,
        version=version.version,
        run_id=version.run_id,
        recipe=version.recipe,
        metrics=version.metrics,
        promoted=False,
        train_rows=version.manifest["rows"],
        test_rows=0,
        seconds=seconds,
        message=Message(
            "Nothing to repair: version {version}, the champion, loads and values its golden homes.",
            version=version.version,
        ),
    )
