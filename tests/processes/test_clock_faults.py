"""Real workers under clocks that are wrong or are set while they work."""

from __future__ import annotations

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
from tests.conftest import copy_of, make_settings
from tests.processes.test_faults import (
    ended,
    environment_of,
    gone,
    half_written,
    process_of_job,
    show,
    until,
    until_fitting,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="clocks are set for one process as Linux does it")


@pytest.fixture(scope="module", autouse=True)
def _faketime() -> None:
    if shutil.which("faketime") is None:
        missing = "faketime is not installed (Debian: apt-get install faketime), so no clock can be set here"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)


@pytest.fixture(scope="module")
def listed(
    tmp_path_factory: pytest.TempPathFactory, mlflow_template: Path, sample_files: tuple[Path, Path], admin: Actor
) -> Path:
    """A home with listings that nothing has been trained on; it is only copied."""
    folder = tmp_path_factory.mktemp("listed")
    avm = AVM(make_settings(folder, mlflow_template)).start()
    avm.listings.ingest(sample_files[0], actor=admin)
    avm.close()
    return folder


@pytest.fixture
def avm(listed: Path, tmp_path: Path) -> Iterator[AVM]:
    avm = AVM(copy_of(listed, tmp_path / "home")).start()
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
        "FAKETIME_CACHE_DURATION": "1",
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


@pytest.fixture
def clock(tmp_path: Path) -> Path:
    path = tmp_path / "clock"
    path.write_text("+0", encoding="ascii")
    return path


@pytest.fixture(scope="module")
def forsaken(listed: Path, tmp_path_factory: pytest.TempPathFactory, slow: str, admin: Actor) -> tuple[Path, Job]:
    """A home with a job whose worker was two hours ahead and was killed; it is only copied."""
    folder = tmp_path_factory.mktemp("forsaken")
    avm, clock = AVM(copy_of(listed, folder)).start(), folder / "clock"
    clock.write_text("+2h", encoding="ascii")
    job = avm.jobs.submit("train", recipe=slow, actor=admin)
    with worker_with_a_clock(avm, clock) as ahead:
        until_fitting(avm, job)
        at_work = process_of_job(ahead)
        os.kill(ahead.pid, signal.SIGKILL)
        until(lambda: gone(at_work))
    beat = avm.jobs.get(job.id).heartbeat_at
    assert beat is not None
    assert (beat - job.created_at).total_seconds() > 7_000
    avm.close()
    return folder, job


def test_the_job_of_a_killed_worker_that_was_two_hours_ahead_is_cancelled_for_good(
    forsaken: tuple[Path, Job], tmp_path: Path, slow: str, admin: Actor
) -> None:
    folder, job = forsaken
    avm = AVM(copy_of(folder, tmp_path / "home")).start()
    assert not avm.jobs.worker_alive()
    avm.jobs.cancel(job.id, actor=admin)
    avm.jobs.take_back_abandoned(wait=True)
    assert avm.jobs.get(job.id).status == "cancelled"
    assert avm.jobs.submit("train", recipe=slow, actor=admin).id != job.id
    avm.close()


def test_a_training_whose_worker_was_killed_two_hours_ahead_is_taken_up_by_the_next_and_leaves_nothing_half_written(
    forsaken: tuple[Path, Job], tmp_path: Path, clock: Path
) -> None:
    folder, job = forsaken
    avm = AVM(copy_of(folder, tmp_path / "home")).start()
    with worker_with_a_clock(avm, clock):
        until(lambda: avm.jobs.get(job.id).attempt == 2)
        assert avm.versions.all() == []
        done = ended(avm, job)
    assert (done.status, done.attempt) == ("done", 2), done.message
    assert "stopped in the middle" in " ".join(map(str, done.lines))
    assert len(avm.versions.all()) == 1
    assert half_written(avm) == []
    avm.close()


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
