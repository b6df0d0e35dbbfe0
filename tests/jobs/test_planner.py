"""Trainings that are queued by themselves: at set times, after new rows, when the market has drifted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from pricing_core import AVM, Actor, Job, SettingsError, load_settings
from pricing_core.cron import next_time
from pricing_core.jobs.planner import RETRAIN, Planner
from pricing_core.nouns import Version
from pricing_core.store import Store, utcnow
from pricing_core.store.tables.jobs_and_plans import plans
from tests.factories import listings


def planner(store: Store, drifted: bool | None = None, **given: Any) -> Planner:
    return Planner(load_settings(**given), store, None if drifted is None else lambda: drifted)


def trainings(store: Store) -> list[Job]:
    return store.jobs.newest(10, "train")


def worker_was_away(store: Store, since: timedelta) -> None:
    with store.database.write() as connection:
        connection.execute(sa.update(plans).values(since=utcnow() - since))


def end(store: Store, status: Any = "done") -> None:
    lease = store.jobs.leases.claim("w")
    assert lease is not None
    store.jobs.leases.finish(lease, status, "")


def test_nothing_is_due_before_its_time(store: Store) -> None:
    planner(store, RETRAIN_SCHEDULE="0 3 * * *").queue_due()
    planner(store, RETRAIN_SCHEDULE="0 3 * * *").queue_due()
    assert trainings(store) == []


def test_times_missed_while_no_worker_ran_make_one_training(store: Store) -> None:
    planned = planner(store, RETRAIN_SCHEDULE="0 3 * * *")
    planned.queue_due()
    worker_was_away(store, timedelta(days=3, hours=1))
    planned.queue_due()
    end(store)
    planned.queue_due()
    found = trainings(store)
    assert [job.requested_by for job in found] == ["schedule"]
    assert planned.schedule().last_job_id == found[0].id


def test_two_workers_queue_a_due_training_once(store: Store) -> None:
    planned = planner(store, RETRAIN_SCHEDULE="0 3 * * *")
    planned.queue_due()
    worker_was_away(store, timedelta(days=2))
    seen = store.plans.get(RETRAIN)
    assert seen is not None
    first = store.plans.queue_due(seen, utcnow(), "train", {})
    end(store)  # so that the index on active jobs is not what keeps the second one away
    assert first is not None
    assert store.plans.queue_due(seen, utcnow(), "train", {}) is None
    assert len(trainings(store)) == 1


def test_a_training_that_is_queued_already_counts_as_the_planned_one(store: Store) -> None:
    planned = planner(store, RETRAIN_SCHEDULE="0 3 * * *")
    planned.queue_due()
    asked = store.jobs.submit("train", {"recipe": "original"}, "ana")
    worker_was_away(store, timedelta(days=2))
    planned.queue_due()
    assert [job.id for job in trainings(store)] == [asked.id]
    assert planned.schedule().last_job_id == asked.id


def test_a_new_expression_does_not_make_up_for_times_before_it(store: Store) -> None:
    planner(store, RETRAIN_SCHEDULE="0 3 * * *").queue_due()
    worker_was_away(store, timedelta(days=9))
    planner(store).queue_due()
    planner(store, RETRAIN_SCHEDULE="0 4 * * *").queue_due()
    planner(store, RETRAIN_SCHEDULE="0 4 * * *").queue_due()
    assert trainings(store) == []


def test_what_is_past_its_time_is_removed_once_a_day(store: Store) -> None:
    planner(store).queue_due()
    worker_was_away(store, timedelta(days=1, minutes=1))
    planner(store).queue_due()
    assert [job.kind for job in store.jobs.newest(10)] == ["prune"]


def test_enough_new_rows_make_one_training_even_when_it_fails(avm: AVM, admin: Actor, tmp_path: Path) -> None:
    planned = planner(avm.store, RETRAIN_NEW_ROWS=100)
    for seed, rows in enumerate((60, 60)):
        planned.queue_due()
        assert trainings(avm.store) == []
        path = tmp_path / f"{seed}.csv"
        listings(rows, seed=seed).to_csv(path, index=False)
        avm.listings.ingest(path, actor=admin)
    assert planned.schedule().new_rows == 120
    planned.queue_due()
    assert len(trainings(avm.store)) == 1
    end(avm.store, "failed")
    planned.queue_due()
    assert len(trainings(avm.store)) == 1
    assert planned.schedule().new_rows == 0


def test_rows_that_the_newest_version_knows_are_not_new(avm: AVM, admin: Actor, tmp_path: Path) -> None:
    pd.DataFrame(listings(60)).to_csv(tmp_path / "a.csv", index=False)
    avm.listings.ingest(tmp_path / "a.csv", actor=admin)
    avm.store.versions.add(Version(1, "run", "revised", "f", "file:///m", "0" * 64, {}, {}, utcnow()))
    assert planner(avm.store).schedule().new_rows == 0


@pytest.mark.parametrize(
    ("drifted", "on", "expected"), [(True, True, 1), (True, False, 0), (False, True, 0), (None, True, 0)]
)
def test_drift_makes_a_training_where_that_is_wished(
    store: Store, drifted: bool | None, on: bool, expected: int
) -> None:
    planner(store, drifted, RETRAIN_ON_DRIFT=on).queue_due()
    assert len(trainings(store)) == expected


def test_drift_that_lasts_is_trained_for_once_a_day(store: Store) -> None:
    for _ in range(2):
        planner(store, True, RETRAIN_ON_DRIFT=True).queue_due()
        if store.jobs.newest(1)[0].active:
            end(store)
    assert len(trainings(store)) == 1


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        # Santiago moves its clock forward at midnight from 6 to 7 September 2025, and back from 4 to 5 April 2026.
        (datetime(2025, 9, 5, 12, tzinfo=UTC), datetime(2025, 9, 6, 7, tzinfo=UTC)),
        (datetime(2025, 9, 6, 12, tzinfo=UTC), datetime(2025, 9, 7, 6, tzinfo=UTC)),
        (datetime(2026, 4, 4, 12, tzinfo=UTC), datetime(2026, 4, 5, 7, tzinfo=UTC)),
    ],
)
def test_times_follow_the_clock_of_their_zone(after: datetime, expected: datetime) -> None:
    assert next_time("0 3 * * *", "America/Santiago", after) == expected


def test_a_time_that_the_clock_skips_or_repeats_comes_once() -> None:
    skipped = next_time("30 0 * * *", "America/Santiago", datetime(2025, 9, 6, 12, tzinfo=UTC))
    assert next_time("30 0 * * *", "America/Santiago", skipped) - skipped > timedelta(hours=20)
    repeated = next_time("30 23 * * *", "America/Santiago", datetime(2026, 4, 4, 12, tzinfo=UTC))
    assert next_time("30 23 * * *", "America/Santiago", repeated) - repeated > timedelta(hours=23)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("RETRAIN_SCHEDULE", "every day", "2 fields instead of 5"),
        ("RETRAIN_SCHEDULE", "0 25 * * *", "no cron expression"),
        ("RETRAIN_SCHEDULE", "0 0 30 2 *", "Bad day-of-month"),
        ("RETRAIN_TIMEZONE", "Chile/Nowhere", "no time zone"),
        ("RETRAIN_TIMEZONE", "../etc/passwd", "no time zone"),
        ("KEEP_JOBS_DAYS", "-1", "greater than or equal to 0"),
    ],
)
def test_a_schedule_that_cannot_be_is_refused_at_the_start(name: str, value: str, words: str) -> None:
    with pytest.raises(SettingsError, match=f"{name}: .*{words}"):
        load_settings(**{name: value})
