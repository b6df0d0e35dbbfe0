from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pricing_core.errors import ListingsError
from pricing_core.listings.sample import generate
from pricing_core.model.distances import arc, haversine, on_globe
from pricing_core.model.features import ListingColumns
from pricing_core.nouns.homes_in_columns import allowed, columns_from_frame, columns_of, take
from pricing_core.nouns.schema import CATEGORIES, FEATURES, NUMBERS, Property

HOME = {
    "type": "casa",
    "sector": "Ñuñoa",
    "net_usable_area": 120.0,
    "net_area": None,
    "n_rooms": 3,
    "n_bathroom": 2,
    "latitude": -33.45,
    "longitude": None,
}


def test_a_subject_becomes_one_row_where_unknown_numbers_are_nan() -> None:
    columns = columns_of([Property(**HOME)])
    assert tuple(columns) == FEATURES
    assert columns["sector"].tolist() == ["Ñuñoa"]
    assert columns["n_rooms"].tolist() == [3.0]
    assert np.isnan([columns["net_area"][0], columns["longitude"][0]]).all()


def test_no_subjects_make_empty_columns() -> None:
    columns = columns_of([])
    assert {len(values) for values in columns.values()} == {0}
    assert all(columns[name].dtype == float for name in NUMBERS)


def test_a_frame_gives_what_the_first_step_of_a_model_gives() -> None:
    frame = generate(300, 4)
    expected = ListingColumns().fit_transform(frame)
    columns = columns_from_frame(frame)
    for name in NUMBERS:
        np.testing.assert_array_equal(columns[name], expected[name].to_numpy())
    for name in CATEGORIES:
        known = expected[name].notna().to_numpy()
        assert columns[name][known].tolist() == expected[name][known].tolist()
        assert all(value is None for value in columns[name][~known])


def test_postal_codes_read_as_numbers_are_text_and_infinity_is_not_known() -> None:
    frame = pd.DataFrame([HOME, HOME]).assign(sector=[98178.0, np.nan], net_area=[np.inf, 5])
    columns = columns_from_frame(frame)
    assert columns["sector"].tolist() == ["98178", None]
    np.testing.assert_array_equal(columns["net_area"], [np.nan, 5])


def test_a_missing_column_is_named() -> None:
    with pytest.raises(ListingsError, match="no latitude"):
        columns_from_frame(pd.DataFrame([HOME]).drop(columns="latitude"))


def test_numbers_outside_the_contract_count_as_not_known() -> None:
    frame = pd.DataFrame([HOME] * 3).assign(net_usable_area=[0.0, -5.0, 40.0], latitude=[-95.0, 12.0, 90.0])
    columns = allowed(columns_from_frame(frame))
    np.testing.assert_array_equal(columns["net_usable_area"], [np.nan, np.nan, 40.0])
    np.testing.assert_array_equal(columns["latitude"], [np.nan, 12.0, 90.0])


def test_names_lose_needless_blanks_as_those_of_a_subject_do() -> None:
    columns = columns_from_frame(pd.DataFrame([HOME] * 3).assign(sector=[" Las  Condes ", "  ", None]))
    assert columns["sector"].tolist() == [" Las  Condes ", "  ", None]
    assert allowed(columns)["sector"].tolist() == ["Las Condes", None, None]


def test_rows_are_taken_by_position_and_by_mask() -> None:
    columns = columns_from_frame(generate(10, 4))
    some = take(columns, np.array([3, 1]))
    assert some["type"].tolist() == [columns["type"][3], columns["type"][1]]
    assert len(take(columns, np.arange(10) < 4)["type"]) == 4


def test_the_distance_from_lands_end_to_john_o_groats_is_the_published_one() -> None:
    # 50°03′59″N 5°42′53″W to 58°38′38″N 3°04′12″W: 968.9 km (Veness, "Calculate distance, bearing and more").
    start, end = (
        (50 + 3 / 60 + 59 / 3600, -(5 + 42 / 60 + 53 / 3600)),
        (58 + 38 / 60 + 38 / 3600, -(3 + 4 / 60 + 12 / 3600)),
    )
    assert haversine(*start, *end) == pytest.approx(968_900, abs=100)


def test_straight_lines_through_the_globe_give_the_same_distances_across_the_date_line() -> None:
    here, there = (-17.0, 179.9), (-17.2, -179.8)
    straight = np.linalg.norm(on_globe(*here) - on_globe(*there))
    assert arc(straight) == pytest.approx(haversine(*here, *there), rel=1e-9)
    assert haversine(*here, *there) < 40_000
