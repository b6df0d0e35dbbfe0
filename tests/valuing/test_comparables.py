from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest

from pricing_core.listings.sample import generate, planted_errors
from pricing_core.model.distances import haversine
from pricing_core.nouns.schema import FEATURES, Property
from pricing_core.valuing.comparables import Comparable, ComparableIndex, second_opinion

HOME = {
    "type": "departamento",
    "sector": "Ñuñoa",
    "net_usable_area": 70.0,
    "net_area": 76.0,
    "n_rooms": 2.0,
    "n_bathroom": 2.0,
    "latitude": -33.455,
    "longitude": -70.6,
}
SUBJECT = Property(**HOME)


@pytest.fixture(scope="module")
def listings() -> pd.DataFrame:
    frame = generate(3_000, 8)[(planted_errors(3_000, 8) == "").to_numpy()].reset_index(drop=True)
    return frame.assign(id=np.arange(len(frame)) * 3 + 10)


@pytest.fixture(scope="module")
def index(listings: pd.DataFrame) -> ComparableIndex:
    return ComparableIndex(listings, values_of(listings))


def values_of(listings: pd.DataFrame) -> np.ndarray:
    """Values some per cent beside the prices."""
    return listings["price"].to_numpy() * np.exp(np.random.default_rng(1).normal(0, 0.1, len(listings)))


def subject_of(row: pd.Series) -> Property:
    values = {name: None if pd.isna(row[name]) else row[name] for name in FEATURES}
    return Property(**values | {"sector": values["sector"] or "nobody knows"})


def homes(*changes: dict[str, object]) -> pd.DataFrame:
    """Listings like `HOME` at 5,000 with some changes, numbered from 1."""
    rows = [HOME | {"id": number, "price": 5_000.0} | change for number, change in enumerate(changes, start=1)]
    return pd.DataFrame(rows)


def index_of(frame: pd.DataFrame) -> ComparableIndex:
    return ComparableIndex(frame, np.full(len(frame), 5_000.0))


def ids(found: list[Comparable]) -> list[int]:
    return [comparable.listing_id for comparable in found]


def north(metres: float) -> float:
    return float(HOME["latitude"]) + metres / 111_195  # type: ignore[arg-type]


def test_the_own_listing_never_appears(listings: pd.DataFrame, index: ComparableIndex) -> None:
    for _, row in listings.sample(150, random_state=2).iterrows():
        if isinstance(row["sector"], str):
            found = index.find(subject_of(row), 5_000.0)
            assert len(found) == 6
            assert row["id"] not in ids(found)


def test_the_own_listing_is_known_by_a_position_that_was_copied_to_a_metre(listings: pd.DataFrame) -> None:
    frame = listings.assign(latitude=listings["latitude"] + 3.7e-6, longitude=listings["longitude"] - 2.2e-6)
    index = index_of(frame)
    for row in (0, 10, 20):
        own = subject_of(frame.iloc[row])
        copied = own.model_copy(update={name: round(getattr(own, name), 5) for name in ("latitude", "longitude")})
        assert int(frame.iloc[row]["id"]) not in ids(index.find(copied, 5_000.0))


def test_excluded_listings_never_appear(listings: pd.DataFrame, index: ComparableIndex) -> None:
    first = ids(index.find(SUBJECT, 5_000.0))
    without = set(first)
    second = ids(index.find(SUBJECT, 5_000.0, without=without))
    assert len(second) == 6
    assert not without & set(second)
    all_but_two = frozenset(listings["id"].tolist()[2:])
    assert sorted(ids(index.find(SUBJECT, 5_000.0, without=all_but_two))) == listings["id"].tolist()[:2]
    assert index.find(SUBJECT, 5_000.0, without=listings["id"].tolist()) == []


def test_the_neighbour_that_is_almost_the_same_comes_first_and_is_adjusted() -> None:
    frame = homes({"latitude": north(900)}, {"latitude": north(3), "price": 5_500.0}, {"net_usable_area": 110.0})
    found = ComparableIndex(frame, np.array([5_000.0, 5_200.0, 7_000.0])).find(SUBJECT, 4_800.0)
    assert ids(found)[0] == 2
    assert found[0].similarity > 0.99
    assert found[0].adjusted_value == pytest.approx(5_500 * 4_800 / 5_200)
    assert found[0].price_per_area == pytest.approx(5_500 / 70, abs=0.005)
    assert found[0].distance_metres == pytest.approx(3, abs=0.1)


def test_the_most_similar_come_first_and_similarity_stays_between_zero_and_one(index: ComparableIndex) -> None:
    similar = [comparable.similarity for comparable in index.find(SUBJECT, 5_000.0, count=50)]
    assert similar == sorted(similar, reverse=True)
    assert 0 < similar[-1] < similar[0] <= 1


def test_distances_are_those_between_the_coordinates(index: ComparableIndex) -> None:
    for found in index.find(SUBJECT, 5_000.0):
        assert found.distance_metres == pytest.approx(
            haversine(SUBJECT.latitude, SUBJECT.longitude, found.latitude, found.longitude)
        )


def test_the_order_of_equals_is_that_of_their_ids(listings: pd.DataFrame) -> None:
    equals = [{"id": number, "price": 5_000.0 + number, "latitude": north(50)} for number in (9, 4, 7, 2, 8)]
    for order in (equals, equals[::-1]):
        assert ids(index_of(homes(*order)).find(SUBJECT, 5_000.0)) == [2, 4, 7, 8, 9]


def test_without_listings_there_is_nothing_to_offer() -> None:
    empty = index_of(homes({}).head(0))
    assert empty.find(SUBJECT, 5_000.0) == []
    assert index_of(homes({})).find(SUBJECT, 5_000.0) == []  # the subject itself


def test_one_listing_and_two_listings_are_offered() -> None:
    one, two = {"latitude": north(100)}, {"latitude": north(200)}
    assert ids(index_of(homes(one)).find(SUBJECT, 5_000.0)) == [1]
    assert ids(index_of(homes(one, two)).find(SUBJECT, 5_000.0)) == [1, 2]
    assert index_of(homes(one, two)).find(SUBJECT, 5_000.0, count=0) == []


def test_another_type_is_offered_only_where_its_own_is_too_rare() -> None:
    near = [{"type": "casa", "latitude": north(10 + number)} for number in range(6)]
    own = [{"latitude": north(2_000 + number)} for number in range(4)]
    index = index_of(homes(*near, *own))
    assert {found.type for found in index.find(SUBJECT, 5_000.0, count=4)} == {"departamento"}
    six = index.find(SUBJECT, 5_000.0, count=6)
    assert [found.type for found in six].count("casa") >= 2
    assert max(found.similarity for found in six if found.type == "casa") <= 0.5
    assert len(index.find(Property(**HOME | {"type": "castle"}), 5_000.0)) == 6


def test_a_price_that_cannot_be_believed_is_no_comparable(listings: pd.DataFrame) -> None:
    values, frame = values_of(listings), listings.copy()
    frame.loc[::10, "price"] *= 10
    frame.loc[5::10, "price"] = 0
    wrong = set(frame["id"][::10]) | set(frame["id"][5::10])
    index = ComparableIndex(frame, values)
    found = ids(index.find(SUBJECT, 5_000.0, count=3_000))
    assert len(found) > 0.7 * len(frame)
    assert not wrong & set(found)


def test_a_listing_that_is_there_twice_is_offered_once() -> None:
    twice = {"latitude": north(100)}
    assert ids(index_of(homes(twice, twice, twice | {"price": 5_100.0})).find(SUBJECT, 5_000.0)) == [1, 3]


@pytest.mark.parametrize("gaps", [["latitude", "longitude"], ["net_usable_area"], ["n_rooms", "n_bathroom"]])
def test_a_subject_with_gaps_has_comparables_of_its_sector(index: ComparableIndex, gaps: list[str]) -> None:
    found = index.find(Property(**HOME | dict.fromkeys(gaps)), 5_000.0)
    assert len(found) == 6
    assert [each.sector for each in found].count("Ñuñoa") >= 4
    if "latitude" in gaps:
        assert {each.distance_metres for each in found} == {None}
    assert all(np.isfinite(each.similarity) for each in found)


def test_listings_with_gaps_are_offered_as_less_similar() -> None:
    gaps: dict[str, object] = dict.fromkeys(("latitude", "longitude", "net_usable_area", "n_rooms"))
    found = index_of(homes({"latitude": north(10)}, gaps, gaps | {"net_area": None})).find(SUBJECT, 5_000.0)
    assert ids(found) == [1, 2, 3]
    assert found[1].distance_metres is None
    assert found[2].price_per_area is None
    assert found[1].to_dict()["net_usable_area"] is None


def test_the_second_opinion_is_the_median_of_three_or_more() -> None:
    prices = (4_000.0, 4_400.0, 6_000.0)
    frame = homes(*({"latitude": north(100 + number), "price": price} for number, price in enumerate(prices)))
    found = index_of(frame).find(SUBJECT, 5_500.0)
    assert second_opinion(found) == pytest.approx(4_400 * 1.1)
    assert second_opinion(found[:2]) is None


def test_many_listings_at_one_place_are_searched_fast() -> None:
    frame = pd.concat([homes({})] * 20_000, ignore_index=True)
    frame = frame.assign(id=np.arange(len(frame)), price=4_000.0 + np.arange(len(frame)) / 10)
    index = index_of(frame.assign(net_area=80.0))
    started = time.process_time()
    for _ in range(20):
        assert len(index.find(SUBJECT, 5_000.0)) == 6
    assert time.process_time() - started < 2
