"""Boosted trees as bit masks: a few rows are valued in a fraction of the time that scikit-learn takes to begin."""

from __future__ import annotations

from typing import Final, Self

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import HistGradientBoostingRegressor

from pricing_core.nouns.arrays import Codes, Numbers

Masks = npt.NDArray[np.uint64]

_MOST_LEAVES: Final = 64


class FlatTrees:
    """The trees of a fitted ``HistGradientBoostingRegressor`` without categorical splits.

    A tree is not walked. Each split that sends a row to the right rules out the leaves under its left child, and of
    those that remain the leftmost is the row's (Lucchese et al., QuickScorer, SIGIR 2015). What the splits of one
    feature leave depends on how many of its thresholds lie below the row's number and on nothing else, so it is looked
    up in a table, all trees at once. Sums are taken tree by tree in the order of scikit-learn, so values are the same
    to the last digit.
    """

    def __init__(self, model: HistGradientBoostingRegressor) -> None:
        trees = [_Tree(tree[0].nodes) for tree in model._predictors]
        splits = np.concatenate([tree.nodes[tree.splits] for tree in trees])
        tree_of = np.repeat(np.arange(len(trees)), [len(tree.splits) for tree in trees])
        remaining = np.concatenate([tree.remaining for tree in trees])
        self.columns: Codes = np.unique(splits["feature_idx"]).astype(np.int64)
        tables, thresholds = [], []
        for column in self.columns:
            of = splits["feature_idx"] == column
            thresholds.append(np.unique(splits["num_threshold"][of]))
            tables.append(_left_over(splits[of], thresholds[-1], remaining[of], tree_of[of], len(trees)))
        self.table: Masks = np.vstack(tables)
        lines = np.array([len(table) for table in tables], dtype=np.int64)
        self.ends: Codes = np.cumsum(lines) - 1
        self.first: Codes = self.ends - lines + 1
        self.threshold: Numbers = np.concatenate(thresholds)
        self.threshold_of: Codes = np.repeat(self.columns, [len(found) for found in thresholds])
        self.starts: Codes = np.cumsum([0, *(len(found) for found in thresholds)])[:-1]
        self.value: Numbers = np.concatenate([tree.values for tree in trees])
        self.first_leaf: Codes = np.cumsum([0, *(len(tree.values) for tree in trees)])[:-1]
        self.baseline = float(np.ravel(model._baseline_prediction)[0])

    @classmethod
    def of(cls, model: HistGradientBoostingRegressor) -> Self | None:
        """The trees of a model, or ``None`` when its parts are not those that are understood here."""
        try:
            if model.is_categorical_ is not None and np.any(model.is_categorical_):
                return None
            return cls(model)
        except (AttributeError, ValueError, KeyError, IndexError):
            return None  # another release of scikit-learn keeps its trees in another way

    def predict(self, X: Numbers) -> Numbers:
        """One number a row of ``X`` (rows by features)."""
        below = np.add.reduceat(X[:, self.threshold_of] > self.threshold, self.starts, axis=1, dtype=np.int64)
        place = np.where(np.isnan(X[:, self.columns]), self.ends, self.first + below)
        leaves = np.bitwise_and.reduce(self.table[place], axis=1)
        lowest = leaves & (~leaves + _ONE)
        leaf = np.frexp(lowest.astype(float))[1] - 1
        # cumsum adds one after the other, as scikit-learn does; sum would pair them and end in another last digit.
        steps = np.column_stack([np.full(len(X), self.baseline), self.value[self.first_leaf + leaf]])
        return np.asarray(np.cumsum(steps, axis=1)[:, -1], dtype=float)


_ONE: Final = np.uint64(1)
_ALL_LEAVES: Final = ~np.uint64(0)


def _left_over(
    splits: npt.NDArray[np.void], thresholds: Numbers, remaining: Masks, tree_of: Codes, trees: int
) -> Masks:
    """The leaves that the splits of one feature leave of each tree.

    One line for each number of thresholds that can lie below a row's number, and one for a missing number at the end.
    """
    table = np.full((len(thresholds) + 2, trees), _ALL_LEAVES)
    rank = np.searchsorted(thresholds, splits["num_threshold"]) + 1
    np.bitwise_and.at(table, (rank, tree_of), remaining)
    table[:-1] = np.bitwise_and.accumulate(table[:-1], axis=0)
    right = ~splits["missing_go_to_left"].astype(bool)
    np.bitwise_and.at(table, (np.full(right.sum(), -1), tree_of[right]), remaining[right])
    return table


class _Tree:
    """One tree, its leaves numbered from left to right."""

    def __init__(self, nodes: npt.NDArray[np.void]) -> None:
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
