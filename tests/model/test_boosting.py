"""Symmetric trees as tables give what CatBoost gives, to the last digit."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from sklearn.base import clone

from pricing_core.model.boosting import SymmetricBoosting


def table(*, gaps: bool, rows: int = 800) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(5)
    X = random.normal(size=(rows, 6))
    y = X[:, 0] * X[:, 1] + np.abs(X[:, 2]) + random.normal(0, 0.1, rows)
    if gaps:
        X[random.random(X.shape) < 0.2] = np.nan
    return X, y


@pytest.mark.parametrize("depth", [1, 4, 8])
@pytest.mark.parametrize("gaps", [False, True])
def test_few_rows_and_many_get_the_same_values(depth: int, gaps: bool) -> None:
    X, y = table(gaps=gaps)
    model = SymmetricBoosting(iterations=40, depth=depth, feature_share=0.5, borders=32).fit(X, y)
    assert model.trees_ is not None
    assert (model.trees_.predict(X) == model.predict(X)).all()
    assert np.corrcoef(model.predict(X), y)[0, 1] > 0.3


def test_a_gap_in_a_column_that_was_never_empty_is_answered_alike() -> None:
    X, y = table(gaps=False)
    model = SymmetricBoosting(iterations=40).fit(X, y)
    X[::3, 0] = np.nan
    assert model.trees_ is not None
    assert (model.trees_.predict(X) == model.predict(X)).all()


def test_no_rows_give_no_values() -> None:
    X, y = table(gaps=False)
    assert SymmetricBoosting(iterations=5).fit(X, y).predict(X[:0]).shape == (0,)


def test_the_same_rows_give_the_same_model() -> None:
    X, y = table(gaps=True)
    model = SymmetricBoosting(iterations=30, feature_share=0.3)
    assert (clone(model).fit(X, y).predict(X) == clone(model).fit(X, y).predict(X)).all()


def test_a_stored_model_gives_the_same_values() -> None:
    X, y = table(gaps=True)
    model = SymmetricBoosting(iterations=30).fit(X, y)
    again = pickle.loads(pickle.dumps(model))
    assert (again.predict(X) == model.predict(X)).all()


@pytest.mark.parametrize("filled", [1.0, np.nan])
def test_features_that_tell_nothing_give_the_mean(filled: float) -> None:
    model = SymmetricBoosting(iterations=5).fit(np.full((12, 3), filled), np.arange(12.0))
    assert model.predict(np.zeros((2, 3))).tolist() == [5.5, 5.5]


def test_one_price_for_all_is_learned() -> None:
    X, _ = table(gaps=False)
    assert SymmetricBoosting(iterations=5).fit(X, np.full(len(X), 7.0)).predict(X[:2]).tolist() == [7.0, 7.0]


def test_trees_too_deep_for_the_tables_are_refused() -> None:
    with pytest.raises(ValueError, match="depth is 9; allowed is 1 to 8"):
        SymmetricBoosting(depth=9).fit(*table(gaps=False))
