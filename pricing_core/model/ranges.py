"""Calibrated ranges: how far from its value the price of a home may lie.

The error of a home (log price less log value, out of fold) is divided by the size of error that is usual for a home
like it; the quantiles of what remains hold for all homes alike (locally weighted conformal prediction, Lei et al. 2018,
"Distribution-free predictive inference for regression", section 5.2). The usual size is learned from the features by
boosting, then corrected for each sector and type; the fewer listings a group has, the less its own errors count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.model_selection import PredefinedSplit, cross_val_predict

from pricing_core.model.trees import FlatTrees
from pricing_core.nouns.arrays import Numbers

Texts = npt.NDArray[np.object_]

LEVELS: Final = (50, 80, 90)
"""Per cent of homes that the ranges are to hold."""

_FEWEST_FOR_SIZES: Final = 100
# A group of this many listings is believed half, and what all listings say half.
_HALF_BELIEVED: Final = 60
_GROUP_LEVEL: Final = 0.9
# Of the median: no home is so usual that its price is known better.
_LEAST: Final = 0.1


@dataclass(frozen=True)
class Ranges:
    """Lower and upper limits by level in per cent, one number a home, in the currency of the values."""

    low: Mapping[int, Numbers]
    high: Mapping[int, Numbers]


@dataclass(frozen=True)
class Valued:
    """Homes and their values.

    ``features`` are those that the values were made of, rows by columns. ``blanks`` says what is not known of each, a
    column of 0 and 1 for each input. ``groups`` hold the name of each home's group, for each way of grouping, the
    finest first; a missing name is empty.
    """

    features: Numbers
    log_value: Numbers
    blanks: Numbers
    groups: list[Texts]

    def followed_by(self, others: Valued) -> Valued:
        """These homes and others."""
        groups = [np.concatenate(pair) for pair in zip(self.groups, others.groups, strict=True)]
        return Valued(
            np.concatenate([self.features, others.features]),
            np.concatenate([self.log_value, others.log_value]),
            np.concatenate([self.blanks, others.blanks]),
            groups,
        )


class RangeModel:
    """Learns ranges from out-of-fold errors.

    Parameters
    ----------
    random_state : int

    Attributes
    ----------
    offsets_ : dict
        By level: the lower and upper quantile of the errors in units of their usual size.
    factors_ : list of dict
        By sector, and then by type: what the usual size is multiplied with.
    """

    def __init__(self, random_state: int = 42) -> None:
        self.random_state = random_state

    def fit(self, homes: Valued, error: Numbers, copies: npt.NDArray[np.intp] | None = None) -> Self:
        """Learn from values that were not fitted on their own prices.

        Parameters
        ----------
        homes
        error
            The logarithm of each price less that of the value.
        copies
            The last of the homes are listings once more, with some of their cells hidden; of which of the first rows.
        """
        rows = len(error) - (0 if copies is None else len(copies))
        listing = np.concatenate([np.arange(rows), [] if copies is None else copies]).astype(np.intp)
        size = self._learn_size(self._design(homes), error, listing)
        self.factors_: list[dict[str, float]] = []
        for names in homes.groups:
            self.factors_.append(_group_factors((error / size)[:rows], names[:rows]))
            size = size * _take(self.factors_[-1], names)
        patterns = _patterns(homes.blanks)
        factors = _group_factors(error / size, patterns, rows)
        # Who knows less of a home cannot know its price better.
        self.blank_factors_ = {pattern: max(factor, 1.0) for pattern, factor in factors.items()}
        size = size * _take(self.blank_factors_, patterns)
        self.offsets_ = {level: _offsets((error / size)[:rows], level / 100) for level in LEVELS}
        return self

    def _learn_size(self, design: Numbers, error: Numbers, listing: npt.NDArray[np.intp]) -> Numbers:
        distance, rows = np.abs(error), int(listing.max()) + 1
        middle = float(np.median(distance[:rows])) or 1e-6
        self.typical_ = middle
        self.trees_: FlatTrees | None = None
        self.model_: HistGradientBoostingRegressor | None = None
        if rows < _FEWEST_FOR_SIZES:
            return np.full(len(error), middle)
        # The square root tames both tails: the few errors that say little of others, and those near 0, whose logarithms
        # differ widely for no reason that a model could learn.
        target = np.sqrt(distance)
        # A listing with hidden cells lies in the fold of the listing that it is.
        fold = np.random.default_rng(self.random_state).permutation(np.arange(rows) % 3)
        split = PredefinedSplit(fold[listing])
        # Sizes fitted on the very errors that they divide would make those look smaller than new ones will be.
        out_of_fold = cross_val_predict(self._booster(), design, target, cv=split)
        self.model_ = self._booster().fit(design, target)
        self.trees_ = FlatTrees.of(self.model_)
        return self._to_size(out_of_fold)

    def _to_size(self, root: Numbers) -> Numbers:
        return np.maximum(root, 0) ** 2 + _LEAST * self.typical_

    def _booster(self) -> HistGradientBoostingRegressor:
        return HistGradientBoostingRegressor(
            learning_rate=0.12,
            max_iter=40,
            max_leaf_nodes=8,
            min_samples_leaf=40,
            l2_regularization=5,
            max_bins=63,
            max_features=0.5,
            early_stopping=False,
            random_state=self.random_state,
        )

    def _design(self, homes: Valued) -> Numbers:
        design = np.column_stack([homes.features, homes.log_value, homes.blanks])
        if not hasattr(self, "columns_"):
            # Histogram boosting fails on a column that is wholly NaN.
            self.columns_ = np.flatnonzero(~np.isnan(design).all(axis=0))
        return np.asarray(design[:, self.columns_], dtype=float)

    def usual_error(self, homes: Valued) -> Numbers:
        """The usual size of the error of each home, in logarithms of the price."""
        size = self._predict_size(self._design(homes))
        for factors, names in zip(self.factors_, homes.groups, strict=True):
            size = size * _take(factors, names)
        return size * _take(self.blank_factors_, _patterns(homes.blanks))

    def _predict_size(self, design: Numbers) -> Numbers:
        if self.model_ is None:
            return np.full(len(design), self.typical_)
        few = self.trees_ is not None and len(design) <= 16
        predicted = self.trees_.predict(design) if few and self.trees_ is not None else self.model_.predict(design)
        return self._to_size(np.asarray(predicted, dtype=float))

    def ranges(self, homes: Valued) -> Ranges:
        """The ranges of each home at each of `LEVELS`; wider levels hold narrower ones."""
        size = self.usual_error(homes)
        low = {level: np.exp(homes.log_value + self.offsets_[level][0] * size) for level in LEVELS}
        high = {level: np.exp(homes.log_value + self.offsets_[level][1] * size) for level in LEVELS}
        return Ranges(low, high)


def _offsets(errors: Numbers, level: float) -> tuple[float, float]:
    """The tails that are cut off, with conformal's correction for a finite number of errors."""
    tail = (1 - level) / 2
    ordered = np.sort(errors)
    place = int(np.ceil((len(ordered) + 1) * (1 - tail))) - 1
    upper = min(place, len(ordered) - 1)
    # The value itself always lies inside its range.
    return min(0.0, float(ordered[len(ordered) - 1 - upper])), max(0.0, float(ordered[upper]))


def _group_factors(errors: Numbers, names: Texts, rows: int | None = None) -> dict[str, float]:
    """By group, how much larger its errors are than those of all, or of the first ``rows``."""
    distance = pd.Series(np.abs(errors))
    overall = float(distance[:rows].quantile(_GROUP_LEVEL)) or 1.0
    groups = distance.groupby(pd.Series(names, dtype=object).fillna("").to_numpy())
    count = groups.size()
    own = np.log(np.maximum(groups.quantile(_GROUP_LEVEL) / overall, 1e-6))
    leaned: pd.Series[float] = np.exp(count * own / (count + _HALF_BELIEVED))
    return {str(name): float(factor) for name, factor in leaned.items()}


def _patterns(blanks: Numbers) -> Texts:
    """What is not known of each home, as one name."""
    digits = np.where(blanks > 0, "1", "0")
    return np.array(["".join(row) for row in digits.tolist()], dtype=object)


def _take(factors: Mapping[str, float], names: Texts) -> Numbers:
    if len(names) <= 16:
        return np.array([factors.get(str(name), 1.0) for name in names])
    return np.asarray(pd.Series(names, dtype=object).map(factors).fillna(1.0), dtype=float)
