"""What the prices of other listings say about a place: premiums of sectors and of surroundings.

Plain numpy on arrays, no frames, so that a single row costs little.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import numpy.typing as npt
from scipy.stats import median_abs_deviation

from pricing_core.model.nearby_prices import NearbyPrices
from pricing_core.nouns.arrays import Codes, Numbers

_WILD: Final = 4.0
_RIDGE: Final = 1e-3


@dataclass(frozen=True)
class Homes:
    """Listings as arrays of one length: codes of type and sector (-1: not known), attributes, position.

    ``attributes`` describe the home itself, without gaps, each on a scale of about 1; the first is the logarithm of
    its size, the last ones stand for the types. ``position`` is in kilometres east and north of the centre; NaN where
    it is not known. ``names`` hold the codes of further columns of names, a row a home.
    """

    type: Codes
    sector: Codes
    attributes: Numbers
    position: Numbers
    names: Codes

    def __getitem__(self, rows: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> Homes:
        return Homes(self.type[rows], self.sector[rows], self.attributes[rows], self.position[rows], self.names[rows])

    def __len__(self) -> int:
        return len(self.type)


class LocationPremium:
    """How dear a place is: log prices less what the attributes of the homes account for.

    The premium of a place is taken from the listings around it; that of a sector leans on the place where its
    listings are few, so that a rare sector is valued like its surroundings and not like the average.

    Parameters
    ----------
    groups : dict of str to int
        How many codes there are of types, of sectors, and of each further column of names.
    smoothing : float
        How many listings of the sector the surroundings count for.
    reference_rows, seed : int
        How many listings are kept to look at, and the seed they are drawn with where there are more.
    """

    def __init__(self, groups: dict[str, int], smoothing: float, reference_rows: int, seed: int) -> None:
        # A column of names may be wholly empty; the tables of codes then still need one row.
        self.types, self.sectors, *self.further = (max(count, 1) for count in groups.values())
        self.type_columns = next(iter(groups.values()))
        self.smoothing = smoothing
        self.reference_rows, self.seed = reference_rows, seed

    def learn(self, homes: Homes, log_price: Numbers) -> Self:
        """Learn what attributes are worth, what sectors are worth, and who stands where."""
        self.slopes = _slopes_inside(homes, robust_clip(log_price), self.sectors)
        premium = robust_clip(log_price - homes.attributes @ self.slopes)
        self.sector_mean, self.sector_count = group_means(homes.sector, premium, self.sectors)
        self.pair_mean, self.pair_count = group_means(self._pairs(homes), premium, self.sectors * self.types)
        self.typical = float(premium.mean())
        self.name_means = [
            group_means(codes, premium - self.typical, count)
            for codes, count in zip(homes.names.T, self.further, strict=True)
        ]
        rows = self._reference_rows(homes)
        self.surroundings = NearbyPrices(
            homes.position[rows], homes.attributes[rows], premium[rows], log_price[rows], self.type_columns
        )
        self.names_around = homes.type[rows], homes.sector[rows]
        return self

    def likely_type(self, homes: Homes) -> Codes:
        """The type of most listings that are like each home and near to it; -1 where there are none."""
        return self.surroundings.most_alike(homes.position, homes.attributes, self.names_around[0])

    def likely_sector(self, position: Numbers) -> Codes:
        """The sector of the nearest listing; -1 where there is none."""
        return self.surroundings.nearest(position, self.names_around[1])

    def _reference_rows(self, homes: Homes) -> npt.NDArray[np.intp]:
        rows = np.flatnonzero(np.isfinite(homes.position).all(axis=1))
        if len(rows) <= self.reference_rows:
            return rows
        return np.sort(np.random.default_rng(self.seed).choice(rows, self.reference_rows, replace=False))

    def describe(self, homes: Homes) -> Numbers:
        """One row a home, one column for each of `names`, and one for each further column of names."""
        near = self.surroundings.describe(homes.position, homes.attributes)
        place = near[:, NearbyPrices.NAMES.index("premium_around")]
        count = _take(self.sector_count, homes.sector)
        sector = self._lean(
            _take(self.sector_mean, homes.sector), count, np.where(np.isnan(place), self.typical, place)
        )
        pairs = self._pairs(homes)
        pair = self._lean(_take(self.pair_mean, pairs), _take(self.pair_count, pairs), sector)
        names = [
            self._lean(_take(mean, codes), _take(counts, codes), np.zeros(len(codes)))
            for codes, (mean, counts) in zip(homes.names.T, self.name_means, strict=True)
        ]
        return np.column_stack([sector, pair, np.log1p(count), homes.attributes @ self.slopes + pair, near, *names])

    @staticmethod
    def names() -> list[str]:
        """The columns of `describe`, without those of further names, which come last."""
        own = ["sector_premium", "sector_type_premium", "sector_listings", "expected_log_price"]
        return own + list(NearbyPrices.NAMES)

    def _pairs(self, homes: Homes) -> Codes:
        known = (homes.sector >= 0) & (homes.type >= 0)
        return np.where(known, homes.sector * self.types + homes.type, -1)

    def _lean(self, mean: Numbers, count: Numbers, prior: Numbers) -> Numbers:
        return (count * mean + self.smoothing * prior) / (count + self.smoothing)


def group_means(codes: Codes, values: Numbers, groups: int) -> tuple[Numbers, Numbers]:
    """Mean and count of the values of each code; rows with the code -1 count nowhere. Empty groups have mean 0."""
    known = codes >= 0
    counts = np.bincount(codes[known], minlength=groups).astype(float)
    sums = np.bincount(codes[known], weights=values[known], minlength=groups)
    return sums / np.maximum(counts, 1), counts


def robust_clip(values: Numbers, times: float = _WILD) -> Numbers:
    """The values, none further from their median than some robust standard deviations."""
    middle = np.median(values)
    reach = times * float(median_abs_deviation(values, axis=None, scale="normal"))
    return np.clip(values, middle - reach, middle + reach) if reach > 0 else values


def _take(values: Numbers, codes: Codes) -> Numbers:
    return np.where(codes >= 0, values[codes], 0.0)


def _slopes_inside(homes: Homes, log_price: Numbers, sectors: int) -> Numbers:
    """What attributes are worth by differences inside sectors, so that they take up nothing of the place."""
    table = np.column_stack([homes.attributes, log_price])
    means = np.column_stack([group_means(homes.sector, column, sectors)[0] for column in table.T])
    table = table - np.where((homes.sector >= 0)[:, None], means[homes.sector], table.mean(axis=0))
    attributes, price = table[:, :-1], table[:, -1]
    gram = attributes.T @ attributes + _RIDGE * len(price) * np.eye(attributes.shape[1])
    return np.asarray(np.linalg.solve(gram, attributes.T @ price), dtype=float)
