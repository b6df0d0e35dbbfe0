"""The Listings page while many listings wait for the worker's check."""

from __future__ import annotations

from pathlib import Path

import pytest

from pricing_core import AVM, Actor
from pricing_core.listings import intake
from tests.factories import listings
from tests.pages.conftest import Open, in_spanish, keys, shown

ANALYST = Actor("colleague", "analyst", "library")


@pytest.fixture(autouse=True)
def soon_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "CHECKED_WHILE_WAITING", 100)


@pytest.fixture
def waiting(avm: AVM, tmp_path: Path) -> str:
    listings(120).to_csv(tmp_path / "many.csv", index=False)
    return str(avm.listings.ingest(tmp_path / "many.csv", queue_check=True, actor=ANALYST).check_job)


def with_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pricing_core.jobs.queue.Jobs.worker_alive", lambda _avm: True)


def test_an_uploaded_file_with_many_listings_is_checked_by_the_worker(
    open_empty: Open, avm: AVM, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_worker(monkeypatch)
    app = open_empty("listings")
    app.file_uploader[0].upload("many.csv", listings(120).to_csv(index=False).encode(), "text/csv").run()
    app.button(key="upload_load").click().run()
    words = shown(app)
    assert "120 listings were taken" in words
    assert "The listings are being checked" in words
    assert "So long as this page stays open, it can do the check itself." not in words
    assert [job.kind for job in avm.jobs.newest()] == ["check"]


@pytest.mark.usefixtures("waiting")
def test_without_a_worker_the_page_says_so_and_can_check_by_itself(open_empty: Open, avm: AVM) -> None:
    app = open_empty("listings")
    assert "No worker is running" in shown(app)
    app.button(key="check_here").click().run()
    assert not avm.listings.waits_for_check()
    assert "The listings are being checked" not in shown(app)
    assert len(app.dataframe[0].value) == 120


def test_a_cancelled_check_can_be_started_again(
    open_empty: Open, avm: AVM, waiting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_worker(monkeypatch)
    avm.jobs.cancel(waiting, actor=ANALYST)
    app = open_empty("listings")
    assert "have not been checked yet" in shown(app)
    app.button(key="check_start").click().run()
    assert "The listings are being checked" in shown(app)
    assert [job.active for job in avm.jobs.newest(kind="check")] == [True, False]


def test_an_agent_is_told_whom_to_ask(open_empty: Open, avm: AVM, waiting: str) -> None:
    avm.jobs.cancel(waiting, actor=ANALYST)
    app = open_empty("listings", role="agent")
    assert "Ask an analyst to start the check." in shown(app)
    assert not keys(app, "button") & {"check_start", "check_here"}


@pytest.mark.parametrize(("role", "offered"), [("agent", False), ("analyst", True)])
@pytest.mark.usefixtures("waiting")
def test_cancelling_is_offered_to_those_who_may(open_empty: Open, role: str, offered: bool) -> None:
    assert ("job_cancel" in keys(open_empty("listings", role=role), "button")) is offered


@pytest.mark.usefixtures("waiting")
def test_the_page_retrain_does_not_check_many_listings_while_somebody_waits(open_empty: Open, avm: AVM) -> None:
    assert (
        "The listings have not been checked yet. What has changed since the champion can be said when they are."
        in shown(open_empty("retrain"))
    )
    assert avm.listings.waits_for_check()


@pytest.mark.usefixtures("waiting")
def test_the_wait_is_told_in_spanish_too(open_empty: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UI_LANGUAGE", "es")
    words = shown(open_empty("listings"))
    assert in_spanish("The listings are being checked") in words
    assert in_spanish("No worker is running") in words
