"""Boosted trees as flat arrays: a few rows are valued in a fraction of the time that scikit-learn takes to begin."""

from __future__ import annotations

from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

# Rows times trees that are walked at once: about 16 MB of indices.
_WALKED_AT_ONCE: Final = 2_000_000


class FlatTrees:
    """The trees of a fitted ``HistGradientBoostingRegressor`` without categorical splits.

    Sums are taken tree by tree in the same order as scikit-learn does, so the values are the same to the last digit.
    """

    def __init__(self, model: Any) -> None:
        nodes = [tree[0].nodes for tree in model._predictors]
        starts = np.cumsum([0, *(len(tree) for tree in nodes)])[:-1]
        joined = np.concatenate(nodes)
        offset = np.repeat(starts, [len(tree) for tree in nodes])
        leaf = joined["is_leaf"].astype(bool)
        own = np.arange(len(joined))
        self.roots: Codes = starts.astype(np.int64)
        self.feature: Codes = np.where(leaf, 0, joined["feature_idx"]).astype(np.int64)
        self.threshold: Numbers = joined["num_threshold"].astype(float)
        # A leaf leads to itself, so that all trees can be walked the same number of steps.
        self.left: Codes = np.where(leaf, own, joined["left"] + offset).astype(np.int64)
        self.right: Codes = np.where(leaf, own, joined["right"] + offset).astype(np.int64)
        self.missing_left = joined["missing_go_to_left"].astype(bool)
        self.value: Numbers = joined["value"].astype(float)
        self.baseline = float(np.ravel(model._baseline_prediction)[0])
        self.depth = int(joined["depth"].max())

    @classmethod
    def of(cls, model: Any) -> Self | None:
        """The trees of a model, or ``None`` when its parts are not those that are understood here."""
        try:
            if model.is_categorical_ is not None and np.any(model.is_categorical_):
                return None
            return cls(model)
        except (AttributeError, ValueError, KeyError, IndexError):
            return None  # another release of scikit-learn keeps its trees in another way

    def predict(self, X: Numbers) -> Numbers:
        """One number a row of ``X`` (rows by features)."""
        step = max(1, _WALKED_AT_ONCE // len(self.roots))
        parts = [self._walk(X[start : start + step]) for start in range(0, len(X), step)]
        return np.concatenate(parts) if parts else np.empty(0)

    def _walk(self, X: Numbers) -> Numbers:
        rows = np.arange(len(X))[:, None]
        missing = np.isnan(X)
        any_missing = bool(missing.any())
        node = np.broadcast_to(self.roots, (len(X), len(self.roots)))
        for _ in range(self.depth):
            feature = self.feature[node]
            goes_left = X[rows, feature] <= self.threshold[node]
            if any_missing:
                goes_left = np.where(missing[rows, feature], self.missing_left[node], goes_left)
            node = np.where(goes_left, self.left[node], self.right[node])
        # cumsum adds one after the other, as scikit-learn does; sum would pair them and end in another last digit.
        steps = np.concatenate([np.full((len(X), 1), self.baseline), self.value[node]], axis=1)
        return np.asarray(np.cumsum(steps, axis=1)[:, -1], dtype=float)
