"""What may be asked of the versions, and done with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pricing_core.listings.reading_rules import reading_rules
from pricing_core.nouns import (
    Actor,
    DataVersion,
    File,
    Json,
    Progress,
    ReviewPreview,
    TrainingResult,
    Version,
    no_progress,
)
from pricing_core.nouns.models import STEPS
from pricing_core.nouns.profiles import AS_NAMED, ColumnChoice
from pricing_core.settings import Settings
from pricing_core.store import Guard, Store
from pricing_core.training.evaluation import evaluate_file
from pricing_core.training.pipeline import StepResult
from pricing_core.training.review_preview import preview_review
from pricing_core.training.time_split import Split
from pricing_core.versions.lifecycle import Lifecycle
from pricing_core.versions.promotion import Promoter
from pricing_core.versions.registry import Registry
from pricing_core.versions.repair import Repair
from pricing_core.versions.serving import Predictor
from pricing_core.versions.status import Status
from pricing_core.words import Message


class Versions(Status):
    """Trains, judges, promotes and rolls back; what is only asked stands in `Status`."""

    def __init__(self, settings: Settings, store: Store, registry: Registry, predictor: Predictor) -> None:
        super().__init__(settings, store, registry, predictor)
        self._promoter = Promoter(settings, store, registry, predictor)
        self._lifecycle = Lifecycle(settings, store, registry, predictor, self._promoter)
        self._repair = Repair(settings, store, predictor, self._lifecycle, self._promoter)

    def train(
        self,
        recipe: str = "champion",
        *,
        force: bool = False,
        actor: Actor,
        progress: Progress | None = None,
        guard: Guard | None = None,
    ) -> TrainingResult:
        """Train a recipe on the listings in use, judge it beside the champion, and register the version.

        The first version becomes champion when it passes the sanity checks; a later one when it passes the gate and
        ``AUTO_PROMOTE`` is ``when_passed``, or else when a person promotes it.

        Parameters
        ----------
        guard
            Called with the open connection inside the transactions that register and promote; what it raises undoes
            them. A worker asks in it whether the job is still its own.
        """
        actor.must("analyst", Message("train"))
        return self._lifecycle.train(recipe, force=force, actor=actor, progress=progress or no_progress, guard=guard)

    def run_pipeline(
        self,
        steps: tuple[str, ...] = STEPS,
        *,
        recipe: str = "champion",
        force: bool = False,
        actor: Actor,
        progress: Progress | None = None,
    ) -> list[StepResult]:
        """Run steps of the training pipeline alone; nothing is registered."""
        actor.must("analyst", Message("run the pipeline"))
        return self._lifecycle.steps(recipe, steps, force=force, progress=progress or no_progress)

    def snapshot(self, *, actor: Actor, progress: Progress | None = None) -> DataVersion:
        """Keep the rows that a training would see now, as a data version; nothing is trained."""
        actor.must("analyst", Message("keep the rows of a training"))
        return self._lifecycle.snapshot(progress or no_progress)

    def evaluate(
        self,
        file: File,
        recipes: Sequence[str],
        *,
        folds: int = 5,
        seed: int = 42,
        progress: Progress | None = None,
        owner_table: bool = False,
        columns: ColumnChoice = AS_NAMED,
        file_name: str | None = None,
        split: Split = "random",
    ) -> Json:
        """Cross-validate recipes side by side on the rows of a file that have a price.

        ``split="time"`` trains on the past instead, and values the last of ``folds`` parts by date.

        With ``owner_table`` the result has the rows of the old case's comparison too; ``notes`` in it are sentences on
        how the file was read; ``columns`` says how it is meant.
        """
        rules = reading_rules(self._settings, self._store, columns)
        return evaluate_file(file, recipes, self._settings, folds, seed, progress, owner_table, rules, file_name, split)

    def preview_review(
        self,
        listing_ids: Sequence[int],
        decision: str = "exclude",
        corrections: Mapping[str, object] | None = None,
        *,
        actor: Actor,
        progress: Progress | None = None,
    ) -> ReviewPreview:
        """What settling listings would do to errors, coverage and values; nothing is settled."""
        told = progress or no_progress
        return preview_review(
            listing_ids, decision, corrections, self._settings, self._store, actor=actor, progress=told
        )

    def promote(self, version: int, *, actor: Actor, reason: str = "", override: str = "") -> Version:
        """Make a version the champion; the next valuation anywhere uses it.

        Parameters
        ----------
        override
            The reason to promote a version that did not pass the gate; it is kept.

        Raises
        ------
        ConflictError
            When it is the champion already, or did not pass and no ``override`` was given.
        """
        actor.must("admin", Message("promote a version"))
        return self._promoter.promote(version, actor=actor, reason=reason, override=override)

    def repair(self, *, actor: Actor, progress: Progress | None = None) -> TrainingResult:
        """Train the champion anew and promote it, where it can no longer be loaded; does nothing where it can."""
        actor.must("admin", Message("repair the champion"))
        return self._repair.repair(actor=actor, progress=progress or no_progress)

    def champion_problem(self) -> Message | None:
        """Why the champion can no longer be loaded, or ``None`` where it can."""
        return self._repair.problem()

    def rollback(self, *, actor: Actor, reason: str = "") -> Version:
        """Go back to the former champion that can be loaded; the present one need not be readable."""
        actor.must("admin", Message("roll back"))
        return self._promoter.rollback(actor=actor, reason=reason)
