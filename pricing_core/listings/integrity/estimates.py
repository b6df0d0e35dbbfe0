"""What the price and the areas of each listing should be, by models that were not fitted on that listing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.stats import norm

from pricing_core.listings.integrity.currencies import Currencies
from pricing_core.listings.integrity.learners import Learner
from pricing_core.listings.integrity.nearby import NEAREST, Nearby, PlacedListings, Table
from pricing_core.listings.integrity.robust import expected
from pricing_core.listings.integrity.view import FOLDS, Flags, View
from pricing_core.nouns import Progress
from pricing_core.nouns.arrays import Numbers, Rows
from pricing_core.nouns.schema import BEDROOMS, COUNTS, TARGET, TOTAL_AREA, USABLE_AREA
from pricing_core.words import Message

AMOUNTS: Final = (TARGET, USABLE_AREA, TOTAL_AREA)
"""The figures that are estimated, each from the other ones and from the rest of the home."""

_FIT_ROWS: Final = 30_000
_ROUNDS: Final = 100
_SCALE_ROUNDS: Final = 40
# Rows that a robust straight line finds this many spreads off teach a model nothing but their error.
_WILD: Final = 6.0
# How large a normal error is in the middle, in standard deviations.
_MIDDLE_ERROR: Final = float(norm.ppf(0.75))
_SMALLEST_SCALE: Final = 0.05
_SMALLEST_ERROR: Final = 0.02
_MOST_TYPES: Final = 30


@dataclass(frozen=True)
class Estimate:
    """Of one figure: its expected logarithm, and how far off that usually is for such a home (a standard deviation)."""

    centre: Numbers
    scale: Numbers

    def of(self, rows: Rows) -> Estimate:
        """The estimate of some rows."""
        return Estimate(self.centre[rows], self.scale[rows])

    def score(self, log: Numbers) -> Numbers:
        """How many usual errors a logarithm lies from what was expected."""
        result: Numbers = (log - self.centre) / self.scale
        return result


class Estimates:
    """Out-of-fold models of price and areas, on the logarithm.

    The rows are split into folds by what they say, so that neither their order nor another row decides where one
    goes. A model sees no row of its fold, neither as an example nor as a neighbour, and is fitted without rows that a
    robust linear fit finds wild. A second model learns how large the error usually is for such a home.

    Parameters
    ----------
    view
        The listings, in the order of their keys, so that the first ones are a random sample.
    money
        In which currency each price is: all are learnt from, and foretold, in that of the table.
    progress
        Told how far the fitting is.
    """

    def __init__(self, view: View, money: Currencies, progress: Progress) -> None:
        self.view, self.money, self.progress = view, money, progress
        self.logs = {name: view.log(name) for name in AMOUNTS}
        self.logs[TARGET] = self.logs[TARGET] - money.shift
        self.sample = np.arange(min(view.rows, _FIT_ROWS), dtype=np.int64)
        self.fixed = _fixed(view)
        self._look_around()
        self._wild = {name: self._wild_rows(name) for name in AMOUNTS}
        self._models: dict[tuple[str, int], Learner] = {}
        self._scales: dict[tuple[str, int], Learner] = {}
        self._factor = dict.fromkeys(AMOUNTS, 1.0)
        self._fits = 0
        self.expected = {name: self._estimated(name) for name in AMOUNTS}

    def _look_around(self) -> None:
        price, usable, total = (self.logs[name] for name in AMOUNTS)
        figures = np.column_stack([price, usable, total, price - usable, self.view.allowed(BEDROOMS)])
        homes = PlacedListings(self.view.place, self.view.type, self.view.sector, figures)
        self.nearest = np.full((self.view.rows, NEAREST), -1, dtype=np.int64)
        self._around_fit: list[tuple[Rows, Table]] = []
        for fold in range(FOLDS):
            around = Nearby(homes, np.flatnonzero(self.view.fold != fold))
            own = np.flatnonzero(self.view.fold == fold)
            described, self.nearest[own] = around.describe(own)
            if fold == 0:
                self.around = np.full((self.view.rows, described.shape[1]), np.nan, dtype=np.float32)
            self.around[own] = described
            others = self.sample[self.view.fold[self.sample] != fold]
            self._around_fit.append((others, around.describe(others)[0]))
            self.progress(Message("Comparing each listing with those around it …"), (fold + 1) / FOLDS / 2)

    def _estimated(self, name: str) -> Estimate:
        everything = np.arange(self.view.rows)
        fitted = [self._fit(name, self.logs[name], fold, _ROUNDS) for fold in range(FOLDS)]
        self._models |= {(name, fold): model for fold, model in enumerate(fitted)}
        centre = self._ask(self._models, name, everything, self.logs)
        error = np.abs(self.logs[name] - centre)
        size = np.log(error + _SMALLEST_ERROR)
        fitted = [self._fit(name, size, fold, _SCALE_ROUNDS) for fold in range(FOLDS)]
        self._scales |= {(name, fold): model for fold, model in enumerate(fitted)}
        scale = np.exp(self._ask(self._scales, name, everything, self.logs))
        ratio = (error / scale)[np.isfinite(error / scale)]
        self._factor[name] = max(float(np.median(ratio)) / _MIDDLE_ERROR, 1e-3) if len(ratio) else 1.0
        return Estimate(centre, np.maximum(scale * self._factor[name], _SMALLEST_SCALE))

    def _fit(self, name: str, target: Numbers, fold: int, rounds: int) -> Learner:
        rows, around = self._around_fit[fold]
        keep = np.isfinite(target[rows]) & ~self._wild[name][rows]
        table = self._table(name, rows[keep], self.logs, around[keep], rows[keep])
        learner = Learner.of_numbers(len(table), rounds).fit(table, target[rows[keep]])
        self._fits += 1
        self.progress(
            Message("Estimating prices and areas, to compare …"), (1 + self._fits / (2 * FOLDS * len(AMOUNTS))) / 2
        )
        return learner

    def _wild_rows(self, name: str) -> Flags:
        some = slice(0, len(self.sample))
        others = [self.logs[other][some] for other in AMOUNTS if other != name]
        counts = [np.log1p(self.view.allowed(each)[some]) for each in COUNTS]
        _, score = expected(self.logs[name][some], [*others, *counts], [codes[some] for codes in self.view.levels])
        return np.abs(score) > _WILD

    def _table(self, name: str, rows: Rows, logs: Mapping[str, Numbers], around: Table, at: Rows) -> Table:
        others = [logs[other][at] for other in AMOUNTS if other != name]
        return np.column_stack([*others, self.fixed[rows], around]).astype(np.float32)

    def _ask(
        self, models: dict[tuple[str, int], Learner], name: str, rows: Rows, logs: Mapping[str, Numbers]
    ) -> Numbers:
        result = np.full(len(rows), np.nan)
        for fold in range(FOLDS):
            at = np.flatnonzero(self.view.fold[rows] == fold)
            table = self._table(name, rows[at], logs, self.around[rows[at]], at)
            result[at] = models[name, fold].numbers(table)
        return result

    def again(self, name: str, rows: Rows, logs: Mapping[str, Numbers]) -> Estimate:
        """The estimate of a figure for some rows, had their figures been those of ``logs`` (one value a row)."""
        scale = np.exp(self._ask(self._scales, name, rows, logs)) * self._factor[name]
        return Estimate(self._ask(self._models, name, rows, logs), np.maximum(scale, _SMALLEST_SCALE))


def _fixed(view: View) -> Table:
    """What is no figure: rooms, place, and the common types."""
    east, north = view.place.T
    counts = [view.allowed(name) for name in COUNTS]
    found, often = np.unique(view.type, return_counts=True)
    types = [view.type == code for code in found[np.argsort(-often, kind="stable")][:_MOST_TYPES]]
    return np.column_stack([*counts, east, north, east + north, east - north, *types]).astype(np.float32)
