"""What is derived from listings: cross-fitted, free of units, known names only, gaps borne."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pricing_core.model.features import HomeFeatures, ListingColumns
from pricing_core.model.premiums import LocationPremium, group_means, robust_clip
from pricing_core.nouns.homes_in_columns import columns_from_frame
from pricing_core.nouns.schema import CATEGORIES, FEATURES, NUMBERS, TARGET
from tests.factories import listings

PRICED = LocationPremium.names()


def learned(frame: pd.DataFrame, **parameters: int) -> tuple[HomeFeatures, pd.DataFrame]:
    features = HomeFeatures(**parameters)
    return features, features.fit_transform(frame[list(FEATURES)], frame[TARGET])


def test_names_become_text_and_what_is_not_known_becomes_nan() -> None:
    frame = listings(3).astype({"type": object, "sector": object})
    frame["sector"] = [98178.0, None, "North"]
    frame["n_rooms"] = [np.inf, "three", 2]
    tidy = ListingColumns().fit_transform(frame)
    assert tidy["sector"].tolist()[0] == "98178"
    assert tidy["sector"].isna().tolist() == [False, True, False]
    assert tidy["n_rooms"].isna().tolist() == [True, True, False]


def test_fitting_rows_get_columns_that_their_own_price_did_not_shape() -> None:
    frame = listings(300)
    _, before = learned(frame)
    dearer = frame.assign(price=frame[TARGET].where(frame.index != 7, frame[TARGET] * 3))
    _, after = learned(dearer)
    # Its own price moves only what other rows are told.
    assert before.loc[7, PRICED].equals(after.loc[7, PRICED])
    assert not before[PRICED].equals(after[PRICED])


def test_later_rows_get_columns_from_all_prices() -> None:
    frame = listings(300)
    features, fitted_rows = learned(frame)
    assert not features.transform(frame)[PRICED].equals(fitted_rows[PRICED])
    assert features.transform(frame).drop(columns=PRICED).equals(fitted_rows.drop(columns=PRICED))


def test_premiums_do_not_see_noise_that_has_no_place() -> None:
    frame = listings(400, noise=1.0)
    noise = np.random.default_rng(3).permutation(frame[TARGET].to_numpy())
    _, features = learned(frame.assign(price=noise))
    assert abs(np.corrcoef(features["premium_of_5"], np.log(noise))[0, 1]) < 0.15


@pytest.mark.parametrize("factor", [0.001, 10.7639])
def test_units_of_area_and_currency_do_not_matter(factor: float) -> None:
    frame = listings(200)
    other = frame.assign(**{name: frame[name] * factor for name in ("net_usable_area", "net_area", TARGET)})
    same = ["type", "rooms", "usable_share", "east", "north", "sector_listings", "premium_of_1", "rooms_around"]
    moved = learned(frame)[1][same] - learned(other)[1][same]
    # A premium is a difference of logarithms: it may shift as a whole, but not from one home to another.
    assert float(np.abs(moved - moved.mean()).to_numpy().max()) < 1e-6


def test_an_unknown_sector_is_as_dear_as_its_surroundings() -> None:
    frame = listings(400)
    features, _ = learned(frame)
    told = features.transform(frame.head(50).assign(sector="Atlantis"))
    assert (told["sector_listings"] == 0).all()
    assert np.allclose(told["sector_premium"], told["premium_around"])


def test_a_home_without_a_position_stands_where_listings_of_its_sector_do() -> None:
    frame = listings(200)
    features, _ = learned(frame)
    lost = features.transform(frame.assign(latitude=np.nan)).groupby(frame["sector"])[["north", "premium_around"]]
    own = features.transform(frame).groupby(frame["sector"])[["north", "premium_around"]]
    assert (lost.nunique() == 1)["north"].all()
    assert ((lost.median() > own.quantile(0.05)) & (lost.median() < own.quantile(0.95))).all(axis=None)


def test_a_type_that_is_not_given_is_that_of_homes_alike_and_a_sector_that_of_the_nearest_listing() -> None:
    frame = listings(300)
    features, _ = learned(frame)
    whole, blank = (features.transform(each) for each in (frame, frame.assign(type=None, sector=None)))
    assert (blank["type"] == whole["type"]).mean() > 0.8
    assert (np.isclose(blank["sector_premium"], whole["sector_premium"], atol=1e-2)).mean() > 0.8


def test_further_columns_are_numbers_without_gaps_and_premiums_of_names() -> None:
    frame = listings(400)
    rng = np.random.default_rng(5)
    grade, view = rng.integers(1, 6, 400).astype(float), rng.choice(["sea", "street"], 400).astype(object)
    price = frame["price"] * np.exp(0.1 * grade + 0.3 * (view == "sea"))
    frame = frame.assign(grade=np.where(rng.random(400) < 0.3, np.nan, grade), view=view)
    features = HomeFeatures(folds=3)
    told = features.fit_transform(frame.drop(columns="price"), price)
    assert not told["declared:grade"].isna().any()
    by_view = told.groupby(view)["declared:view"].mean()
    assert by_view["sea"] - by_view["street"] == pytest.approx(0.3, abs=0.1)
    unknown = features.transform(frame.head(1).assign(view="a castle", grade=np.nan))
    assert unknown["declared:view"].item() == 0


def test_a_yes_beside_blanks_is_told_from_them() -> None:
    frame = listings(300)
    pool = np.where(np.arange(300) % 3 == 0, 1.0, np.nan)
    told = HomeFeatures(folds=2).fit_transform(frame.drop(columns="price").assign(pool=pool), frame["price"])
    assert told["declared:pool"].nunique() == 2


def test_a_column_that_listings_never_state_does_not_matter_where_a_home_states_it() -> None:
    frame = listings(300).assign(net_area=np.nan)
    features, _ = learned(frame)
    home = frame.head(1)
    assert features.transform(home).equals(features.transform(home.assign(net_area=400.0)))


def test_a_declared_column_may_be_called_as_a_feature_is() -> None:
    frame = listings(200)
    told = HomeFeatures(folds=2).fit_transform(frame.drop(columns="price").assign(east=1.5), frame["price"])
    assert told.columns.is_unique
    assert (told["declared:east"] == 1.5).all()


def test_a_gap_where_hardly_anything_is_stated_is_a_value_of_its_own() -> None:
    frame = listings(400)
    renovated = np.full(400, np.nan)
    renovated[:8] = np.arange(1990.0, 1998.0)
    told = HomeFeatures(folds=2).fit_transform(frame.drop(columns="price").assign(renovated=renovated), frame["price"])
    assert told["declared:renovated"][8:].nunique() == 1
    assert told["declared:renovated"][8:].max() < 1990


def test_a_place_that_nobody_knows_stays_unknown() -> None:
    features, _ = learned(listings(100))
    told = features.transform(listings(3).assign(latitude=np.nan, sector="Atlantis"))
    assert told["north"].isna().all()
    assert told["sector_premium"].notna().all()


@pytest.mark.parametrize("rows", [2, 3, 30])
def test_few_rows_are_enough(rows: int) -> None:
    features, told = learned(listings(rows))
    assert len(told) == rows
    assert list(told.columns) == list(features.get_feature_names_out())


@pytest.mark.parametrize("empty", [list(CATEGORIES), list(NUMBERS), ["latitude", "longitude"], ["net_usable_area"]])
def test_empty_columns_are_borne(empty: list[str]) -> None:
    frame = listings(60).assign(**dict.fromkeys(empty, None))
    features, told = learned(frame)
    assert not np.isinf(told.to_numpy(float)).any()
    assert len(features.transform(frame.head(1))) == 1


def test_one_row_at_a_time_gives_what_many_give() -> None:
    frame = listings(120)
    features, _ = learned(frame)
    many = features.transform(frame).to_numpy(float)
    one = features.matrix(columns_from_frame(frame.iloc[[5]]))[0]
    assert np.allclose(one, many[5], rtol=1e-9, atol=1e-9, equal_nan=True)


def test_no_more_listings_are_kept_than_asked_for() -> None:
    features, _ = learned(listings(300), reference_rows=50)
    assert features.premium_.surroundings.tree.n == 50


def test_a_group_without_rows_has_mean_0_and_unknown_rows_count_nowhere() -> None:
    means, counts = group_means(np.array([0, 0, -1]), np.array([1.0, 3.0, 99.0]), groups=2)
    assert means.tolist() == [2.0, 0.0]
    assert counts.tolist() == [2.0, 0.0]


def test_wild_values_are_clipped_and_equal_ones_left() -> None:
    assert robust_clip(np.array([1.0, 2.0, 3.0, 1e9])).max() < 20
    assert robust_clip(np.array([5.0, 5.0, 5.0, 9.0])).tolist() == [5.0, 5.0, 5.0, 9.0]
