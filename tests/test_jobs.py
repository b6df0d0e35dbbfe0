"""The worker: a real loop over a real queue."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pricing_core import AVM, Actor
from pricing_core.errors import PricingError
from pricing_core.jobs import Worker

from .conftest import make_settings


@pytest.fixture
def ready(tmp_path: Path, mlflow_template: Path, sample_files: tuple[Path, Path], admin: Actor) -> Iterator[AVM]:
    avm = AVM(make_settings(tmp_path, mlflow_template)).start()
    avm.ingest(sample_files[0], actor=admin)
    yield avm
    avm.close()


def run_once(avm: AVM) -> None:
    turns = iter([False, True])
    Worker(avm, lambda: next(turns)).run()


def test_a_queued_training_is_done_and_says_what_came_of_it(ready: AVM, admin: Actor) -> None:
    job = ready.submit("train", recipe="original", actor=admin)
    run_once(ready)
    ended = ready.job(job.id)
    assert ended.status == "done"
    assert ended.result["version"] == 1
    assert ready.versions()[0].is_champion


def test_a_job_that_cannot_be_done_fails_with_the_reason(avm: AVM, admin: Actor) -> None:
    job = avm.submit("train", actor=admin)
    run_once(avm)
    ended = avm.job(job.id)
    assert ended.status == "failed"
    assert "tasador ingest" in ended.message


def test_a_fault_of_ours_fails_the_job_without_ending_the_worker(
    ready: AVM, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(ready, "train", fail)
    job = ready.submit("train", actor=admin)
    run_once(ready)
    assert "ZeroDivisionError" in ready.job(job.id).message


def test_a_cancelled_training_registers_nothing(ready: AVM, admin: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    job = ready.submit("train", recipe="original", actor=admin)
    report = ready.store.jobs.report

    def cancel_then_report(*arguments: Any) -> bool:
        ready.cancel(job.id, actor=admin)
        return report(*arguments)

    monkeypatch.setattr(ready.store.jobs, "report", cancel_then_report)
    run_once(ready)
    assert ready.job(job.id).status == "cancelled"
    assert ready.versions() == []


def test_a_worker_that_is_interrupted_says_so_in_its_job(
    ready: AVM, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ready, "train", interrupt)
    job = ready.submit("train", actor=admin)
    with pytest.raises(KeyboardInterrupt):
        run_once(ready)
    assert "was stopped" in ready.job(job.id).message
    assert not ready.worker_alive()


def test_errors_of_the_library_share_one_root() -> None:
    from pricing_core import errors

    classes = [item for item in vars(errors).values() if isinstance(item, type)]
    assert all(issubclass(item, PricingError) for item in classes)
