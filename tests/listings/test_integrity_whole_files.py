"""What is wrong with much of a file, or with all of it, is found as well as what is wrong with one listing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pricing_core.listings.integrity import check
from pricing_core.nouns import Finding
from tests.factories import listings

POINT = ["latitude", "longitude"]


@pytest.fixture(scope="module")
def homes() -> pd.DataFrame:
    """Around Santiago."""
    return listings(120)


def named(findings: list[Finding], check_name: str) -> set[int]:
    return {finding.row for finding in findings if finding.check == check_name}


def exchanged(frame: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    turned = frame.copy()
    turned.loc[rows, POINT] = frame.loc[rows, POINT[::-1]].to_numpy()
    return turned


def unsigned(frame: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    turned = frame.copy()
    turned.loc[rows, POINT] = frame.loc[rows, POINT].abs().to_numpy()
    return turned


@pytest.mark.parametrize("spoil", [exchanged, unsigned])
@pytest.mark.parametrize("share", [0.02, 0.2, 0.5, 1.0])
@pytest.mark.parametrize("currency", ["UF", "CLP"])
def test_coordinates_spoilt_in_part_of_a_file_or_throughout_are_named_and_put_right(
    homes: pd.DataFrame, spoil: type, share: float, currency: str
) -> None:
    rows = np.arange(len(homes)) < share * len(homes)
    found = [each for each in check(spoil(homes, rows), currency=currency) if each.column == "latitude"]
    assert {each.row for each in found} == set(np.flatnonzero(rows))
    assert {each.check for each in found} == {"coordinates_swapped" if spoil is exchanged else "coordinates_sign_lost"}
    for each in found:
        assert each.suggestion == homes.loc[each.row, POINT].to_dict()


@pytest.mark.parametrize("share", [0.2, 0.45])
def test_in_a_currency_without_a_country_most_points_tell(homes: pd.DataFrame, share: float) -> None:
    rows = np.arange(len(homes)) < share * len(homes)
    assert named(check(exchanged(homes, rows), currency="EUR"), "coordinates_swapped") == set(np.flatnonzero(rows))


def test_a_single_home_of_chile_without_its_signs_is_named(homes: pd.DataFrame) -> None:
    home = unsigned(homes.head(1), np.array([True]))
    assert named(check(home), "coordinates_sign_lost") == {0}


@pytest.mark.parametrize(("latitude", "longitude"), [(51.5, -0.1), (51.5, 0.1), (-0.2, -78.5), (0.3, -78.5), (40, 38)])
def test_homes_on_both_sides_of_a_meridian_lie_where_they_say(
    homes: pd.DataFrame, latitude: float, longitude: float
) -> None:
    moved = homes.assign(latitude=homes["latitude"] + 33.5 + latitude, longitude=homes["longitude"] + 70.6 + longitude)
    assert {each.check for each in check(moved, currency="EUR")} <= {"coordinates_far_from_sector"}


@pytest.mark.parametrize(
    ("column", "check_name"), [("n_rooms", "rooms_for_area"), ("n_bathroom", "bathrooms_for_area")]
)
def test_no_room_at_all_in_a_large_home_is_odd_and_in_a_studio_it_is_not(
    homes: pd.DataFrame, column: str, check_name: str
) -> None:
    areas = homes["net_usable_area"].to_numpy()
    large, small = int(areas.argmax()), int(areas.argmin())
    found = check(homes.assign(**{column: homes[column].mask(homes.index.isin([large, small]), 0)}))
    assert named(found, check_name) == {large}
    assert {each.column for each in found if each.row == large} == {column}


def test_where_many_large_homes_have_no_room_the_number_is_just_not_known(homes: pd.DataFrame) -> None:
    assert not named(check(homes.assign(n_rooms=0)), "rooms_for_area")


@pytest.mark.parametrize("lost", [2.8, 3.51, 0.9])
def test_a_thousands_mark_that_was_read_as_a_decimal_one_is_told_as_such(homes: pd.DataFrame, lost: float) -> None:
    lots = homes.assign(net_area=(homes["net_area"] * 6).round())
    found = check(lots.assign(net_area=lots["net_area"].mask(lots.index == 7, lost)))
    (about,) = [each for each in found if each.row == 7 and each.column == "net_area"]
    assert (about.check, about.suggestion) == ("area_thousands_separator", round(lost * 1000))


def test_no_sentence_is_said_twice_of_a_listing() -> None:
    homes = listings(900, noise=0.05)
    homes.loc[5, "sector"] = "West" if homes.loc[5, "sector"] != "West" else "North"
    homes.loc[9, "price"] *= 30
    homes.loc[11, "net_area"] = 9
    said = [(each.row, str(each.message)) for each in check(pd.concat([homes, homes.head(2)]).reset_index(drop=True))]
    assert len(said) == len(set(said)) > 3


def with_offers(homes: pd.DataFrame, **values: object) -> tuple[pd.DataFrame, dict[str, str]]:
    """The last listing is the first home again, with other values."""
    declared = {"floor": "count", "broker": "category", "listed_on": "date"}
    cells = {"floor": 4.0, "broker": "North & Sons", "listed_on": "2026-01-31"}
    again = homes.head(1).assign(**(cells | values))
    return pd.concat([homes.assign(**cells), again]).reset_index(drop=True), declared


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, [("duplicate", "error")]),
        ({"broker": "South Ltd"}, [("near_duplicate", "warning")]),
        ({"listed_on": "2026-03-01"}, [("near_duplicate", "warning")]),
        ({"broker": "South Ltd", "price": 1.02}, [("same_home_other_price", "warning")]),
        ({"floor": 5.0}, []),
        ({"floor": 5.0, "broker": "South Ltd"}, []),
        ({"floor": 5.0, "price": 1.02}, []),
    ],
    ids=str,
)
def test_a_copy_is_an_error_two_offers_a_warning_and_flats_on_two_floors_are_neither(
    homes: pd.DataFrame, values: dict[str, object], expected: list[tuple[str, str]]
) -> None:
    if "price" in values:
        values = values | {"price": homes["price"].iloc[0] * 1.02}
    frame, declared = with_offers(homes, **values)
    pair = (0, len(homes))
    found = [(each.check, each.severity) for each in check(frame, beside=declared) if each.row in pair]
    assert found == expected


def test_equal_flats_of_a_building_at_several_prices_are_no_finding(homes: pd.DataFrame) -> None:
    flats = pd.concat([homes.head(1)] * 4).assign(price=homes["price"].iloc[0] * np.array([1, 1.01, 1.02, 1.03]))
    assert not named(check(pd.concat([homes, flats.tail(3)]).reset_index(drop=True)), "same_home_other_price")


@pytest.mark.parametrize(("lots", "accused"), [(1, {0}), (5, set())])
def test_a_large_lot_is_accused_only_where_its_sector_has_no_other(lots: int, accused: set[int]) -> None:
    homes = listings(900)
    rows = np.flatnonzero((homes["sector"] == "East") & (homes["type"] == "casa"))[:lots]
    found = check(homes.assign(net_area=homes["net_area"].mask(homes.index.isin(rows), 3_500.0 + 90 * homes.index)))
    assert {each.row for each in found if each.column == "net_area"} == {int(rows[each]) for each in accused}
