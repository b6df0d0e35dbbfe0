"""Outlines of sectors, drawn from where their listings lie, so that a map reads without any map from outside.

The ground is a grid. A square belongs to the sector of which most listings lie in and around it; where there are
hardly any, it belongs to none. The borders between squares are followed, and their corners are cut.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from pricing_core import COORDINATES, LATITUDE, LONGITUDE, SECTOR

Ring = list[list[float]]
Labels = NDArray[np.int64]
_Edges = dict[tuple[int, int], list[tuple[int, int]]]

_ACROSS: Final = 110
_FEWEST_LISTINGS: Final = 8
# In a large table even a misspelt sector has a few listings: it must not get a ground of its own.
_LEAST_SHARE: Final = 0.0005
# Listings so many median deviations away from their sector's middle are slips: they must not move its border.
_WILD: Final = 6.0
_BLUR: Final = 1.6
# A single listing gives its own square 1 / (2 pi 1.6²) = 0.06 once blurred: a fifth of that is empty ground.
_LEAST_DENSITY: Final = 0.012
_SMALLEST_RING: Final = 12
_ROUNDS: Final = 2


def outlines(frame: pd.DataFrame) -> list[tuple[str, Ring]]:
    """The rings of each sector, as longitude and latitude; a sector may have several, or none.

    Parameters
    ----------
    frame
        Listings with ``sector``, ``latitude`` and ``longitude``.
    """
    core = _core(frame)
    if core.empty:
        return []
    names, codes = np.unique(core[SECTOR].to_numpy(dtype=str), return_inverse=True)
    origin, step = _grid(core)
    at = np.floor((core[[LONGITUDE, LATITUDE]].to_numpy() - origin) / step).astype(np.int64)
    labels = _labels(at, codes, len(names))
    return [
        (str(names[code]), [[round(float(x), 5), round(float(y), 5)] for x, y in ring * step + origin])
        for code in range(len(names))
        for ring in _rings(labels == code)
    ]


def _core(frame: pd.DataFrame) -> pd.DataFrame:
    """The placed listings of sectors that have a few, without those that lie far from their sector's middle."""
    placed = frame[[SECTOR, LATITUDE, LONGITUDE]].dropna()
    keep = np.ones(len(placed), dtype=bool)
    groups = placed.groupby(SECTOR, observed=True)
    keep &= groups[LATITUDE].transform("size").to_numpy() >= max(_FEWEST_LISTINGS, _LEAST_SHARE * len(placed))
    for name in COORDINATES:
        away = (placed[name] - groups[name].transform("median")).abs()
        usual = away.groupby(placed[SECTOR], observed=True).transform("median").clip(lower=1e-4)
        keep &= (away <= _WILD * usual).to_numpy()
    return placed[keep]


def _grid(core: pd.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The south-western corner and the sides of a square, with room for the blur around it."""
    low = core[[LONGITUDE, LATITUDE]].quantile(0.001).to_numpy()
    high = core[[LONGITUDE, LATITUDE]].quantile(0.999).to_numpy()
    shape = max(float(np.cos(np.radians(core[LATITUDE].median()))), 0.01)
    side = max(high[0] - low[0], (high[1] - low[1]) / shape, 1e-3) / _ACROSS
    step = np.array([side, side * shape])
    return low - 5 * step, step


def _labels(at: Labels, codes: Labels, count: int) -> Labels:
    """The code of the sector that each square belongs to, or -1."""
    width = height = _ACROSS + 10
    inside = ((at >= 0) & (at < [width, height])).all(axis=1)
    places, codes = at[inside, 1] * width + at[inside, 0], codes[inside]
    best, winner = np.full((height, width), _LEAST_DENSITY), np.full((height, width), -1, dtype=np.int64)
    order = np.argsort(codes, kind="stable")
    for code, members in enumerate(np.split(places[order], np.searchsorted(codes[order], np.arange(1, count)))):
        density = gaussian_filter(
            np.bincount(members, minlength=width * height).reshape(height, width).astype(float), _BLUR
        )
        better = density > best
        best[better], winner[better] = density[better], code
    return winner


def _rings(member: NDArray[np.bool_]) -> list[NDArray[np.float64]]:
    """The borders of the squares of one sector as closed lines, with their corners cut."""
    edges = _edges(member)
    rings = []
    while edges:
        start = here = next(iter(edges))
        ring = []
        while True:
            ring.append(here)
            ends = edges[here]
            here, rest = ends[0], ends[1:]
            if rest:
                edges[ring[-1]] = rest
            else:
                del edges[ring[-1]]
            if here == start:
                break
        if len(ring) >= _SMALLEST_RING:
            rings.append(_smooth(np.array(ring, dtype=float)))
    return rings


def _edges(member: NDArray[np.bool_]) -> _Edges:
    """From each corner the next one, with the sector on the left."""
    edges: _Edges = defaultdict(list)
    padded = np.pad(member, 1)
    inner = padded[1:-1, 1:-1]
    sides = (
        (padded[:-2, 1:-1], (0, 0), (1, 0)),
        (padded[1:-1, 2:], (1, 0), (1, 1)),
        (padded[2:, 1:-1], (1, 1), (0, 1)),
        (padded[1:-1, :-2], (0, 1), (0, 0)),
    )
    for beside, begin, end in sides:
        for y, x in np.argwhere(inner & ~beside).tolist():
            edges[x + begin[0], y + begin[1]].append((x + end[0], y + end[1]))
    return edges


def _smooth(ring: NDArray[np.float64]) -> NDArray[np.float64]:
    """Chaikin's corner cutting on a closed line, less the points on straight parts; it ends where it begins."""
    # The middles of the edges first: stairs become slopes.
    ring = (ring + np.roll(ring, -1, axis=0)) / 2
    for _ in range(_ROUNDS):
        following = np.roll(ring, -1, axis=0)
        ring = np.stack([0.75 * ring + 0.25 * following, 0.25 * ring + 0.75 * following], axis=1).reshape(-1, 2)
    ahead, behind = np.roll(ring, -1, axis=0) - ring, ring - np.roll(ring, 1, axis=0)
    bent = np.abs(ahead[:, 0] * behind[:, 1] - ahead[:, 1] * behind[:, 0]) > 1e-9
    return np.vstack([ring[bent], ring[bent][:1]])
