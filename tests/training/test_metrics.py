"""Metrics against worked examples, and cross-validation that never looks at the prices it holds out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import linregress

from pricing_core.errors import ListingsError
from pricing_core.training.coverage import coverage_by_group, covered, median_width, one_width
from pricing_core.training.cross_validation import out_of_fold
from pricing_core.training.fitting import fit
from pricing_core.training.metrics import METRICS, point_metrics
from pricing_core.training.recipes import load_recipe
from tests.factories import listings

PRICE = np.array([100.0, 200.0, 400.0, 500.0])
VALUE = np.array([110.0, 180.0, 400.0, 600.0])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mae", 32.5),  # (10 + 20 + 0 + 100) / 4
        ("rmse", np.sqrt((100 + 400 + 0 + 10_000) / 4)),
        ("mape", (0.1 + 0.1 + 0 + 0.2) / 4),
        ("mdape", 0.1),
        ("within_10", 0.75),
        ("within_20", 1.0),
        ("r2", 1 - 10_500 / 100_000),
        ("cod", 100 * (0.05 + 0.15 + 0.05 + 0.15) / 4 / 1.05),  # ratios 1.1, 0.9, 1.0, 1.2; their median is 1.05
        ("prd", 1.05 / (1_290 / 1_200)),
    ],
)
def test_each_metric_by_hand(name: str, expected: float) -> None:
    assert METRICS[name](PRICE, VALUE) == pytest.approx(expected)


def test_prb_is_the_slope_that_the_standard_defines() -> None:
    ratio = VALUE / PRICE
    median = np.median(ratio)
    proxy = np.log2(0.5 * VALUE / median + 0.5 * PRICE)
    assert METRICS["prb"](PRICE, VALUE) == pytest.approx(linregress(proxy, (ratio - median) / median).slope)


@pytest.mark.parametrize("bad", [np.array([1.0, np.nan]), np.array([1.0, 0.0]), np.array([1.0])])
def test_values_that_cannot_be_measured_are_refused(bad: np.ndarray) -> None:
    with pytest.raises(ListingsError):
        point_metrics(np.array([1.0, 2.0]), bad)


def test_the_prices_that_are_held_out_change_no_value() -> None:
    """Whatever the held-out prices are, the values of these rows come out the same."""
    frame = listings(300)
    recipe = load_recipe("champion")

    def values(data: pd.DataFrame) -> np.ndarray:
        return fit(recipe, data.iloc[:200], ranges="free").predict(data.iloc[200:])

    shuffled = frame.copy()
    shuffled.loc[200:, "price"] = np.random.default_rng(1).permutation(frame.loc[200:, "price"]) * 7
    np.testing.assert_array_equal(values(frame), values(shuffled))


def test_every_row_is_valued_by_a_model_that_never_saw_it() -> None:
    frame = listings(60)
    seen: list[set[int]] = []

    class Remembers:
        def predict(self, X: pd.DataFrame) -> np.ndarray:
            assert not seen[-1] & set(X.index)
            return np.ones(len(X))

        def predict_with_ranges(self, X: pd.DataFrame) -> tuple[np.ndarray, None]:
            return self.predict(X), None

    def fit_on(features: pd.DataFrame, price: pd.Series) -> Remembers:
        assert "price" not in features
        seen.append(set(features.index))
        return Remembers()

    found = out_of_fold(fit_on, frame, folds=4)
    assert len(seen) == 4
    assert set(found.fold) == {0, 1, 2, 3}


def test_more_folds_than_rows_are_refused() -> None:
    with pytest.raises(ListingsError, match="folds"):
        out_of_fold(lambda *_: None, listings(3), folds=5)  # type: ignore[arg-type, return-value]


def test_one_width_covers_what_it_promises() -> None:
    random = np.random.default_rng(0)
    price = np.exp(random.normal(8, 0.5, 5_000))
    value = price * np.exp(random.normal(0, 0.2, 5_000))
    low, high = one_width(price, value, random.integers(5, size=5_000))
    assert covered(price, low, high) == pytest.approx(0.9, abs=0.015)
    assert median_width(value, low, high) == pytest.approx(2 * np.sinh(1.645 * 0.2), rel=0.05)


def test_coverage_is_counted_in_groups_that_are_large_enough() -> None:
    frame = pd.DataFrame({"type": ["a"] * 200 + ["b"] * 50, "sector": ["s"] * 200 + ["t"] * 50})
    price, low = np.ones(250), np.where(np.arange(250) < 225, 0.5, 1.5)
    groups = coverage_by_group(frame, price, np.ones(250), low, np.full(250, 2.0))
    assert groups["type"] == {"a": 1.0, "b": 0.5}
    assert groups["sector"] == {"s": 1.0}
    assert set(groups["value_third"]) == {"low", "middle", "high"}
