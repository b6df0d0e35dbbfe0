"""The worker: a real loop over a real queue, with a real process for each job."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pricing_core import AVM, Actor
from pricing_core.errors import AccessError, ConflictError, InputError, PricingError, StorageError
from pricing_core.processes.job_process import Ended, Message, outcome
from pricing_core.processes.worker import Worker
from pricing_core.store import Lease
from tests.conftest import TrainedHome, make_settings


@pytest.fixture(scope="module")
def ingested(
    tmp_path_factory: pytest.TempPathFactory, mlflow_template: Path, sample_files: tuple[Path, Path], admin: Actor
) -> Path:
    """The data of an installation with listings; it is only copied."""
    settings = make_settings(tmp_path_factory.mktemp("ingested"), mlflow_template)
    avm = AVM(settings).start()
    avm.listings.ingest(sample_files[0], actor=admin)
    avm.close()
    return settings.DATA_DIR


@pytest.fixture
def ready(tmp_path: Path, mlflow_template: Path, ingested: Path) -> Iterator[AVM]:
    shutil.copytree(ingested, tmp_path / "data")
    avm = AVM(make_settings(tmp_path, mlflow_template)).start()
    yield avm
    avm.close()


def run_once(avm: AVM) -> None:
    assert Worker(avm, lambda: False).run_one()


def test_a_queued_training_is_done_and_says_what_came_of_it(ready: AVM, quick: str, admin: Actor) -> None:
    job = ready.jobs.submit("train", recipe=quick, actor=admin)
    run_once(ready)
    ended = ready.jobs.get(job.id)
    assert (ended.status, ended.attempt, ended.requested_by) == ("done", 1, "admin")
    assert ended.result["version"] == 1
    assert ready.versions.all()[0].is_champion
    assert any("make-dataset: Wrote" in str(line) for line in ended.lines), ended.lines
    again = ready.jobs.submit("train", recipe=quick, actor=admin)
    assert ready.jobs.get(again.id).eta_seconds == pytest.approx(ended.elapsed_seconds)


def test_a_training_with_nothing_to_do_says_so(ready: AVM, quick: str, admin: Actor) -> None:
    ready.versions.train(quick, actor=admin)
    job = ready.jobs.submit("train", recipe=quick, actor=admin)
    run_once(ready)
    assert ready.jobs.get(job.id).message.template.startswith("Nothing to train")


def test_the_stored_listings_are_checked_by_a_job(ready: AVM, admin: Actor) -> None:
    job = ready.jobs.submit("check", actor=admin)
    assert ready.jobs.submit("check", actor=admin).id == job.id
    run_once(ready)
    ended = ready.jobs.get(job.id)
    assert ended.result["findings"] == len(ready.listings.findings())
    assert ended.result["message"].facts["findings"] == ended.result["findings"]


def test_the_rows_that_a_training_would_see_are_kept_by_a_job(ready: AVM, admin: Actor) -> None:
    job = ready.jobs.submit("snapshot", actor=admin)
    run_once(ready)
    ended = ready.jobs.get(job.id)
    (kept,) = ready.data.list()
    assert (ended.status, ended.result["fingerprint"]) == ("done", kept.fingerprint), ended.message
    assert f"{kept.train_rows:,} train" in str(ended.message)
    assert len(ready.data.rows(kept.fingerprint)) == kept.rows
    assert ready.versions.all() == []


def test_files_are_valued_by_jobs_that_queue_side_by_side(
    trained_home: TrainedHome, sample_files: tuple[Path, Path], tmp_path: Path
) -> None:
    avm, agent = trained_home.avm, Actor("ana", "agent", "dashboard")
    jobs = [avm.jobs.submit("value_file", source=sample_files[1], out=tmp_path / f"{n}.csv", actor=agent) for n in "ab"]
    assert jobs[0].id != jobs[1].id
    assert avm.jobs.cancel(jobs[1].id, actor=agent).status == "cancelled"
    run_once(avm)
    ended = avm.jobs.get(jobs[0].id)
    assert ended.status == "done", ended.message
    assert ended.result["valued"] > 50
    assert len((tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()) == ended.result["rows"] + 1
    logged = avm.log.find(requested_by="ana")[0]
    assert (logged.source, logged.bulk) == ("dashboard", True)


def test_a_job_never_writes_over_the_file_that_it_values(avm: AVM, admin: Actor, tmp_path: Path) -> None:
    homes, again = tmp_path / "homes.csv", tmp_path / "again.csv"
    homes.write_text("type\n", encoding="utf-8")
    again.hardlink_to(homes)
    for out in (homes, again):
        with pytest.raises(InputError, match=f"^{out.name} is the file to be valued") as refused:
            avm.jobs.submit("value_file", actor=admin, source=homes, out=out)
        assert str(tmp_path) not in str(refused.value)


def test_a_job_that_cannot_be_done_fails_with_the_reason(avm: AVM, admin: Actor) -> None:
    job = avm.jobs.submit("train", actor=admin)
    run_once(avm)
    ended = avm.jobs.get(job.id)
    assert ended.status == "failed"
    assert "tasador ingest" in str(ended.message)


def test_a_worker_that_is_stopped_gives_its_job_back(ready: AVM, admin: Actor) -> None:
    job = ready.jobs.submit("train", actor=admin)
    seen: set[str] = set()

    def stop_when_it_runs() -> bool:
        seen.add(ready.jobs.get(job.id).status)
        return "running" in seen

    Worker(ready, stop_when_it_runs).run()
    waiting = ready.jobs.get(job.id)
    assert (waiting.status, waiting.attempt) == ("queued", 0)
    assert any("was stopped" in str(line) for line in waiting.lines)
    assert not ready.jobs.worker_alive()


def test_a_job_that_is_cancelled_in_the_middle_of_a_fit_ends_there_and_registers_nothing(
    ready: AVM, slow: str, admin: Actor
) -> None:
    job = ready.jobs.submit("train", recipe=slow, actor=admin)
    seen: set[str] = set()

    def cancel_when_fitting() -> bool:
        stage = ready.jobs.get(job.id).stage.template
        if stage == "Fitting the model" and stage not in seen:
            ready.jobs.cancel(job.id, actor=admin)
        seen.add(stage)
        return False

    assert Worker(ready, cancel_when_fitting).run_one()
    assert ready.jobs.get(job.id).status == "cancelled"
    assert "Registering the model" not in seen
    assert ready.versions.all() == []


# What a job's process makes of what happens to it, without the process


def do(avm: AVM, admin: Actor, recipe: str = "champion") -> tuple[Ended, list[Message]]:
    said: list[Message] = []
    return outcome(avm, avm.jobs.submit("train", recipe=recipe, actor=admin), Lease("x", 1), said.append), said


@pytest.mark.parametrize(
    ("error", "words", "again"),
    [
        (ZeroDivisionError("oh"), "ZeroDivisionError", False),
        (OSError(errno.ENOSPC, "No space left on device"), "disk is full", False),
        (StorageError("The database did not: database or disk is full"), "disk is full", False),
        (StorageError("The database did not: connection refused"), "connection refused", True),
        (PricingError("There are 3 listings"), "There are 3 listings", False),
    ],
)
def test_each_fault_becomes_its_own_sentence(
    avm: AVM, admin: Actor, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str, again: bool
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(avm.versions, "train", fail)
    ended, _ = do(avm, admin)
    assert ended.status == "failed"
    assert words in str(ended.message)
    assert ended.again is again


def test_a_job_that_is_no_longer_held_registers_and_promotes_nothing(ready: AVM, quick: str, admin: Actor) -> None:
    ended, said = do(ready, admin, quick)
    assert ended.status == "cancelled"
    assert said
    assert ready.versions.all() == []


def test_what_is_past_its_time_is_removed_by_a_job(avm: AVM, admin: Actor) -> None:
    ended = outcome(avm, avm.jobs.submit("prune", actor=admin), Lease("x", 1), lambda _: None)
    assert (ended.status, str(ended.message)) == ("done", "Removed 0 entries and files past their time.")
    with pytest.raises(AccessError):
        avm.jobs.submit("prune", actor=Actor("ana", "analyst", "dashboard"))


# Who may ask for what


@pytest.mark.parametrize(
    ("kind", "parameters", "words"),
    [
        ("dance", {}, "allowed are train, check, value_file"),
        ("train", {"colour": "red"}, "not colour"),
        ("snapshot", {"colour": "red"}, "takes no parameters, and colour arrived"),
        ("train", {"recipe": "no-such"}, "no-such"),
        ("value_file", {"source": "none.csv"}, "name the file as source"),
        ("value_file", {"source": "none.csv", "out": "out.csv"}, "There is no file"),
    ],
)
def test_work_that_cannot_be_done_is_refused_at_once(
    avm: AVM, admin: Actor, kind: str, parameters: dict[str, str], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        avm.jobs.submit(kind, actor=admin, **parameters)


def test_an_agent_trains_nothing_and_cancels_nobody_elses_job(avm: AVM, admin: Actor) -> None:
    agent = Actor("ana", "agent", "dashboard")
    with pytest.raises(AccessError):
        avm.jobs.submit("train", actor=agent)
    job = avm.jobs.submit("train", actor=admin)
    with pytest.raises(AccessError):
        avm.jobs.cancel(job.id, actor=agent)


def test_a_training_that_is_registering_is_cancelled_too_late(avm: AVM, admin: Actor) -> None:
    job = avm.jobs.submit("train", actor=admin)
    lease = avm.store.jobs.leases.claim("w")
    assert lease is not None
    with avm.store.database.write() as connection:
        avm.store.jobs.leases.guard(lease)(connection)
    with pytest.raises(ConflictError, match="too late"):
        avm.jobs.cancel(job.id, actor=admin)


def test_errors_of_the_library_share_one_root() -> None:
    from pricing_core import errors

    classes = [item for item in vars(errors).values() if isinstance(item, type) and item.__module__ == errors.__name__]
    assert all(issubclass(item, PricingError) for item in classes)
