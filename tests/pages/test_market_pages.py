"""The pages know the market's days: the form asks for one, the Watch page shows the course."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from pricing_core import AVM
from tests.conftest import copy_of
from tests.pages.conftest import Open, keys, opener, shown


@pytest.fixture
def dated(dated_home: Path, tmp_path: Path) -> Iterator[AVM]:
    avm = AVM(copy_of(dated_home, tmp_path / "home")).start()
    yield avm
    avm.close()


@pytest.fixture
def open_page(dated: AVM, monkeypatch: pytest.MonkeyPatch) -> Open:
    return opener(dated, monkeypatch)


def test_the_form_asks_for_the_day_of_the_value_and_the_answer_says_its_level(dated: AVM, open_page: Open) -> None:
    app = open_page()
    assert "subject_as_of" in keys(app, "date_input")
    app.selectbox(key="subject_type").set_value("casa")
    app.selectbox(key="subject_sector").set_value("North")
    app.number_input(key="subject_net_usable_area").set_value(80.0)
    app.date_input(key="subject_as_of").set_value(date(2022, 12, 20))
    app.button(key="value_ask").click().run()
    assert dated.log.find(limit=1)[0].detail["as_of"] == "2022-12-20"
    assert "Market level of 20 Dec 2022" in shown(app)
    app.date_input(key="subject_as_of").set_value(date(2023, 6, 20)).run()
    assert dated.log.find(limit=1)[0].detail["as_of"] == "2023-06-20"


def test_the_watch_page_shows_the_course_of_a_type_and_a_sector(open_page: Open) -> None:
    app = open_page("watch", role="analyst")
    assert "The market over time" in [element.value for element in app.subheader]
    assert "in the twelve months before." in shown(app)
    app.selectbox(key="market_sector").set_value("North").run()
    assert not app.exception
    assert "The typical casa in North: UF" in shown(app)
