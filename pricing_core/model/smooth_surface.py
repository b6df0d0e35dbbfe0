"""A smooth surface over many columns: what trees, which only know steps, cannot draw."""

from __future__ import annotations

from typing import Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.linalg import cho_factor, cho_solve, solve_triangular
from sklearn.base import BaseEstimator, RegressorMixin

from pricing_core.model.estimators import named
from pricing_core.nouns.arrays import Numbers

_CHUNK: Final = 2_000
# Rows whose nearness to all centres stays in the processor's cache.
_BLOCK: Final = 100
_ROWS_PER_CENTRE: Final = 4
_JITTER: Final = 1e-8
_TAIL: Final = 0.003
_MOST_OWN_WEIGHT: Final = 0.999


class SmoothSurface(RegressorMixin, BaseEstimator):
    """Ridge regression on the nearness to some of the rows (kernel ridge by a subset of regressors).

    Columns are filled with their median, kept within what was seen but for the outermost rows, and brought to one
    scale; one column says for each whether its cell was empty. Formula: with ``K`` the mean of two Gaussian kernels
    between rows and centres and ``C`` between centres, weights solve ``(K'K + alpha C) w = K'y``;
    see Rasmussen and Williams, Gaussian Processes for Machine Learning, section 8.3.1.

    Parameters
    ----------
    without : sequence of str
        The columns that it is not told of, ``*`` in a name stands for anything; those that are not there do not matter.
    categories : sequence of str
        Those of the columns that hold codes: each code becomes a column of its own.
    centres : int
        At most; with few rows a quarter of them.
    width : float
        Of the wider kernel, ``exp(-width * d² / number of columns)``; the narrower one is its cube.
    alpha : float
        Strength of the ridge.
    most_rows : int
        Rows to learn from, drawn where there are more.
    random_state : int
    """

    def __init__(
        self,
        without: list[str] | tuple[str, ...] = (),
        categories: list[str] | tuple[str, ...] = (),
        centres: int = 500,
        width: float = 0.16,
        alpha: float = 0.1,
        most_rows: int = 100_000,
        random_state: int = 42,
    ) -> None:
        self.without = without
        self.categories = categories
        self.centres = centres
        self.width = width
        self.alpha = alpha
        self.most_rows = most_rows
        self.random_state = random_state

    def fit(self, X: pd.DataFrame, y: npt.ArrayLike) -> Self:
        """Learn the surface."""
        self._learn(X, y)
        return self

    def fit_left_out(self, X: pd.DataFrame, y: npt.ArrayLike) -> Numbers:
        """Learn the surface, and say how high it would be at each row if it had been learned without that row.

        For ridge regression this needs no further fit: with ``h`` the weight of a row in its own height, the height
        without it is ``(height - h y) / (1 - h)``; see Hastie, Tibshirani and Friedman, The Elements of Statistical
        Learning, section 7.10.1.
        """
        drawn, lower = self._learn(X, y)
        target = np.asarray(y, dtype=float) - self.level_
        own = np.zeros(len(target), dtype=bool)
        own[drawn] = True
        values = X.to_numpy(float)
        parts = [
            self._left_out(values[at : at + _CHUNK], target[at : at + _CHUNK], own[at : at + _CHUNK], lower)
            for at in range(0, len(target), _CHUNK)
        ]
        return self.level_ + np.concatenate(parts)

    def _left_out(self, values: Numbers, target: Numbers, own: npt.NDArray[np.bool_], lower: Numbers) -> Numbers:
        kernel = self._kernel(self._inputs(values))
        weight = (solve_triangular(lower, kernel.T, lower=True, check_finite=False) ** 2).sum(axis=0)
        # Rows that were not drawn were left out anyhow.
        weight = np.where(own, np.minimum(weight, _MOST_OWN_WEIGHT), 0.0)
        return np.asarray((kernel @ self.weights_ - weight * target) / (1 - weight), dtype=float)

    def _learn(self, X: pd.DataFrame, y: npt.ArrayLike) -> tuple[npt.NDArray[np.int64], Numbers]:
        """Learn the surface; give the rows it was learned from and the triangle that its weights were solved with."""
        target = np.asarray(y, dtype=float)
        drawn = np.random.default_rng(self.random_state).permutation(len(target))[: self.most_rows]
        inputs = self._learn_inputs(X.iloc[drawn])
        target = target[drawn]
        self.n_features_in_ = X.shape[1]
        self.level_ = float(target.mean())
        self.centres_ = inputs[: min(self.centres, max(len(inputs) // _ROWS_PER_CENTRE, 1))]
        self.norms_ = (self.centres_**2).sum(axis=1)
        gram = self.alpha * self._kernel(self.centres_) + _JITTER * len(target) * np.eye(len(self.centres_))
        right = np.zeros(len(self.centres_))
        for start in range(0, len(target), _CHUNK):
            kernel = self._kernel(inputs[start : start + _CHUNK])
            gram += kernel.T @ kernel
            right += kernel.T @ (target[start : start + _CHUNK] - self.level_)
        factor = cho_factor(gram, lower=True)
        self.weights_ = cho_solve(factor, right)
        return drawn, factor[0]

    def predict(self, X: pd.DataFrame) -> Numbers:
        """The height of the surface."""
        return self.evaluate(X.to_numpy(float))

    def evaluate(self, values: Numbers) -> Numbers:
        """The height of the surface, from all columns of the frame it was fitted on as plain numbers."""
        inputs = self._inputs(values)
        height = np.full(len(inputs), self.level_)
        for at in range(0, len(inputs), _BLOCK):
            height[at : at + _BLOCK] += self._nearness(inputs[at : at + _BLOCK]).astype(float) @ self.weights_
        return height

    def _kernel(self, inputs: Numbers) -> Numbers:
        kernel = np.empty((len(inputs), len(self.centres_)))
        for at in range(0, len(inputs), _BLOCK):
            kernel[at : at + _BLOCK] = self._nearness(inputs[at : at + _BLOCK])
        return kernel

    def _nearness(self, inputs: Numbers) -> npt.NDArray[np.float32]:
        # In place, and of few rows at once: this is where most of the time goes.
        rate = self.width / inputs.shape[1]
        exponent = (inputs * (2 * rate)) @ self.centres_.T
        exponent -= rate * (inputs**2).sum(axis=1)[:, None]
        exponent -= rate * self.norms_
        np.minimum(exponent, 0, out=exponent)
        # Half the digits take half the time. Distances need all of them: they are differences of large numbers.
        near: npt.NDArray[np.float32] = exponent.astype(np.float32)
        np.exp(near, out=near)
        near += near * near * near
        near /= 2
        return near

    def _learn_inputs(self, X: pd.DataFrame) -> Numbers:
        chosen = [name for name in X.columns if not named(str(name), self.without)]
        places = {str(name): place for place, name in enumerate(X.columns)}
        self.numbers_ = [places[name] for name in chosen if name not in self.categories]
        codes = {name: X[name].dropna() for name in chosen if name in self.categories}
        self.codes_ = {places[name]: np.unique(known) for name, known in codes.items()}
        values = X.to_numpy(float)[:, self.numbers_]
        empty = np.isnan(values).all(axis=0)
        self.low_, self.middle_, self.high_ = np.nanquantile(
            np.where(empty, 0.0, values), (_TAIL, 0.5, 1 - _TAIL), axis=0
        )
        self.gaps_ = np.isnan(values).any(axis=0)
        self.mean_, self.scale_ = np.zeros(1), np.ones(1)
        inputs = self._inputs(X.to_numpy(float))
        spread = inputs.std(axis=0)
        self.mean_, self.scale_ = inputs.mean(axis=0), np.where(spread > 0, spread, 1.0)
        return (inputs - self.mean_) / self.scale_

    def _inputs(self, table: Numbers) -> Numbers:
        values = table[:, self.numbers_]
        missing = np.isnan(values)
        filled = np.where(missing, self.middle_, np.clip(values, self.low_, self.high_))
        codes = [table[:, [place]] == known for place, known in self.codes_.items()]
        return np.asarray((np.column_stack([filled, missing[:, self.gaps_], *codes]) - self.mean_) / self.scale_)
