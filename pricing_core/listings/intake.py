"""Files and tables of listings come in here: stored, checked, or valued row by row."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from typing import BinaryIO, Final

import pandas as pd

from pricing_core.errors import InputError, SettingsError
from pricing_core.listings import reports
from pricing_core.listings.as_reviewed import ReviewedListings
from pricing_core.listings.checked_file import CheckedFile
from pricing_core.listings.ingestion import (
    ListingsReader,
    look_at_listings,
    preview_listings,
    read_listings,
    read_table,
)
from pricing_core.listings.inspections import Inspections
from pricing_core.listings.reading_rules import reading_rules
from pricing_core.listings.source_profiles import SourceProfiles
from pricing_core.listings.two_files import never_back, same_file
from pricing_core.nouns import (
    ANY_TABLE,
    Actor,
    Dataset,
    File,
    IngestReport,
    Json,
    Progress,
    TableChoice,
    no_progress,
    part_of,
)
from pricing_core.nouns.previews import Preview
from pricing_core.nouns.profiles import AS_NAMED, ColumnChoice
from pricing_core.settings import Settings
from pricing_core.store import Store
from pricing_core.store.client_table import read_source
from pricing_core.words import Language, Message, plural

CHECKED_WHILE_WAITING: Final = 20_000
"""More listings than that are not checked while somebody waits, but by the worker."""

_SHOWN_REJECTIONS: Final = 1_000
# Of the time that an ingestion takes: most of it is looking for what is wrong.
_READ: Final = 0.15
_STORED: Final = 0.25


class Listings:
    """The listings of one installation: what comes in, what is in use, and what looks wrong with it.

    Parameters
    ----------
    settings
        The price limit, the units, and the client's database.
    store
        Where listings are kept.
    queue_check
        Asks the worker to check the listings in use; gives the id of the job.

    Attributes
    ----------
    profiles
        How the columns of sources are meant, saved under names.
    """

    def __init__(self, settings: Settings, store: Store, queue_check: Callable[[Actor], str]) -> None:
        self._settings = settings
        self._store = store
        self._queue_check = queue_check
        self._inspections = Inspections(settings, store)
        self.profiles = SourceProfiles(settings, store)

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
        columns: ColumnChoice = AS_NAMED,
        progress: Progress | None = None,
    ) -> IngestReport:
        """Take a file of listings into the database, or a train and a test file together, in one transaction.

        Real listings set the shipped sample aside; ``replace`` sets aside all that were ingested before. With
        ``queue_check`` many listings are checked by the worker afterwards, in the job that the report names.
        ``columns`` says how the columns of the files are meant.

        Raises
        ------
        ListingsError
            When a file is no listing table, or none of its rows can be used; nothing was changed.
        """
        actor.must("analyst", Message("bring listings"))
        if same_file(train, test):
            raise InputError(
                "{file} is named as train and as test file: a model must not be tested on what it saw.", file=str(train)
            )
        options = {"minimum_price": self._settings.MIN_TARGET_THRESHOLD, **self._rules(columns)}
        told = never_back(progress or no_progress)
        reading = part_of(told, 0, _READ)
        with ExitStack() as stack:
            readers = [read_listings(train, file_name=file_name, progress=reading, **options)]
            if test is not None:
                readers.append(read_listings(test, is_train=False, progress=reading, **options))
            opened = [stack.enter_context(reader) for reader in readers]
            report = self._load(opened, is_sample=is_sample, replace=replace, leave_check=queue_check, progress=told)
            report = self._keep(columns, opened[0], report, actor)
        waits = queue_check and self.waits_for_check()
        return dataclasses.replace(report, check_job=self._queue_check(actor)) if waits else report

    def look_at(
        self, file: BinaryIO, *, file_name: str, require_price: bool = True, choice: TableChoice = ANY_TABLE
    ) -> None:
        """Refuse a file that is no table of listings, by its first lines alone; nothing is read or stored.

        Raises
        ------
        ListingsError
            With the reason.
        """
        declared = self._settings.columns
        look_at_listings(file, file_name, require_price=require_price, choice=choice, declared=declared)

    def preview(
        self, file: BinaryIO, *, file_name: str, require_price: bool = True, columns: ColumnChoice = AS_NAMED
    ) -> Preview:
        """The first rows of a file as they would be read, and what is open about its columns; nothing is stored.

        Raises
        ------
        ListingsError
            When it is no table of listings, or what is said of its columns cannot be.
        """
        least = self._settings.MIN_TARGET_THRESHOLD if require_price else None
        return preview_listings(file, file_name, minimum_price=least, **self._rules(columns))

    def ingest_source(
        self,
        *,
        actor: Actor,
        replace: bool = False,
        columns: ColumnChoice = AS_NAMED,
        progress: Progress | None = None,
    ) -> IngestReport:
        """Take the table ``SOURCE_TABLE`` of the client's database (``USE_DB``)."""
        actor.must("analyst", Message("bring listings"))
        url = self._settings.source_url
        if url is None:
            raise SettingsError("No database is named: set SOURCE_DATABASE_URL, or DB_USER and DB_NAME.")
        told = never_back(progress or no_progress)
        with ExitStack() as stack:
            source = stack.enter_context(read_source(url, self._settings.SOURCE_TABLE))
            limit = self._settings.MIN_TARGET_THRESHOLD
            rules = self._rules(columns)
            del rules["choice"]  # the setting names the table
            reader = read_table(source, minimum_price=limit, progress=part_of(told, 0, _READ), **rules)
            report = self._load([stack.enter_context(reader)], is_sample=False, replace=replace, progress=told)
            return self._keep(columns, reader, report, actor)

    def _rules(self, columns: ColumnChoice) -> Json:
        return reading_rules(self._settings, self._store, columns)

    def _keep(self, columns: ColumnChoice, reader: ListingsReader, report: IngestReport, actor: Actor) -> IngestReport:
        if not columns.save_as:
            return report
        saved = self.profiles.save(columns.save_as, reader.header, actor=actor)
        return dataclasses.replace(report, notes=[*report.notes, saved])

    def _load(
        self,
        readers: list[ListingsReader],
        *,
        is_sample: bool,
        replace: bool,
        leave_check: bool = False,
        progress: Progress,
    ) -> IngestReport:
        settled = set(self._store.reviews.in_force()["listing_id"])
        storing = part_of(progress, _READ, _STORED)
        loaded = self._store.listings.load(readers, is_sample=is_sample, replace=replace, progress=storing)
        is_checked = not (leave_check and self.waits_for_check())
        if is_checked:
            self._inspections.bring_up_to_date(part_of(progress, _STORED, 1))
        in_general = reports.in_general(self._store, loaded.datasets, self._settings.CURRENCY)
        reasons = sum((reader.reasons for reader in readers), Counter[Message]())
        notes = [
            Message("{file}: {note}", file=reader.file_name, note=note) for reader in readers for note in reader.notes
        ]
        return IngestReport(
            datasets=loaded.datasets,
            changed=loaded.changed,
            accepted=sum(reader.accepted for reader in readers),
            rejected=sum(reader.rejected for reader in readers),
            reasons=dict(reasons),
            rejections=[item for reader in readers for item in reader.rejections][:_SHOWN_REJECTIONS],
            notes=notes + loaded.notes + self._reviews_set_aside(settled) + in_general,
            kept_out=reports.kept_out(readers),
            findings=reports.of_files(self._store, readers, loaded.datasets) if is_checked else [],
        )

    def _reviews_set_aside(self, settled: set[int]) -> list[Message]:
        lost = len(settled - set(self._store.reviews.in_force()["listing_id"]))
        if not lost:
            return []
        return [
            plural(
                "{count:integer} settled listing was set aside: its reviews stay in the ledger, but no longer act.",
                "{count:integer} settled listings were set aside: their reviews stay in the ledger, but no longer act.",
                "count",
                count=lost,
            )
        ]

    def datasets(self) -> list[Dataset]:
        """Every ingested file or table, newest first."""
        return self._store.listings.datasets()

    def data_version(self) -> str:
        """Changes whenever the listings in use change: a key for caches."""
        return self._store.listings.fingerprint()

    def frame(self) -> pd.DataFrame:
        """The listings in use: ``id``, ``dataset_id``, ``row_number``, the listing columns and ``is_train``."""
        return self._store.listings.frame()

    def as_written(self, listing_id: int) -> dict[str, str]:
        """The text of those numbers of a listing that were more than plain digits, by column."""
        return self._store.listings.as_written(listing_id)

    def as_reviewed(self) -> pd.DataFrame:
        """The listings in use with corrections applied, ``verdict`` and ``left_out``.

        ``left_out`` says why training leaves a listing out: ``excluded``, ``unreviewed error``, or nothing.
        """
        return ReviewedListings(self._settings, self._store).frame()

    def check(
        self,
        file: File,
        *,
        file_name: str | None = None,
        columns: ColumnChoice = AS_NAMED,
        progress: Progress | None = None,
        language: Language = "en",
    ) -> Json:
        """What looks wrong with the listings of a file, and how it was read, in words; nothing is stored."""
        told = progress or no_progress
        reading = part_of(told, 0, 0.2)
        with read_listings(file, file_name=file_name, progress=reading, **self._rules(columns)) as reader:
            chunks = list(reader)
            kept_out = list(reader.each_rejection())
        return CheckedFile(self._settings, reader, language).document(chunks, kept_out, part_of(told, 0.2, 1))

    def waits_for_check(self) -> bool:
        """Whether the listings in use are unchecked, and too many to be checked while somebody waits."""
        return not self._inspections.is_up_to_date() and self._store.listings.count() > CHECKED_WHILE_WAITING

    def findings(self, *, progress: Progress | None = None) -> pd.DataFrame:
        """What looks wrong with them, as it was found when they were ingested; looked for anew where need be.

        Returns
        -------
        DataFrame
            ``listing_id``, ``check``, ``severity``, ``column``, ``message`` (as text that `Message.from_text` reads),
            ``suggestion`` and ``settled`` (whether a person's decision stands on the listing).
        """
        self._inspections.bring_up_to_date(progress)
        found = self._store.findings.frame()
        return found.assign(settled=found["listing_id"].isin(self._store.reviews.in_force()["listing_id"]))

    def estimates(self) -> pd.DataFrame:
        """The price that the other listings foretell for each, as ``listing_id``, ``estimate`` and ``residual``."""
        self._inspections.bring_up_to_date()
        return self._store.findings.estimates()
