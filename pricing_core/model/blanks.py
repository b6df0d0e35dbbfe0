"""What is not known of a home, as it is usual beside what is known of it."""

from __future__ import annotations

from typing import Final, Self

import numpy as np

from pricing_core.model.boosting import SymmetricBoosting
from pricing_core.nouns.arrays import Numbers

_MOST_ROWS: Final = 10_000
_TREES: Final = 80
_SHOWN_WHOLE: Final = 0.3
_HIDDEN: Final = 0.5
# Values bend upwards with size. A home of the mean log size is worth less than the homes that it may be in the mean,
# one of the mean size more; the square of the mean root lies between, and moved values least on four markets.
_POWER: Final = 0.5


class Blanks:
    """Fills empty cells of a table of numbers, each with what is usual among homes that are alike in what is known.

    A model that is told of gaps learns who leaves them, not what lies behind them; one that is told what is usual
    values a home that is half described like the homes that it may be.

    Parameters
    ----------
    logarithms : int
        How many of the first columns are logarithms.
    random_state : int
    """

    def __init__(self, logarithms: int = 0, random_state: int = 42) -> None:
        self.logarithms = logarithms
        self.random_state = random_state

    def learn(self, table: Numbers, beside: Numbers) -> Self:
        """Learn each column of ``table`` from the others, of which any may be empty, and from those ``beside``."""
        empty = np.isnan(table).all(axis=0)
        self.low_, high = np.nanquantile(np.where(empty, 0.0, table), (0.005, 0.995), axis=0)
        targets = self._to_targets(np.clip(table, self.low_, high))
        self.models_ = [self._fitted(table, beside, column, targets[:, column]) for column in range(table.shape[1])]
        return self

    def _fitted(self, table: Numbers, beside: Numbers, column: int, target: Numbers) -> SymmetricBoosting:
        model = SymmetricBoosting(_TREES, learning_rate=0.15, depth=6, borders=64, random_state=self.random_state)
        rng = np.random.default_rng([self.random_state, column])
        rows = rng.permutation(np.flatnonzero(~np.isnan(target)))[:_MOST_ROWS]
        if not len(rows):
            return model.fit(np.zeros((1, 1)), np.zeros(1))
        others = np.delete(table[rows], column, axis=1)
        hidden = (rng.random(others.shape) < _HIDDEN) & (rng.random(len(rows)) > _SHOWN_WHOLE)[:, None]
        return model.fit(np.column_stack([np.where(hidden, np.nan, others), beside[rows]]), target[rows])

    def fill(self, table: Numbers, beside: Numbers) -> Numbers:
        """The table without gaps."""
        missing = np.isnan(table)
        found = self._to_targets(table)
        for column in np.flatnonzero(missing.any(axis=0)):
            rows = missing[:, column]
            known = np.column_stack([np.delete(table[rows], column, axis=1), beside[rows]])
            found[rows, column] = self.models_[column].evaluate(known)
        return np.where(missing, self._from_targets(found), table)

    def _to_targets(self, table: Numbers) -> Numbers:
        targets, logs = table.copy(), slice(self.logarithms)
        targets[:, logs] = np.exp(_POWER * (table[:, logs] - self.low_[logs]))
        return targets

    def _from_targets(self, targets: Numbers) -> Numbers:
        table, logs = targets.copy(), slice(self.logarithms)
        table[:, logs] = self.low_[logs] + np.log(np.maximum(targets[:, logs], 1.0)) / _POWER
        return table
