"""Trees as bit masks give what scikit-learn gives, to the last digit."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor

from pricing_core.model.trees import FlatTrees


def boosted(leaves: int, *, gaps: bool = True, rows: int = 1_500) -> tuple[HistGradientBoostingRegressor, np.ndarray]:
    random = np.random.default_rng(5)
    X = random.normal(size=(rows, 6))
    y = X[:, 0] * X[:, 1] + np.abs(X[:, 2]) + random.normal(0, 0.1, rows)
    if gaps:
        X[random.random(X.shape) < 0.2] = np.nan
    model = HistGradientBoostingRegressor(max_iter=30, max_leaf_nodes=leaves, min_samples_leaf=5, early_stopping=False)
    return model.fit(X, y), X


@pytest.mark.parametrize("leaves", [2, 8, 31, 64])
def test_values_are_those_of_scikit_learn_also_where_cells_are_missing(leaves: int) -> None:
    model, X = boosted(leaves)
    flat = FlatTrees.of(model)
    assert flat is not None
    assert (flat.predict(X[:200]) == model.predict(X[:200])).all()


def test_a_gap_in_a_column_that_was_never_empty_goes_where_scikit_learn_sends_it() -> None:
    model, X = boosted(31, gaps=False)
    X[::3, 0] = np.nan
    flat = FlatTrees.of(model)
    assert flat is not None
    assert (flat.predict(X[:200]) == model.predict(X[:200])).all()


def test_no_rows_give_no_values() -> None:
    flat = FlatTrees.of(boosted(8)[0])
    assert flat is not None
    assert flat.predict(np.empty((0, 6))).shape == (0,)


def test_a_tree_with_more_leaves_than_bits_is_left_to_scikit_learn() -> None:
    assert FlatTrees.of(boosted(100, rows=5_000)[0]) is None


def test_something_that_is_no_boosted_model_is_left_alone() -> None:
    assert FlatTrees.of(object()) is None
