"""Clocks that are wrong or are set: whether a worker lives, what is due, and how long a login lasts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from pricing_core import load_settings
from pricing_core.jobs.planner import RETRAIN, Planner
from pricing_core.store import Lease, Store, utcnow
from pricing_core.store.tables import jobs, sessions, workers
from pricing_core.store.tables.jobs_and_plans import plans

SILENCE = timedelta(seconds=30)
TWO_HOURS = timedelta(hours=2)


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets seconds pass for whoever watches."""
    now = [1_000.0]
    monkeypatch.setattr("pricing_core.store.pulses.monotonic", lambda: now[0])

    def pass_by(seconds: float) -> None:
        now[0] += seconds

    return pass_by


def running(store: Store) -> Lease:
    store.jobs.submit("train", {"recipe": "revised"}, "ana")
    lease = store.jobs.leases.claim("w")
    assert lease is not None
    return lease


def write(store: Store, table: sa.Table, **values: Any) -> None:
    with store.database.write() as connection:
        connection.execute(table.update().values(**values))


def status(store: Store, lease: Lease) -> str:
    job = store.jobs.get(lease.job_id)
    assert job is not None
    return job.status


@pytest.mark.parametrize("ahead", [TWO_HOURS, -TWO_HOURS, timedelta(days=4_000)])
def test_a_job_whose_beat_no_longer_changes_is_taken_back_whatever_the_clock_of_its_worker_said(
    store: Store, wait: Callable[[float], None], ahead: timedelta
) -> None:
    lease = running(store)
    write(store, jobs, heartbeat_at=utcnow() + ahead)
    assert store.jobs.leases.release_abandoned(SILENCE) == 0
    wait(9)
    assert store.jobs.leases.release_abandoned(SILENCE) == 0
    wait(2)
    assert store.jobs.leases.release_abandoned(SILENCE) == 1
    assert status(store, lease) == "queued"


@pytest.mark.parametrize("ahead", [TWO_HOURS, -TWO_HOURS])
def test_a_worker_that_beats_keeps_its_job_whatever_its_clock_says(
    store: Store, wait: Callable[[float], None], ahead: timedelta
) -> None:
    lease = running(store)
    for second in range(40):
        write(store, jobs, heartbeat_at=utcnow() + ahead + timedelta(seconds=second))
        assert store.jobs.leases.release_abandoned(SILENCE) == 0
        wait(5)
    assert status(store, lease) == "running"


def test_a_clock_that_is_set_back_and_forth_takes_no_job_from_a_worker_that_beats(
    store: Store, wait: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    lease, real = running(store), utcnow()
    for hours in (0, -2, 3, 0, 24, -5):
        for second in range(3):
            moment = real + timedelta(hours=hours, seconds=second)
            monkeypatch.setattr("pricing_core.store.engine.utcnow", lambda moment=moment: moment)
            assert store.jobs.leases.release_abandoned(SILENCE) == 0
            assert store.jobs.leases.beat(lease, "Fitting", 0.5) == "held"
            wait(4)
    assert status(store, lease) == "running"


def test_a_beat_that_comes_while_the_job_is_being_taken_back_saves_it(
    store: Store, wait: Callable[[float], None]
) -> None:
    lease = running(store)
    write(store, jobs, heartbeat_at=utcnow() + TWO_HOURS)
    leases = store.jobs.leases
    leases.release_abandoned(SILENCE)
    wait(20)
    seen = leases._doubtful(SILENCE)
    assert leases.beat(lease, "Fitting", 0.5) == "held"
    assert leases._release(seen) == 0
    assert status(store, lease) == "running"


def test_who_looks_only_once_waits_until_it_is_certain(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pricing_core.store.leases._WATCHED_SECONDS", 1.5)
    lease = running(store)
    write(store, jobs, heartbeat_at=utcnow() + TWO_HOURS)
    store.jobs.cancel(lease.job_id)
    assert store.jobs.leases.release_abandoned(SILENCE, wait=True) == 1
    assert status(store, lease) == "cancelled"


def test_a_dead_worker_whose_last_sign_lies_in_the_future_is_not_alive(store: Store) -> None:
    store.jobs.workers.beat("w")
    write(store, workers, heartbeat_at=utcnow() + TWO_HOURS)
    assert not store.jobs.workers.alive(SILENCE)
    assert not store.jobs.workers.alive(SILENCE)


def test_a_worker_whose_clock_is_wrong_is_seen_to_live_by_its_signs_and_to_be_dead_without(
    store: Store, wait: Callable[[float], None]
) -> None:
    store.jobs.workers.beat("w")
    for second in range(3):
        write(store, workers, heartbeat_at=utcnow() + TWO_HOURS + timedelta(seconds=second))
        alive = store.jobs.workers.alive(SILENCE)
        wait(5)
    assert alive
    wait(30)
    assert not store.jobs.workers.alive(SILENCE)


def test_on_postgresql_the_clock_of_the_database_counts_and_nobody_elses(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(postgresql_url)
    real = utcnow()
    monkeypatch.setattr("pricing_core.store.engine.utcnow", lambda: real + TWO_HOURS)
    lease = running(store)
    store.jobs.leases.beat(lease, "Fitting", 0.5)
    job = store.jobs.get(lease.job_id)
    assert job is not None
    assert job.heartbeat_at is not None
    assert abs(job.heartbeat_at - real) < timedelta(minutes=5)
    assert abs(job.created_at - real) < timedelta(minutes=5)
    store.close()


# What is due


def planner(store: Store, **given: Any) -> Planner:
    return Planner(load_settings(**given), store, lambda: True)


def test_a_plan_from_the_future_begins_anew_and_is_due_at_its_next_time(store: Store) -> None:
    planned = planner(store, RETRAIN_SCHEDULE="* * * * *")
    planned.queue_due()
    write(store, plans, since=utcnow() + timedelta(days=400))
    coming = planned.schedule().next_at
    assert coming is not None
    assert coming < utcnow() + timedelta(minutes=2)
    planned.queue_due()
    found = store.plans.get(RETRAIN)
    assert found is not None
    assert found.since <= utcnow()


def test_a_training_from_the_future_does_not_keep_the_next_one_away(store: Store) -> None:
    lease = running(store)
    store.jobs.leases.finish(lease, "done", "")
    write(store, jobs, created_at=utcnow() + timedelta(days=400))
    planner(store, RETRAIN_ON_DRIFT=True).queue_due()
    assert len(store.jobs.newest(10, "train")) == 2


# Logins


def opened(store: Store, ahead: timedelta) -> str:
    store.people.add("ana", "admin", "hash")
    store.sessions.open("s", timedelta(days=7), person="ana")
    moment = utcnow() + ahead
    write(store, sessions, created_at=moment, expires_at=moment + timedelta(days=7))
    return "s"


@pytest.mark.parametrize(
    ("ahead", "holds"),
    [
        (timedelta(minutes=-5), True),
        (timedelta(minutes=30), True),  # a clock was set back by a little
        (timedelta(days=-8), False),
        (TWO_HOURS, False),
        (timedelta(days=4_000), False),
    ],
)
def test_a_login_holds_for_its_time_and_one_from_the_future_does_not(
    store: Store, ahead: timedelta, holds: bool
) -> None:
    assert (store.sessions.find(opened(store, ahead)) is not None) == holds
