"""How like two homes are.

Every difference is divided by what counts as one step on its scale, and

    similarity = 1 / (1 + (steps / 2)²),  steps = root of the sum of the squared steps

so that twins have 1 and two steps halve it. The differences and their steps:

- distance in metres; a step is the median distance of listings from the middle of their sector (200 m to 5 km);
- logarithm of the ratio of the areas, the root mean square over usable and total where both homes state them; a step is
  half the robust standard deviation of the logarithm of the usable area (0.1 to 0.5);
- rooms and bathrooms; a step is half their robust standard deviation, and one at least;
- another type is two steps more, added to the root: such a listing has 0.5 at best.

What one of the two does not state counts as half a step; a position that is not known counts as half a step inside the
same sector and as two outside it. Standard deviations come from medians, so slips in listings do not move them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import pandas as pd
from scipy.stats import median_abs_deviation

from pricing_core.model.distances import haversine, on_globe
from pricing_core.nouns.arrays import Numbers
from pricing_core.nouns.homes_in_columns import Columns
from pricing_core.nouns.schema import (
    COORDINATES,
    COUNTS,
    KIND,
    LATITUDE,
    LONGITUDE,
    SECTOR,
    TOTAL_AREA,
    USABLE_AREA,
)

_NOT_STATED: Final = 0.5
_ELSEWHERE: Final = 2.0
_OTHER_TYPE: Final = 2.0
_USUAL_STEP: Final = 1_000.0


@dataclass(frozen=True)
class Likeness:
    """The scales of one set of listings, and where their sectors are.

    ``usable_share`` is the usual logarithm of usable over total area by type (``None``: of all): it stands in where
    listings are searched for by size and only the total area is stated.
    """

    metres: float
    log_area: float
    counts: dict[str, float]
    usable_share: dict[str | None, float]
    usual_log_area: float
    middles: dict[str | None, tuple[float, float]]

    @classmethod
    def learn(cls, columns: Columns) -> Self:
        """Learn the scales from listings whose numbers keep the limits of the contract."""
        middles = _middles(columns)
        log_usable = np.log(columns[USABLE_AREA])
        log_share = log_usable - np.log(columns[TOTAL_AREA])
        medians = pd.Series(log_share).groupby(pd.Series(columns[KIND], dtype=object)).median().dropna()
        shares: dict[str | None, float] = dict(zip(medians.index, medians.tolist(), strict=True))
        return cls(
            metres=_distance_step(columns, middles),
            log_area=float(np.clip(_sigma(log_usable) / 2, 0.1, 0.5)),
            counts={name: max(_sigma(columns[name]) / 2, 1.0) for name in COUNTS},
            usable_share=shares | {None: _median(log_share, 0.0)},
            usual_log_area=_median(log_usable, 0.0),
            middles=middles,
        )

    def search_points(self, columns: Columns) -> Numbers:
        """Place and size of every row in steps, without gaps: near points are candidates for a closer look."""
        latitude, longitude = columns[LATITUDE].copy(), columns[LONGITUDE].copy()
        for row in np.flatnonzero(np.isnan(latitude) | np.isnan(longitude)):
            latitude[row], longitude[row] = self.middles.get(columns[SECTOR][row], self.middles[None])
        place = on_globe(latitude, longitude) / self.metres
        return np.column_stack([place, self._size(columns) / self.log_area])

    def _size(self, columns: Columns) -> Numbers:
        size = np.log(columns[USABLE_AREA])
        for row in np.flatnonzero(np.isnan(size)):
            share = self.usable_share.get(columns[KIND][row], self.usable_share[None])
            size[row] = np.log(columns[TOTAL_AREA][row]) + share
        return np.where(np.isnan(size), self.usual_log_area, size)

    def compare(self, own: Columns, others: Columns) -> tuple[Numbers, Numbers]:
        """Similarity and distance in metres (NaN where not known) between one home and others."""
        metres = np.asarray(haversine(own[LATITUDE], own[LONGITUDE], others[LATITUDE], others[LONGITUDE]))
        same_sector = others[SECTOR] == own[SECTOR][0]
        place = np.where(np.isnan(metres), np.where(same_sector, _NOT_STATED, _ELSEWHERE), metres / self.metres)
        squares = place**2 + self._area_steps(own, others) ** 2
        for name, step in self.counts.items():
            squares += _or_not_stated((others[name] - own[name]) / step) ** 2
        steps = np.sqrt(squares) + np.where(others[KIND] == own[KIND][0], 0.0, _OTHER_TYPE)
        return 1 / (1 + (steps / 2) ** 2), metres

    def _area_steps(self, own: Columns, others: Columns) -> Numbers:
        usable, total = ((np.log(others[name]) - np.log(own[name])) ** 2 for name in (USABLE_AREA, TOTAL_AREA))
        mean = np.where(np.isnan(usable), total, np.where(np.isnan(total), usable, (usable + total) / 2))
        return _or_not_stated(np.sqrt(mean) / self.log_area)


def _or_not_stated(steps: Numbers) -> Numbers:
    return np.where(np.isnan(steps), _NOT_STATED, steps)


def _middles(columns: Columns) -> dict[str | None, tuple[float, float]]:
    """The median place of each sector, and that of all listings under ``None``."""
    table = pd.DataFrame({name: columns[name] for name in (SECTOR, LATITUDE, LONGITUDE)}).dropna()
    medians = table.groupby(SECTOR)[list(COORDINATES)].median()
    known: dict[str | None, tuple[float, float]] = dict(
        zip(medians.index, map(tuple, medians.to_numpy().tolist()), strict=True)
    )
    return known | {None: (_median(columns[LATITUDE], 0.0), _median(columns[LONGITUDE], 0.0))}


def _distance_step(columns: Columns, middles: dict[str | None, tuple[float, float]]) -> float:
    codes, names = pd.factorize(columns[SECTOR])
    table = np.array([*(middles.get(name, (np.nan, np.nan)) for name in names), (np.nan, np.nan)])[codes]
    away = haversine(columns[LATITUDE], columns[LONGITUDE], table[:, 0], table[:, 1])
    return float(np.clip(_median(np.asarray(away), _USUAL_STEP), 200.0, 5_000.0))


def _median(values: Numbers, otherwise: float) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else otherwise


def _sigma(values: Numbers) -> float:
    """Robust standard deviation; 0 without any number."""
    known = values[~np.isnan(values)]
    return float(median_abs_deviation(known, scale="normal")) if len(known) else 0.0
