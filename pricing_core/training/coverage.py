"""How often ranges hold the price, and how wide they are. Pure functions over arrays."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from pricing_core.nouns.arrays import Numbers
from pricing_core.nouns.schema import CATEGORIES, KIND, SECTOR

Folds = npt.NDArray[np.int64]

_FEWEST_IN_A_GROUP: Final = {KIND: 1, SECTOR: 200}


def one_width(price: Numbers, value: Numbers, fold: Folds, level: float = 0.9) -> tuple[Numbers, Numbers]:
    """Ranges of one relative width for all homes: the plain conformal ranges that others are measured against.

    The width for a fold comes from the out-of-fold errors of the other folds, on logarithms of price and value.

    Returns
    -------
    low, high
    """
    error = np.log(price) - np.log(value)
    low, high = np.empty(len(value)), np.empty(len(value))
    for held_out in np.unique(fold):
        here = fold == held_out
        others = np.sort(error[~here])
        reach = int(np.ceil((len(others) + 1) * (1 + level) / 2)) - 1
        upper = min(reach, len(others) - 1)
        low[here] = value[here] * np.exp(others[len(others) - 1 - upper])
        high[here] = value[here] * np.exp(others[upper])
    return low, high


def covered(price: Numbers, low: Numbers, high: Numbers) -> float:
    """The share of prices that lie inside their range."""
    return float(np.mean((price >= low) & (price <= high)))


def median_width(value: Numbers, low: Numbers, high: Numbers) -> float:
    """The median of ``(high - low) / value``."""
    return float(np.median((high - low) / value))


def coverage_by_group(
    features: pd.DataFrame, price: Numbers, value: Numbers, low: Numbers, high: Numbers
) -> dict[str, dict[str, float]]:
    """The share of prices inside their range, by type, by sector (of 200 rows or more) and by third of the values."""
    inside = pd.Series((price >= low) & (price <= high))
    result: dict[str, dict[str, float]] = {}
    for name in CATEGORIES:
        groups = inside.groupby(features[name].fillna("").astype(str).to_numpy())
        large = groups.size() >= _FEWEST_IN_A_GROUP[name]
        result[name] = {str(key): float(share) for key, share in groups.mean()[large].items()}
    # Ranks, so that equal values cannot make a third that is empty.
    third = pd.Series(value).rank(method="first") * 3 // (len(value) + 1)
    shares = inside.groupby(third.to_numpy()).mean()
    result["value_third"] = dict(zip(("low", "middle", "high"), map(float, shares), strict=False))
    return result
