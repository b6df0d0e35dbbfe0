"""The queue in the database: one active job of a kind, claims, cancels and workers that fall silent."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from pricing_core.store import Store


def submit(store: Store, who: str = "ana") -> str:
    return store.jobs.submit("train", {"recipe": "revised"}, who).id


def test_a_second_click_joins_the_first(store: Store) -> None:
    first = submit(store)
    assert submit(store, "ben") == first
    assert len(store.jobs.newest(10)) == 1


def test_eight_clicks_at_once_make_one_job(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(lambda _: submit(store), range(8)))
    assert len(ids) == 1


def test_only_one_of_many_workers_gets_the_job(store: Store) -> None:
    submit(store)
    with ThreadPoolExecutor(6) as pool:
        claimed = list(pool.map(store.jobs.claim, [f"worker {n}" for n in range(6)]))
    assert sum(job is not None for job in claimed) == 1


def test_after_a_job_ended_another_may_be_queued(store: Store) -> None:
    first = submit(store)
    store.jobs.claim("w")
    assert store.jobs.finish(first, "w", "done", "fine", {"version": 1})
    assert submit(store) != first
    ended = store.jobs.get(first)
    assert ended is not None
    assert (ended.status, ended.progress, ended.result) == ("done", 1.0, {"version": 1})


def test_a_queued_job_is_cancelled_at_once(store: Store) -> None:
    job_id = submit(store)
    store.jobs.cancel(job_id)
    job = store.jobs.get(job_id)
    assert job is not None
    assert job.status == "cancelled"
    assert store.jobs.claim("w") is None


def test_a_running_job_hears_of_its_cancellation_when_it_reports(store: Store) -> None:
    job_id = submit(store)
    store.jobs.claim("w")
    assert store.jobs.report(job_id, "w", "Fitting", 0.5)
    store.jobs.cancel(job_id)
    assert not store.jobs.report(job_id, "w", "Fitting", 0.6)


def test_a_job_whose_worker_fell_silent_fails_and_is_no_longer_its_own(store: Store) -> None:
    job_id = submit(store)
    store.jobs.claim("w")
    assert store.jobs.fail_abandoned(timedelta(seconds=-1)) == 1
    assert not store.jobs.finish(job_id, "w", "done", "too late")
    job = store.jobs.get(job_id)
    assert job is not None
    assert job.status == "failed"
    assert "start the job again" in job.message


def test_a_worker_is_alive_while_it_beats(store: Store) -> None:
    assert not store.jobs.worker_alive(timedelta(seconds=30))
    store.jobs.beat("w", None)
    assert store.jobs.worker_alive(timedelta(seconds=30))
    store.jobs.retire("w")
    assert not store.jobs.worker_alive(timedelta(seconds=30))
