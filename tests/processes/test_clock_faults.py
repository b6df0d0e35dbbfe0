"""Real workers under clocks that are wrong or are set while they work."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pricing_core import AVM, Actor, Job
from tests.conftest import make_settings
from tests.processes.test_faults import ended, environment_of, gone, process_of_job, show, until, until_fitting

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="clocks are set for one process as Linux does it")


@pytest.fixture(autouse=True)
def _faketime() -> None:
    if shutil.which("faketime") is None:
        missing = "faketime is not installed (Debian: apt-get install faketime), so no clock can be set here"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)


@pytest.fixture
def avm(tmp_path: Path, mlflow_template: Path, sample_files: tuple[Path, Path], admin: Actor) -> Iterator[AVM]:
    """An installation with listings that nothing has been trained on."""
    avm = AVM(make_settings(tmp_path / "home", mlflow_template)).start()
    avm.listings.ingest(sample_files[0], actor=admin)
    yield avm
    avm.close()


@contextmanager
def worker_with_a_clock(avm: AVM, clock: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A real worker whose clock is off by what the file says; what it measures by passing time is right."""
    # The library alone, for the command faketime would stand between us and the worker, and be killed in its place.
    library = subprocess.run(["faketime", "-f", "+0", "printenv", "LD_PRELOAD"], capture_output=True, check=True)
    faked = {
        "LD_PRELOAD": library.stdout.decode().strip(),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    command = [sys.executable, "-m", "pricing_core", "worker"]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command, env=environment_of(avm) | faked, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(30)
            show(log)


def tasador(avm: AVM, *arguments: str) -> str:
    command = [sys.executable, "-m", "pricing_core", *arguments]
    return subprocess.run(
        command, env=environment_of(avm), capture_output=True, text=True, check=True, timeout=120
    ).stdout


@pytest.fixture
def clock(tmp_path: Path) -> Path:
    path = tmp_path / "clock"
    path.write_text("+0", encoding="ascii")
    return path


def died_two_hours_ahead(avm: AVM, clock: Path, recipe: str, admin: Actor) -> Job:
    """A job whose worker was two hours ahead and was killed."""
    clock.write_text("+2h", encoding="ascii")
    job = avm.jobs.submit("train", recipe=recipe, actor=admin)
    with worker_with_a_clock(avm, clock) as ahead:
        until_fitting(avm, job)
        at_work = process_of_job(ahead)
        os.kill(ahead.pid, signal.SIGKILL)
        until(lambda: gone(at_work))
    beat = avm.jobs.get(job.id).heartbeat_at
    assert beat is not None
    assert (beat - job.created_at).total_seconds() > 7_000
    return job


def test_the_job_of_a_killed_worker_that_was_two_hours_ahead_is_cancelled_for_good(
    avm: AVM, clock: Path, slow: str, admin: Actor
) -> None:
    job = died_two_hours_ahead(avm, clock, slow, admin)
    assert "No worker is running" in tasador(avm, "jobs", "start", "check")
    cancelled = json.loads(tasador(avm, "jobs", "cancel", job.id, "--json"))
    assert cancelled["status"] == "cancelled"
    assert avm.jobs.submit("train", recipe=slow, actor=admin).id != job.id


def test_the_job_of_a_killed_worker_that_was_two_hours_ahead_is_taken_up_by_the_next_one(
    avm: AVM, clock: Path, slow: str, admin: Actor
) -> None:
    job = died_two_hours_ahead(avm, clock, slow, admin)
    clock.write_text("+0", encoding="ascii")
    with worker_with_a_clock(avm, clock):
        until(lambda: avm.jobs.get(job.id).attempt == 2)
        done = ended(avm, job)
    assert (done.status, done.attempt) == ("done", 2), done.message
    assert len(avm.versions.all()) == 1


def test_a_worker_whose_clock_is_set_back_and_forth_goes_on_with_its_job(
    avm: AVM, clock: Path, slow: str, admin: Actor
) -> None:
    job = avm.jobs.submit("train", recipe=slow, actor=admin)
    with worker_with_a_clock(avm, clock) as alive:
        until_fitting(avm, job)
        for moment in ("-2h", "+3h", "-1d"):
            clock.write_text(moment, encoding="ascii")
            before = avm.jobs.get(job.id).heartbeat_at
            until(lambda before=before: avm.jobs.get(job.id).heartbeat_at != before, 20)  # type: ignore[misc]
        done = ended(avm, job)
        assert alive.poll() is None
    assert (done.status, done.attempt) == ("done", 1), done.message
