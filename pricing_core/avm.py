"""AVM: the one object that doors hold. It puts the rooms together and has no logic of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Self

from pricing_core.auth.access import Access
from pricing_core.errors import PricingError, SubjectError, log_in_full
from pricing_core.jobs.planner import Planner
from pricing_core.jobs.queue import Jobs
from pricing_core.jobs.retention import Retention
from pricing_core.listings.decisions import Reviews
from pricing_core.listings.inspections import Inspections
from pricing_core.listings.intake import Listings
from pricing_core.monitoring.monitoring import Monitoring
from pricing_core.nouns import ANY_TABLE, Actor, File, Json, Progress, TableChoice, Valuation, no_progress
from pricing_core.nouns.schema import Property, parse_property
from pricing_core.private import tighten
from pricing_core.settings import Settings, load_settings
from pricing_core.store import Store
from pricing_core.training.data_versions import DataHistory
from pricing_core.valuing.comparable_listings import FIRST_WAIT_SECONDS, Market
from pricing_core.valuing.log import Log
from pricing_core.valuing.value_file import value_file
from pricing_core.valuing.valuer import Valuer
from pricing_core.versions.readiness import Readiness
from pricing_core.versions.registry import Registry, fetch
from pricing_core.versions.serving import Predictor
from pricing_core.versions.versions import Versions
from pricing_core.words import Language


class AVM:
    """Automated valuation model: listings, models, valuations, jobs and access of one installation.

    Parameters
    ----------
    settings
        Read from the environment and ``.env`` when left out.

    Attributes
    ----------
    listings, reviews, data
        The listings in use, people's decisions on them, and the rows that each training saw.
    versions, readiness
        Trainings, versions, the gate and the champion, and whether a home could be valued right now.
    jobs
        Work for the worker.
    log, monitoring
        What was valued, and whether the model still does its work.
    access
        People, roles and keys.

    Examples
    --------
    >>> avm = AVM().start()  # doctest: +SKIP
    >>> avm.value({"type": "casa", "sector": "Maipú", ...}, actor=Actor("me", "agent", "library"))  # doctest: +SKIP
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or load_settings()
        self.store = Store(self.settings.database_url)
        registry = Registry(self.settings.tracking_uri, self.settings.artifact_root, self.settings.MODELS_DIR)
        self._predictor = Predictor(self.store, partial(fetch, home=self.settings.MODELS_DIR))
        # Whoever loads nothing ahead has time: such a process values a home and ends.
        self._market = Market(self.store, FIRST_WAIT_SECONDS if self.settings.PRE_LOAD else None)
        self._valuer = Valuer(self.settings, self.store, self._predictor, self._market)
        self.access = Access(self.store, self.settings.secret_key, self.settings.SESSION_DAYS)
        self.listings = Listings(self.settings, self.store, self._queue_check)
        self.reviews = Reviews(self.store, Inspections(self.settings, self.store))
        self.data = DataHistory(self.settings, self.store)
        self.versions = Versions(self.settings, self.store, registry, self._predictor)
        self.readiness = Readiness(self.store, self._predictor)
        self.log = Log(self.store, self._predictor)
        self.monitoring = Monitoring(self.settings, self.store)
        planner = Planner(self.settings, self.store, self.monitoring.drifted)
        self.jobs = Jobs(self.store, planner, Retention(self.settings, self.store), self.settings.DATA_DIR)

    def start(self) -> Self:
        """Upgrade the database, and load the champion in the background where ``PRE_LOAD`` says so."""
        tighten(self.settings.DATA_DIR, self.settings.MODELS_DIR)
        had_secret = self.settings.has_secret()
        self.store.upgrade()
        self.access.notice_secret(lost=not had_secret)
        self.versions.bring_home()
        if self.settings.PRE_LOAD and self.store.versions.champion_number() is not None:
            Thread(target=self._preload, name="preload", daemon=True).start()
        return self

    def _preload(self) -> None:
        try:
            self._market.comparables(self._predictor.champion())
        except PricingError as error:  # the first valuation will say so to whoever asks
            log_in_full("The champion could not be loaded", error)

    def _queue_check(self, actor: Actor) -> str:
        return self.jobs.submit("check", actor=actor).id

    def close(self) -> None:
        """Close every connection."""
        self._market.close()
        self.store.close()

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
        with self.monitoring.noting_failures(actor.source):
            parsed = subject if isinstance(subject, Property) else parse_property(subject)
            return self._valuer.value(parsed, actor)

    def value_many(self, subjects: Sequence[Property], *, actor: Actor) -> list[Valuation | SubjectError]:
        """Value properties in bulk, without drivers and comparables.

        One that cannot be valued gets its error instead of a valuation; all the others are logged, or none is given.
        """
        with self.monitoring.noting_failures(actor.source, len(subjects), bulk=True):
            answers = self._valuer.value_many(subjects, actor)
        refused = sum(isinstance(answer, SubjectError) for answer in answers)
        self.monitoring.note_failures(actor.source, "refused", refused, bulk=True)
        return answers

    def value_file(
        self,
        source: File,
        out: Path,
        *,
        actor: Actor,
        progress: Progress | None = None,
        language: Language = "en",
        choice: TableChoice = ANY_TABLE,
    ) -> Json:
        """Value every row of a file into another; a row that cannot be valued says why, in that language.

        Returns
        -------
        dict
            ``rows``, ``valued``, ``failed`` and ``out``.
        """
        self._predictor.champion()

        def value_many(subjects: Sequence[Property]) -> list[Valuation | SubjectError]:
            return self.value_many(subjects, actor=actor)

        return value_file(source, out, value_many, self.settings, progress or no_progress, language, choice)
