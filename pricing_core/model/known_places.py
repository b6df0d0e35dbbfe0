"""Where listings are: how far a point is from them, and whose sector it lies in.

Positions of listings carry the slips of those who typed them, so a listing counts only where its place can be true:
within 50 km, or ten times the usual distance, of the middle of its sector; and in a sector of fewer than five listings,
unless it is far from all others and exchanging its coordinates or turning a sign would bring it back among them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from scipy.stats import median_abs_deviation

from pricing_core.model.distances import arc, on_globe
from pricing_core.nouns.arrays import Codes, Numbers
from pricing_core.nouns.homes_in_columns import Columns
from pricing_core.nouns.schema import LATITUDE, LONGITUDE, SECTOR
from pricing_core.words import Message, marked

_FEWEST: Final = 5
_REGION: Final = 50_000.0
_TIMES_USUAL: Final = 10.0
_MOST_POINTS: Final = 20_000
_FIRST_CELL: Final = 50.0
_NEAREST: Final = 10
_FAR, _HOPELESS = (1_000.0, 2.0), (_REGION, 5.0)
OUTSIDE: Final = (2_000.0, 8.0)

EXCHANGED: Final = marked(
    "Latitude and longitude look exchanged: did you mean {latitude:coordinate}, {longitude:coordinate}?"
)
SIGN_LOST: Final = marked(
    "A minus sign looks lost or added: did you mean {latitude:coordinate}, {longitude:coordinate}?"
)
BOTH: Final = marked(
    "Latitude and longitude look exchanged and without a sign: did you mean {latitude:coordinate}, "
    "{longitude:coordinate}?"
)
# What people do to a pair of coordinates.
_SLIPS: Final = (
    (EXCHANGED, True, 1, 1),
    (SIGN_LOST, False, -1, 1),
    (SIGN_LOST, False, 1, -1),
    (SIGN_LOST, False, -1, -1),
    (BOTH, True, -1, 1),
    (BOTH, True, 1, -1),
    (BOTH, True, -1, -1),
)


@dataclass(frozen=True)
class SectorPlace:
    """The middle of a sector, how far from it half of its listings lie, and from where a point is outside: metres."""

    listings: int
    middle: tuple[float, float, float]
    usual: float
    reach: float


@dataclass(frozen=True)
class Near:
    """The listings around a point: metres to the nearest, and the sectors of the ten nearest, most frequent first."""

    metres: float
    sectors: list[str]


class Places:
    """The positions of listings, thinned to at most 20,000: one for each cell of a grid as fine as that allows.

    Attributes
    ----------
    sectors : dict of str to SectorPlace
        Those with at least five listings whose place is known.
    far, hopeless : float
        Metres from the nearest listing beyond which a point lies far from all of them (the greater of 1 km and twice
        the distance within which 99.5 % of the listings have a neighbour), and beyond which nothing can be said about
        it (the greater of 50 km and five times that distance).
    """

    def __init__(self, points: Numbers, names: list[str | None], sectors: dict[str, SectorPlace]) -> None:
        self._points, self._names, self.sectors = points, names, sectors
        self._tree = cKDTree(points, balanced_tree=False) if len(points) else None
        spread = _neighbour_spread(self._tree)
        self.far = max(_FAR[0], _FAR[1] * spread)
        self.hopeless = max(_HOPELESS[0], _HOPELESS[1] * spread)

    @classmethod
    def learn(cls, columns: Columns) -> Self:
        """Learn from listings whose numbers keep the limits of the contract."""
        latitude, longitude = columns[LATITUDE], columns[LONGITUDE]
        zero = (np.abs(latitude) < 1e-6) & (np.abs(longitude) < 1e-6)
        rows = np.flatnonzero(~np.isnan(latitude) & ~np.isnan(longitude) & ~zero)
        codes, names = pd.factorize(columns[SECTOR][rows])
        points = on_globe(latitude[rows], longitude[rows])
        true = _true_places(points, codes, latitude[rows], longitude[rows])
        points, codes = points[true], codes[true]
        kept = _thinned(points)
        sectors = {str(names[code]): place for code, place in _sector_places(points, codes).items()}
        return cls(points[kept], [None if code < 0 else str(names[code]) for code in codes[kept]], sectors)

    def __bool__(self) -> bool:
        return self._tree is not None

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self._points, self._names, self.sectors)  # the tree is built faster than it is read

    def near(self, latitude: float, longitude: float) -> Near:
        """What is around a point; nothing, infinitely far, where no listing has a position."""
        if self._tree is None:
            return Near(float("inf"), [])
        counts = np.arange(1, min(_NEAREST, self._tree.n) + 1)
        straight, found = self._tree.query(on_globe(latitude, longitude), k=counts)
        names = Counter(name for at in found.tolist() if (name := self._names[at]) is not None)
        return Near(float(arc(straight[0])), [name for name, _ in names.most_common()])

    def metres_from_middle(self, sector: str, latitude: float, longitude: float) -> float:
        """How far a point lies from the middle of one of `sectors`."""
        return float(arc(np.linalg.norm(on_globe(latitude, longitude) - self.sectors[sector].middle)))

    def slip(self, latitude: float, longitude: float) -> Message | None:
        """What to ask of a point far from all listings, if undoing a slip brings it among them, and the result."""
        for words, back in _undone(latitude, longitude):
            if abs(back[0]) <= 90 and self.near(*back).metres <= self.far:
                return Message(words, latitude=back[0], longitude=back[1])
        return None


def _neighbour_spread(tree: cKDTree) -> float:
    """Metres within which 99.5 % of the points have a neighbour; 0 for a single point."""
    if tree is None or tree.n < 2:
        return 0.0
    straight = tree.query(tree.data, k=[2])[0][:, 0]
    return float(arc(np.quantile(straight, 0.995)))


def _true_places(points: Numbers, codes: Codes, latitude: Numbers, longitude: Numbers) -> NDArray[np.bool_]:
    """Which listings can be where they say."""
    away, sizes = _from_middles(points, codes)
    if len(points) >= _FEWEST and not ((codes >= 0) & (sizes >= _FEWEST)).any():
        return _true_places(points, np.zeros_like(codes), latitude, longitude)  # no sector to go by: one for all
    usual = pd.Series(away).groupby(codes).transform("median").to_numpy()
    sized = (codes >= 0) & (sizes >= _FEWEST)
    true = sized & (away <= np.maximum(_REGION, _TIMES_USUAL * usual))
    if not true.any():
        return np.ones(len(points), dtype=bool)
    believed = points[true]
    tree = cKDTree(believed[_thinned(believed)], balanced_tree=False)
    true |= ~sized & (_apart(tree, points) <= _REGION)
    for row in np.flatnonzero(~sized & ~true):
        true[row] = not _slipped(tree, latitude[row], longitude[row])
    return true


def _slipped(tree: cKDTree, latitude: float, longitude: float) -> bool:
    back = np.array([place for _, place in _undone(latitude, longitude)])
    return bool((_apart(tree, on_globe(back[:, 0], back[:, 1])) <= _REGION).any())


def _undone(latitude: float, longitude: float) -> Iterator[tuple[str, tuple[float, float]]]:
    for words, exchanged, north, east in _SLIPS:
        first, second = (longitude, latitude) if exchanged else (latitude, longitude)
        yield words, (north * first, east * second)


def _apart(tree: cKDTree, points: Numbers) -> Numbers:
    return np.asarray(arc(tree.query(points)[0]), dtype=np.float64)


def _from_middles(points: Numbers, codes: Codes) -> tuple[Numbers, Codes]:
    """Metres of each point from the middle of its sector, and how many points the sector has."""
    groups = pd.DataFrame(points).groupby(codes)
    middles = groups.transform("median").to_numpy()
    return np.asarray(arc(np.linalg.norm(points - middles, axis=1))), groups[0].transform("size").to_numpy()


def _sector_places(points: Numbers, codes: Codes) -> dict[int, SectorPlace]:
    away, _ = _from_middles(points, codes)
    middles = pd.DataFrame(points).groupby(codes).median()
    places = pd.DataFrame({"away": away}).groupby(codes)["away"]
    usual, sizes = places.median(), places.size()
    sigma = places.agg(lambda group: float(median_abs_deviation(group, scale="normal")))
    return {
        int(code): SectorPlace(
            int(sizes[code]),
            tuple(middles.loc[code].tolist()),
            float(usual[code]),
            max(OUTSIDE[0], float(usual[code] + OUTSIDE[1] * sigma[code])),
        )
        for code in sizes.index
        if code >= 0 and sizes[code] >= _FEWEST
    }


def _thinned(points: Numbers) -> NDArray[np.intp]:
    """One point of every cell of a cubic grid, as fine as `_MOST_POINTS` allows: remote ones stay."""
    rows, cell = np.arange(len(points)), _FIRST_CELL
    # Counted from the far side of the globe, so that no index is negative; three of them fit into 63 bits.
    shifted = points + 6.5e6
    while True:
        x, y, z = (shifted[rows] // cell).astype(np.int64).T
        rows = rows[np.sort(np.unique((x << 40) | (y << 20) | z, return_index=True)[1])]
        if len(rows) <= _MOST_POINTS:
            return rows
        cell *= 2
