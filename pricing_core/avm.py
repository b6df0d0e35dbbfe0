"""AVM: the one object that doors hold. It checks roles, delegates, and does no arithmetic of its own."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any, BinaryIO, Final, Self, Unpack

import pandas as pd

from pricing_core.auth.access import Access, require
from pricing_core.errors import ConflictError, NotFoundError, PricingError, SubjectError, log_in_full
from pricing_core.jobs.planner import Planner
from pricing_core.jobs.retention import Retention
from pricing_core.jobs.work_kinds import kind_named
from pricing_core.listings.as_reviewed import ReviewedListings
from pricing_core.listings.decisions import Reviews
from pricing_core.listings.ingestion import look_at_listings
from pricing_core.listings.inspections import Inspections
from pricing_core.listings.intake import File, Intake
from pricing_core.monitoring.monitoring import Watch
from pricing_core.nouns import (
    Actor,
    Dataset,
    DataVersion,
    IngestReport,
    Job,
    LoggedPrediction,
    Progress,
    ReviewPreview,
    Schedule,
    TrainingResult,
    Valuation,
    Version,
)
from pricing_core.nouns.schema import Property, parse_property
from pricing_core.private import tighten
from pricing_core.settings import Settings, load_settings
from pricing_core.store import Guard, PredictionFilters, Store
from pricing_core.training import fitting
from pricing_core.training.data_versions import DataHistory
from pricing_core.training.pipeline import STEPS, StepResult
from pricing_core.training.recipes import Recipe, load_recipe, shipped_recipes
from pricing_core.training.review_preview import preview_review
from pricing_core.valuing.comparable_market import FIRST_WAIT_SECONDS, Market
from pricing_core.valuing.explain_change import Change, explain_change
from pricing_core.valuing.valuer import Valuer
from pricing_core.versions.lifecycle import RATIO_STUDY, Lifecycle
from pricing_core.versions.readiness import Readiness
from pricing_core.versions.registry import Registry, fetch
from pricing_core.versions.repair import Repair
from pricing_core.versions.serving import Predictor
from pricing_core.versions.status import Standing

WORKER_SILENCE: Final = timedelta(seconds=30)
"""A worker not heard of for so long is taken for dead."""
_SHOWN_LINES: Final = 50


def no_progress(_stage: str, _done: float) -> None:
    """Tell nobody."""


class AVM:
    """Automated valuation model: listings, models, valuations, jobs and access of one installation.

    Parameters
    ----------
    settings
        Read from the environment and ``.env`` when left out.

    Examples
    --------
    >>> avm = AVM().start()  # doctest: +SKIP
    >>> avm.value({"type": "casa", "sector": "Maipú", ...}, actor=Actor("me", "agent", "library"))  # doctest: +SKIP
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or load_settings()
        self.store = Store(self.settings.database_url)
        self.access = Access(self.store, self.settings.secret_key, self.settings.SESSION_DAYS)
        self.reviews = Reviews(self.store, Inspections(self.settings, self.store))
        self.data = DataHistory(self.settings, self.store)
        self.watch = Watch(self.settings, self.store)
        self._intake = Intake(self.settings, self.store)
        self._predictor = Predictor(self.store, partial(fetch, home=self.settings.MODELS_DIR))
        # Whoever loads nothing ahead has time: such a process values a home and ends.
        self._market = Market(self.store, FIRST_WAIT_SECONDS if self.settings.PRE_LOAD else None)
        self._valuer = Valuer(self.settings, self.store, self._predictor, self._market)
        registry = Registry(self.settings.tracking_uri, self.settings.artifact_root)
        self._lifecycle = Lifecycle(self.settings, self.store, registry, self._predictor)
        self._repair = Repair(self.settings, self.store, self._predictor, self._lifecycle)
        self.planner = Planner(self.settings, self.store, self.watch.drifted)
        self.retention = Retention(self.settings, self.store)
        self.standing = Standing(self.settings, self.store, self._predictor)
        self.readiness = Readiness(self.store, self._predictor)

    def start(self) -> Self:
        """Upgrade the database, and load the champion in the background where ``PRE_LOAD`` says so."""
        tighten(self.settings.DATA_DIR, self.settings.MODELS_DIR)
        had_secret = self.settings.has_secret()
        self.store.upgrade()
        self.access.notice_secret(lost=not had_secret)
        self._lifecycle.bring_home()
        if self.settings.PRE_LOAD and self.store.versions.champion_number() is not None:
            Thread(target=self._preload, name="preload", daemon=True).start()
        return self

    def _preload(self) -> None:
        try:
            self._market.comparables(self._predictor.champion())
        except PricingError as error:  # the first valuation will say so to whoever asks
            log_in_full("The champion could not be loaded", error)

    def close(self) -> None:
        """Close every connection."""
        self._market.close()
        self.store.close()

    # Listings

    def ingest(
        self,
        train: File,
        *,
        test: File | None = None,
        actor: Actor,
        file_name: str | None = None,
        replace: bool = False,
        is_sample: bool = False,
        queue_check: bool = False,
        progress: Progress | None = None,
    ) -> IngestReport:
        """Take a file of listings into the database, or a train and a test file together.

        Real listings set the shipped sample aside; ``replace`` sets aside all that were ingested before. With
        ``queue_check`` many listings are checked by the worker afterwards, in the job that the report names.

        Raises
        ------
        ListingsError
            When a file is no listing table, or none of its rows can be used; nothing was changed.
        """
        require(actor, "analyst", "bring listings")
        report = self._intake.ingest(
            train, test, file_name=file_name, is_sample=is_sample, replace=replace, leave_check=queue_check,
            progress=progress or no_progress,
        )  # fmt: skip
        waits = queue_check and self.waits_for_check()
        return dataclasses.replace(report, check_job=self.submit("check", actor=actor).id) if waits else report

    def look_at(self, file: BinaryIO, *, file_name: str, require_price: bool = True) -> None:
        """Refuse a file that is no table of listings, by its first lines alone; nothing is read or stored.

        Raises
        ------
        ListingsError
            With the reason.
        """
        look_at_listings(file, file_name, require_price=require_price)

    def ingest_source(self, *, actor: Actor, replace: bool = False, progress: Progress | None = None) -> IngestReport:
        """Take the table ``raw_data`` of the client's database (``USE_DB``)."""
        require(actor, "analyst", "bring listings")
        return self._intake.ingest_source(replace=replace, progress=progress or no_progress)

    def datasets(self) -> list[Dataset]:
        """Every ingested file or table, newest first."""
        return self.store.listings.datasets()

    def data_version(self) -> str:
        """Changes whenever the listings in use change: a key for caches."""
        return self.store.listings.fingerprint()

    def listings(self) -> pd.DataFrame:
        """The listings in use: ``id``, ``dataset_id``, ``row_number``, the listing columns and ``is_train``."""
        return self.store.listings.frame()

    def waits_for_check(self) -> bool:
        """Whether the listings in use are unchecked, and too many to be checked while somebody waits."""
        return self._intake.waits_for_check()

    def findings(self, *, progress: Progress | None = None) -> pd.DataFrame:
        """What looks wrong with them, as it was found when they were ingested; looked for anew where need be.

        Returns
        -------
        DataFrame
            ``listing_id``, ``check``, ``severity``, ``column``, ``message``, ``message_es`` (in Spanish),
            ``suggestion`` and ``settled`` (whether a person's verdict stands on the listing).
        """
        return self._intake.stored_findings(progress)

    def listing_estimates(self) -> pd.DataFrame:
        """The price that the other listings foretell for each, as ``listing_id``, ``estimate`` and ``residual``."""
        return self._intake.stored_estimates()

    def reviewed_listings(self) -> pd.DataFrame:
        """The listings in use with corrections applied, ``verdict`` and ``left_out``.

        ``left_out`` says why training leaves a listing out: ``excluded``, ``unreviewed error``, or nothing.
        """
        return ReviewedListings(self.settings, self.store).frame()

    def check(self, file: File, *, file_name: str | None = None, progress: Progress | None = None) -> dict[str, Any]:
        """What looks wrong with the listings of a file; nothing is stored."""
        return self._intake.check(file, file_name=file_name, progress=progress or no_progress)

    def evaluate(
        self,
        file: File,
        recipes: Sequence[str],
        *,
        folds: int = 5,
        seed: int = 42,
        progress: Progress | None = None,
        owner_table: bool = False,
    ) -> dict[str, Any]:
        """Cross-validate recipes side by side on the rows of a file that have a price.

        With ``owner_table`` the result has the rows of the old case's comparison too.
        """
        for recipe in recipes:
            load_recipe(recipe)  # a bad recipe is refused before the good ones have taken minutes
        frame = self._intake.priced_frame(file, no_progress)
        threads = self.settings.TRAINING_THREADS
        return dict(fitting.evaluate_recipes(frame, recipes, folds, seed, progress, threads, owner_table))

    def preview_review(
        self,
        listing_ids: Sequence[int],
        verdict: str = "exclude",
        corrections: Mapping[str, object] | None = None,
        *,
        actor: Actor,
        progress: Progress | None = None,
    ) -> ReviewPreview:
        """What settling listings would do to errors, coverage and values; nothing is settled."""
        told = progress or no_progress
        return preview_review(listing_ids, verdict, corrections, self.settings, self.store, actor=actor, progress=told)

    # Valuations

    def value(self, subject: Property | Mapping[str, object], *, actor: Actor) -> Valuation:
        """Value one property. It is in the prediction log before this returns.

        Raises
        ------
        SubjectError
            When the property cannot be valued as described.
        NoChampionError, ArtifactError
            When no model can serve.
        StorageError
            When the log could not be written: then no value is given.
        """
        with self.watch.noting_failures(actor.source):
            parsed = subject if isinstance(subject, Property) else parse_property(subject)
            return self._valuer.value(parsed, actor)

    def value_file(self, source: Path, out: Path, *, actor: Actor, progress: Progress | None = None) -> dict[str, Any]:
        """Value every row of a CSV file into another; a row that cannot be valued says why.

        Returns
        -------
        dict
            ``rows``, ``valued``, ``failed`` and ``out``.
        """
        self._predictor.champion()

        def value_many(subjects: Sequence[Property]) -> list[Valuation | SubjectError]:
            return self.value_many(subjects, actor=actor)

        return self._intake.value_file(source, out, value_many, progress or no_progress)

    def value_many(self, subjects: Sequence[Property], *, actor: Actor) -> list[Valuation | SubjectError]:
        """Value properties in bulk, without drivers and comparables.

        One that cannot be valued gets its error instead of a valuation; all the others are logged, or none is given.
        """
        with self.watch.noting_failures(actor.source, len(subjects), bulk=True):
            answers = self._valuer.value_many(subjects, actor)
        refused = sum(isinstance(answer, SubjectError) for answer in answers)
        self.watch.note_failures(actor.source, "refused", refused, bulk=True)
        return answers

    def predictions(
        self, *, limit: int = 100, offset: int = 0, **filters: Unpack[PredictionFilters]
    ) -> list[LoggedPrediction]:
        """The prediction log, newest first."""
        return self.store.predictions.find(limit=limit, offset=offset, **filters)

    def prediction(self, log_id: str) -> LoggedPrediction:
        """One logged prediction.

        Raises
        ------
        NotFoundError
            When nothing was logged under that id.
        """
        found = self.store.predictions.get(log_id)
        if found is None:
            raise NotFoundError(f"There is no logged prediction {log_id[:64]!r}: see `tasador log`.")
        return found

    def count_predictions(self, **filters: Unpack[PredictionFilters]) -> int:
        """How many logged predictions the filters leave."""
        return self.store.predictions.count(**filters)

    def prediction_choices(self) -> dict[str, list[Any]]:
        """What the log can be filtered by."""
        return self.store.predictions.choices()

    def explain_change(self, log_id: str) -> Change:
        """Replay a logged prediction on its own version and on the champion: what has moved its value since."""
        return explain_change(log_id, self.store, self._predictor)

    def choices(self) -> dict[str, list[str]]:
        """The types and sectors to choose from: the champion's, or the listings' where there is none."""
        return self._valuer.choices()

    # Models

    def recipes(self) -> list[Recipe]:
        """The shipped recipes."""
        return [load_recipe(name) for name in shipped_recipes()]

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
        require(actor, "analyst", "train")
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
        require(actor, "analyst", "run the pipeline")
        return self._lifecycle.steps(recipe, steps, force=force, progress=progress or no_progress)

    def snapshot(self, *, actor: Actor, progress: Progress | None = None) -> DataVersion:
        """Keep the rows that a training would see now, as a data version; nothing is trained."""
        require(actor, "analyst", "keep the rows of a training")
        return self._lifecycle.snapshot(progress or no_progress)

    def runs(self, limit: int = 100) -> pd.DataFrame:
        """The runs, newest first: MLflow's columns flattened, with ``version`` and ``is_champion``."""
        return self._lifecycle.runs(limit)

    def run(self, run_id: str) -> dict[str, Any]:
        """One run in full."""
        return self._lifecycle.run(run_id)

    def run_study(self, run_id: str) -> dict[str, Any] | None:
        """The ratio study of a run on its test rows, or ``None`` where it has none."""
        return self._lifecycle.document(run_id, RATIO_STUDY)

    def run_document(self, run_id: str, name: str) -> dict[str, Any] | None:
        """A document of a run, such as ``verdict.json`` or ``importance.json``, or ``None`` where it has none."""
        return self._lifecycle.document(run_id, name)

    def versions(self) -> list[Version]:
        """Every registered version, newest first."""
        return self.store.versions.all()

    def model_info(self) -> dict[str, Any]:
        """What serves: version, recipe, metrics, the limits of what it learned from, and for whom it stands in."""
        return self._valuer.model_info()

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
        require(actor, "admin", "promote a version")
        return self._lifecycle.promoter.promote(version, actor=actor, reason=reason, override=override)

    def repair(self, *, actor: Actor, progress: Progress | None = None) -> TrainingResult:
        """Train the champion anew and promote it, where it can no longer be loaded; does nothing where it can."""
        require(actor, "admin", "repair the champion")
        return self._repair.repair(actor=actor, progress=progress or no_progress)

    def champion_problem(self) -> str | None:
        """Why the champion can no longer be loaded, or ``None`` where it can."""
        return self._repair.problem()

    def rollback(self, *, actor: Actor, reason: str = "") -> Version:
        """Go back to the former champion that can be loaded; the present one need not be readable."""
        require(actor, "admin", "roll back")
        return self._lifecycle.promoter.rollback(actor=actor, reason=reason)

    # Jobs

    def submit(self, kind: str, *, actor: Actor, **parameters: Any) -> Job:
        """Queue work for the worker, or join the same work where it is queued or running already.

        Raises
        ------
        InputError
            For a kind that is none of `kinds.KINDS`, or parameters that it cannot take.
        """
        asked = kind_named(kind)
        require(actor, asked.role, asked.words.lower())
        accepted = asked.accept(parameters)
        self.take_back_abandoned()
        size = asked.size(self, accepted)
        return self.store.jobs.submit(
            kind, accepted, actor.name, source=actor.source, flight=asked.flight(kind), size=size
        )

    def job(self, job_id: str, *, lines: int = _SHOWN_LINES) -> Job:
        """One job, as it is now, with its last lines and what former ones say of the time that it still needs."""
        self.take_back_abandoned()
        found = self.store.jobs.get(job_id)
        if found is None:
            raise NotFoundError(f"There is no job {job_id[:64]!r}: see `tasador jobs`.")
        told = dataclasses.replace(
            found, lines=tuple(self.store.jobs.lines(job_id, lines)), eta_seconds=self._eta(found)
        )
        timed = found.status == "running" and kind_named(found.kind).silent
        share = self.store.jobs.share_done(found) if timed else None
        return told if share is None else dataclasses.replace(told, progress=share)

    def _eta(self, job: Job) -> float | None:
        usual = self.store.jobs.usual_seconds(job) if job.active else None
        return None if usual is None else max(0.0, usual - (job.elapsed_seconds or 0.0))

    def jobs(self, limit: int = 20, *, kind: str | None = None) -> list[Job]:
        """The newest jobs first, without their lines."""
        self.take_back_abandoned()
        return self.store.jobs.newest(limit, kind)

    def take_back_abandoned(self, *, wait: bool = False) -> int:
        """Queue jobs again whose worker has died, or fail them; gives their number.

        Whoever asks for jobs does this on the way. With ``wait`` a single call is enough: it watches for some seconds
        where the clock alone cannot tell.
        """
        return self.store.jobs.leases.release_abandoned(WORKER_SILENCE, wait=wait)

    def cancel(self, job_id: str, *, actor: Actor) -> Job:
        """Cancel a queued job, or stop a running one within seconds; one's own, or as an analyst any.

        Raises
        ------
        ConflictError
            When a training is registering its version already: it ends in a moment.
        """
        job = self.job(job_id)
        if job.requested_by != actor.name:
            require(actor, "analyst", "cancel a job")
        if not self.store.jobs.cancel(job_id) and self.job(job_id).active:
            raise ConflictError("It is too late to cancel: the new version is being registered. It ends in a moment.")
        return self.job(job_id)

    def schedule(self) -> Schedule:
        """When the model is trained by itself."""
        return self.planner.schedule()

    def worker_alive(self) -> bool:
        """Whether a worker has been heard of lately."""
        return self.store.jobs.workers.alive(WORKER_SILENCE)
