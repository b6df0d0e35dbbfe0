"""The Watch page, overriding, and the opened log entry."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboard.monitoring import alerts
from dashboard.parts import text
from dashboard.predictions import replay
from pricing_core import AVM, Actor, Change, Property, load_settings, parse_property
from pricing_core.monitoring.alerts import RULES
from tests.conftest import TrainedHome, make_settings
from tests.monitoring.watching import logged, priced, usual
from tests.pages.conftest import HOME, Open, in_spanish, keys, opener, shown

ANALYST = Actor("eva", "analyst", "dashboard")
PLACE: dict[str, Any] = {"sector": "Providencia", "latitude": None, "longitude": None}


@pytest.fixture
def watched(tmp_path: Path, trained_home: TrainedHome, mlflow_template: Path) -> Iterator[AVM]:
    """An installation of its own with the session's champion: what is watched here is nobody else's."""
    avm = AVM(make_settings(tmp_path, mlflow_template)).start()
    champion = next(version for version in trained_home.avm.versions.all() if version.is_champion)
    avm.store.versions.add(champion)
    avm.store.versions.promote(champion.version, promoted_by="ana", reason="first")
    yield avm
    avm.close()


@pytest.fixture
def open_watched(watched: AVM, monkeypatch: pytest.MonkeyPatch) -> Open:
    return opener(watched, monkeypatch)


# States of the page


def test_an_agent_cannot_open_the_watch(open_page: Open) -> None:
    app = open_page("watch", role="agent")
    assert "This page is not open to you" in shown(app)
    assert (
        "Whether the model still does its work: what is asked of it, what came of it, and what needs a look."
        not in shown(app)
    )


def test_without_anything_the_page_says_what_is_missing(open_empty: Open) -> None:
    words = shown(open_empty("watch", role="analyst"))
    for sentence in (
        "It is too early to tell.",
        "No model yet",
        "No later prices yet",
        "Nobody has overridden a value in these days.",
        "No home has been valued in these days.",
    ):
        assert sentence in words


def test_few_homes_are_too_few_to_tell(open_watched: Open, watched: AVM) -> None:
    watched.store.predictions.add(logged(usual(12)))
    words = shown(open_watched("watch"))
    assert "12 different homes were valued one by one in 30 days" in words
    assert "there are 12" in words


def test_alerts_drift_and_unknown_sectors_are_shown(open_watched: Open, watched: AVM) -> None:
    watched.store.predictions.add(logged(usual(150).assign(sector="<b>Moon</b>"), confidence="low"))
    app = open_watched("watch")
    words = shown(app)
    assert "100 % of the 150 valuations of the last 30 days were low in confidence; the limit is 30 %." in words
    assert "such as &lt;b&gt;Moon&lt;/b&gt;" in words
    assert "All is well." not in words
    table = next(frame.value for frame in app.dataframe if "verdict" in frame.value)
    assert "Drifted" in set(table["verdict"])
    assert app.selectbox(key="watch_feature").value in {"sector", "latitude", "longitude"}
    app.selectbox(key="watch_feature").set_value("type").run()
    shown(app)
    assert [alert.rule for alert in watched.monitoring.alerts()] == ["drift", "low_confidence", "unknown_sectors"]


def test_another_window_is_read_without_touching_the_alerts(open_watched: Open, watched: AVM) -> None:
    app = open_watched("watch")
    watched.store.predictions.add(logged(usual(150), confidence="low"))
    app.segmented_control(key="watch_days").set_value(7).run()
    assert app.metric[0].value == "150"
    assert watched.monitoring.alerts() == []


def test_the_page_speaks_spanish_when_told(open_watched: Open, watched: AVM, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UI_LANGUAGE", "es")
    watched.store.predictions.add(logged(usual(150), confidence="low"))
    words = shown(open_watched("watch"))
    assert "El 100 % de las 150 tasaciones de los últimos 30 días tuvo confianza baja; el límite es 30 %." in words
    assert in_spanish("No later prices yet") in words


def test_every_rule_and_feature_has_words_in_both_languages() -> None:
    assert set(alerts.RULES) == set(alerts.RULE_WORDS) == set(RULES)


# Outcomes


def test_prices_are_attached_and_the_live_error_appears(open_watched: Open, watched: AVM) -> None:
    rows = logged(usual(60))
    watched.store.predictions.add(rows)
    lines = [f"{row.id},{priced(row.value, 0.05)},sold" for row in rows]
    content = "\n".join(["log_id,price,kind", *lines, "nobody,5,"]).encode()
    app = open_watched("watch")
    app.file_uploader[0].upload("prices.csv", content, "text/csv").run()
    app.button(key="outcomes_run").click().run()
    words = shown(app)
    assert "60 of 61 prices were attached." in words
    assert app.metric[3].value == "5 %"
    assert "Values tend to be 5 % too high." in words
    assert app.get("download_button")
    app.segmented_control(key="watch_live_by").set_value("kind").run()
    assert "Sold" in set(next(frame.value for frame in app.dataframe if "mdape" in frame.value)["name"])


def test_a_file_of_prices_is_shown_as_it_would_be_read_and_its_settings_are_kept(
    open_watched: Open, watched: AVM
) -> None:
    rows = logged(usual(3))
    watched.store.predictions.add(rows)
    content = "\n".join(["entrada,price", *(f"{row.id},{row.value}" for row in rows)]).encode()
    app = open_watched("watch")
    app.file_uploader[0].upload("prices.csv", content, "text/csv").run()
    assert app.button(key="outcomes_run").disabled
    assert "either log_id or all of" in shown(app)
    next(each for each in app.selectbox if (each.key or "").endswith("_field") and not each.value).set_value("log_id")
    app.run()
    next(each for each in app.text_input if each.label == "Save these settings as").set_value("Notaría")
    app.run().button(key="outcomes_run").click().run()
    assert "3 of 3 prices were attached." in shown(app)
    assert [each.name for each in watched.listings.profiles.all()] == ["Notaría"]


def test_a_file_of_something_else_is_refused_with_a_note(open_watched: Open) -> None:
    app = open_watched("watch")
    app.file_uploader[0].upload("page.csv", b"<html><body>", "text/csv").run()
    assert app.button(key="outcomes_run").disabled
    assert "page.csv is no CSV file but a web page" in shown(app)


# Overrides and the opened entry


def test_a_person_keeps_another_price_under_the_value(open_page: Open, trained_home: TrainedHome) -> None:
    valuation = trained_home.avm.value(HOME | PLACE, actor=Actor("page-agent", "agent", "dashboard"))
    app = open_page("predictions", role="agent")
    app.query_params["entry"] = valuation.log_id
    app.run()
    name = f"log_override_{valuation.log_id}"
    app.number_input(key=f"{name}_value").set_value(valuation.value * 1.1)
    app.text_input(key=f"{name}_reason").set_value("<i>Renovated</i>")
    app.button(key=f"{name}_keep").click().run()
    kept = trained_home.avm.monitoring.overridden(valuation.log_id)
    assert kept is not None
    assert (kept.overridden_by, kept.reason) == ("page-agent", "<i>Renovated</i>")
    assert "(+10.0 %): &lt;i&gt;Renovated&lt;/i&gt;" in shown(app)


def test_an_override_without_a_reason_is_refused_with_a_note(open_page: Open, trained_home: TrainedHome) -> None:
    valuation = trained_home.avm.value(HOME | PLACE, actor=Actor("page-agent", "agent", "dashboard"))
    app = open_page("predictions", role="agent")
    app.query_params["entry"] = valuation.log_id
    app.run()
    app.button(key=f"log_override_{valuation.log_id}_keep").click().run()
    assert "The reason has 0 characters" in shown(app)
    assert trained_home.avm.monitoring.overridden(valuation.log_id) is None


def test_an_opened_entry_is_replayed_and_shows_its_later_price(open_page: Open, trained_home: TrainedHome) -> None:
    avm = trained_home.avm
    valuation = avm.value(HOME | PLACE, actor=Actor("page-agent", "agent", "dashboard"))
    from pricing_core.nouns.monitoring import Outcome

    avm.store.outcomes.add([Outcome(valuation.log_id, valuation.value, "sold", None)], file_name="f", added_by="eva")
    app = open_page("predictions", role="agent")
    app.query_params["entry"] = valuation.log_id
    app.run()
    app.button(key=f"replay_{valuation.log_id}").click().run()
    words = shown(app)
    assert f"Version {valuation.version} is still the champion: nothing has changed." in words
    assert f"Price known later: {text.money(valuation.value, 'UF')} (sold)." in words


def test_what_moved_a_value_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "language", lambda: "es")
    change = Change("x", 1, 2, 100.0, 100.0, 112.0, 10.0, 2.0, True, "")
    assert replay.sentence(change, "UF") == (
        "Entre la versión 1 y la versión 2, la receta cambia el valor en +UF 10 y las publicaciones, en +UF 2."
    )


def test_the_log_is_filtered_by_confidence(open_page: Open, trained_home: TrainedHome) -> None:
    subject: Property = parse_property(HOME | PLACE | {"sector": "Nowhere at all"})
    trained_home.avm.value(subject, actor=trained_home.admin)
    app = open_page("predictions")
    assert "log_confidence" in keys(app, "selectbox")
    app.selectbox(key="log_confidence").set_value("low").run()
    assert set(app.dataframe[0].value["confidence"]) == {"Low"}


def test_a_limit_that_is_off_is_shown_as_off(open_watched: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALERT_LATENCY_P95_MS", "0")
    assert load_settings().ALERT_LATENCY_P95_MS == 0
    app = open_watched("watch")
    table = next(frame.value for frame in app.dataframe if "limit" in frame.value)
    assert list(table["state"]).count("Off") == 1


def test_a_rule_without_enough_homes_is_not_said_to_hold(open_watched: Open) -> None:
    table = next(frame.value for frame in open_watched("watch").dataframe if "limit" in frame.value)
    assert set(table["state"]) == {"Too few to tell"}


def test_the_drift_of_new_listings_is_a_choice_away(open_watched: Open) -> None:
    app = open_watched("watch")
    app.segmented_control(key="watch_drift_of").set_value("listed").run()
    assert "0 listings have come since version" in shown(app)
