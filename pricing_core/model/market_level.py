"""The level of the market over time: how dear the same home is on one day beside another.

Learned from listings whose day is known, for all of them, for each type and for each sector; a type or a sector follows
the whole where its own listings do not show that it goes another way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Self

import numpy as np
import pandas as pd

from pricing_core.model.level_curve import Curve, deviations, hats, knots_until, smooth
from pricing_core.model.like_for_like import like_for_like
from pricing_core.nouns.arrays import Cells, Codes, Numbers
from pricing_core.nouns.days import to_day
from pricing_core.nouns.homes_in_columns import Columns, take
from pricing_core.nouns.schema import CATEGORIES

FORECAST_DAYS: Final = 84.0
"""So long the trend goes on, ever weaker, after the last day of the data; then the level stays."""

_FEWEST: Final = 100
_SHORTEST_DAYS: Final = 28.0
_FEWEST_OF_SEGMENT: Final = 30
_MOST_LISTINGS: Final = 100_000
# Of 500 dates, one at each end is not believed: a slip in a year must not stretch the time.
# In spreads between the quartiles; a day that stands for none (1970-01-01) lies further from the rest.
_FAR_OUT: Final = 5.0
_SLIPS: Final = 500
_KNOT_DAYS, _MOST_KNOTS = 14.0, 260
_COARSE_DAYS, _MOST_COARSE = 28.0, 40
_SEED: Final = 42


@dataclass(frozen=True)
class Segments:
    """How the names of one category deviate from the level of all, relative to the last day, and the errors of that.

    The last row of both tables is that of names that deviate in nothing.
    """

    column: str
    codes: dict[str, int]
    knots: Numbers
    level: Numbers
    error: Numbers

    def at(self, table: Numbers, day: Numbers, names: Cells) -> Numbers:
        """One of the tables on each row's day."""
        codes = np.array([self.codes.get(name, -1) for name in names.tolist()], dtype=np.int64)
        before, share = hats(day, self.knots)
        return np.asarray(table[codes, before] * (1 - share) + table[codes, before + 1] * share, dtype=float)


@dataclass(frozen=True)
class MarketLevel:
    """The level of prices by day, in logarithms, relative to the last day of the data.

    Days are counted since 1970. ``usual`` is the mean level of the listings: what a listing whose day is not known is
    taken at.
    """

    first: float
    last: float
    knots: Numbers
    level: Numbers
    error: Numbers
    usual: float
    segments: tuple[Segments, ...] = ()

    @classmethod
    def learn(cls, columns: Columns, day: Numbers, log_price: Numbers) -> Self | None:
        """Learn from listings; ``None`` where fewer than 100 are dated, or all within four weeks."""
        rows = _believable(day)
        if len(rows) < _FEWEST or np.ptp(day[rows]) < _SHORTEST_DAYS:
            return None
        columns, day, log_price = take(columns, rows), day[rows], log_price[rows]
        first, last = float(day.min()), float(day.max())
        residual = like_for_like(columns, log_price, _months(day, first, last))
        curve = smooth(day, residual, _knots(first, last))
        level, error = _since(curve, last)
        segments = _segments(columns, day, residual - np.interp(day, curve.knots, curve.level), last)
        return cls(first, last, curve.knots, level, error, float(np.interp(day, curve.knots, level).mean()), segments)

    @property
    def last_day(self) -> date:
        """The last day of the data."""
        return to_day(self.last)

    @property
    def reaches(self) -> float:
        """The day from which on the level is no longer foretold but stays."""
        return float(self.knots[-1])

    def at(self, day: Numbers, columns: Columns) -> Numbers:
        """The level of each home on a day; on one that is not known, the usual."""
        known = np.where(np.isnan(day), self.last, day)
        found = np.interp(known, self.knots, self.level)
        for each in self.segments:
            found = found + each.at(each.level, known, columns[each.column])
        return np.where(np.isnan(day), self.usual, found)

    def error_at(self, day: Numbers, columns: Columns) -> Numbers:
        """The standard error of that level, beside the level of the last day."""
        known = np.where(np.isnan(day), self.first, day)
        squares = np.interp(known, self.knots, self.error) ** 2
        for each in self.segments:
            squares = squares + each.at(each.error, known, columns[each.column]) ** 2
        return np.sqrt(squares)


def _believable(day: Numbers) -> Codes:
    """The dated rows but for those far from all others and the first and the last few, at most 100,000 of them."""
    rows = np.flatnonzero(np.isfinite(day))
    if len(rows):
        first, third = np.quantile(day[rows], (0.25, 0.75))
        rows = rows[np.abs(day[rows] - (first + third) / 2) <= _FAR_OUT * max(third - first, 1.0)]
    slips = -(-len(rows) // _SLIPS)
    if len(rows) > 2 * slips:
        ordered = np.sort(day[rows])
        rows = rows[(day[rows] >= ordered[slips]) & (day[rows] <= ordered[-1 - slips])]
    if len(rows) > _MOST_LISTINGS:
        rows = np.sort(np.random.default_rng(_SEED).choice(rows, _MOST_LISTINGS, replace=False))
    return rows.astype(np.int64)


def _knots(first: float, last: float) -> Numbers:
    step = max(_KNOT_DAYS, (last - first) / _MOST_KNOTS)
    return knots_until(last, first, step, int(np.ceil(FORECAST_DAYS / step)))


def _coarse(first: float, last: float) -> Numbers:
    return knots_until(last, first, max(_COARSE_DAYS, (last - first) / _MOST_COARSE))


def _months(day: Numbers, first: float, last: float) -> Numbers:
    knots = _coarse(first, last)
    before, share = hats(day, knots)
    table = np.zeros((len(day), len(knots)))
    rows = np.arange(len(day))
    table[rows, before] = 1 - share
    table[rows, before + 1] += share
    return table


def _since(curve: Curve, last: float) -> tuple[Numbers, Numbers]:
    """Level and error at the knots, relative to the last day."""
    end = int(np.argmin(np.abs(curve.knots - last)))
    spread = np.diag(curve.covariance) + curve.covariance[end, end] - 2 * curve.covariance[end]
    return curve.level - curve.level[end], np.sqrt(np.maximum(spread, 0.0))


def _segments(columns: Columns, day: Numbers, residual: Numbers, last: float) -> tuple[Segments, ...]:
    """First of types, then of sectors in what types leave."""
    found = []
    for column in CATEGORIES:
        segments = _deviating(column, columns[column], day, residual, last)
        if segments is not None:
            found.append(segments)
            residual = residual - segments.at(segments.level, day, columns[column])
    # Both were at their own level on the last day.
    return tuple(_from_last(each) for each in found)


def _deviating(column: str, names: Cells, day: Numbers, residual: Numbers, last: float) -> Segments | None:
    codes, known = pd.factorize(names)
    counts = np.bincount(codes[codes >= 0], minlength=len(known))
    often = np.flatnonzero(counts >= _FEWEST_OF_SEGMENT)
    if len(often) < 2:
        return None
    table = np.full(len(known) + 1, -1)
    table[often] = np.arange(len(often))
    group = table[codes]
    rows, knots = group >= 0, _coarse(float(day.min()), last)
    found = deviations(group[rows], len(often), day[rows], residual[rows], knots)
    if found is None:
        return None
    level, covariance = found
    spread = np.diagonal(covariance, axis1=1, axis2=2) + covariance[:, -1:, -1] - 2 * covariance[:, -1]
    names_of = {str(known[at]): code for code, at in enumerate(often)}
    return Segments(column, names_of, knots, _and_none(level), _and_none(np.sqrt(np.maximum(spread, 0.0))))


def _and_none(table: Numbers) -> Numbers:
    return np.vstack([table, np.zeros(table.shape[1])])


def _from_last(segments: Segments) -> Segments:
    return replace(segments, level=segments.level - segments.level[:, -1:])
