"""scikit-learn regressors."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import median_abs_deviation
from sklearn.base import BaseEstimator, MetaEstimatorMixin, RegressorMixin, clone
from sklearn.model_selection import KFold

from pricing_core.nouns.arrays import Numbers

_BEYOND: Final = 2.0


class PriceRegressor(MetaEstimatorMixin, RegressorMixin, BaseEstimator):
    """Lets a regressor learn prices, or their logarithms, and keeps its values finite and above 0.

    Parameters
    ----------
    regressor : estimator
    log : bool
        Learn the natural logarithm of the price: equal shares of a price then weigh equally.

    Attributes
    ----------
    regressor_ : the fitted regressor
    lowest_, highest_ : float
        Half the lowest and twice the highest price learned from: no value leaves these limits.
    """

    def __init__(self, regressor: RegressorMixin, log: bool = False) -> None:
        self.regressor = regressor
        self.log = log

    def fit(self, X: pd.DataFrame, y: npt.ArrayLike) -> Self:
        """Fit on prices above 0."""
        price = np.asarray(y, dtype=float)
        self.lowest_, self.highest_ = float(price.min()) / _BEYOND, float(price.max()) * _BEYOND
        self.regressor_ = clone(self.regressor).fit(X, np.log(price) if self.log else price)
        self.n_features_in_ = X.shape[1]
        return self

    def predict(self, X: pd.DataFrame) -> Numbers:
        """One value a row, in the currency of the prices."""
        return self.to_prices(np.asarray(self.regressor_.predict(X), dtype=float))

    def to_prices(self, raw: Numbers) -> Numbers:
        """What the inner regressor says, as prices inside the limits."""
        if not self.log:
            return np.asarray(np.clip(raw, self.lowest_, self.highest_), dtype=float)
        return np.asarray(np.exp(np.clip(raw, np.log(self.lowest_), np.log(self.highest_))), dtype=float)


def named(name: str, patterns: Iterable[str]) -> bool:
    """Whether one of the patterns, in which ``*`` stands for anything, is the name."""
    return any(fnmatchcase(name, pattern) for pattern in patterns)


class SelectedColumns(MetaEstimatorMixin, RegressorMixin, BaseEstimator):
    """Fits a regressor on some of the columns, and never on one without a single number.

    scikit-learn's histogram boosting fails on a column that is wholly NaN.

    Parameters
    ----------
    regressor : estimator
    without : sequence of str
        The columns that it is not told of, ``*`` in a name stands for anything; those that are not there do not matter.

    Attributes
    ----------
    columns_ : ndarray of int
        Positions of the columns that the regressor uses.
    regressor_ : the fitted regressor
    """

    def __init__(self, regressor: RegressorMixin, without: tuple[str, ...] | list[str] = ()) -> None:
        self.regressor = regressor
        self.without = without

    def fit(self, X: pd.DataFrame, y: npt.ArrayLike) -> Self:
        """Fit on the columns that it is told of and that hold any number."""
        values = X.to_numpy(float)
        wanted = np.array([not named(str(name), self.without) for name in X.columns])
        self.columns_ = np.flatnonzero(wanted & ~np.isnan(values).all(axis=0))
        self.n_features_in_ = X.shape[1]
        self.regressor_ = clone(self.regressor).fit(values[:, self.columns_], y)
        return self

    def predict(self, X: pd.DataFrame) -> Numbers:
        """What the regressor says."""
        return np.asarray(self.regressor_.predict(X.to_numpy(float)[:, self.columns_]), dtype=float)


class TrimmedRegressor(MetaEstimatorMixin, RegressorMixin, BaseEstimator):
    """Leaves rows whose target cannot be believed out of the fit.

    Parameters
    ----------
    regressor : estimator
    judge : estimator
        Foretells every row from the others; cheaper than the regressor. One that has ``fit_left_out``, as
        `smooth_surface.SmoothSurface` has, is asked for that; any other is fitted without each fold.
    leftovers : estimator or None
        Learns what the judge leaves over. The two together are then a second opinion beside the regressor, and the
        value lies between both. Leftovers are those of values that other rows gave: those of the fitted rows themselves
        would be smaller than any later ones.
    own_weight : float
        The share of the regressor in the value, from 0 to 1; the rest is that of the second opinion.
    threshold : float
        Robust z (distance to the median in units of 1.4826 MAD) of the residual above which a row is left out.
    folds, random_state : int
        For judges that are fitted without each fold.

    Attributes
    ----------
    kept_ : ndarray of bool
        Which rows the regressor was fitted on.
    judged_ : ndarray or None
        What the judge foretold of each row without its own target; None where there were too few rows.
    regressor_, judge_, leftovers_ : the fitted estimators
        The last two are None where leftovers are not learned.
    """

    def __init__(
        self,
        regressor: RegressorMixin,
        judge: RegressorMixin,
        leftovers: RegressorMixin | None = None,
        own_weight: float = 0.5,
        threshold: float = 6.0,
        folds: int = 3,
        random_state: int = 42,
    ) -> None:
        self.regressor = regressor
        self.judge = judge
        self.leftovers = leftovers
        self.own_weight = own_weight
        self.threshold = threshold
        self.folds = folds
        self.random_state = random_state

    def fit(self, X: pd.DataFrame, y: npt.ArrayLike) -> Self:
        """Judge the rows, then fit on those that are left."""
        target = np.asarray(y, dtype=float)
        self.kept_ = np.ones(len(target), dtype=bool)
        self.judged_: Numbers | None = None
        if len(target) >= 2 * self.folds:
            self.kept_ = self._believable(target - self._foretell(X, target))
            # Once more without the rows that were left out: the errors are now like those of the regressor.
            self.judged_ = self._foretell(X, target)
        self.n_features_in_ = X.shape[1]
        rows, kept = X[self.kept_], target[self.kept_]
        self.regressor_ = clone(self.regressor).fit(rows, kept)
        self.judge_ = self.leftovers_ = None
        if self.leftovers is not None and self.judged_ is not None:
            self.judge_ = clone(self.judge).fit(rows, kept)
            self.leftovers_ = clone(self.leftovers).fit(rows, kept - self.judged_[self.kept_])
        return self

    def _foretell(self, X: pd.DataFrame, target: Numbers) -> Numbers:
        """What the judge says of every row from the other rows kept so far: without its fold, or without it alone."""
        foretold = np.empty(len(target))
        if hasattr(self.judge, "fit_left_out"):
            judge = clone(self.judge)
            foretold[self.kept_] = judge.fit_left_out(X[self.kept_], target[self.kept_])
            if not self.kept_.all():
                foretold[~self.kept_] = judge.predict(X[~self.kept_])
            return foretold
        for learn, held_out in KFold(self.folds, shuffle=True, random_state=self.random_state).split(target):
            rows = learn[self.kept_[learn]]
            foretold[held_out] = clone(self.judge).fit(X.iloc[rows], target[rows]).predict(X.iloc[held_out])
        return foretold

    def _believable(self, residual: Numbers) -> npt.NDArray[np.bool_]:
        distance = np.abs(residual - np.median(residual))
        limit = self.threshold * float(median_abs_deviation(residual, scale="normal"))
        return np.asarray((distance <= limit) | (limit == 0), dtype=bool)

    def predict(self, X: pd.DataFrame) -> Numbers:
        """What the regressor says, or what lies between both opinions."""
        own = np.asarray(self.regressor_.predict(X), dtype=float)
        if self.judge_ is None or self.leftovers_ is None:
            return own
        second = np.asarray(self.judge_.predict(X), dtype=float) + np.asarray(self.leftovers_.predict(X), dtype=float)
        return np.asarray(self.own_weight * own + (1 - self.own_weight) * second, dtype=float)
