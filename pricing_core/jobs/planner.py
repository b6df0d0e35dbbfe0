"""Work that is queued by itself: at set times, when enough new rows have come, and when the market has drifted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Final

from pricing_core.cron import next_time
from pricing_core.nouns import Json, Schedule
from pricing_core.settings import Settings
from pricing_core.store import Plan, Store

RETRAIN: Final = "retrain"
_TICK_SECONDS: Final = 10.0
_PRUNE_AT: Final = "17 3 * * *"  # once a day, while few people work
_DRIFT_REST: Final = timedelta(days=1)
# What lies further in the future than this was written by a clock that was wrong.
_LATER: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class _Planned:
    name: str
    expression: str
    kind: str
    parameters: Json


class Planner:
    """Knows what is due.

    Parameters
    ----------
    drifted
        Says whether the market has moved away from what the champion learned; asked where ``RETRAIN_ON_DRIFT`` is on.
    """

    def __init__(self, settings: Settings, store: Store, drifted: Callable[[], bool] | None = None) -> None:
        self.drifted = drifted
        self._settings = settings
        self._store = store
        self._ticked = -_TICK_SECONDS

    def tick(self) -> None:
        """Queue what is due, at most every ten seconds; a worker calls it between jobs."""
        if monotonic() - self._ticked >= _TICK_SECONDS:
            self._ticked = monotonic()
            self.queue_due()

    def queue_due(self) -> None:
        """Queue what is due now. Times missed while no worker ran are made up for by one job."""
        for planned in self._planned():
            self._queue_if_due(planned)
        if self._settings.RETRAIN_SCHEDULE is None:
            self._store.plans.forget(RETRAIN)
        if self._enough_new_rows() or self._has_drifted():
            self._store.jobs.submit("train", {"recipe": "champion"}, "schedule", size=self._rows())

    def schedule(self) -> Schedule:
        """When the model is trained by itself, and when it last was."""
        settings, plan = self._settings, self._store.plans.get(RETRAIN)
        expression, since = settings.RETRAIN_SCHEDULE, self._store.now()
        if plan is not None and expression is not None and self._holds(plan, expression, since):
            since = plan.since
        return Schedule(
            expression=expression,
            timezone=settings.RETRAIN_TIMEZONE,
            next_at=None if expression is None else next_time(expression, settings.RETRAIN_TIMEZONE, since),
            last_due=None if plan is None else plan.last_due,
            last_job_id=None if plan is None else plan.last_job_id,
            new_rows=self._new_rows(),
            new_rows_limit=settings.RETRAIN_NEW_ROWS,
            on_drift=settings.RETRAIN_ON_DRIFT,
        )

    def _planned(self) -> Iterator[_Planned]:
        if self._settings.RETRAIN_SCHEDULE is not None:
            yield _Planned(RETRAIN, self._settings.RETRAIN_SCHEDULE, "train", {"recipe": "champion"})
        yield _Planned("prune", _PRUNE_AT, "prune", {})

    def _queue_if_due(self, planned: _Planned) -> None:
        plan, now = self._store.plans.get(planned.name), self._store.now()
        if plan is None or not self._holds(plan, planned.expression, now):
            self._store.plans.begin(planned.name, self._zoned(planned.expression))
            return
        due = next_time(planned.expression, self._settings.RETRAIN_TIMEZONE, plan.since)
        if due <= now:
            size = self._rows() if planned.kind == "train" else None
            self._store.plans.queue_due(plan, due, planned.kind, planned.parameters, size=size)

    def _holds(self, plan: Plan, expression: str, now: datetime) -> bool:
        """Whether a plan goes on: it is begun anew after another expression, and after a clock that was ahead."""
        return plan.expression == self._zoned(expression) and plan.since <= now + _LATER

    def _zoned(self, expression: str) -> str:
        return f"{expression} {self._settings.RETRAIN_TIMEZONE}"

    def _enough_new_rows(self) -> bool:
        limit = self._settings.RETRAIN_NEW_ROWS
        return limit > 0 and self._new_rows() >= limit

    def _has_drifted(self) -> bool:
        if not self._settings.RETRAIN_ON_DRIFT or self.drifted is None:
            return False
        # Drift lasts: what one training did not mend, the next within the day would not either.
        return self._store.now() - self._last_trained() >= _DRIFT_REST and self.drifted()

    def _new_rows(self) -> int:
        since = self._last_trained()
        datasets = self._store.listings.datasets()
        return sum(dataset.rows for dataset in datasets if dataset.active and dataset.created_at > since)

    def _last_trained(self) -> datetime:
        """The newest version or asked-for training: one that failed is not begun again with the same rows.

        One from the future would keep the next one away until that time has come.
        """
        latest = self._store.now() + _LATER
        asked = self._store.jobs.last_asked("train", latest)
        made = [version.created_at for version in self._store.versions.all() if version.created_at <= latest]
        return max([*made, *([] if asked is None else [asked])], default=datetime.min.replace(tzinfo=UTC))

    def _rows(self) -> float:
        return float(self._store.listings.count())
