"""Boosted trees as bit masks: a few rows are valued in a fraction of the time that scikit-learn takes to begin."""

from __future__ import annotations

from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Masks = npt.NDArray[np.uint64]

_MOST_LEAVES: Final = 64


class FlatTrees:
    """The trees of a fitted ``HistGradientBoostingRegressor`` without categorical splits.

    A tree is not walked: all splits of all trees are asked at once. Each that sends a row to the right rules out the
    leaves under its left child, and of those that remain the leftmost is the row's (Lucchese et al., QuickScorer,
    SIGIR 2015). Sums are taken tree by tree in the order of scikit-learn, so values are the same to the last digit.
    """

    def __init__(self, model: Any) -> None:
        trees = [_Tree(tree[0].nodes) for tree in model._predictors]
        splits = [tree.splits for tree in trees]
        self.feature: Codes = np.concatenate([tree.nodes["feature_idx"][tree.splits] for tree in trees]).astype(int)
        self.threshold: Numbers = np.concatenate([tree.nodes["num_threshold"][tree.splits] for tree in trees])
        self.missing_right = ~np.concatenate(
            [tree.nodes["missing_go_to_left"][tree.splits].astype(bool) for tree in trees]
        )
        self.remaining: Masks = np.concatenate([tree.remaining for tree in trees])
        self.starts: Codes = np.cumsum([0, *(len(found) for found in splits)])[:-1]
        self.value: Numbers = np.concatenate([tree.values for tree in trees])
        self.first_leaf: Codes = np.cumsum([0, *(len(tree.values) for tree in trees)])[:-1]
        self.baseline = float(np.ravel(model._baseline_prediction)[0])

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
        return np.array([self._one(row) for row in X], dtype=float)

    def _one(self, row: Numbers) -> float:
        goes_right = row[self.feature] > self.threshold
        missing = np.isnan(row)
        if missing.any():
            goes_right |= missing[self.feature] & self.missing_right
        remaining = np.where(goes_right, self.remaining, _ALL_LEAVES)
        leaves = np.bitwise_and.reduceat(remaining, self.starts)
        lowest = leaves & (~leaves + _ONE)
        place = np.frexp(lowest.astype(float))[1] - 1
        # cumsum adds one after the other, as scikit-learn does; sum would pair them and end in another last digit.
        steps = np.concatenate([[self.baseline], self.value[self.first_leaf + place]])
        return float(np.cumsum(steps)[-1])


_ONE: Final = np.uint64(1)
_ALL_LEAVES: Final = ~np.uint64(0)


class _Tree:
    """One tree, its leaves numbered from left to right."""

    def __init__(self, nodes: Any) -> None:
        self.nodes = nodes
        self.splits: list[int] = []
        masks: list[int] = []
        leaves: list[int] = []
        self._visit(0, leaves, masks)
        if not 1 < len(leaves) <= _MOST_LEAVES:
            raise ValueError(f"A tree of {len(leaves)} leaves does not fit into {_MOST_LEAVES} bits.")
        self.values: Numbers = nodes["value"][leaves].astype(float)
        self.remaining: Masks = np.array(masks, dtype=np.uint64)

    def _visit(self, number: int, leaves: list[int], masks: list[int]) -> None:
        node = self.nodes[number]
        if node["is_leaf"]:
            leaves.append(number)
            return
        self.splits.append(number)
        place, before = len(masks), len(leaves)
        masks.append(0)
        self._visit(int(node["left"]), leaves, masks)
        ruled_out = (1 << len(leaves)) - (1 << before)
        masks[place] = ~ruled_out & (2**64 - 1)
        self._visit(int(node["right"]), leaves, masks)
