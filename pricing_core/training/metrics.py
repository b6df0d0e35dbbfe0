"""Metrics of values against prices, and cross-validation. Pure: numbers in, numbers out.

The prices are asking prices, so every error here is an error against listings, not against sales.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from pricing_core.errors import ListingsError
from pricing_core.nouns.arrays import Numbers

Metric = Callable[[npt.ArrayLike, npt.ArrayLike], float]


def mae(price: npt.ArrayLike, value: npt.ArrayLike) -> float:
    """Mean absolute error, in currency."""
    price, value = _pair(price, value)
    return float(np.mean(np.abs(value - price)))


def rmse(price: npt.ArrayLike, value: npt.ArrayLike) -> float:
    """Root of the mean squared error, in currency."""
    price, value = _pair(price, value)
    return float(np.sqrt(np.mean((value - price) ** 2)))


def mape(price: npt.ArrayLike, value: npt.ArrayLike) -> float:
    """Mean absolute error as a fraction of the price. One price of a single digit is enough to spoil it."""
    return float(np.mean(_relative_error(price, value)))


def mdape(price: npt.ArrayLike, value: npt.ArrayLike) -> float:
    """Median absolute error as a fraction of the price; wrong prices do not move it."""
    return float(np.median(_relative_error(price, value)))


def within_10(price: npt.ArrayLike, value: npt.ArrayLike) -> float:
    """Share of values within 10 % of the price."""
    return float(np.mean(_relative_error(price, value) <= 0.10))


def within_20(price: npt.ArrayLike, value: npt.ArrayLike) -> float:
    """Share of values within 20 % of the price."""
    return float(np.mean(_relative_error(price, value) <= 0.20))


def r2(price: npt.ArrayLike, value: npt.ArrayLike) -> float:
    """Coefficient of determination. Where all prices are equal: 1 for exact values, else 0."""
    price, value = _pair(price, value)
    residual, total = np.sum((price - value) ** 2), np.sum((price - price.mean()) ** 2)
    return float(1 - residual / total) if total > 0 else float(residual == 0)


def cod(price: npt.ArrayLike, value: npt.ArrayLike) -> float:
    """Coefficient of dispersion: mean distance of the ratios to their median, in percent of the median.

    Formula of the IAAO Standard on Ratio Studies: ``100 / median(r) * mean(|r - median(r)|)`` with
    ``r = value / price``. Ratios of 36, 36, 37, 40 and 41 % give ``100 / 37 * 2 = 5.405``.
    """
    ratio = _ratio(price, value)
    median = np.median(ratio)
    return float(100 * np.mean(np.abs(ratio - median)) / median)


def prd(price: npt.ArrayLike, value: npt.ArrayLike) -> float:
    """Price-related differential: mean ratio over weighted mean ratio; above 1, dear homes are valued low.

    Formula of the IAAO Standard on Ratio Studies: ``mean(r) / (sum(value) / sum(price))``.
    """
    price, value = _pair(price, value)
    return float(np.mean(_ratio(price, value)) / (value.sum() / price.sum()))


def prb(price: npt.ArrayLike, value: npt.ArrayLike) -> float:
    """Price-related bias: by what share of the median ratio the ratios move when a home is twice as dear.

    Formula of the IAAO Standard on Ratio Studies: the slope of the regression of
    ``(r - median(r)) / median(r)`` on ``log2(0.5 * value / median(r) + 0.5 * price)``. Negative: dear homes are
    valued low. 0 where all homes are worth the same.
    """
    price, value = _pair(price, value)
    ratio = _ratio(price, value)
    median = np.median(ratio)
    worth = np.log2(0.5 * value / median + 0.5 * price)
    worth = worth - worth.mean()
    spread = worth @ worth
    return float(worth @ ((ratio - median) / median) / spread) if spread > 0 else 0.0


METRICS: Final[dict[str, Metric]] = {
    metric.__name__: metric for metric in (mae, rmse, mape, mdape, within_10, within_20, r2, cod, prd, prb)
}
STUDY_METRICS: Final[dict[str, str]] = {
    "mean_absolute_error": "mae",
    "root_mean_squared_error": "rmse",
    "mean_absolute_percentage_error": "mape",
    "median_absolute_percentage_error": "mdape",
    "r2": "r2",
}
"""The names under which a run keeps its metrics -> our short names."""


def point_metrics(price: npt.ArrayLike, value: npt.ArrayLike) -> dict[str, float]:
    """Every metric by its name. Errors in percent are fractions, `cod` alone is in percent as the field has it.

    Raises
    ------
    ListingsError
        When there is no row, the lengths differ, or a price or value is not a finite number above 0.
    """
    price, value = _pair(price, value)
    if not all((np.isfinite(numbers) & (numbers > 0)).all() for numbers in (price, value)):
        raise ListingsError("Metrics need a finite price and value above 0 in every row.")
    return {name: metric(price, value) for name, metric in METRICS.items()}


def _pair(price: npt.ArrayLike, value: npt.ArrayLike) -> tuple[Numbers, Numbers]:
    price, value = np.asarray(price, dtype=float).ravel(), np.asarray(value, dtype=float).ravel()
    if not price.size or price.size != value.size:
        raise ListingsError(
            "As many values as prices are needed, at least one: {prices} prices, {values} values arrived.",
            prices=price.size,
            values=value.size,
        )
    return price, value


def _relative_error(price: npt.ArrayLike, value: npt.ArrayLike) -> Numbers:
    price, value = _pair(price, value)
    return np.abs(value - price) / price


def _ratio(price: npt.ArrayLike, value: npt.ArrayLike) -> Numbers:
    price, value = _pair(price, value)
    return value / price
