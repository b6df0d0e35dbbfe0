"""What is measured of one window of the prediction log, and what it comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, TypedDict

import numpy as np
import pandas as pd

from pricing_core.monitoring.accuracy import LiveAccuracy, judge_outcomes
from pricing_core.monitoring.drift import Drift, measure_drift
from pricing_core.nouns import Noun, Version
from pricing_core.nouns.arrays import Numbers
from pricing_core.nouns.declared import Roles
from pricing_core.nouns.declared_frames import unpacked
from pricing_core.nouns.homes_in_columns import allowed, columns_from_frame
from pricing_core.nouns.monitoring import Alert, Override
from pricing_core.nouns.names import KnownNames
from pricing_core.nouns.schema import FEATURES, SECTOR
from pricing_core.settings import Settings
from pricing_core.store import Store, utcnow
from pricing_core.store.fingerprints import DECLARED
from pricing_core.store.usage import Volume
from pricing_core.versions.training_profile import VALUE

OUTCOME_DAYS: Final = 365
_MOST_ROWS: Final = 50_000
_MOST_TIMED: Final = 10_000
_MOST_OUTCOMES: Final = 20_000
_MOST_OVERRIDES: Final = 5_000
_SHOWN_SECTORS: Final = 50
NO_CHAMPION: Final = "no_champion"
NO_REFERENCE: Final = "no_reference"


@dataclass(frozen=True)
class DriftReport(Noun):
    """Drift against the champion's training rows.

    ``missing`` says why there is none: ``no_champion``, or ``no_reference`` for a version from before references were
    kept, which has to be trained again.
    """

    version: int | None
    homes: int
    rows: list[Drift]
    missing: str = ""


class UsageOfDay(TypedDict):
    """How many homes were valued on a day, and how many of the single ones with low confidence."""

    day: date
    single: int
    bulk: int
    low: int


class AskedSector(TypedDict):
    """A sector, and how often it was asked for."""

    sector: str | None
    count: int


class ValuesOfDay(TypedDict):
    """The median and the middle half of the values of a day."""

    day: date
    count: int
    low: float
    median: float
    high: float


@dataclass(frozen=True)
class WatchReport(Noun):
    """What the last days were like.

    Attributes
    ----------
    single, bulk
        Homes valued one by one, and in files or batches. Confidence, unknown sectors, drift and times are those of
        the former, unless ``WATCH_BULK`` is on: a file of homes that are alike must neither hide a change nor make one.
    by_day
        ``day`` (UTC), ``single``, ``bulk`` and ``low``.
    confidence
        Homes by grade.
    milliseconds
        ``p50``, ``p95`` and ``p99`` of the newest 10,000 homes valued one by one; empty where there are none.
    slow_by_day
        Their 95th percentile of each day.
    refused, failed
        Homes that got no value: for what was asked, or for reasons of ours.
    unknown_sectors
        ``sector`` and ``count`` of those that the champion has never seen, most frequent first.
    unknown
        Homes in such sectors.
    watched
        Homes that confidence and unknown sectors are shares of.
    values_by_day
        ``day`` with the median and the middle half of its values.
    """

    days: int
    since: datetime
    single: int
    bulk: int
    by_day: list[UsageOfDay]
    confidence: dict[str, int]
    milliseconds: dict[str, float]
    slow_by_day: list[float]
    refused: int
    failed: int
    watched: int
    unknown: int
    unknown_sectors: list[AskedSector]
    values_by_day: list[ValuesOfDay]
    drift: DriftReport
    live: LiveAccuracy
    overrides: list[Override]
    alerts: list[Alert]

    @property
    def low_share(self) -> float | None:
        """The share of low confidence."""
        return self.confidence.get("low", 0) / self.watched if self.watched else None

    @property
    def unknown_share(self) -> float | None:
        """The share of homes in sectors that the champion has never seen."""
        return self.unknown / self.watched if self.watched else None

    @property
    def error_share(self) -> float | None:
        """The share of homes asked for that got no value."""
        without = self.refused + self.failed
        return without / (without + self.watched) if without + self.watched else None


class Measuring:
    """Measures a window; what it reads is bounded, however large the log is.

    Parameters
    ----------
    store
        The log and the versions.
    settings
        ``WATCH_BULK`` and the limit of drift.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    def report(self, days: int) -> WatchReport:
        """All of it, but for the alerts that come of it."""
        since = utcnow() - timedelta(days=days)
        bulk = self._settings.WATCH_BULK
        volume = self._store.usage.volume(since)
        watched = [item for item in volume if bulk or not item.bulk]
        failures = self._store.usage.failures(since, bulk=None if bulk else False)
        champion = self._champion()
        homes = self._homes(since, self._declared(champion))
        timed = self._store.usage.milliseconds(since, _MOST_TIMED)
        unknown = self._unknown(champion, since)
        return WatchReport(
            days=days,
            since=since,
            single=sum(item.homes for item in volume if not item.bulk),
            bulk=sum(item.homes for item in volume if item.bulk),
            by_day=_by_day(volume),
            confidence=dict(_sums((item.confidence or "", item.homes) for item in watched)),
            milliseconds=_percentiles(timed["milliseconds"].to_numpy(float)),
            slow_by_day=[float(np.percentile(times, 95)) for _, times in _daily(timed, "milliseconds")],
            refused=failures["refused"],
            failed=failures["failed"],
            watched=sum(item.homes for item in watched),
            unknown=sum(item["count"] for item in unknown),
            unknown_sectors=unknown[:_SHOWN_SECTORS],
            values_by_day=_values_by_day(homes),
            drift=self._drift(champion, homes),
            live=self.live(),
            overrides=self._store.overrides.newest(since, _MOST_OVERRIDES),
            alerts=[],
        )

    def drift(self, days: int) -> DriftReport:
        """Drift alone."""
        champion = self._champion()
        return self._drift(champion, self._homes(utcnow() - timedelta(days=days), self._declared(champion)))

    def listing_drift(self) -> DriftReport:
        """Drift of the listings in use that came after the champion was trained."""
        champion = self._champion()
        came = champion.created_at if champion else utcnow()
        new = [item.id for item in self._store.listings.datasets() if item.active and item.created_at > came]
        frame, declared = pd.DataFrame(columns=[*FEATURES]), self._declared(champion)
        if new:
            listings = self._store.listings.frame(*FEATURES, "dataset_id", *([DECLARED] if declared else []))
            frame = listings[listings["dataset_id"].isin(new)].tail(_MOST_ROWS).reset_index(drop=True)
        if declared:
            frame = frame.assign(**unpacked(frame[DECLARED].tolist() if new else [], declared))
        found = self._drift(champion, frame.assign(version=np.nan, value=np.nan))
        return replace(found, rows=[row for row in found.rows if row.feature != VALUE])

    def live(self) -> LiveAccuracy:
        """Outcomes of the predictions of the last year."""
        since = utcnow() - timedelta(days=OUTCOME_DAYS)
        pairs = self._store.outcomes.pairs(since, _MOST_OUTCOMES)
        return judge_outcomes(pairs, self._store.overrides.newest(since, _MOST_OVERRIDES))

    def _champion(self) -> Version | None:
        number = self._store.versions.champion_number()
        return None if number is None else self._store.versions.get(number)

    def _declared(self, champion: Version | None) -> Roles:
        """The declared columns that the champion uses, as far as they are still declared so."""
        used, now = (champion.manifest.get("declared") or {}) if champion else {}, self._settings.columns.roles
        return {name: role for name, role in now.items() if used.get(name) == role}

    def _homes(self, since: datetime, declared: Roles) -> pd.DataFrame:
        """The newest homes of the window, each once however often it was asked for."""
        frame = self._store.usage.newest(since, _MOST_ROWS, bulk=self._settings.WATCH_BULK, declared=declared)
        return frame.drop_duplicates([*FEATURES, *declared], ignore_index=True)

    def _unknown(self, champion: Version | None, since: datetime) -> list[AskedSector]:
        if champion is None:
            return []
        known = KnownNames(dict.fromkeys(map(str, champion.manifest["categories"][SECTOR]), 1))
        asked = self._store.usage.sectors(since, bulk=self._settings.WATCH_BULK)
        return [{"sector": sector, "count": count} for sector, count in asked if (sector or "") not in known]

    def _drift(self, champion: Version | None, homes: pd.DataFrame) -> DriftReport:
        if champion is None:
            return DriftReport(None, len(homes), [], NO_CHAMPION)
        reference = champion.manifest.get("reference")
        if reference is None:
            return DriftReport(champion.version, len(homes), [], NO_REFERENCE)
        # Values of another version would show how versions differ, not how homes do.
        values = homes.loc[homes["version"] == champion.version, "value"].to_numpy(float)
        declared = self._declared(champion)
        columns = allowed(columns_from_frame(homes, declared))
        rows = measure_drift(reference, columns, values, self._settings.ALERT_DRIFT_PSI, declared)
        return DriftReport(champion.version, len(homes), rows)


def _by_day(volume: list[Volume]) -> list[UsageOfDay]:
    days: dict[date, UsageOfDay] = {}
    for item in volume:
        day = days.setdefault(item.day, {"day": item.day, "single": 0, "bulk": 0, "low": 0})
        day["bulk" if item.bulk else "single"] += item.homes
        day["low"] += item.homes if item.confidence == "low" and not item.bulk else 0
    return list(days.values())


def _sums(pairs: Iterable[tuple[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for name, count in pairs:
        total[name] += count
    return total


def _percentiles(milliseconds: Numbers) -> dict[str, float]:
    if not len(milliseconds):
        return {}
    return {f"p{level}": float(np.percentile(milliseconds, level)) for level in (50, 95, 99)}


def _daily(frame: pd.DataFrame, column: str) -> list[tuple[date, Numbers]]:
    """One column by day, in UTC."""
    if frame.empty:
        return []
    days = pd.to_datetime(frame["created_at"], utc=True).dt.date
    return [(day, group.to_numpy(float)) for day, group in frame[column].groupby(days)]


def _values_by_day(homes: pd.DataFrame) -> list[ValuesOfDay]:
    return [_values_of(day, values) for day, values in _daily(homes, "value")]


def _values_of(day: date, values: Numbers) -> ValuesOfDay:
    low, median, high = np.quantile(values, [0.25, 0.5, 0.75]).tolist()
    return {"day": day, "count": len(values), "low": low, "median": median, "high": high}
