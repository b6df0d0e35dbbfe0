"""The listings around a place: what they cost, what they are like, how near they are."""

from __future__ import annotations

from typing import ClassVar, Final

import numpy as np
from scipy.spatial import cKDTree

from pricing_core.nouns.arrays import Codes, Numbers

_NEAREST: Final = 40
_WIDE: Final = 20
_CHUNK: Final = 2_000
# Two listings of one building stand 0 km apart; no listing may count for everything.
_NO_NEARER: Final = 1e-3


class NearbyPrices:
    """Looks up the listings nearest to a place.

    Parameters
    ----------
    position : ndarray of shape (n, 2)
        Kilometres east and north, without gaps.
    attributes : ndarray of shape (n, a)
        What the homes are like, each on a scale of about 1; the first four are log size, log total area, rooms and
        bathrooms, then come further numbers, and the last ones stand for the types.
    premium, log_price : ndarray of shape (n,)
    types : int
        How many of the attributes stand for types.
    """

    NAMES: ClassVar[tuple[str, ...]] = (
        "premium_of_1",
        "premium_of_3",
        "premium_of_5",
        "premium_of_20",
        "premium_near",
        "premium_around",
        "premium_of_similar",
        "price_of_similar",
        "price_per_area_of_similar",
        "price_per_area_of_5",
        "price_per_area_of_20",
        "highest_price",
        "lowest_price",
        "size_around",
        "total_area_around",
        "rooms_around",
        "bathrooms_around",
        "size_against_others",
        "total_area_against_others",
        "rooms_against_others",
        "bathrooms_against_others",
        "alike_around",
        "distance_to_1",
        "distance_to_20",
    )

    def __init__(
        self, position: Numbers, attributes: Numbers, premium: Numbers, log_price: Numbers, types: int
    ) -> None:
        self.tree = cKDTree(position) if len(position) else None
        self.attributes, self.premium, self.log_price = attributes, premium, log_price
        self.of_home = attributes.shape[1] - types
        self.reach = _NO_NEARER
        if self.tree is not None:
            some = position[:: max(len(position) // 2_000, 1)]
            distance, _ = self.tree.query(some, k=[min(_WIDE // 2 + 1, len(position))])
            self.reach = float(np.median(distance)) + _NO_NEARER

    def describe(self, position: Numbers, attributes: Numbers) -> Numbers:
        """One row a place, one column for each of `NAMES`; NaN where the position is not known."""
        result = np.full((len(position), len(self.NAMES)), np.nan)
        placed = np.flatnonzero(np.isfinite(position).all(axis=1))
        if self.tree is not None:
            for start in range(0, len(placed), _CHUNK):
                rows = placed[start : start + _CHUNK]
                result[rows] = self._describe(self.tree, position[rows], attributes[rows])
        return result

    def nearest(self, position: Numbers, codes: Codes) -> Codes:
        """The code of the listing nearest to each place; -1 where there are no listings."""
        if self.tree is None:
            return np.full(len(position), -1, dtype=np.int64)
        return np.asarray(codes[self.tree.query(position)[1]], dtype=np.int64)

    def most_alike(self, position: Numbers, attributes: Numbers, codes: Codes) -> Codes:
        """The code that most of the listings around have, those that are alike counting for more."""
        if self.tree is None or codes.max() < 0:
            return np.full(len(position), -1, dtype=np.int64)
        distance, index = self.tree.query(position, k=np.arange(1, min(_NEAREST, self.tree.n) + 1))
        difference = np.abs(self.attributes[index][:, :, : self.of_home] - attributes[:, None, : self.of_home])
        weight = np.exp(-difference.sum(axis=2)) / (distance + self.reach / 4)
        known = np.arange(codes.max() + 1)
        votes = (weight[:, :, None] * (codes[index][:, :, None] == known)).sum(axis=1)
        return np.asarray(votes.argmax(axis=1), dtype=np.int64)

    def _describe(self, tree: cKDTree, position: Numbers, attributes: Numbers) -> Numbers:
        distance, index = tree.query(position, k=np.arange(1, min(_NEAREST, tree.n) + 1))
        premium, price, others = self.premium[index], self.log_price[index], self.attributes[index]
        difference = others - attributes[:, None, :]
        by_distance = 1 / (distance + distance[:, [-1]] / 4 + _NO_NEARER)
        alike = np.exp(-(np.abs(difference)).sum(axis=2)) / (distance + self.reach / 4)
        per_area = price - others[:, :, 0]
        columns = _means_of_first(premium, (1, 3, 5, _WIDE))
        columns += [_mean(premium, np.exp(-((distance / self.reach) ** 2) / 2) + 1e-6), _mean(premium, by_distance)]
        columns += [_mean(values, alike) for values in (premium, price, per_area)]
        columns += _means_of_first(per_area, (5, _WIDE))
        columns += [price[:, :_WIDE].max(axis=1), price[:, :_WIDE].min(axis=1)]
        around = others[:, :, :4].mean(axis=1)
        columns += [*around.T, *(attributes[:, :4] - around).T]
        columns += [(np.abs(difference[:, :, self.of_home :]).sum(axis=2) == 0).mean(axis=1)]
        columns += [np.log(distance[:, place] + _NO_NEARER) for place in (0, min(_WIDE, tree.n) - 1)]
        return np.column_stack(columns)


def _means_of_first(values: Numbers, counts: tuple[int, ...]) -> list[Numbers]:
    """The mean of so many nearest, of all where there are fewer: one sum for all counts."""
    counts = tuple(min(count, values.shape[1]) for count in counts)
    sums = np.cumsum(values[:, : max(counts)], axis=1)
    return [sums[:, count - 1] / count for count in counts]


def _mean(values: Numbers, weights: Numbers) -> Numbers:
    return np.asarray((values * weights).sum(axis=1) / weights.sum(axis=1), dtype=float)
