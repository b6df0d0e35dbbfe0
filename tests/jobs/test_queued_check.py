"""Many listings are checked by the worker, not while somebody waits for a page or an answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from pricing_core import AVM, Actor, IngestReport
from pricing_core.jobs.work_kinds import WORK_KINDS, Work
from pricing_core.listings import intake, integrity
from pricing_core.listings.inspections import Inspections
from pricing_core.store import Store
from tests.factories import listings
from tests.listings.test_decisions import Rows

FEW = 50


@pytest.fixture(autouse=True)
def soon_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "CHECKED_WHILE_WAITING", FEW)


def bring(avm: AVM, admin: Actor, folder: Path, rows: int, *, queue_check: bool = True) -> IngestReport:
    path = folder / f"{rows}.csv"
    listings(rows, seed=rows).to_csv(path, index=False)
    return avm.listings.ingest(path, replace=True, queue_check=queue_check, actor=admin)


def work(avm: AVM, admin: Actor) -> dict[str, object]:
    return WORK_KINDS["check"].call(avm, Work({}, admin, lambda _stage, _done: None))


def test_the_check_of_many_listings_is_queued_and_the_worker_does_it(avm: AVM, admin: Actor, tmp_path: Path) -> None:
    report = bring(avm, admin, tmp_path, FEW + 1)
    assert report.check_job is not None
    assert avm.jobs.get(report.check_job).kind == "check"
    assert avm.listings.waits_for_check()
    assert work(avm, admin)["rows"] == FEW + 1
    assert not avm.listings.waits_for_check()


def test_few_listings_are_checked_at_once(avm: AVM, admin: Actor, tmp_path: Path) -> None:
    assert bring(avm, admin, tmp_path, FEW).check_job is None
    assert not avm.listings.waits_for_check()
    assert avm.jobs.newest() == []


def test_whoever_does_not_ask_for_the_queue_has_many_checked_at_once(avm: AVM, admin: Actor, tmp_path: Path) -> None:
    assert bring(avm, admin, tmp_path, FEW + 1, queue_check=False).check_job is None
    assert not avm.listings.waits_for_check()


def test_the_same_file_again_is_not_checked_again(avm: AVM, admin: Actor, tmp_path: Path) -> None:
    bring(avm, admin, tmp_path, FEW + 1)
    work(avm, admin)
    assert bring(avm, admin, tmp_path, FEW + 1).check_job is None


def test_listings_that_come_in_during_a_check_are_checked_too(
    avm: AVM, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.listings.load([Rows(listings(80))])
    inspect, seen = integrity.inspect, []

    def inspect_while_others_come(frame, **options):  # type: ignore[no-untyped-def]
        seen.append(len(frame))
        if len(seen) == 1:
            store.listings.load([Rows(listings(40, seed=3), "more.csv")])
        return inspect(frame, **options)

    monkeypatch.setattr(integrity, "inspect", inspect_while_others_come)
    inspections = Inspections(avm.settings, store)
    inspections.bring_up_to_date()
    assert seen == [80, 120]
    assert inspections.is_up_to_date()
