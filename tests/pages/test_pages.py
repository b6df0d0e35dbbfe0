"""The pages without a browser: what they show with data and without, and when something is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from dashboard.parts import text
from pricing_core import AVM, Actor
from tests.conftest import TrainedHome
from tests.pages.conftest import HOME, Open, keys, shown

# Value


def fill(app: AppTest, **values: Any) -> None:
    for name, value in values.items():
        if name == "sector" and value not in (options := app.selectbox(key="subject_sector").options):
            options.append(value)  # AppTest cannot type an option of one's own
        kind = app.selectbox if name in ("type", "sector") else app.number_input
        kind(key=f"subject_{name}").set_value(value)


def test_a_home_is_valued_and_logged(open_page: Open, trained_home: TrainedHome) -> None:
    app = open_page()
    sector = trained_home.avm.versions.choices()["sector"][0]
    fill(app, sector=sector, **HOME)
    app.button(key="value_ask").click().run()
    newest = trained_home.avm.log.find(limit=1)[0]
    assert newest.requested_by == "page-admin"
    assert newest.subject["sector"] == sector
    assert text.number(newest.value) in shown(app)
    assert newest.id in shown(app)


def test_a_known_sector_proposes_its_position(open_page: Open, trained_home: TrainedHome) -> None:
    app = open_page()
    fill(app, sector=trained_home.avm.versions.choices()["sector"][0])
    app.run()
    assert -34 < (app.number_input(key="subject_latitude").value or 0) < -33
    first = app.number_input(key="subject_longitude").value
    fill(app, sector=trained_home.avm.versions.choices()["sector"][1])
    app.run()
    assert app.number_input(key="subject_longitude").value != first


def test_an_unknown_sector_is_said(open_page: Open) -> None:
    app = open_page()
    fill(app, sector="Never <b>Heard</b> Of", **HOME)
    app.button(key="value_ask").click().run()
    assert "Never &lt;b&gt;Heard&lt;/b&gt; Of" in shown(app)
    assert "t-note warning" in shown(app)


def test_what_is_missing_is_named(open_page: Open) -> None:
    app = open_page()
    app.button(key="value_ask").click().run()
    assert "Still needed: Type, Sector, one of the two areas." in shown(app)


def test_a_refused_home_gives_a_note(open_page: Open) -> None:
    app = open_page()
    fill(app, sector="x" * 300, **HOME)
    app.button(key="value_ask").click().run()
    assert "sector must be a name" in shown(app)
    assert "t-note error" in shown(app)


def test_without_a_champion_the_next_step_is_said(open_empty: Open) -> None:
    assert "No model yet" in shown(open_empty())


# Listings: the rest of them in test_listings


def test_an_empty_home_says_how_listings_come_in(open_empty: Open) -> None:
    assert "No listings yet" in shown(open_empty("listings"))


def test_an_uploaded_file_is_reported(open_empty: Open, sample_files: tuple[Path, Path]) -> None:
    app = open_empty("listings")
    content = sample_files[1].read_bytes() + b"casa,Nowhere,80,90,3,2,-33.4,-70.6,-5,0\n"
    app.file_uploader[0].upload("=cmd.csv", content, "text/csv").run()
    app.button(key="upload_load").click().run()
    assert "listings were taken" in shown(app)
    assert app.get("download_button")


def test_a_file_that_is_no_table_changes_nothing(open_empty: Open, avm: AVM) -> None:
    app = open_empty("listings")
    app.file_uploader[0].upload("page.csv", b"<html><body>hello</body></html>", "text/csv").run()
    assert app.button(key="upload_load").disabled
    assert "page.csv is no CSV file but a web page" in shown(app)
    assert avm.listings.datasets() == []


# The log


def test_an_agent_sees_only_own_valuations(open_page: Open, trained_home: TrainedHome) -> None:
    for name in ("page-agent", "somebody-else"):
        subject = {"sector": "Providencia", "latitude": None, "longitude": None, **HOME}
        trained_home.avm.value(subject, actor=Actor(name, "agent", "dashboard"))
    app = open_page("predictions", role="agent")
    assert set(app.dataframe[0].value["requested_by"]) == {"page-agent"}
    assert "log_requested_by" not in keys(app, "selectbox")
    everyone = open_page("predictions", role="analyst").dataframe[0].value["requested_by"]
    assert {"page-agent", "somebody-else"} <= set(everyone)


def test_a_filter_without_a_row_says_so(open_page: Open, trained_home: TrainedHome) -> None:
    trained_home.avm.value({"sector": "Maipú", "latitude": None, "longitude": None, **HOME}, actor=trained_home.admin)
    app = open_page("predictions")
    app.date_input(key="log_dates").set_value((date(2020, 1, 1), date(2020, 1, 2))).run()
    assert "No valuation passes these filters" in shown(app)


def test_an_empty_log_says_so(open_empty: Open) -> None:
    assert "No valuations yet" in shown(open_empty("predictions"))


# Runs


def test_the_runs_show_the_champion_and_its_details(open_page: Open) -> None:
    app = open_page("runs")
    table = app.dataframe[0].value
    assert "Champion" in set(table["state"])
    assert table["mdape"].between(1, 60).all()
    assert "Median absolute percentage error (MdAPE)" in set(app.dataframe[1].value["metric"])


def test_only_admins_move_the_champion_and_nobody_goes_back_to_nothing(open_page: Open) -> None:
    assert "runs_rollback" not in keys(open_page("runs", role="analyst"), "button")
    assert open_page("runs").button(key="runs_rollback").disabled


def test_without_runs_the_next_step_is_said(open_empty: Open) -> None:
    assert "No model yet" in shown(open_empty("runs"))


# Retrain


def test_a_training_is_queued_watched_and_cancelled(open_page: Open, trained_home: TrainedHome) -> None:
    app = open_page("retrain", role="analyst")
    assert "No worker is running" in shown(app)
    app.selectbox(key="retrain_recipe").set_value("revised").run()
    app.button(key="retrain_start").click().run()
    job = trained_home.avm.jobs.newest()[0]
    assert job.active
    assert job.parameters["recipe"] == "revised"
    assert app.button(key="retrain_start").disabled
    app.button(key="job_cancel").click().run()
    assert trained_home.avm.jobs.get(job.id).status == "cancelled"
    assert "Cancelled" in shown(app)


def test_a_job_taken_up_again_shows_its_lines_and_who_asked(open_page: Open, trained_home: TrainedHome) -> None:
    avm = trained_home.avm
    job = avm.jobs.submit("train", actor=trained_home.admin)
    leases = avm.store.jobs.leases
    first = leases.claim("one that stops")
    assert first is not None
    leases.give_back(first, "The worker stopped in the middle.")
    second = leases.claim("another")
    assert second is not None
    leases.beat(second, "Fitting", 0.5, ["Wrote 480 rows."])
    app = open_page("retrain", role="analyst")
    words = shown(app)
    leases.finish(second, "cancelled", "")
    assert "The worker stopped in the middle of the first attempt, so the job was taken up again." in words
    assert "Still needs" in words
    assert job.requested_by in words
    assert "No training is planned: RETRAIN_SCHEDULE sets the times." in words
    assert "Wrote 480 rows." in app.code[0].value


def test_without_listings_there_is_nothing_to_train(open_empty: Open) -> None:
    assert "No listings yet" in shown(open_empty("retrain"))


# Access


def test_an_admin_adds_a_person_and_sees_the_password_once(open_empty: Open, avm: AVM) -> None:
    app = open_empty("access")
    app.text_input(key="people_add_name").set_value("newcomer")
    app.button(key="people_add_button").click().run()
    password = app.code[0].value
    assert avm.access.verify_password("newcomer", password, address="here").role == "agent"
    assert not app.run().code


def test_a_bad_name_is_refused_with_a_note(open_empty: Open) -> None:
    app = open_empty("access")
    app.text_input(key="people_add_name").set_value("No Good!")
    app.button(key="people_add_button").click().run()
    assert "cannot be a name" in shown(app)


def test_an_admin_issues_and_revokes_a_key(open_empty: Open, avm: AVM) -> None:
    app = open_empty("access")
    app.text_input(key="keys_issue_name").set_value("crm")
    app.button(key="keys_issue_button").click().run()
    key = app.code[0].value
    assert avm.access.verify_key(key) is not None
    app.button(key="keys_revoke").click().run()
    assert avm.access.verify_key(key) is None
