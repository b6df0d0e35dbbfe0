"""The pages show what a client declares: the form, the listings, the log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.listings.map_cells import cell_data
from dashboard.parts import cache
from dashboard.parts.map_points import tooltips
from pricing_core import AVM, Actor
from tests.conftest import TrainedHome, copy_of
from tests.pages.conftest import Open, keys, opener, shown

ME = Actor("page-admin", "admin", "dashboard")


@pytest.fixture
def declaring(declared_home: Path, tmp_path: Path) -> Iterator[AVM]:
    avm = AVM(copy_of(declared_home, tmp_path / "home")).start()
    yield avm
    avm.close()


@pytest.fixture
def open_page(declaring: AVM, monkeypatch: pytest.MonkeyPatch) -> Open:
    return opener(declaring, monkeypatch)


def test_the_form_asks_for_declared_columns_and_the_value_follows_them(declaring: AVM, open_page: Open) -> None:
    app = open_page()
    assert {"subject_year_built", "subject_parking", "subject_to_centre"} <= keys(app, "number_input")
    assert {"subject_pool", "subject_view"} <= keys(app, "selectbox")
    assert "subject_sold_on" not in keys(app, "date_input")
    labels = [field.label for field in app.number_input]
    assert {"Year built", "Parking places", "To centre (km)"} <= set(labels)
    assert app.selectbox(key="subject_view").options[0] in ("park", "street", "sea")
    app.selectbox(key="subject_type").set_value("casa")
    app.selectbox(key="subject_sector").set_value("North")
    app.number_input(key="subject_net_usable_area").set_value(80.0)
    app.number_input(key="subject_year_built").set_value(2015)
    app.selectbox(key="subject_pool").set_value(True)
    app.button(key="value_ask").click().run()
    words = shown(app)
    logged = declaring.log.find(limit=1)[0]
    assert {name: logged.subject[name] for name in ("year_built", "pool")} == {"year_built": 2015, "pool": True}
    assert "2015 instead of not stated" in words
    assert "Of these the champion uses year built, parking places, to centre, pool and view." in words


def test_a_champion_of_the_core_says_that_it_does_not_use_them(
    trained_home: TrainedHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = copy_of(trained_home, tmp_path / "home")
    columns = "columns: [{name: floor, role: number, label: piso}, {name: finished, role: date}]"
    (settings.DATA_DIR / "columns.yaml").write_text(columns, encoding="utf-8")
    avm = AVM(settings).start()
    app = opener(avm, monkeypatch)()
    assert "It does not use piso and finished: kept in the log, without effect on the value." in shown(app)
    app.selectbox(key="subject_type").set_value("departamento")
    app.selectbox(key="subject_sector").set_value("Ñuñoa")
    app.number_input(key="subject_net_usable_area").set_value(70.0)
    app.date_input(key="subject_finished").set_value(date(2024, 3, 31))
    app.button(key="value_ask").click().run()
    assert "The model does not use what was given as finished." in shown(app)
    assert avm.log.find(limit=1)[0].subject["finished"] == "2024-03-31"
    avm.close()


def test_listings_are_filtered_shown_and_corrected_by_declared_columns(declaring: AVM, open_page: Open) -> None:
    app = open_page("listings", listing="2")
    shown(app)
    app.multiselect(key="filter_declared_view").set_value(["park"])
    app.number_input(key="filter_declared_year_built_low").set_value(1980.0).run()
    words = shown(app)
    frame = declaring.listings.frame()
    left = frame[(frame["view"] == "park") & (frame["year_built"] >= 1980)]
    assert f"{len(left)} of {len(frame)}" in words
    for name, words in (("view", "park"), ("pool", "Pool"), ("year_built", "Year built"), ("sold_on", "Sold on")):
        app.selectbox(key="map_any_measure").set_value(f"declared:{name}").run()
        assert words in legend(app)
    app.multiselect(key="filter_declared_view").set_value([])
    app.number_input(key="filter_declared_year_built_low").set_value(None).run()
    app.segmented_control(key="settle_verdict_2").set_value("correct").run()
    app.multiselect(key="settle_columns_2").set_value(["year_built", "pool"]).run()
    assert {"settle_year_built_2", "settle_pool_2"} <= keys(app, "text_input")
    declaring.reviews.settle([2], "correct", reason="deed", corrections={"sold_on": "01-02-2025"}, actor=ME)
    assert "Sold on → 1 Feb 2025" in shown(open_page("listings", listing="2"))


def legend(app: AppTest) -> str:
    """What stands below the map."""
    (found,) = [each.proto.body for each in app.get("html") if 'class="t-legend"' in each.proto.body]
    return str(found)


def test_squares_of_the_map_say_what_is_declared_by_its_role(declaring: AVM, open_page: Open) -> None:
    open_page("listings")
    frame = declaring.listings.frame().assign(latitude=-33.0, longitude=-70.0)
    told = {}
    for name in ("view", "pool", "year_built", "sold_on"):
        (square,) = cell_data(frame, f"declared:{name}", "light", "UF/m²")
        told[name] = square["w"].splitlines()[1]
    often = frame["view"].value_counts()
    assert told["view"] == f"View: mostly {sorted(often.index, key=lambda each: (-often[each], each))[0]}"
    assert told["pool"].startswith("Pool: ")
    assert told["pool"].endswith(" yes")
    assert told["year_built"] == f"Year built: median {frame['year_built'].median():.0f}"
    assert told["sold_on"].startswith("Sold on: median ")
    assert "Year built" in tooltips(cache.checked(cache.stamp()), "UF", "m²")[1]


def test_the_log_has_a_column_for_each(declaring: AVM, open_page: Open) -> None:
    home = {"type": "casa", "sector": "North", "net_usable_area": 80, "year_built": 1999, "pool": True}
    logged = declaring.value(home, actor=ME)
    app = open_page("predictions")
    shown(app)
    (table,) = [each for each in app.dataframe if "year_built" in each.value.columns]
    assert table.value["year_built"].tolist() == [1999]
    assert "1999 instead of not stated" in shown(open_page("predictions", entry=logged.log_id))
