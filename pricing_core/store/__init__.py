"""The only home of SQLAlchemy: one database, its tables and what may be asked of them.

In come and out go nouns and frames; `Store` is the door, with one attribute a subject. Every room above may read and
write through it, each transaction in one place.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import URL, Connection

from pricing_core.nouns.declared import CORE_ALONE, Declaration
from pricing_core.nouns.schema import words_of
from pricing_core.store.alerts import Alerts
from pricing_core.store.copies import copy_database
from pricing_core.store.data_versions import DataVersions
from pricing_core.store.engine import Database, now_in, parse_url, utcnow
from pricing_core.store.expired import Expired
from pricing_core.store.failures import shown_address, without_query_passwords
from pricing_core.store.findings import Findings
from pricing_core.store.jobs import JobRecords
from pricing_core.store.leases import Guard, Lease, State
from pricing_core.store.listings import ListingRecords
from pricing_core.store.moved_artifacts import follow_artifacts
from pricing_core.store.outcomes import Outcomes, Overrides
from pricing_core.store.people import Keys, People, Sessions
from pricing_core.store.plans import Plan, Plans
from pricing_core.store.prediction_log import PredictionFilters, Predictions
from pricing_core.store.profiles import Profiles
from pricing_core.store.review_ledger import Ledger
from pricing_core.store.secret_marks import SecretMarks
from pricing_core.store.tries import Tries, Try
from pricing_core.store.uf_values import UfValues
from pricing_core.store.upgrade import upgrade_tables
from pricing_core.store.usage import Usage
from pricing_core.store.versions import VersionRecords, champion_in

__all__ = [
    "URL",
    "Connection",
    "Database",
    "Guard",
    "Lease",
    "Plan",
    "PredictionFilters",
    "State",
    "Store",
    "Try",
    "champion_in",
    "copy_database",
    "follow_artifacts",
    "parse_url",
    "shown_address",
    "utcnow",
    "without_query_passwords",
]


class Store:
    """One database and its collections. Nothing is opened before the first question.

    ``columns`` are those that the client declares: frames of listings have them.
    """

    def __init__(self, url: str, columns: Declaration = CORE_ALONE) -> None:
        self.database, self.columns = Database(url), columns
        self.listings = ListingRecords(self.database, columns)
        self.findings = Findings(self.database)
        self.reviews = Ledger(self.database)
        self.data_versions = DataVersions(self.database)
        self.predictions = Predictions(self.database)
        self.versions = VersionRecords(self.database)
        self.jobs = JobRecords(self.database)
        self.plans = Plans(self.database)
        self.expired = Expired(self.database)
        self.people = People(self.database)
        self.keys = Keys(self.database)
        self.sessions = Sessions(self.database)
        self.secret_marks = SecretMarks(self.database)
        self.tries = Tries(self.database)
        self.usage = Usage(self.database)
        self.outcomes = Outcomes(self.database, words_of(columns))
        self.overrides = Overrides(self.database)
        self.alerts = Alerts(self.database)
        self.uf_values = UfValues(self.database)
        self.profiles = Profiles(self.database)

    def upgrade(self) -> None:
        """Create or upgrade the tables."""
        upgrade_tables(self.database)

    def now(self) -> datetime:
        """The present moment by the clock that all who use the database share."""
        with self.database.read() as connection:
            return now_in(connection)

    def close(self) -> None:
        """Close every connection."""
        self.database.close()
