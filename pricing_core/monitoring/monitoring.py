"""`Monitoring`: what the doors may ask and tell about the log, the alerts, outcomes and overrides."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import monotonic
from typing import BinaryIO, Final

from pricing_core.errors import AccessError, InputError, NotFoundError, PricingError, log_in_full
from pricing_core.listings.ingestion.outcome_preview import preview_outcomes
from pricing_core.listings.ingestion.outcomes import FIELDS, read_outcomes
from pricing_core.listings.reading_rules import reading_rules
from pricing_core.listings.source_profiles import SourceProfiles
from pricing_core.monitoring.accuracy import LiveAccuracy
from pricing_core.monitoring.alerts import RULES, broken_rules, measures, waiting_rules
from pricing_core.monitoring.outcomes import attach, report
from pricing_core.monitoring.report import DriftReport, Measuring, WatchReport
from pricing_core.nouns import Actor, File, Json
from pricing_core.nouns.monitoring import Alert, FailureKind, Outcome, OutcomeReport, Override
from pricing_core.nouns.previews import Preview
from pricing_core.nouns.profiles import AS_NAMED, ColumnChoice
from pricing_core.nouns.schema import KIND, SECTOR
from pricing_core.settings import Settings
from pricing_core.store import Store, utcnow
from pricing_core.words import Message

_LONGEST_WINDOW: Final = 366
_SHORTEST_REASON, _LONGEST_REASON = 3, 500
# A price of another size than the value is a slip, not a judgement.
_FARTHEST: Final = 10.0
_SHOWN_ALERTS: Final = 50
_TICK_SECONDS: Final = 600.0


class Monitoring:
    """Watches the valuations of one installation.

    Parameters
    ----------
    settings
        The window and the limits.
    store
        The log, and what is kept about it.
    """

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._measuring = Measuring(store, settings)
        self._ticked = -_TICK_SECONDS

    def report(self, days: int | None = None) -> WatchReport:
        """What the last days were like; ``WATCH_DAYS`` of them where no number is given.

        Raises
        ------
        InputError
            When the number of days is not between 1 and 366.
        """
        return replace(self._measuring.report(self._days(days)), alerts=self.alerts())

    def drift(self, days: int | None = None) -> DriftReport:
        """Each feature, and the values, against the champion's training rows."""
        return self._measuring.drift(self._days(days))

    def listing_drift(self) -> DriftReport:
        """Each feature of the listings that came since the champion was trained, against its training rows."""
        return self._measuring.listing_drift()

    def live_accuracy(self) -> LiveAccuracy:
        """Values against the prices that became known later, of the predictions of the last year."""
        return self._measuring.live()

    def _days(self, days: int | None) -> int:
        wanted = self._settings.WATCH_DAYS if days is None else days
        if not 1 <= wanted <= _LONGEST_WINDOW:
            raise InputError(
                "{days} days cannot be watched: allowed are 1 to {most}.", days=wanted, most=_LONGEST_WINDOW
            )
        return wanted

    # Alerts

    def evaluate_alerts(self) -> list[Alert]:
        """Measure, keep what was found, and give the alerts that hold now. A worker calls this regularly."""
        return self.watched().alerts

    def tick(self) -> None:
        """Evaluate the alerts, at most every ten minutes; a worker calls it between jobs."""
        if monotonic() - self._ticked >= _TICK_SECONDS:
            self._ticked = monotonic()
            self.evaluate_alerts()

    def drifted(self) -> bool:
        """Whether the alert of drift held when it was looked at last."""
        return any(alert.rule == "drift" for alert in self.alerts())

    def watched(self) -> WatchReport:
        """The report of the usual window, its alerts evaluated and kept."""
        found = self._measuring.report(self._settings.WATCH_DAYS)
        broken = broken_rules(found, self._settings)
        self._store.alerts.record({rule: item._asdict() for rule, item in broken.items()}, measures(found))
        return replace(found, alerts=self.alerts())

    def alerts(self, *, resolved: bool = False) -> list[Alert]:
        """The alerts that hold; with ``resolved`` the newest that are over come after them."""
        found = self._store.alerts.open()
        return [*found, *self._store.alerts.resolved(_SHOWN_ALERTS)] if resolved else found

    def gauges(self) -> dict[tuple[str, str], float]:
        """What was measured last, by name and label, with ``alert_active`` (1 or 0) of every rule: two small reads."""
        active = {alert.rule for alert in self._store.alerts.open()}
        return self._store.alerts.measures() | {("alert_active", rule): float(rule in active) for rule in RULES}

    def waiting(self, found: WatchReport) -> frozenset[str]:
        """The rules that have too few rows in a report to say anything."""
        return waiting_rules(found)

    # Outcomes

    def add_outcomes(
        self, file: File, *, actor: Actor, file_name: str | None = None, columns: ColumnChoice = AS_NAMED
    ) -> OutcomeReport:
        """Attach the prices of a file to the predictions they belong to; the same file twice changes nothing.

        ``decimal`` is the decimal mark, for a file that leaves it open.

        Raises
        ------
        AccessError
            For agents.
        ListingsError
            When it is no file of outcomes; nothing was changed.
        """
        actor.must("analyst", Message("attach outcomes"))
        name = file_name or (file.name if isinstance(file, Path) else "The file")
        keep = partial(SourceProfiles(self._settings, self._store).save, columns.save_as, actor=actor)
        rows, notes = read_outcomes(
            file, file_name=name, keep=keep if columns.save_as else None, **self._rules(columns)
        )
        attached = attach(self._store, rows, shuffled=self._settings.SHUFFLE_RAW_DATA)
        new = self._store.outcomes.add(attached[0], file_name=name, added_by=actor.name)
        return report(rows, attached, new, notes)

    def preview(self, file: BinaryIO, *, file_name: str, columns: ColumnChoice = AS_NAMED) -> Preview:
        """The first rows of a file of outcomes as they would be read, and what is open about its columns.

        Raises
        ------
        ListingsError
            When it is no table, or what is said of its columns cannot be.
        """
        return preview_outcomes(file, file_name, self._rules(columns))

    def _rules(self, columns: ColumnChoice) -> Json:
        rules = reading_rules(self._settings, self._store, columns, FIELDS)
        del rules["declared"]  # a later price is attached by the core of a home
        return rules | {"today": utcnow().date()}

    def outcomes(self, log_id: str) -> list[Outcome]:
        """The prices that became known of one logged prediction, the newest first."""
        return self._store.outcomes.of(log_id)

    # Overrides

    def override(self, log_id: str, value: float, *, reason: str, actor: Actor) -> Override:
        """Keep the price that a person would ask instead, with the reason; what was logged stays as it is.

        Raises
        ------
        NotFoundError
            When there is no such prediction.
        AccessError
            When an agent overrides the valuation of someone else.
        InputError
            When the price is none, is far from the value, or the reason is missing.
        """
        logged = self._store.predictions.get(log_id)
        if logged is None:
            raise NotFoundError("There is no logged prediction {entry:quoted}: see `tasador log`.", entry=log_id)
        if logged.requested_by != actor.name and not actor.may("analyst"):
            raise AccessError(
                "{name} may override his or her own valuations only, and this one is not.", name=actor.name
            )
        told = " ".join(reason.split())
        if not _SHORTEST_REASON <= len(told) <= _LONGEST_REASON:
            raise InputError(
                "The reason has {count} characters: say in {least} to {most} why another price is asked.",
                count=len(told),
                least=_SHORTEST_REASON,
                most=_LONGEST_REASON,
            )
        _refuse_far(value, logged.value)
        home = logged.subject
        kept = Override(
            log_id, float(value), told, actor.name, utcnow(), logged.value, str(home[KIND]), str(home[SECTOR])
        )
        self._store.overrides.add(kept)
        return kept

    def overridden(self, log_id: str) -> Override | None:
        """What a person would ask instead of this prediction: the newest counts."""
        return self._store.overrides.of(log_id)

    # Failures

    @contextmanager
    def noting_failures(self, source: str, homes: int = 1, *, bulk: bool = False) -> Iterator[None]:
        """Count homes that get no value because of an error, and let the error pass."""
        try:
            yield
        except InputError:
            self.note_failures(source, "refused", homes, bulk=bulk)
            raise
        except PricingError:
            self.note_failures(source, "failed", homes, bulk=bulk)
            raise

    def note_failures(self, source: str, kind: FailureKind, count: int, *, bulk: bool = False) -> None:
        """Count homes that got no value. When even this cannot be written, the request must not suffer."""
        if not count:
            return
        try:
            self._store.usage.add_failures(source, kind, count, bulk=bulk)
        except PricingError as error:
            log_in_full("A failure could not be counted", error)


def _refuse_far(value: float, logged: float) -> None:
    if not (math.isfinite(value) and logged / _FARTHEST <= value <= logged * _FARTHEST):
        raise InputError(
            "The price {price:exact} is out of proportion to the value {value:number}: allowed is a tenth of it to ten "
            "times as much. Check its zeros and its currency.",
            price=value,
            value=logged,
        )
