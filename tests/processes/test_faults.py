"""Faults as they really come: killed and sleeping workers, full disks, a stopped database, a damaged model."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import IO

import pytest

from pricing_core import AVM, Actor, ArtifactError, Job, Message, StorageError
from pricing_core.jobs.queue import WORKER_SILENCE
from pricing_core.store import utcnow
from pricing_core.store.tables.core import jobs
from tests.conftest import MEGABYTE, TrainedHome, copy_of, fill, make_settings, model_file
from tests.processes.test_supervision import children, gone

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are watched and limited as Linux does it")


@pytest.fixture
def avm(trained_home: TrainedHome, tmp_path: Path) -> Iterator[AVM]:
    """A copy of the trained home that may be damaged."""
    avm = AVM(copy_of(trained_home, tmp_path / "home"))
    yield avm
    avm.close()


def environment_of(avm: AVM) -> dict[str, str]:
    settings = avm.settings
    places = {"DATA_DIR": str(settings.DATA_DIR), "MODELS_DIR": str(settings.MODELS_DIR)}
    return os.environ | places | {"DATABASE_URL": settings.database_url}


@contextmanager
def worker(avm: AVM, largest_file: int | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """A real worker; what it writes to its log is shown when the test fails."""

    def limit() -> None:
        if largest_file is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, resource.RLIM_INFINITY))

    command = [sys.executable, "-m", "pricing_core", "worker"]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command,
            env=environment_of(avm),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=limit,  # noqa: PLW1509 - before its own threads
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.terminate()
            process.wait(30)
            show(log)


def show(log: IO[bytes]) -> None:
    log.seek(0)
    sys.stderr.write(log.read().decode(errors="replace"))


def job_processes(worker: subprocess.Popen[bytes]) -> list[int]:
    """The processes of jobs: forks of the one process under a worker that has the library loaded."""
    return [job for number in children(worker.pid) if b"forkserver" in cmdline(number) for job in children(number)]


def cmdline(number: int) -> bytes:
    return Path(f"/proc/{number}/cmdline").read_bytes()


def process_of_job(worker: subprocess.Popen[bytes]) -> int:
    (number,) = job_processes(worker)
    return number


def until(what: Callable[[], bool], seconds: float = 200) -> None:
    deadline = monotonic() + seconds
    while not what():
        assert monotonic() < deadline, "it did not come to pass in time"
        sleep(0.1)


def until_fitting(avm: AVM, job: Job) -> None:
    until(lambda: avm.jobs.get(job.id).stage == Message("Fitting the model"))


def ended(avm: AVM, job: Job) -> Job:
    until(lambda: not avm.jobs.get(job.id).active)
    return avm.jobs.get(job.id)


def half_written(avm: AVM) -> list[Path]:
    return [path for folder in (avm.settings.DATA_DIR, avm.settings.MODELS_DIR) for path in folder.rglob("*.part")]


def champion_of(avm: AVM) -> int | None:
    return avm.store.versions.champion_number()


def test_a_worker_that_was_only_asleep_registers_and_promotes_nothing(avm: AVM, slow: str, admin: Actor) -> None:
    job = avm.jobs.submit("train", recipe=slow, actor=admin)
    with worker(avm) as asleep:
        until_fitting(avm, job)
        at_work = process_of_job(asleep)
        asleep.send_signal(signal.SIGSTOP)
        os.kill(at_work, signal.SIGSTOP)  # else a quick fit would be registered while the job is still its own
        silent_since(avm, job, WORKER_SILENCE + timedelta(seconds=1))
        until(lambda: avm.jobs.get(job.id).status == "queued")  # watched for ten seconds first
        lease = avm.store.jobs.leases.claim("another")
        assert lease is not None
        os.kill(at_work, signal.SIGCONT)
        # Its process fits on, and finds the door shut when it wants to register.
        until(lambda: gone(at_work))
        asleep.send_signal(signal.SIGCONT)
        until(lambda: not job_processes(asleep))
        assert avm.store.jobs.leases.beat(lease, "Fitting", 0.5) == "held"
    assert (champion_of(avm), len(avm.versions.all())) == (1, 1)
    assert avm.store.jobs.leases.finish(lease, "failed", "a test")


def silent_since(avm: AVM, job: Job, silence: timedelta) -> None:
    with avm.store.database.write() as connection:
        connection.execute(jobs.update().where(jobs.c.id == job.id).values(heartbeat_at=utcnow() - silence))


def test_a_file_that_finds_no_room_fails_the_job_and_the_next_one_works(avm: AVM, slow: str, admin: Actor) -> None:
    job = avm.jobs.submit("train", recipe=slow, actor=admin)
    with worker(avm, largest_file=2 * MEGABYTE) as limited:
        failed = ended(avm, job)
        assert failed.status == "failed"
        assert "The disk is full" in str(failed.message)
        assert (champion_of(avm), len(avm.versions.all()), half_written(avm)) == (1, 1, [])
        resource.prlimit(limited.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        again = ended(avm, avm.jobs.submit("snapshot", actor=admin))
    assert again.status == "done", again.message


def test_a_disk_without_any_room_left_leaves_the_worker_alive_and_the_database_whole(
    trained_home: TrainedHome, small_disk: Path, slow: str, admin: Actor
) -> None:
    avm = AVM(copy_of(trained_home, small_disk / "home"))
    job = avm.jobs.submit("train", recipe=slow, actor=admin)
    fill(small_disk, leaving=0)
    with pytest.raises(StorageError, match="full"):
        avm.jobs.submit("check", actor=admin)
    with worker(avm) as alive:
        sleep(3)  # it can write nothing at all
        fill(small_disk, leaving=2 * MEGABYTE)
        failed = ended(avm, job)
        assert (failed.status, "The disk is full" in str(failed.message)) == ("failed", True), failed.message
        (small_disk / "ballast").unlink()
        again = ended(avm, avm.jobs.submit("snapshot", actor=admin))
        assert again.status == "done", again.message
        assert alive.poll() is None
    with avm.store.database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    avm.close()


def test_a_database_that_stops_and_starts_again_leaves_worker_and_job_at_work(
    stoppable_server,
    tmp_path: Path,
    mlflow_template: Path,
    sample_files: tuple[Path, Path],
    slow: str,
    admin: Actor,  # type: ignore[no-untyped-def]
) -> None:
    url = stoppable_server.get_uri()
    avm = AVM(make_settings(tmp_path, mlflow_template, DATABASE_URL=url)).start()
    avm.listings.ingest(sample_files[0], actor=admin)
    job = avm.jobs.submit("train", recipe=slow, actor=admin)
    with worker(avm) as alive:
        until_fitting(avm, job)
        stoppable_server.stop()
        sleep(3)
        assert alive.poll() is None
        stoppable_server.start()
        done = ended(avm, job)
        assert done.status == "done", done.message
        assert champion_of(avm) == 1
        next_one = ended(avm, avm.jobs.submit("snapshot", actor=admin))
        assert next_one.status == "done", next_one.message
        assert alive.poll() is None
    avm.close()


def test_a_damaged_model_is_refused_in_words_by_valuing_and_promoting(avm: AVM, admin: Actor) -> None:
    damaged = avm.versions.all()[0]
    file = model_file(avm, damaged.version)
    file.write_bytes(file.read_bytes()[:-100] + b"\0" * 100)
    subject = avm.listings.frame().iloc[0].drop(["id", "dataset_id", "row_number", "is_train", "price"]).to_dict()
    with pytest.raises(ArtifactError, match="its content has changed"):
        avm.value(subject, actor=admin)
    avm.store.versions.add(replace(damaged, version=9))
    with pytest.raises(ArtifactError, match="its content has changed"):
        avm.versions.promote(9, actor=admin, override="a test")
    assert champion_of(avm) == 1
