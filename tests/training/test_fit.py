"""Fitting: signal found, gaps and surprises borne, the same data giving the same model."""

from __future__ import annotations

import pickle
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from pricing_core.errors import ListingsError
from pricing_core.model.valuation_model import ValuationModel
from pricing_core.nouns.homes_in_columns import columns_from_frame, take
from pricing_core.nouns.schema import FEATURES, NUMBERS
from pricing_core.training.fitting import evaluate_recipes, fit, study
from pricing_core.training.metrics import mae
from pricing_core.training.recipes import Recipe, load_recipe
from tests.factories import listings

RECIPES = ["original", "revised", "champion"]


def with_few_trees(name: str) -> Recipe:
    """A recipe for what does not hang on the number of trees; those of the champion are few and quick."""
    recipe = load_recipe(name)
    if name == "champion":
        return recipe
    return replace(recipe, model=replace(recipe.model, parameters={**recipe.model.parameters, "n_estimators": 20}))


@cache
def fitted(recipe: str) -> ValuationModel:
    return fit(load_recipe(recipe), listings(400))


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_beats_the_median(recipe: str) -> None:
    test = listings(200, seed=9)
    errors = mae(test["price"], fitted(recipe).predict(test))
    assert errors < 0.9 * mae(test["price"], np.full(200, listings(400)["price"].median()))


def test_the_champion_beats_the_old_recipes() -> None:
    test = listings(200, seed=9)
    errors = {name: mae(test["price"], fitted(name).predict(test)) for name in RECIPES}
    assert errors["champion"] < errors["revised"] < errors["original"]


@pytest.mark.parametrize("recipe", RECIPES)
def test_whatever_is_missing_or_unknown_the_value_is_finite_and_above_0(recipe: str) -> None:
    odd = listings(20, seed=5).astype({"type": object, "sector": object})
    odd.loc[0, list(NUMBERS)] = np.nan
    odd.loc[1, ["type", "sector"]] = None
    odd.loc[2, ["type", "sector"]] = ["castle", "Atlantis"]
    odd.loc[3, "net_area"] = 0
    odd.loc[4, "net_usable_area"] = 1e8
    odd.loc[5, ["latitude", "longitude"]] = [89.0, 170.0]
    values = fitted(recipe).predict(odd)
    assert np.isfinite(values).all()
    assert (values > 0).all()


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize(
    "change",
    [
        lambda f: f.assign(net_usable_area=np.nan),
        lambda f: f.assign(sector=None),
        lambda f: f.assign(n_rooms=3.0, n_bathroom=1.0),
        lambda f: f.assign(latitude=np.nan, longitude=np.nan),
        lambda f: f.assign(sector="one", type="one"),
        lambda f: f.head(30),
    ],
    ids=["empty column", "no sector", "constant columns", "no positions", "one sector", "30 rows"],
)
def test_a_poor_table_can_be_learned_from(recipe: str, change: object) -> None:
    frame = change(listings(80))  # type: ignore[operator]
    values = fit(with_few_trees(recipe), frame).predict(frame)
    assert np.isfinite(values).all()
    assert (values > 0).all()


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_same_data_give_the_same_model_to_the_last_digit(recipe: str) -> None:
    frame = listings(120)
    first, second = (fit(with_few_trees(recipe), frame).predict(frame) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_wild_prices_hardly_move_the_champion() -> None:
    test = listings(200, seed=9)
    spoilt = listings(400)
    spoilt.loc[::40, "price"] *= 1_000
    errors = mae(test["price"], fit(load_recipe("champion"), spoilt).predict(test))
    assert errors < 1.25 * mae(test["price"], fitted("champion").predict(test))


@pytest.mark.parametrize("recipe", RECIPES)
def test_one_home_and_many_are_valued_alike(recipe: str) -> None:
    columns = columns_from_frame(listings(100, seed=3))
    together, ranges = fitted(recipe).value_with_ranges(columns)
    alone = [fitted(recipe).value(take(columns, slice(n, n + 1)))[0] for n in range(100)]
    np.testing.assert_allclose(together, alone, rtol=1e-12)
    assert ranges is not None


@pytest.mark.parametrize("recipe", RECIPES)
def test_ranges_hold_their_share_and_lie_inside_each_other(recipe: str) -> None:
    test = listings(1_000, seed=11)
    values, ranges = fitted(recipe).predict_with_ranges(test)
    assert ranges is not None
    price = test["price"].to_numpy()
    inside = {level: np.mean((price >= ranges.low[level]) & (price <= ranges.high[level])) for level in (50, 80, 90)}
    assert inside[90] == pytest.approx(0.9, abs=0.06)
    assert inside[50] == pytest.approx(0.5, abs=0.12)
    assert (ranges.low[90] <= ranges.low[80]).all()
    assert (ranges.low[50] <= values).all()
    assert (values <= ranges.high[50]).all()


def test_a_model_comes_back_from_its_file_with_the_same_values() -> None:
    test = listings(50, seed=2)
    model = fitted("champion")
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict(test), model.predict(test))


def test_a_study_names_train_and_test() -> None:
    metrics = study(fitted("champion"), listings(400), listings(100, seed=4))
    for name in ("mean_absolute_error", "root_mean_squared_error", "median_absolute_percentage_error", "coverage_90"):
        assert metrics[f"{name}_train"] > 0
        assert metrics[f"{name}_test"] > 0
    assert not any(name.endswith("_test") for name in study(fitted("champion"), listings(400), None))


def test_rows_without_a_price_are_left_out_of_an_evaluation(quick: str) -> None:
    frame = listings(90)
    frame.loc[:9, "price"] = [np.nan, 0, -5, 0, 0, 0, 0, 0, 0, np.inf]
    result = evaluate_recipes(frame, [quick], folds=3)
    assert result["rows"] == 80


def test_too_few_rows_and_bad_prices_are_refused() -> None:
    recipe = load_recipe("original")
    with pytest.raises(ListingsError, match="at least"):
        fit(recipe, listings(1))
    with pytest.raises(ListingsError, match="above 0"):
        fit(recipe, listings(20).assign(price=0.0))


def test_a_frame_without_a_column_says_which() -> None:
    with pytest.raises(ListingsError, match="sector"):
        fitted("champion").predict(listings(5)[[name for name in FEATURES if name != "sector"]])


def test_area_hardly_ever_lowers_the_value() -> None:
    homes = listings(100, seed=8)
    larger = homes.assign(net_usable_area=homes["net_usable_area"] * 1.2, net_area=homes["net_area"] * 1.2)
    growth = fitted("champion").predict(larger) / fitted("champion").predict(homes)
    assert np.mean(growth > 0.99) > 0.95
    assert isinstance(growth, np.ndarray)
    assert not isinstance(growth, pd.Series)
