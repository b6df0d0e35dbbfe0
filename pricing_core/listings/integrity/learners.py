"""The models that the checks learn from the file itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from pricing_core.listings.integrity.nearby import Table
from pricing_core.nouns.arrays import Numbers

FEWEST: Final = 24
"""Fewer rows teach nothing."""

ROWS_FOR_TREES: Final = 400
"""Trees know nothing between fewer rows; there a straight line does, and rules take the place of classifiers."""


@dataclass
class Learner:
    """A model of the columns that hold anything at all: boosting cannot take one that is wholly empty."""

    model: Any = None
    told: Any = None

    @classmethod
    def of_numbers(cls, rows: int, rounds: int) -> Self:
        """For a number, from so many rows."""
        if rows < FEWEST:
            return cls()
        if rows < ROWS_FOR_TREES:
            return cls(make_pipeline(SimpleImputer(strategy="median"), StandardScaler(), Ridge(3.0)))
        return cls(
            HistGradientBoostingRegressor(
                learning_rate=0.12,
                max_iter=rounds,
                max_leaf_nodes=20,
                l2_regularization=1.0,
                early_stopping=False,
                random_state=0,
            )
        )

    @classmethod
    def of_slips(cls) -> Self:
        """For whether a row was spoilt."""
        return cls(
            HistGradientBoostingClassifier(
                learning_rate=0.12,
                max_iter=60,
                max_leaf_nodes=16,
                min_samples_leaf=30,
                l2_regularization=1.0,
                early_stopping=False,
                random_state=0,
            )
        )

    def fit(self, table: Table, target: Any) -> Self:
        """Learn; without a model, or of one thing alone, nothing is learnt."""
        self.told = np.isfinite(table).any(axis=0) if len(table) else np.array([False])
        if self.model is None or not self.told.any() or len(np.unique(target)) < 2:
            self.model = None
        else:
            self.model.fit(table[:, self.told], target)
        return self

    def numbers(self, table: Table) -> Numbers:
        """The expected numbers; NaN where nothing was learnt."""
        if self.model is None or not len(table):
            return np.full(len(table), np.nan)
        return np.asarray(self.model.predict(table[:, self.told]), dtype=np.float64)

    def odds(self, table: Table) -> Numbers:
        """The logarithm of the odds that a row was spoilt; NaN where nothing was learnt."""
        if self.model is None or not len(table):
            return np.full(len(table), np.nan)
        return np.asarray(self.model.decision_function(table[:, self.told]), dtype=np.float64)
