"""Our regressors: prices inside their limits, columns that can be used, rows that can be believed, smooth surfaces."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import LinearRegression

from pricing_core.model.estimators import PriceRegressor, SelectedColumns, TrimmedRegressor
from pricing_core.model.smooth_surface import SmoothSurface


def waves(rows: int = 600, seed: int = 0) -> tuple[pd.DataFrame, np.ndarray]:
    random = np.random.default_rng(seed)
    X = pd.DataFrame(random.uniform(-2, 2, (rows, 2)), columns=["east", "north"])
    X["kind"] = random.integers(3, size=rows).astype(float)
    target = np.sin(2 * X["east"]) + 0.5 * X["north"] + 0.3 * X["kind"] + random.normal(0, 0.05, rows)
    return X, target.to_numpy()


def boosted() -> HistGradientBoostingRegressor:
    return HistGradientBoostingRegressor(max_iter=60, early_stopping=False, random_state=0)


def error(model: object, X: pd.DataFrame, target: np.ndarray) -> float:
    return float(np.abs(model.predict(X) - target).mean())  # type: ignore[attr-defined]


@pytest.mark.parametrize("log", [False, True])
def test_no_value_leaves_half_the_lowest_and_twice_the_highest_price(log: bool) -> None:
    X = pd.DataFrame({"size": np.arange(1.0, 21)})
    model = PriceRegressor(LinearRegression(), log=log).fit(X, 100 * X["size"])
    far = model.predict(pd.DataFrame({"size": [-1e6, 1e6]}))
    assert far.tolist() == pytest.approx([50, 4_000])


def test_a_logarithm_is_learned_and_taken_back() -> None:
    X = pd.DataFrame({"size": np.arange(1.0, 21)})
    price = np.exp(0.1 * X["size"])
    assert np.allclose(PriceRegressor(LinearRegression(), log=True).fit(X, price).predict(X), price)


def test_an_empty_column_is_left_out() -> None:
    X, target = waves(100)
    model = SelectedColumns(boosted()).fit(X.assign(north=np.nan), target)
    assert model.columns_.tolist() == [0, 2]
    assert np.isfinite(model.predict(X)).all()


def test_columns_that_it_is_not_told_of_do_not_matter() -> None:
    X, target = waves(100)
    model = SelectedColumns(boosted(), without=["n*", "kind", "not there"]).fit(X, target)
    assert np.array_equal(model.predict(X), model.predict(X.assign(north=0.0, kind=9.0)))


def test_rows_that_cannot_be_believed_are_left_out() -> None:
    X, target = waves()
    wrong = target.copy()
    wrong[::50] += 30
    model = TrimmedRegressor(boosted(), judge=boosted()).fit(X, wrong)
    assert not model.kept_[::50].any()
    assert model.kept_.mean() > 0.95
    assert error(model, X, target) < error(boosted().fit(X, wrong), X, target)


def test_the_judge_never_sees_the_row_that_it_judges() -> None:
    X, target = waves(200)
    moved = target.copy()
    moved[3] += 0.01
    trimmed = TrimmedRegressor(LinearRegression(), judge=LinearRegression())
    before, after = clone(trimmed).fit(X, target).judged_, clone(trimmed).fit(X, moved).judged_
    assert before[3] == after[3]
    assert not np.array_equal(before, after)


def test_two_opinions_are_worth_more_than_a_wrong_one() -> None:
    X, target = waves()
    flat = TrimmedRegressor(DummyRegressor(), judge=LinearRegression())
    with_leftovers = TrimmedRegressor(DummyRegressor(), judge=LinearRegression(), leftovers=boosted())
    later, truth = waves(seed=1)
    assert error(with_leftovers.fit(X, target), later, truth) < 0.7 * error(flat.fit(X, target), later, truth)


def test_a_value_lies_between_both_opinions_as_their_weights_say() -> None:
    X, target = waves()
    own, both, second = (
        TrimmedRegressor(boosted(), judge=LinearRegression(), leftovers=boosted(), own_weight=weight)
        .fit(X, target)
        .predict(X)
        for weight in (1.0, 0.6, 0.0)
    )
    assert np.abs(own - second).max() > 0
    assert both == pytest.approx(0.6 * own + 0.4 * second)


@pytest.mark.parametrize("rows", [2, 5])
def test_too_few_rows_are_all_believed(rows: int) -> None:
    X, target = waves(rows)
    model = TrimmedRegressor(LinearRegression(), judge=LinearRegression(), leftovers=LinearRegression()).fit(X, target)
    assert model.kept_.all()
    assert model.judged_ is None
    assert np.isfinite(model.predict(X)).all()


def test_equal_prices_are_all_believed() -> None:
    X, _ = waves(50)
    assert TrimmedRegressor(boosted(), judge=boosted()).fit(X, np.ones(50)).kept_.all()


def test_a_surface_is_smooth_where_trees_are_not() -> None:
    X, target = waves()
    later, truth = waves(seed=1)
    surface = SmoothSurface(categories=["kind"], width=0.6).fit(X, target)
    assert error(surface, later, truth) < error(LinearRegression().fit(X, target), later, truth) / 3
    assert error(surface, later, truth) < error(boosted().fit(X, target), later, truth)


def test_a_surface_bears_gaps_unknown_codes_and_far_places() -> None:
    X, target = waves(200)
    surface = SmoothSurface(categories=["kind"]).fit(X.assign(empty=np.nan), target)
    odd = pd.DataFrame({"east": [np.nan, 1e9], "north": [0.0, -1e9], "kind": [np.nan, 99.0], "empty": [1.0, np.nan]})
    assert np.isfinite(surface.predict(odd)).all()
    assert np.abs(surface.predict(odd)).max() < 10


def test_a_surface_learns_from_no_more_rows_than_asked_for_and_from_one() -> None:
    X, target = waves(100)
    assert len(SmoothSurface(most_rows=40).fit(X, target).centres_) == 10
    assert SmoothSurface().fit(X.head(1), target[:1]).predict(X.head(1)) == pytest.approx(target[:1])


def test_columns_that_a_surface_is_not_told_of_do_not_matter() -> None:
    X, target = waves(100)
    surface = SmoothSurface(without=["n*", "kind"]).fit(X, target)
    assert np.array_equal(surface.predict(X), surface.predict(X.assign(north=0.0, kind=9.0)))


def test_the_same_rows_give_the_same_surface() -> None:
    X, target = waves(300)
    first, second = (SmoothSurface(random_state=1).fit(X, target).predict(X) for _ in range(2))
    assert np.array_equal(first, second)


def test_a_row_is_foretold_as_if_the_surface_had_been_learned_without_it() -> None:
    X, target = waves(120)
    told = SmoothSurface(centres=20).fit_left_out(X, target)
    without = [SmoothSurface(centres=20).fit(X.drop(row), np.delete(target, row)) for row in range(0, 120, 10)]
    expected = [model.predict(X.iloc[[row]])[0] for row, model in zip(range(0, 120, 10), without, strict=True)]
    # Another row less also draws other centres, so the two are near and not equal.
    assert told[::10] == pytest.approx(expected, abs=0.35)
    fitted = SmoothSurface(centres=20).fit(X, target).predict(X)
    assert np.abs(told - target).mean() > np.abs(fitted - target).mean()


def test_a_rows_own_target_says_nothing_about_what_is_foretold_of_it() -> None:
    X, target = waves(400)
    wrong = target.copy()
    wrong[7] += 100
    told, again = (SmoothSurface(centres=50).fit_left_out(X, y)[7] for y in (target, wrong))
    # The level, a mean of all targets, moves by a quarter; the row's own height by far more.
    assert told == pytest.approx(again, abs=0.1)


def test_rows_that_were_not_drawn_are_foretold_by_the_surface_itself() -> None:
    X, target = waves(400)
    surface = SmoothSurface(centres=50, most_rows=200)
    told = surface.fit_left_out(X, target)
    assert np.isclose(told, surface.predict(X)).sum() == 200


def test_the_surface_as_judge_leaves_out_what_cannot_be_believed() -> None:
    X, target = waves()
    wrong = target.copy()
    wrong[::50] += 30
    model = TrimmedRegressor(boosted(), SmoothSurface(centres=100), leftovers=boosted()).fit(X, wrong)
    assert not model.kept_[::50].any()
    # A wrong row pulls the surface towards it, and a sound neighbour may be left out with it.
    assert model.kept_.sum() >= 600 - 12 - 6
    assert error(model, X, target) < 0.2
