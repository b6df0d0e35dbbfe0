"""AVM: the one object that doors hold. It puts the rooms together and has no logic of its own.

A room is built when it is first asked for: what only looks at people or jobs loads no statistics.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Self

from pricing_core.auth.access import Access
from pricing_core.errors import PricingError, SubjectError, log_in_full
from pricing_core.jobs.planner import Planner
from pricing_core.jobs.queue import Jobs
from pricing_core.jobs.retention import Retention
from pricing_core.listings.uf import UfRecords
from pricing_core.monitoring.monitoring import Monitoring
from pricing_core.nouns import Actor, File, Json, Progress, Valuation, no_progress
from pricing_core.nouns.days import parse_day
from pricing_core.nouns.market import MarketReport
from pricing_core.nouns.profiles import AS_NAMED, ColumnChoice
from pricing_core.nouns.schema import Property, parse_property
from pricing_core.private import tighten
from pricing_core.settings import Settings, load_settings
from pricing_core.store import Store
from pricing_core.valuing.log import Log
from pricing_core.versions.model_paths import bring_home
from pricing_core.words import Language

if TYPE_CHECKING:
    from pricing_core.listings.decisions import Reviews
    from pricing_core.listings.intake import Listings
    from pricing_core.training.data_versions import DataHistory
    from pricing_core.valuing.comparable_listings import Market
    from pricing_core.valuing.valuer import Valuer
    from pricing_core.versions.readiness import Readiness
    from pricing_core.versions.serving import Predictor
    from pricing_core.versions.versions import Versions


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
    uf
        What one UF was worth in pesos, day by day.
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
        self.store = Store(self.settings.database_url, self.settings.columns)

    @cached_property
    def access(self) -> Access:
        """People, roles and keys."""
        return Access(self.store, self.settings.secret_key, self.settings.SESSION_DAYS)

    @cached_property
    def listings(self) -> Listings:
        """The listings in use."""
        from pricing_core.listings.intake import Listings

        return Listings(self.settings, self.store, lambda actor: self.jobs.submit("check", actor=actor).id)

    @cached_property
    def uf(self) -> UfRecords:
        """What one UF was worth, day by day."""
        return UfRecords(self.store)

    @cached_property
    def reviews(self) -> Reviews:
        """People's decisions on listings."""
        from pricing_core.listings.decisions import Reviews
        from pricing_core.listings.inspections import Inspections

        return Reviews(self.store, Inspections(self.settings, self.store), self.settings.columns)

    @cached_property
    def data(self) -> DataHistory:
        """The rows that each training saw."""
        from pricing_core.training.data_versions import DataHistory

        return DataHistory(self.settings, self.store)

    @cached_property
    def versions(self) -> Versions:
        """Trainings, versions, the gate and the champion."""
        from pricing_core.versions.registry import Registry
        from pricing_core.versions.versions import Versions

        settings = self.settings
        registry = Registry(settings.tracking_uri, settings.artifact_root, settings.MODELS_DIR)
        return Versions(settings, self.store, registry, self._predictor)

    @cached_property
    def readiness(self) -> Readiness:
        """Whether a home could be valued right now."""
        from pricing_core.versions.readiness import Readiness

        return Readiness(self.store, self._predictor)

    @cached_property
    def log(self) -> Log:
        """What was valued."""
        return Log(self.store, lambda: self._predictor)

    @cached_property
    def monitoring(self) -> Monitoring:
        """Whether the model still does its work."""
        return Monitoring(self.settings, self.store)

    @cached_property
    def jobs(self) -> Jobs:
        """Work for the worker."""
        planner = Planner(self.settings, self.store, self.monitoring.drifted)
        return Jobs(self.store, planner, Retention(self.settings, self.store), self.settings.DATA_DIR)

    @cached_property
    def _predictor(self) -> Predictor:
        from pricing_core.versions.registry import fetch
        from pricing_core.versions.serving import Predictor

        return Predictor(self.store, partial(fetch, home=self.settings.MODELS_DIR))

    @cached_property
    def _market(self) -> Market:
        from pricing_core.valuing.comparable_listings import FIRST_WAIT_SECONDS, Market

        # Whoever loads nothing ahead has time: such a process values a home and ends.
        first_wait = FIRST_WAIT_SECONDS if self.settings.PRE_LOAD else None
        return Market(self.store, first_wait, self.settings.columns)

    @cached_property
    def _valuer(self) -> Valuer:
        from pricing_core.valuing.valuer import Valuer

        return Valuer(self.settings, self.store, self._predictor, self._market)

    def start(self) -> Self:
        """Upgrade the database, and load the champion in the background where ``PRE_LOAD`` says so."""
        tighten(self.settings.DATA_DIR, self.settings.MODELS_DIR)
        had_secret = self.settings.has_secret()
        self.store.upgrade()
        self.access.notice_secret(lost=not had_secret)
        bring_home(self.store, self.settings.MODELS_DIR)
        if self.settings.PRE_LOAD and self.store.versions.champion_number() is not None:
            _ = self._valuer  # built once, before threads ask for it
            Thread(target=self._preload, name="preload", daemon=True).start()
        return self

    def _preload(self) -> None:
        try:
            self._market.comparables(self._predictor.champion())
        except PricingError as error:  # the first valuation will say so to whoever asks
            log_in_full("The champion could not be loaded", error)

    def close(self) -> None:
        """Close every connection."""
        if "_market" in vars(self):
            self._market.close()
        self.store.close()

    def value(
        self, subject: Property | Mapping[str, object], *, actor: Actor, as_of: date | str | None = None
    ) -> Valuation:
        """Value one property. It is in the prediction log before this returns.

        ``as_of`` is the day of the value, today when left out; where listings have no dates, all days are the same.

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
            parsed = subject if isinstance(subject, Property) else parse_property(subject, self.settings.columns)
            return self._valuer.value(parsed, actor, parse_day(as_of))

    def value_many(
        self, subjects: Sequence[Property], *, actor: Actor, as_of: date | str | None = None
    ) -> list[Valuation | SubjectError]:
        """Value properties in bulk, without drivers and comparables, all as of one day.

        One that cannot be valued gets its error instead of a valuation; all the others are logged, or none is given.
        """
        with self.monitoring.noting_failures(actor.source, len(subjects), bulk=True):
            answers = self._valuer.value_many(subjects, actor, parse_day(as_of))
        refused = sum(isinstance(answer, SubjectError) for answer in answers)
        self.monitoring.note_failures(actor.source, "refused", refused, bulk=True)
        return answers

    def market_report(self, kind: str | None = None, sector: str | None = None) -> MarketReport:
        """What the typical homes of types and sectors are worth from month to month, as the champion learned it.

        Raises
        ------
        InputError
            When the champion learned from listings without dates, or from too few of that type and sector.
        """
        from pricing_core.valuing.market_report import market_report

        return market_report(self._predictor.champion(), self.settings.CURRENCY, self.uf.table(), kind, sector)

    def value_file(
        self,
        source: File,
        out: Path,
        *,
        actor: Actor,
        progress: Progress | None = None,
        language: Language = "en",
        columns: ColumnChoice = AS_NAMED,
        as_of: date | str | None = None,
        file_name: str | None = None,
        most_rows: int | None = None,
    ) -> Json:
        """Value every row of a file into another; a row that cannot be valued says why, in that language.

        ``columns`` says how the columns of the file are meant, and ``file_name`` what it is called in sentences. A file
        with more than ``most_rows`` is refused.

        Returns
        -------
        dict
            ``rows``, ``valued``, ``failed``, ``out``, and ``notes`` on how the file was read.
        """
        self._predictor.champion()
        day = parse_day(as_of)

        from pricing_core.listings.reading_rules import reading_rules
        from pricing_core.valuing.value_file import value_file

        def value_many(subjects: Sequence[Property]) -> list[Valuation | SubjectError]:
            return self.value_many(subjects, actor=actor, as_of=day)

        rules = reading_rules(self.settings, self.store, columns) | {"file_name": file_name}
        told = progress or no_progress
        keep = partial(self.listings.profiles.save, columns.save_as, actor=actor) if columns.save_as else None
        return value_file(source, out, value_many, self.settings, told, language, rules, keep=keep, most_rows=most_rows)
