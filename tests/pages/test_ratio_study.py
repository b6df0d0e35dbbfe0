"""How a ratio study is shown: measures, verdicts and sentences in both languages, charts, groups."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.runs import study_charts
from dashboard.runs.ratio_study import group_table
from pricing_core.training.ratio_study import study_ratios
from tests.pages.conftest import in_spanish
from tests.training.test_ratio_study import groups_of, homes


@pytest.fixture(scope="module")
def study() -> dict[str, Any]:
    return study_ratios(*homes(600, slope=-0.15), groups_of(600), resamples=50).to_dict(None)


def page() -> None:
    import streamlit as st

    from dashboard.runs.ratio_study import show_study

    show_study(st.session_state["study"], "UF")


def show(study: dict[str, Any], language: str = "en") -> AppTest:
    app = AppTest.from_function(page, default_timeout=30)
    app.session_state["study"], app.session_state["language"] = study, language
    app.run()
    assert not app.exception, app.exception
    return app


def words(app: AppTest) -> str:
    html = [element.proto.body for element in app.get("html")]
    return " ".join([*html, *(element.value for element in app.markdown)])


def test_the_four_measures_are_shown_with_verdict_and_sentence(study: dict[str, Any]) -> None:
    app = show(study)
    labels = [metric.label for metric in app.metric]
    assert labels == [
        "Median ratio",
        "Coefficient of dispersion (COD)",
        "Price-related differential (PRD)",
        "Price-related bias (PRB)",
    ]
    assert "Outside the range" in words(app)
    assert "Dear homes are valued low" in words(app)
    assert "The IAAO asks for -0.05 to 0.05" in words(app)


def test_the_page_says_that_it_is_a_study_against_asking_prices(study: dict[str, Any]) -> None:
    assert "against asking prices of listings; it says nothing of sales" in words(show(study))


def test_outliers_that_were_left_out_are_counted(study: dict[str, Any]) -> None:
    assert "outlier" not in words(show(study))
    assert "3 more homes are left out" in words(show(study | {"outliers": 3}))


def test_a_spanish_page_has_spanish_sentences_and_commas(study: dict[str, Any]) -> None:
    app = show(study, "es")
    assert "Las propiedades caras se subvaloran" in words(app)
    assert app.metric[0].label == in_spanish("Median ratio")
    assert "," in app.metric[0].value


def test_both_charts_and_both_tables_are_there(study: dict[str, Any]) -> None:
    app = show(study)
    assert len(app.get("plotly_chart")) == 2
    assert [set(table.value["name"]) for table in app.dataframe] == [
        {"Sector 0", "Sector 1", "Sector 2"},
        {"casa", "departamento"},
    ]


def test_a_small_study_says_why_there_are_no_groups() -> None:
    app = show(study_ratios(*homes(40), resamples=20).to_dict())
    assert "Too few homes to group them by price: 60 are needed." in words(app)
    assert f"{40} homes are in no group here: groups need 30 homes." in words(app)
    assert len(app.dataframe) == 0


def test_the_table_names_the_measures_that_miss_their_range(study: dict[str, Any]) -> None:
    frame = group_table(study["by_type"])
    assert isinstance(frame, pd.DataFrame)
    assert frame["rows"].sum() == 600
    assert all("PRB" in missed for missed in frame["missed"])


def test_the_chart_by_price_has_a_point_and_an_interval_for_each_group() -> None:
    figure = study_charts.ratio_by_price(["1", "2"], [1.0, 0.9], [0.95, 0.85], [1.02, 0.97], (0.9, 1.1), ("x", "y"))
    assert isinstance(figure, go.Figure)
    assert list(figure.data[0].error_y.array) == pytest.approx([0.02, 0.07])
    assert list(figure.data[0].error_y.arrayminus) == pytest.approx([0.05, 0.05])


def test_the_histogram_keeps_every_home_and_a_far_median_inside() -> None:
    figure = study_charts.ratio_histogram([0.5, 1.0, 1.5], [3, 7], 9.0, (0.9, 1.3), ("x", "y"))
    assert sorted(count for bars in figure.data for count in bars.y) == [3, 7]
    assert figure.layout.shapes[0].x0 == 1.5
