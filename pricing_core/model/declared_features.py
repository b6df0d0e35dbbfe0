"""What a model is told of the columns that a client declares."""

from __future__ import annotations

from typing import Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin

from pricing_core.nouns.arrays import Cells, Numbers
from pricing_core.nouns.homes_in_columns import Columns

# A name of a category counts for its own prices as much as for all when it occurs so often.
_HALF_BELIEVED: Final = 10.0


class DeclaredFeatures(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Declared columns as numbers, none of them missing.

    A number that is not known is the middle of those that are: a gap must not move a value. A name becomes how far the
    prices of its listings lie from all, learned without the row's own fold; an unknown one lies at their middle.

    Parameters
    ----------
    folds : int
    random_state : int

    Attributes
    ----------
    middle_ : dict
        By column of numbers, what stands for a gap.
    premium_ : dict of dict
        By column of names, the premium of each in logarithms of the price.
    """

    def __init__(self, folds: int = 10, random_state: int = 42) -> None:
        self.folds = folds
        self.random_state = random_state

    def fit(self, X: pd.DataFrame, y: npt.ArrayLike) -> Self:
        """Learn from all rows and their prices."""
        self.feature_names_in_ = np.asarray(X.columns, dtype=object)
        self.n_features_in_ = X.shape[1]
        log_price = np.log(np.asarray(y, dtype=float))
        self.middle_: dict[str, float] = {}
        self.premium_: dict[str, dict[str, float]] = {}
        for name in X.columns:
            if pd.api.types.is_numeric_dtype(X[name].dtype):
                known = X[name].dropna()
                self.middle_[str(name)] = float(known.median()) if len(known) else 0.0
            else:
                self.premium_[str(name)] = _premiums(X[name], log_price)
        return self

    def fit_transform(self, X: pd.DataFrame, y: npt.ArrayLike) -> pd.DataFrame:
        """Learn from all rows; give each the premiums that the other folds give it."""
        features = self.fit(X, y).transform(X)
        log_price = np.log(np.asarray(y, dtype=float))
        folds = min(self.folds, len(X))
        fold = np.random.default_rng(self.random_state).permutation(np.arange(len(X)) % max(folds, 1))
        for name in self.premium_:
            found = np.zeros(len(X))
            for held_out in range(folds):
                own, others = fold == held_out, fold != held_out
                found[own] = _take(X[name].to_numpy()[own], _premiums(X[name][others], log_price[others]))
            features[name] = found
        return features

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """A number for each cell."""
        matrix = self.matrix({str(name): X[name].to_numpy() for name in self.feature_names_in_})
        return pd.DataFrame(matrix, columns=self.feature_names_in_, index=X.index)

    def matrix(self, columns: Columns) -> Numbers:
        """What `transform` gives, from plain columns to plain numbers: for one row a data frame costs more than it."""
        return np.column_stack([self._numbers(str(name), columns[str(name)]) for name in self.feature_names_in_])

    def _numbers(self, name: str, cells: Cells) -> Numbers:
        if name in self.premium_:
            return _take(cells, self.premium_[name])
        values = np.asarray(cells, dtype=float)
        return np.where(np.isnan(values), self.middle_[name], values)


def _premiums(names: pd.Series, log_price: Numbers) -> dict[str, float]:
    beyond = pd.Series(log_price - (np.median(log_price) if len(log_price) else 0.0))
    groups = beyond.groupby(names.to_numpy(dtype=object))
    found: pd.Series[float] = groups.sum() / (groups.size() + _HALF_BELIEVED)
    return {str(name): float(premium) for name, premium in found.items()}


def _take(names: Cells, premiums: dict[str, float]) -> Numbers:
    return np.array([premiums.get(name, 0.0) for name in names.tolist()], dtype=float)
