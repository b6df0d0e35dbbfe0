"""The queue in the database: flights, claims, tokens, cancels and workers that fall silent."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from pricing_core import Job, Message
from pricing_core.errors import LeaseLostError
from pricing_core.store import Lease, Store, utcnow
from pricing_core.store.durations import share_done, usual_seconds
from pricing_core.store.leases import KEPT_LINES
from pricing_core.store.tables.core import jobs
from pricing_core.store.tables.jobs import job_lines

AT_ONCE = timedelta(seconds=-1)


def submit(store: Store, who: str = "ana") -> str:
    return store.jobs.submit("train", {"recipe": "revised"}, who).id


def claim(store: Store, worker: str = "w") -> Lease:
    lease = store.jobs.leases.claim(worker)
    assert lease is not None
    return lease


def get(store: Store, job_id: str) -> Job:
    job = store.jobs.get(job_id)
    assert job is not None
    return job


def test_a_second_click_joins_the_first(store: Store) -> None:
    first = submit(store)
    assert submit(store, "ben") == first
    assert len(store.jobs.newest(10)) == 1


def test_jobs_of_flights_of_their_own_queue_side_by_side(store: Store) -> None:
    ids = {store.jobs.submit("value_file", {}, "ana", flight=f"value_file:{n}").id for n in range(3)}
    assert len(ids) == 3
    assert [job.id for job in store.jobs.newest(10, "train")] == []


def test_eight_clicks_at_once_make_one_job(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(lambda _: submit(store), range(8)))
    assert len(ids) == 1


def test_only_one_of_many_workers_gets_the_job(store: Store) -> None:
    submit(store)
    with ThreadPoolExecutor(6) as pool:
        claimed = list(pool.map(store.jobs.leases.claim, [f"worker {n}" for n in range(6)]))
    assert sum(lease is not None for lease in claimed) == 1


def test_after_a_job_ended_another_may_be_queued(store: Store) -> None:
    first = submit(store)
    assert store.jobs.leases.finish(claim(store), "done", Message("fine"), {"version": 1})
    assert submit(store) != first
    ended = get(store, first)
    assert (ended.status, ended.progress, ended.result) == ("done", 1.0, {"version": 1})


def test_a_queued_job_is_cancelled_at_once(store: Store) -> None:
    job_id = submit(store)
    assert store.jobs.cancel(job_id)
    assert get(store, job_id).status == "cancelled"
    assert store.jobs.leases.claim("w") is None


def test_a_running_job_hears_of_its_cancellation_when_it_beats(store: Store) -> None:
    job_id = submit(store)
    lease = claim(store)
    assert store.jobs.leases.beat(lease, Message("Fitting"), 0.5) == "held"
    assert store.jobs.cancel(job_id)
    assert store.jobs.leases.beat(lease, Message("Fitting"), 0.6) == "cancelled"


def test_a_job_whose_worker_fell_silent_is_taken_up_again_once_and_then_fails(store: Store) -> None:
    job_id = submit(store)
    for attempt, status in ((1, "queued"), (2, "failed")):
        claim(store)
        assert get(store, job_id).attempt == attempt
        assert store.jobs.leases.release_abandoned(AT_ONCE) == 1
        assert get(store, job_id).status == status
    assert "tried 2 times" in str(get(store, job_id).message)
    assert len(store.jobs.lines(job_id, 10)) == 2


def test_a_job_whose_worker_beats_is_not_taken_from_it(store: Store) -> None:
    submit(store)
    lease = claim(store)
    assert store.jobs.leases.release_abandoned(timedelta(seconds=30)) == 0
    assert store.jobs.leases.beat(lease, Message("Fitting"), 0.5) == "held"


@pytest.mark.parametrize("taken_up", [True, False])
def test_a_worker_that_was_only_asleep_can_write_nothing_any_more(store: Store, taken_up: bool) -> None:
    job_id = submit(store)
    asleep = claim(store)
    store.jobs.leases.release_abandoned(AT_ONCE)
    awake = claim(store, "another") if taken_up else None
    leases = store.jobs.leases
    assert leases.beat(asleep, Message("Fitting"), 0.9) == "lost"
    assert not leases.finish(asleep, "done", Message("too late"))
    leases.give_back(asleep, Message("too late"))
    with pytest.raises(LeaseLostError), store.database.write() as connection:
        leases.guard(asleep)(connection)
    assert get(store, job_id).status == ("running" if taken_up else "queued")
    assert awake is None or leases.finish(awake, "done", Message("fine"))


def test_a_job_that_is_cancelled_settles_nothing_and_one_that_settled_is_not_cancelled(store: Store) -> None:
    def settle(lease: Lease) -> Callable[[], None]:
        def inside() -> None:
            with store.database.write() as connection:
                store.jobs.leases.guard(lease)(connection)

        return inside

    job_id = submit(store)
    first = claim(store)
    store.jobs.cancel(job_id)
    with pytest.raises(LeaseLostError):
        settle(first)()
    store.jobs.leases.finish(first, "cancelled", Message(""))
    other_id = submit(store)
    settle(claim(store))()
    assert not store.jobs.cancel(other_id)


def test_a_cancelled_job_whose_worker_fell_silent_is_not_begun_again(store: Store) -> None:
    job_id = submit(store)
    claim(store)
    store.jobs.cancel(job_id)
    store.jobs.leases.release_abandoned(AT_ONCE)
    assert get(store, job_id).status == "cancelled"


def test_a_job_given_back_by_a_stopped_worker_keeps_its_attempts(store: Store) -> None:
    job_id = submit(store)
    for _ in range(3):
        store.jobs.leases.give_back(claim(store), Message("The worker was stopped."), counted=False)
    assert get(store, job_id).status == "queued"
    assert get(store, job_id).attempt == 0


def test_the_last_lines_are_kept_in_order(store: Store) -> None:
    job_id = submit(store)
    lease = claim(store)
    for start in range(0, KEPT_LINES + 100, 50):
        store.jobs.leases.beat(
            lease, Message("Fitting"), 0.5, [Message("line {n}", n=n) for n in range(start, start + 50)]
        )
    kept = store.jobs.lines(job_id, 1_000)
    assert len(kept) == KEPT_LINES
    assert str(kept[0]).endswith("line 100")
    assert str(kept[-1]).endswith(f"line {KEPT_LINES + 99}")


def test_a_worker_is_alive_while_it_beats(store: Store) -> None:
    workers = store.jobs.workers
    assert not workers.alive(timedelta(seconds=30))
    workers.beat("w")
    assert workers.alive(timedelta(seconds=30))
    workers.retire("w")
    assert not workers.alive(timedelta(seconds=30))


@pytest.mark.parametrize(
    ("former", "size", "expected"),
    [
        ([], 100, None),
        ([(100, 10.0), (110, 12.0), (90, 11.0), (10_000, 900.0)], 100, 11.0),
        ([(1_000, 50.0)], 10_000, 500.0),
        ([(None, 7.0), (None, 9.0)], 100, 8.0),
        ([(100, 10.0)], None, 10.0),
    ],
)
def test_the_time_needed_is_told_from_jobs_of_like_size(
    former: list[tuple[float | None, float]], size: float | None, expected: float | None
) -> None:
    assert usual_seconds(former, size) == expected


def test_a_training_that_had_nothing_to_do_says_nothing_about_the_time_needed(store: Store) -> None:
    for trained in (True, False):
        submit(store)
        store.jobs.leases.finish(claim(store), "done", Message(""), {"trained": trained})
    trained_seconds = get(store, store.jobs.newest(2)[1].id).elapsed_seconds
    assert store.jobs.usual_seconds(get(store, submit(store))) == trained_seconds


SAID = [("Starting", 0.0), ("Fitting", 10.0), ("fitted on 9 rows", 40.0), ("Studying", 40.0), ("Done", 50.0)]


@pytest.mark.parametrize(
    ("stage", "seconds", "expected"),
    [
        ("Starting", 5.0, 0.1),
        ("Fitting", 0.0, 0.2),
        ("Fitting", 15.0, 0.5),
        ("Fitting", 900.0, 0.8),
        ("Studying", 900.0, 0.99),
        ("Something new", 1.0, None),
    ],
)
def test_a_stage_moves_as_a_former_one_did_and_no_further_than_its_end(
    stage: str, seconds: float, expected: float | None
) -> None:
    assert share_done(SAID, 50.0, stage, seconds) == expected


def test_a_second_training_moves_while_it_fits(store: Store) -> None:
    first, leases = submit(store), store.jobs.leases
    lease = claim(store)
    leases.beat(lease, Message("Fitting"), 0.4, [Message("Fitting")])
    leases.finish(lease, "done", Message(""), {"trained": True}, [Message("Studying")])
    minute = {"started_at": utcnow() - timedelta(seconds=60), "finished_at": utcnow()}
    with store.database.write() as connection:
        connection.execute(jobs.update().where(jobs.c.id == first).values(**minute))
        fitting = job_lines.c.line == Message("Fitting")
        connection.execute(job_lines.update().where(fitting).values(created_at=utcnow() - timedelta(seconds=50)))
    second = submit(store)
    leases.beat(claim(store), Message("Fitting"), 0.4, [Message("Fitting")])
    with store.database.write() as connection:
        begun = {"started_at": utcnow() - timedelta(seconds=20)}
        connection.execute(jobs.update().where(jobs.c.id == second).values(**begun))
        mine = job_lines.c.job_id == second
        connection.execute(job_lines.update().where(mine).values(created_at=utcnow() - timedelta(seconds=15)))
    share = store.jobs.share_done(get(store, second))
    assert share == pytest.approx((10 + 15) / 60, abs=0.02)
