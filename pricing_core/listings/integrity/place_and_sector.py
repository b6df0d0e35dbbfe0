"""Whether the place of a listing and the name of its sector fit together, learnt from the file itself.

Sound rows are moved by 5 to 30 km, or get the name of another sector, and a classifier learns to tell them from the
original ones by their neighbours; see `slips`, which does the same for figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from pricing_core.listings.integrity.learners import ROWS_FOR_TREES
from pricing_core.listings.integrity.nearby import Table
from pricing_core.listings.integrity.robust import group_quantiles
from pricing_core.listings.integrity.slips import Suspicion, fitted, threshold
from pricing_core.listings.integrity.view import FOLDS, Flags, View
from pricing_core.nouns import Progress, part_of
from pricing_core.nouns.arrays import Codes, Numbers, Rows
from pricing_core.nouns.schema import SECTOR
from pricing_core.words import Message

_NEAREST: Final = 15
_OWN: Final = 3
_AT_ONCE: Final = 50_000
_APART_KM: Final = 100_000.0
_FIT_ROWS: Final = 8_000
_MOVED_KM: Final = (5.0, 30.0)
_BORROWED: Final = 5
_FARTHEST_KM: Final = 1e4
_NO_NEARER_KM: Final = 0.01
# Places tell more than figures do: nearly all that are wrong reach 20 to 1, so nothing is flagged above that alone.
_ODDS: Final = (1.0, 3.0)
_SEED: Final = 7
_STAGE: Final = Message("Comparing places and sectors …")


@dataclass(frozen=True)
class NearbySectors:
    """Of some places: kilometres to the nearest listings of the own sector and of any, and the sectors of the latter.

    ``own`` is infinite where the sector has no other listing.
    """

    own: Numbers
    any: Numbers
    sectors: Codes

    def of(self, rows: Rows) -> NearbySectors:
        """Those of some places."""
        return NearbySectors(self.own[rows], self.any[rows], self.sectors[rows])


class PlaceAndSector:
    """The listings with a place in the region and the name of a sector.

    Parameters
    ----------
    view
        The listings.
    near
        Those whose place is in the region.
    progress
        Told how far looking around and learning are.
    """

    def __init__(self, view: View, near: Flags, progress: Progress) -> None:
        self.view, self.progress = view, progress
        self.rows = np.flatnonzero(near & ~view.frame[SECTOR].isna().to_numpy())
        self.place, self.sector = view.place[self.rows], view.sector[self.rows]
        self.sizes = np.bincount(self.sector, minlength=1)
        self.enough = len(self.rows) > _NEAREST + 1
        if self.enough:
            self._any = cKDTree(self.place)
            self._own = cKDTree(self._apart(self.place, self.sector))
            everyone = np.arange(len(self.rows))
            self.neighbours = self.look(everyone, self.place, self.sector, part_of(progress, 0, 0.6))
            self.reach = self._reach()

    @staticmethod
    def _apart(place: Numbers, sector: Codes) -> Numbers:
        return np.column_stack([place, _APART_KM * sector])

    def look(self, who: Rows, place: Numbers, sector: Codes, progress: Progress | None = None) -> NearbySectors:
        """The neighbours of listings, were they at ``place`` and in ``sector``."""
        own, anyone = np.empty((len(who), _OWN)), np.empty((len(who), _NEAREST))
        sectors = np.empty((len(who), _NEAREST), dtype=np.int64)
        for start in range(0, len(who), _AT_ONCE):
            if progress is not None:
                progress(_STAGE, start / len(who))
            part = slice(start, start + _AT_ONCE)
            distance, found = _others(self._own, self._apart(place[part], sector[part]), who[part], _OWN)
            own[part] = np.where(self.sector[found] == sector[part, None], distance, np.inf)
            anyone[part], found = _others(self._any, place[part], who[part], _NEAREST)
            sectors[part] = self.sector[found]
        return NearbySectors(own, anyone, sectors)

    def _reach(self) -> Numbers:
        """How far from each other the listings of each sector usually are; few are drawn to what is usual anywhere."""
        gap = np.log(self.neighbours.own[:, 1] + _NO_NEARER_KM)
        known = np.isfinite(gap)
        if not known.any():
            return np.zeros(len(self.sizes))
        (middle,), counts = group_quantiles(gap[known], self.sector[known], len(self.sizes), (0.5,))
        result: Numbers = (counts * np.nan_to_num(middle) + _BORROWED * np.median(gap[known])) / (counts + _BORROWED)
        return result

    def suspicion(self) -> Suspicion:
        """How likely it is that place and sector of each listing do not belong together."""
        odds = np.full(self.view.rows, -np.inf)
        testable = np.flatnonzero(self.sizes[self.sector] > 1) if self.enough else np.empty(0, dtype=np.int64)
        if len(testable) < ROWS_FOR_TREES or np.count_nonzero(self.sizes) < 2:
            return Suspicion(odds, np.inf)
        self.progress(_STAGE, 0.6)
        original = self._table(self.neighbours.of(testable), self.sector[testable])
        some = np.arange(min(len(testable), _FIT_ROWS))
        spoilt = self._spoilt(testable[some])
        fold = self.view.fold[self.rows[testable]]
        known = fold[some]
        models = []
        for each in range(FOLDS):
            self.progress(_STAGE, 0.7 + 0.1 * each)
            models.append(fitted(original[some][known != each], [table[known != each] for table in spoilt]))
        self.progress(_STAGE, 1)
        seen = [models[each].odds(table[known == each]) for each in range(FOLDS) for table in spoilt]
        for each, model in enumerate(models):
            odds[self.rows[testable[fold == each]]] = np.nan_to_num(model.odds(original[fold == each]), nan=-np.inf)
        return Suspicion(odds, threshold(np.concatenate(seen), _ODDS))

    def _spoilt(self, who: Rows) -> list[Table]:
        """The rows moved somewhere else, and the rows under another name."""
        rng = np.random.default_rng(_SEED)
        way, turn = rng.uniform(*_MOVED_KM, len(who)), rng.uniform(0, 2 * np.pi, len(who))
        place = self.place[who] + way[:, None] * np.column_stack([np.cos(turn), np.sin(turn)])
        moved = self._table(self.look(who, place, self.sector[who]), self.sector[who])
        names = np.unique(self.sector)
        step = rng.integers(1, len(names), len(who))
        other = names[(np.searchsorted(names, self.sector[who]) + step) % len(names)]
        renamed = self._table(self.look(who, self.place[who], other), other)
        return [moved, renamed]

    def _table(self, found: NearbySectors, sector: Codes) -> Table:
        near = np.log(np.minimum(found.own[:, :2], _FARTHEST_KM) + _NO_NEARER_KM)
        close = np.log(found.any[:, [0, 3, 7, _NEAREST - 1]] + _NO_NEARER_KM)
        share = (found.sectors == sector[:, None]).mean(axis=1)
        agreement = _most_common(found.sectors)[1]
        beside = [near - close[:, 2:3], near - self.reach[sector][:, None]]
        return np.column_stack([near, close, *beside, share, agreement, np.log1p(self.sizes[sector])]).astype(
            np.float32
        )

    def named_nearby(self) -> tuple[Codes, Numbers]:
        """The sector that most neighbours of each listing name, and their share."""
        return _most_common(self.neighbours.sectors)


def _others(tree: cKDTree, points: Numbers, who: Rows, count: int) -> tuple[Numbers, Rows]:
    """The nearest listings but the listing itself."""
    distance, found = tree.query(points, k=count + 1)
    found = np.minimum(found, tree.n - 1)
    distance = np.where(found == who[:, None], np.inf, distance)
    order = np.argsort(distance, axis=1, kind="stable")[:, :count]
    return np.take_along_axis(distance, order, axis=1), np.take_along_axis(found, order, axis=1)


def _most_common(codes: Codes) -> tuple[Codes, Numbers]:
    """The code that each line holds most often, the smallest of equals, and its share."""
    ordered = np.sort(codes, axis=1)
    run, best, code = np.ones(len(codes)), np.ones(len(codes)), ordered[:, 0].copy()
    for each in range(1, codes.shape[1]):
        run = np.where(ordered[:, each] == ordered[:, each - 1], run + 1, 1)
        code = np.where(run > best, ordered[:, each], code)
        best = np.maximum(best, run)
    return code, best / codes.shape[1]
