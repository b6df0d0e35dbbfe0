"""A login that ended while its page was open: what is pressed there writes nothing, and the login says so."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from streamlit.runtime.scriptrunner import RerunData
from streamlit.testing.v1 import AppTest, local_script_runner

from dashboard.predictions import log_table
from pricing_core import AVM, AccessError, Actor, StorageError, suggested_corrections
from tests.conftest import TrainedHome
from tests.pages.conftest import HOME, Open, keys, shown
from tests.pages.test_listings import decide, first_in_queue, inspect, waiting

BOSS = Actor("boss", "admin", "library")
PLACE = {"sector": "Providencia", "latitude": -33.43, "longitude": -70.61}
ENDINGS: dict[str, Callable[[AVM, str], object]] = {
    "deactivated": lambda avm, name: avm.access.deactivate(name, actor=BOSS),
    "made agent": lambda avm, name: avm.access.set_role(name, "agent", actor=BOSS),
    "new password": lambda avm, name: avm.access.set_password(name, actor=BOSS),
}
every_ending = pytest.mark.parametrize("end", ENDINGS.values(), ids=ENDINGS)


def assert_login_ended(app: AppTest) -> None:
    assert "Your login has ended: log in again. What you asked for after it ended was not carried out." in shown(app)
    assert "login_name" in keys(app, "text_input")


@every_ending
def test_whoever_is_no_longer_logged_in_takes_over_no_suggestion(
    open_listed: Open, listed: AVM, end: Callable[[AVM, str], object]
) -> None:
    listing_id = next(iter(suggested_corrections(waiting(listed))))
    app = inspect(open_listed, listing_id, role="analyst")
    end(listed, "page-analyst")
    app.button(key="settle_suggested").click().run()
    assert listed.reviews.history(listing_id) == []
    assert_login_ended(app)


def test_an_analyst_who_is_an_agent_by_now_is_refused_even_with_a_login_in_force(
    open_listed: Open, listed: AVM
) -> None:
    first = first_in_queue(listed)
    app = decide(inspect(open_listed, first, role="analyst"), first)
    session_id = app.session_state["username"]
    listed.access.set_role("page-analyst", "agent", actor=BOSS)
    with listed.store.database.write() as connection:
        connection.exec_driver_sql("UPDATE sessions SET ended_at = NULL")
    assert listed.access.session(session_id) == Actor("page-analyst", "agent", "dashboard")
    app.button(key="settle_go").click().run()
    assert listed.reviews.history(first) == []
    assert "takes the role analyst" in shown(app)


def test_a_verdict_is_not_taken_back_by_a_login_that_ended(open_listed: Open, listed: AVM) -> None:
    first = first_in_queue(listed)
    app = decide(inspect(open_listed, first, role="analyst"), first)
    app.button(key="settle_go").click().run()
    listed.access.deactivate("page-analyst", actor=BOSS)
    app.button(key="review_undo_last").click().run()
    assert [line.verdict for line in listed.reviews.history(first)] == ["exclude"]
    assert_login_ended(app)


def test_a_callback_that_cannot_ask_who_is_here_says_so_and_writes_nothing(
    open_listed: Open, listed: AVM, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = first_in_queue(listed)
    app = decide(inspect(open_listed, first, role="analyst"), first)
    asked: list[str] = []
    session = type(listed.access).session

    def fails_once(self: object, session_id: str) -> Actor | None:
        asked.append(session_id)
        if len(asked) == 1:
            raise StorageError("The database cannot be reached.")
        return session(self, session_id)  # type: ignore[arg-type]

    monkeypatch.setattr(type(listed.access), "session", fails_once)
    app.button(key="settle_go").click().run()
    assert listed.reviews.history(first) == []
    assert "The database cannot be reached." in shown(app)


# Parts of a page that run by themselves: nothing else of the page asks who is here then


def run_only_the_fragment(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    (fragment,) = app._fragment_storage._fragments
    monkeypatch.setattr(local_script_runner, "RerunData", partial(RerunData, fragment_id_queue=[fragment]))


@every_ending
def test_a_job_is_not_cancelled_by_a_login_that_ended(
    open_page: Open, trained_home: TrainedHome, monkeypatch: pytest.MonkeyPatch, end: Callable[[AVM, str], object]
) -> None:
    avm = trained_home.avm
    avm.access.add_person(name := f"fragment-{len(avm.access.people())}", "analyst", actor=BOSS)
    job = avm.jobs.submit("train", actor=BOSS)
    app = open_page("retrain", role=None)
    app.session_state["authentication_status"] = True
    app.session_state["username"] = avm.access.open_session(name)
    app.run()
    end(avm, name)
    run_only_the_fragment(app, monkeypatch)
    app.button(key="job_cancel").click().run()
    still = avm.jobs.get(job.id).status
    avm.jobs.cancel(job.id, actor=BOSS)
    assert still == "queued"
    assert_login_ended(app)


def test_a_price_is_not_kept_in_a_dialog_by_a_login_that_ended(
    open_page: Open, trained_home: TrainedHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    avm = trained_home.avm
    valuation = avm.value(HOME | PLACE, actor=Actor("page-agent", "agent", "dashboard"))
    app = open_page("predictions", role="agent")
    app.query_params["entry"] = valuation.log_id
    app.run()
    name = f"log_override_{valuation.log_id}"
    app.number_input(key=f"{name}_value").set_value(valuation.value * 1.1)
    app.text_input(key=f"{name}_reason").set_value("Renovated")
    avm.access.end_session(app.session_state["username"])
    run_only_the_fragment(app, monkeypatch)
    app.button(key=f"{name}_keep").click().run()
    assert avm.monitoring.overridden(valuation.log_id) is None
    assert_login_ended(app)


def test_the_log_is_no_file_for_a_login_that_ended_after_the_page_was_drawn(
    open_page: Open, trained_home: TrainedHome
) -> None:
    avm = trained_home.avm
    avm.value(HOME | PLACE, actor=Actor("page-agent", "agent", "dashboard"))
    login = str(open_page("predictions", role="agent").session_state["username"])
    assert b"Providencia" in log_table.file_for(login, {}, "en")
    avm.access.end_session(login)
    with pytest.raises(AccessError, match="login has ended"):
        log_table.file_for(login, {}, "en")


def test_a_dialog_shows_nothing_more_to_a_login_that_ended(
    open_page: Open, trained_home: TrainedHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    avm = trained_home.avm
    valuation = avm.value(HOME | PLACE, actor=Actor("page-agent", "agent", "dashboard"))
    app = open_page("predictions", role="agent")
    app.query_params["entry"] = valuation.log_id
    app.run()
    avm.access.end_session(app.session_state["username"])
    run_only_the_fragment(app, monkeypatch)
    assert 'data-testid="value"' not in shown(app.run())
    assert_login_ended(app)
