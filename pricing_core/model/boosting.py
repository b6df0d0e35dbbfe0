"""Gradient boosting whose trees ask one question a level, so that many of them are looked up at once."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from catboost import CatBoostRegressor
from sklearn.base import BaseEstimator, RegressorMixin

from pricing_core.nouns import Json
from pricing_core.nouns.arrays import Numbers

# Up to here looking trees up in tables wins; CatBoost needs a third of a millisecond to begin.
_FEW_ROWS: Final = 24
_DEEPEST: Final = 8


class SymmetricTrees:
    """The trees of a fitted CatBoost model as tables: to the last digit what CatBoost gives, and sooner for few rows.

    The answers of a tree to its questions, one a level, are the bits of the number of its leaf.

    Parameters
    ----------
    description
        The model as CatBoost writes it to JSON, of numeric features alone.
    """

    def __init__(self, description: Json) -> None:
        trees = description["oblivious_trees"]
        shape = (max(len(tree["splits"] or ()) for tree in trees), len(trees))
        self.feature = np.zeros(shape, dtype=np.intp)
        # No number is above infinity, so a question that a shallower tree does not ask is answered with no.
        self.border = np.full(shape, np.inf, dtype=np.float32)
        for number, tree in enumerate(trees):
            for level, split in enumerate(tree["splits"] or ()):
                self.feature[level, number] = split["float_feature_index"]
                self.border[level, number] = split["border"]
        self.value = np.concatenate([np.asarray(tree["leaf_values"], dtype=float) for tree in trees])
        self.first = np.cumsum([0, *(len(tree["leaf_values"]) for tree in trees[:-1])], dtype=np.intp)
        scale, (bias,) = description["scale_and_bias"]
        self.scale, self.bias = float(scale), float(bias)

    def predict(self, X: Numbers) -> Numbers:
        """One number a row of ``X`` (rows by features)."""
        # CatBoost compares in single precision; a missing number is above nothing.
        single = X.astype(np.float32)
        leaf = np.zeros((len(X), len(self.first)), dtype=np.uint8)
        for level, (feature, border) in enumerate(zip(self.feature, self.border, strict=True)):
            leaf |= (single[:, feature] > border).view(np.uint8) << level
        # cumsum adds one after the other, as CatBoost does; sum would pair them and end in another last digit.
        steps = np.cumsum(self.value[self.first + leaf], axis=1)
        return np.asarray(self.bias + self.scale * steps[:, -1], dtype=float)


class SymmetricBoosting(RegressorMixin, BaseEstimator):
    """CatBoost on numeric features in one thread: the same rows give the same model.

    Parameters
    ----------
    iterations : int
        Trees.
    learning_rate : float
    depth : int
        Questions a tree, at most 8.
    feature_share : float
        Features that each level of a tree may choose from, as a share of all; above 0, at most 1.
    borders : int
        Places at which a feature may be split, at most.
    leaf_penalty : float
        Strength of the ridge on the leaves.
    random_state : int

    Attributes
    ----------
    level_ : float
        The mean of the targets: what is said where no feature tells one row from another.
    model_ : CatBoostRegressor or None
    trees_ : SymmetricTrees or None
        The same trees as tables. Both are None where no feature tells one row from another.
    """

    def __init__(
        self,
        iterations: int = 500,
        learning_rate: float = 0.06,
        depth: int = 6,
        feature_share: float = 1.0,
        borders: int = 128,
        leaf_penalty: float = 3.0,
        random_state: int = 42,
    ) -> None:
        self.iterations = iterations
        self.learning_rate = learning_rate
        self.depth = depth
        self.feature_share = feature_share
        self.borders = borders
        self.leaf_penalty = leaf_penalty
        self.random_state = random_state

    def fit(self, X: npt.ArrayLike | pd.DataFrame, y: npt.ArrayLike) -> Self:
        """Learn; missing numbers may be NaN.

        Raises
        ------
        ValueError
            When trees are asked to be deeper than `SymmetricTrees` can look up.
        """
        if not 1 <= self.depth <= _DEEPEST:
            raise ValueError(f"depth is {self.depth}; allowed is 1 to {_DEEPEST}.")
        values, target = np.asarray(X, dtype=np.float32), np.asarray(y, dtype=float)
        self.n_features_in_ = values.shape[1]
        self.level_ = float(target.mean())
        self.model_: CatBoostRegressor | None = None
        self.trees_: SymmetricTrees | None = None
        if _tells_rows_apart(values) and np.ptp(target) > 0:
            self.model_ = self._booster().fit(values, target)
            self.trees_ = SymmetricTrees(_described(self.model_))
        return self

    def _booster(self) -> CatBoostRegressor:
        # All rows for all trees: drawing some took longer and gained nothing where features are drawn already.
        return CatBoostRegressor(
            iterations=self.iterations,
            learning_rate=self.learning_rate,
            depth=self.depth,
            rsm=self.feature_share,
            border_count=self.borders,
            l2_leaf_reg=self.leaf_penalty,
            random_seed=self.random_state,
            boosting_type="Plain",
            bootstrap_type="No",
            thread_count=1,
            allow_writing_files=False,
            verbose=False,
        )

    def predict(self, X: npt.ArrayLike | pd.DataFrame) -> Numbers:
        """One number a row."""
        return self.evaluate(np.asarray(X, dtype=float))

    def evaluate(self, values: Numbers) -> Numbers:
        """One number a row of plain numbers."""
        if self.model_ is None or self.trees_ is None:
            return np.full(len(values), self.level_)
        if len(values) <= _FEW_ROWS:
            return self.trees_.predict(values)
        return np.asarray(self.model_.predict(values.astype(np.float32), thread_count=1), dtype=float)


def _tells_rows_apart(values: npt.NDArray[np.float32]) -> bool:
    gaps = np.isnan(values)
    same = (values == values[0]) | (gaps & gaps[0])
    return not bool(same.all())


def _described(model: CatBoostRegressor) -> Json:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        model.save_model(str(path), format="json")
        description: Json = json.loads(path.read_bytes())
    return description
