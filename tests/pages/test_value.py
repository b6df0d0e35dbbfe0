"""The Value page without a browser: what an answer shows, what-if, whole files, logged valuations opened again."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.parts import bar_rows, maps, text
from dashboard.predictions import opened
from dashboard.value import drivers_and_comparables, file_jobs
from pricing_core import Actor, LoggedPrediction, SubjectError, say
from pricing_core.processes.worker import Worker
from tests.conftest import TrainedHome
from tests.pages.conftest import HOME, Open, in_spanish, shown

PLACE = {"sector": "Providencia", "latitude": -33.43, "longitude": -70.61}
AGENT = Actor("page-agent", "agent", "dashboard")


def fill(app: AppTest, **values: Any) -> None:
    for name, value in values.items():
        if name == "sector" and value not in (options := app.selectbox(key="subject_sector").options):
            options.append(value)  # AppTest cannot type an option of one's own
        kind = app.selectbox if name in ("type", "sector") else app.number_input
        kind(key=f"subject_{name}").set_value(value)


def valued(app: AppTest, **changed: Any) -> AppTest:
    fill(app, **HOME | PLACE | changed)
    return app.button(key="value_ask").click().run()


# One home


def test_an_answer_shows_ranges_confidence_drivers_and_comparables(open_page: Open, trained_home: TrainedHome) -> None:
    app = valued(open_page())
    words, newest = shown(app), trained_home.avm.log.find(limit=1)[0]
    assert words.count('class="t-bars"') == 2
    assert 'data-testid="confidence"' in words
    assert words.count('<th scope="row">') == len(newest.detail["comparables"]) == 6
    assert text.short_number(newest.detail["second_opinion"]) in words
    assert len(app.get("deck_gl_json_chart")) == 1


@pytest.mark.parametrize("written", ["providencia", "PROVIDENCIA", "Providencia."])
def test_another_spelling_in_the_form_is_valued_and_placed_like_the_usual_one(
    open_page: Open, trained_home: TrainedHome, written: str
) -> None:
    app = open_page()
    fill(app, **HOME)
    proposed = []
    for name in ("Providencia", written):
        fill(app, sector=name)
        app.run()
        proposed.append([app.number_input(key=f"subject_{each}").value for each in ("latitude", "longitude")])
    assert proposed[0] == proposed[1] != [None, None]
    right = float(trained_home.avm.value(HOME | PLACE, actor=AGENT).value)
    app = valued(app, sector=written)
    newest = trained_home.avm.log.find(limit=1)[0]
    assert newest.value == right
    assert newest.written["sector"] == written
    assert f"'{written}' was taken for 'Providencia'." in unescape(shown(app))


def test_an_area_of_zero_in_the_form_is_not_known(open_page: Open) -> None:
    app = valued(open_page(), net_area=0.0)
    assert "A total area of 0 counts as not known." in shown(app)


def test_a_change_is_valued_at_once_and_logged(open_page: Open, trained_home: TrainedHome) -> None:
    app = valued(open_page())
    count = trained_home.avm.log.count()
    assert 'data-testid="since"' not in shown(app)
    app.number_input(key="subject_net_usable_area").set_value(75.0).run()
    assert trained_home.avm.log.count() == count + 1
    assert trained_home.avm.log.find(limit=1)[0].subject["net_usable_area"] == 75
    assert 'data-testid="since"' in shown(app)


def test_nothing_is_valued_again_while_nothing_changes(open_page: Open, trained_home: TrainedHome) -> None:
    app = valued(open_page())
    count = trained_home.avm.log.count()
    app.run()
    assert trained_home.avm.log.count() == count
    assert 'data-testid="value"' in shown(app)


def test_a_change_that_takes_too_much_away_says_what_is_missing(open_page: Open, trained_home: TrainedHome) -> None:
    app = valued(open_page())
    count = trained_home.avm.log.count()
    fill(app, net_usable_area=None, net_area=None)
    app.run()
    assert "Still needed: one of the two areas." in shown(app)
    assert 'data-testid="value"' not in shown(app)
    assert trained_home.avm.log.count() == count


def test_a_point_in_the_sea_is_refused_until_it_is_mended(open_page: Open) -> None:
    app = valued(open_page())
    fill(app, latitude=0.0, longitude=0.0)
    assert "t-note error" in shown(app.run())
    assert "Atlantic" in shown(app.run())
    fill(app, latitude=-33.43, longitude=-70.61)
    assert 'data-testid="value"' in shown(app.run())


def test_an_unknown_sector_has_low_confidence_with_reasons(open_page: Open) -> None:
    app = valued(open_page(), sector="Villa <i>Nueva</i>", latitude=None, longitude=None)
    assert "Low confidence" in shown(app)
    assert "is in the sector &#x27;Villa &lt;i&gt;Nueva&lt;/i&gt;&#x27;" in shown(app)
    assert "<i>Nueva" not in shown(app)


# A whole file


def choose(app: AppTest, content: bytes, name: str = "homes.csv") -> AppTest:
    app.segmented_control(key="value_mode").set_value("file").run()
    return app.file_uploader[0].upload(name, content, "text/csv").run()


def upload(app: AppTest, content: bytes, name: str = "homes.csv") -> AppTest:
    return choose(app, content, name).button(key="values_run").click().run()


def test_a_file_is_valued_and_its_bad_rows_say_why(open_page: Open, trained_home: TrainedHome) -> None:
    count = trained_home.avm.log.count()
    header = b"type,sector,net_usable_area,net_area,n_rooms,n_bathroom,latitude,longitude\n"
    rows = b"casa,Providencia,80,90,3,2,,\n=1+1,Providencia,80,90,3,2,,\ncasa,Providencia,,,3,2,,\n"
    app = upload(open_page(), header + rows, "=<b>homes.csv")
    assert "2 of 3 homes in =&lt;b&gt;homes.csv were valued; one could not be." in shown(app)
    assert "No area arrived" in shown(app)
    assert len(app.dataframe[0].value) == 2
    assert trained_home.avm.log.count() == count + 2
    assert b"'=1+1" in app.session_state["file_values"].content


def test_a_row_that_cannot_be_valued_is_written_as_it_came(trained_home: TrainedHome, tmp_path: Path) -> None:
    source, out = tmp_path / "homes.csv", tmp_path / "values.csv"
    header = "type,sector,net_usable_area,net_area,n_rooms,n_bathroom,latitude,longitude\n"
    source.write_text(f"{header}casa,Providencia,abc,90,3,2,-33.43,-70.61\ncasa,Providencia,80,90,3,2,-33.43,-70.61\n")
    trained_home.avm.value_file(source, out, actor=AGENT)
    failed, valued = pd.read_csv(out, dtype=str).to_dict("records")
    assert (failed["net_usable_area"], failed["latitude"]) == ("abc", "-33.43")
    assert valued["version"].isdigit()


def test_a_large_file_is_valued_by_the_worker_and_found_again_after_a_reload(
    open_page: Open, trained_home: TrainedHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    avm = trained_home.avm
    monkeypatch.setattr(file_jobs, "LARGE", 10)
    avm.store.jobs.workers.beat("a worker")
    header = b"type,sector,net_usable_area,net_area,n_rooms,n_bathroom,latitude,longitude\n"
    app = upload(open_page(role="agent"), header + b"casa,Providencia,80,90,3,2,,\n")
    job = avm.jobs.newest(limit=1)[0]
    assert (job.kind, job.status) == ("value_file", "queued")
    assert "homes.csv is being valued" in shown(app)
    assert Worker(avm, lambda: False).run_one()
    avm.store.jobs.workers.retire("a worker")
    again = open_page(role="agent")
    again.segmented_control(key="value_mode").set_value("file").run()
    assert "The one home in homes.csv was valued: 1 of 1." in shown(again)
    assert len(again.dataframe[0].value) == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"<html><body>hello</body></html>", b"a,b\n1,2\n", b"\x1f\x8b\x08\x00broken", b"\x00\xff" * 5_000],
    ids=["empty", "page", "other columns", "broken gzip", "binary"],
)
def test_a_file_that_is_no_table_gives_a_note(open_page: Open, content: bytes) -> None:
    app = choose(open_page(), content)
    assert "homes.csv" in shown(app)
    assert app.button(key="values_run").disabled
    assert [each.key for each in app.get("download_button")] == ["values_template"]


@pytest.mark.parametrize("name", ["../../etc/passwd", "..", "", "a" * 300 + ".csv", "\x00x.csv", ".hidden", "=\n.csv"])
def test_a_hostile_file_name_stays_in_its_folder(name: str) -> None:
    safe = file_jobs.safe_name(name)
    assert re.fullmatch(r"[\w\- ][\w.\- ]{0,79}", safe)


# The log


def test_the_address_opens_a_logged_valuation_as_it_was_shown(open_page: Open, trained_home: TrainedHome) -> None:
    valuation = trained_home.avm.value(HOME | PLACE, actor=AGENT)
    item = trained_home.avm.log.find(limit=1)[0]
    assert opened.to_valuation(item).to_dict() == valuation.to_dict()
    app = open_page("predictions", role="agent")
    app.query_params["entry"] = valuation.log_id
    assert 'data-testid="comparables"' in shown(app.run())
    assert text.number(valuation.value) in shown(app)


def test_an_agent_cannot_open_the_valuation_of_another(open_page: Open, trained_home: TrainedHome) -> None:
    valuation = trained_home.avm.value(HOME | PLACE, actor=Actor("someone-else", "agent", "api"))
    for entry in (valuation.log_id, "<script>"):
        app = open_page("predictions", role="agent")
        app.query_params["entry"] = entry
        assert "There is no such valuation, or it is not open to you." in shown(app.run())
        assert 'data-testid="value"' not in shown(app)


def test_an_old_entry_without_details_is_still_shown(open_page: Open, trained_home: TrainedHome) -> None:
    valuation = trained_home.avm.value(HOME | PLACE, actor=AGENT)
    item = trained_home.avm.log.find(limit=1)[0]
    old = LoggedPrediction(**vars(item) | {"id": f"old-{valuation.log_id[:8]}", "detail": {}})
    trained_home.avm.store.predictions.add([old])
    app = open_page("predictions", role="agent")
    app.query_params["entry"] = old.id
    words = shown(app.run())
    for lacking in (
        "No ranges were kept with this value.",
        "What moved the value was not kept: it was valued in bulk or by an older version.",
        "No comparable listings were kept with this value.",
    ):
        assert lacking in words


# Figures and words


def test_the_waterfall_leads_from_the_typical_listing_to_the_value(trained_home: TrainedHome) -> None:
    valuation = trained_home.avm.value(HOME | PLACE | {"net_usable_area": 75.0}, actor=AGENT)
    amounts = [valuation.reference_value or 0.0, *(driver["amount"] for driver in valuation.drivers)]
    names, texts = [("x", "")] * (len(amounts) + 1), ["1"] * (len(amounts) + 1)
    bars = bar_rows.waterfall(names, [*amounts, valuation.value], texts)
    assert bars[0].start == bars[-1].start == 0
    assert [bar.start for bar in bars[1:-1]] == [bar.end for bar in bars[:-2]]
    assert bars[-2].end == pytest.approx(bars[-1].end, abs=0.005)


def test_a_name_from_a_file_is_no_markup_in_a_picture() -> None:
    bars = bar_rows.lengths(["<a href='x'>"], [1.0], ["1"], ["band"])
    html = bar_rows.drawn(bars, bar_rows.from_zero(bars), "<b>", "<i>")
    assert "&lt;a href=&#x27;x&#x27;&gt;" in html
    assert not {"<a", "<i>"} & set(re.findall(r"<a|<i>", html))


STRANGE = (
    {"sector": "Nowhere", "type": "igloo"},
    {"sector": "Providencja"},
    {"type": "igloo", "net_usable_area": 100.0, "net_area": 80.0},
    {"net_usable_area": 9000.0, "net_area": 9100.0, "n_rooms": 40.0, "n_bathroom": 30.0},
    {"latitude": -33.6, "longitude": -70.75},
    {"latitude": -33.75, "longitude": -70.4},
    {"n_rooms": None, "n_bathroom": None, "latitude": None, "longitude": None},
)


def test_every_reason_has_spanish_words(trained_home: TrainedHome) -> None:
    valuations = [trained_home.avm.value(HOME | PLACE | strange, actor=AGENT) for strange in STRANGE]
    found = {reason for valuation in valuations for reason in valuation.notes}
    assert len(found) > 8
    assert [reason for reason in found if say(reason, "es") == str(reason)] == []


def test_the_answer_speaks_spanish_when_told(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UI_LANGUAGE", "es")
    app = valued(open_page(), n_bathroom=None)
    assert in_spanish("Comparable listings") in shown(app)
    assert "Sin dato, lo completó el modelo: baños." in shown(app)


REFUSED = (
    {"latitude": 0.0, "longitude": 0.0},
    {"latitude": -33.4, "longitude": -75.2},
    {"latitude": 33.43, "longitude": -70.61},
    {"latitude": -70.61, "longitude": -33.43},
    {"net_usable_area": -1.0},
    {"net_usable_area": 1e12, "n_rooms": -1.0},
    {"net_usable_area": None, "net_area": None},
    {"type": ""},
    {"sector": "x" * 130},
)


def test_every_refusal_has_spanish_words(trained_home: TrainedHome) -> None:
    for strange in REFUSED:
        with pytest.raises(SubjectError) as caught:
            trained_home.avm.value(HOME | PLACE | strange, actor=AGENT)
        assert say(caught.value.message, "es") != str(caught.value), strange


def test_dear_comparables_are_shown_in_thousands(trained_home: TrainedHome, monkeypatch: pytest.MonkeyPatch) -> None:
    valuation = trained_home.avm.value(HOME | PLACE, actor=AGENT)
    dear = [home | {"price": 1_234_567.0, "adjusted_value": 980_400.0} for home in valuation.comparables]
    said: list[str] = []
    monkeypatch.setattr(drivers_and_comparables.st, "html", said.append)
    drivers_and_comparables.comparables(replace(valuation, comparables=dear, second_opinion=980_400.0))
    words = "".join(said)
    assert "thousands of UF" in words
    assert words.count("</span>1,235</td>") == 6
    assert words.count("980</td>") == 7


def test_a_home_far_from_its_sector_is_mapped_together_with_it() -> None:
    around = pd.DataFrame({"latitude": [-33.43] * 3, "longitude": [-70.61] * 3})
    sectors = pd.DataFrame({"latitude": [], "longitude": [], "listings": []})
    near, far = (maps.Pin(-33.43, longitude, "", "here") for longitude in (-70.612, -75.2))
    views = [maps.place_deck(pin, [], around, sectors, "light").initial_view_state for pin in (near, far)]
    assert (views[0].longitude, views[0].zoom) == (-70.612, 11.5)
    assert -75.2 < views[1].longitude < -70.61
    assert views[1].zoom < 7


def test_changes_and_distances_are_written_with_sign_and_unit() -> None:
    assert (text.signed(12.4, 0), text.signed(-58.0, 0), text.signed(-0.2, 0)) == ("+12", "−58", "0")
    assert (text.distance(345.4), text.distance(1_234.0), text.distance(None)) == ("345 m", "1.2 km", "–")
