"""What the listings nearest to a home are like, and those of its sector."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from pricing_core.listings.integrity.robust import BORROWED, group_quantiles
from pricing_core.nouns.arrays import Codes, Numbers, Rows

Table = NDArray[np.float32]

NEAREST: Final = 16
_FEW: Final = 4
_AT_ONCE: Final = 50_000
# Farther than any two places on a flat map: homes of another type are never the nearest while there are enough.
_APART_KM: Final = 100_000.0
# Two homes of one building stand 0 km apart.
_NO_NEARER_KM: Final = 0.01


@dataclass(frozen=True)
class PlacedListings:
    """Listings as arrays: places in kilometres (NaN where not known), codes, and the figures to look up."""

    place: Numbers
    type: Codes
    sector: Codes
    figures: Numbers

    @property
    def groups(self) -> Codes:
        """Type and sector as one code."""
        return self.type * (int(self.sector.max(initial=0)) + 1) + self.sector


class Nearby:
    """Looks up what the listings near a home are like.

    Parameters
    ----------
    homes
        All listings.
    rows
        Those that may be looked at. A listing never counts as its own neighbour.
    """

    def __init__(self, homes: PlacedListings, rows: Rows) -> None:
        self.homes = homes
        self.placed = rows[np.isfinite(homes.place[rows]).all(axis=1)]
        self.tree = cKDTree(self._points(self.placed)) if len(self.placed) > NEAREST else None
        self.groupings = (homes.sector, np.unique(homes.groups, return_inverse=True)[1].astype(np.int64))
        self.medians = [_medians(homes.figures, codes, rows) for codes in self.groupings]

    def _points(self, rows: Rows) -> Numbers:
        return np.column_stack([self.homes.place[rows], _APART_KM * self.homes.type[rows]])

    def describe(self, rows: Rows) -> tuple[Table, Rows]:
        """Figures around each row, and the nearest rows (-1: none).

        The figures are quartiles of the nearest listings of the type, the median of the few nearest ones, how far they
        are, and the medians of the sector.
        """
        table = np.full((len(rows), 4 * self.homes.figures.shape[1] + 2), np.nan, dtype=np.float32)
        nearest = np.full((len(rows), NEAREST), -1, dtype=np.int64)
        for start in range(0, len(rows), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            placed = start + np.flatnonzero(np.isfinite(self.homes.place[rows[part]]).all(axis=1))
            if self.tree is not None and len(placed):
                table[placed], nearest[placed] = self._nearest(self.tree, rows[placed])
        own = [medians[codes[rows]] for medians, codes in zip(self.medians, self.groupings, strict=True)]
        return np.column_stack([table, *own]).astype(np.float32), nearest

    def _nearest(self, tree: cKDTree, rows: Rows) -> tuple[Numbers, Rows]:
        distance, index = tree.query(self._points(rows), k=NEAREST + 1)
        found = self.placed[index]
        # Itself goes to the end, and is cut off with it; where it is not among them, the last one is.
        distance = np.where(found == rows[:, None], np.inf, distance)
        order = np.argsort(distance, axis=1, kind="stable")[:, :NEAREST]
        found = np.take_along_axis(found, order, axis=1)
        distance = np.take_along_axis(distance, order, axis=1)
        values = self.homes.figures[found]
        ordered = np.sort(values, axis=1)
        figures = [_quantile(ordered, share) for share in (0.25, 0.5, 0.75)]
        few = _quantile(np.sort(values[:, :_FEW], axis=1), 0.5)
        return np.column_stack([*figures, few, np.log(distance[:, [0, -1]] + _NO_NEARER_KM)]), found


def _quantile(ordered: Numbers, share: float) -> Numbers:
    """The quantile of the known values along the second axis, where they are in order; NaN where none is known."""
    known = np.isfinite(ordered).sum(axis=1)
    place = (share * np.maximum(known - 1, 0)).astype(np.int64)
    return np.take_along_axis(ordered, place[:, None], axis=1)[:, 0]


def _medians(figures: Numbers, codes: Codes, rows: Rows) -> Numbers:
    """The medians of each group's figures; few listings are drawn to the median of all."""
    groups = int(codes.max(initial=0)) + 1
    result = np.full((groups, figures.shape[1]), np.nan)
    for each in range(figures.shape[1]):
        values = figures[rows, each]
        known = np.isfinite(values)
        if known.any():
            (middle,), counts = group_quantiles(values[known], codes[rows][known], groups, (0.5,))
            whole = np.median(values[known])
            result[:, each] = (counts * np.nan_to_num(middle) + BORROWED * whole) / (counts + BORROWED)
    return result
