"""Values and ranges of rows by models that never saw them, and what these are worth."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.model_selection import KFold

from pricing_core.errors import ListingsError
from pricing_core.model.ranges import LEVELS, Ranges
from pricing_core.nouns import Json, Progress
from pricing_core.nouns.arrays import Numbers
from pricing_core.nouns.schema import TARGET
from pricing_core.training.coverage import coverage_by_group, covered, median_width, one_width
from pricing_core.training.metrics import point_metrics, r2
from pricing_core.words import Message


class Model(Protocol):
    """Anything fitted that turns features into values, and perhaps into ranges."""

    def predict(self, X: pd.DataFrame) -> Numbers:
        """One value a row."""
        ...

    def predict_with_ranges(self, X: pd.DataFrame) -> tuple[Numbers, Ranges | None]:
        """One value a row, with its ranges where the model has learned them."""
        ...


Fit = Callable[[pd.DataFrame, pd.Series], Model]


@dataclass(frozen=True)
class OutOfFold:
    """The value of every row by a model that never saw it, the row's fold, and the mean CPU seconds of a fit.

    ``ranges`` is ``None`` where the models have none.
    """

    value: Numbers
    fold: npt.NDArray[np.int64]
    fit_seconds: float
    ranges: Ranges | None


def cross_validate(
    fit: Fit, frame: pd.DataFrame, folds: int = 5, seed: int = 42, progress: Progress | None = None
) -> Json:
    """Metrics of values that were made without the prices they are compared with.

    Parameters
    ----------
    fit : callable
        Takes the features and prices of the rows to learn from, gives a fitted model.
    frame : DataFrame
        The features and ``price`` above 0.
    folds, seed : int
        Of ``KFold(shuffle=True)``. The values of all folds are pooled before anything is measured.

    Returns
    -------
    dict
        `point_metrics`, `range_metrics` and ``fit_seconds``, the CPU time of one fit (the mean over folds). ``r2`` is
        the mean over folds, as scikit-learn's `cross_val_score` gives it; everything else is of all values together.
    """
    return measure(out_of_fold(fit, frame, folds, seed, progress), frame)


def measure(found: OutOfFold, frame: pd.DataFrame) -> Json:
    """The metrics of values that were made out of fold."""
    price = frame[TARGET].to_numpy(float)
    by_fold = [r2(price[found.fold == fold], found.value[found.fold == fold]) for fold in np.unique(found.fold)]
    points = point_metrics(price, found.value) | {"r2": float(np.mean(by_fold))}
    return points | range_metrics(found, frame) | {"fit_seconds": found.fit_seconds}


def range_metrics(found: OutOfFold, frame: pd.DataFrame) -> Json:
    """Coverage and width of the 90 % ranges, beside those of one width for all homes.

    Returns
    -------
    dict
        ``coverage_90`` and ``median_width_90``, those of `coverage.one_width` under ``one_width_...``, and for models
        that have learned ranges the coverage at the other levels and by group.
    """
    price = frame[TARGET].to_numpy(float)
    low, high = one_width(price, found.value, found.fold)
    plain = {"coverage_90": covered(price, low, high), "median_width_90": median_width(found.value, low, high)}
    beside = {f"one_width_{name}": figure for name, figure in plain.items()}
    if found.ranges is None:
        return plain | beside
    own = found.ranges
    levels = {f"coverage_{level}": covered(price, own.low[level], own.high[level]) for level in LEVELS}
    width = median_width(found.value, own.low[90], own.high[90])
    groups = coverage_by_group(frame, price, found.value, own.low[90], own.high[90])
    return levels | {"median_width_90": width, "coverage_90_by": groups} | beside


def out_of_fold(
    fit: Fit, frame: pd.DataFrame, folds: int = 5, seed: int = 42, progress: Progress | None = None
) -> OutOfFold:
    """Value every row by a model fitted without its fold; the prices of the fold are never handed over."""
    if not 2 <= folds <= len(frame):
        raise ListingsError(
            "{folds} folds were asked for on {rows:integer} rows with a price: at least 2 folds, and a row for each, "
            "are needed.",
            folds=folds,
            rows=len(frame),
        )
    features, price = frame.drop(columns=TARGET), frame[TARGET]
    value, fold, seconds = np.empty(len(frame)), np.empty(len(frame), dtype=np.int64), 0.0
    low = {level: np.full(len(frame), np.nan) for level in LEVELS}
    high = {level: np.full(len(frame), np.nan) for level in LEVELS}
    ranged = True
    for done, (learn, held_out) in enumerate(KFold(folds, shuffle=True, random_state=seed).split(frame)):
        if progress is not None:
            progress(Message("fold {fold} of {folds}", fold=done + 1, folds=folds), done / folds)
        started = time.process_time()
        model = fit(features.iloc[learn], price.iloc[learn])
        seconds += time.process_time() - started
        value[held_out], ranges = model.predict_with_ranges(features.iloc[held_out])
        fold[held_out] = done
        if ranges is None:
            ranged = False
            continue
        for level in LEVELS:
            low[level][held_out], high[level][held_out] = ranges.low[level], ranges.high[level]
    return OutOfFold(value, fold, seconds / folds, Ranges(low, high) if ranged else None)
