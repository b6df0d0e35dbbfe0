"""Sectors of one name in different places: San José in the north, and San Jose 40 km away.

Spellings of a name are one sector, unless their listings lie apart: the middles of two spellings further from each
other than `APART_KM`, and than three times as far as three quarters of their listings lie from the middle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd

from pricing_core.nouns.arrays import Cells, Numbers
from pricing_core.nouns.names import cleaned, folded

Place = tuple[float, float]
Namesakes = Mapping[str, Place]
"""Names that are one by their letters and two by their places, with the latitude and longitude of their middles."""

APART_KM: Final = 8.0
_BEYOND_ITS_OWN: Final = 3.0
_USUAL: Final = 0.75
_FEWEST: Final = 3
_KM_PER_DEGREE: Final = 111.32


def find_namesakes(names: Sequence[object], latitude: Numbers, longitude: Numbers) -> dict[str, Place]:
    """The names among those of some listings that are kept apart by place, the most frequent spelling of each first."""
    codes, found = pd.factorize(np.asarray(names, dtype=object))
    groups: dict[str, list[int]] = {}
    for code, name in enumerate(found):
        groups.setdefault(folded(str(name)), []).append(code)
    several = [spellings for spellings in groups.values() if len(spellings) > 1]
    if not several:
        return {}
    located = np.flatnonzero(np.isfinite(latitude) & np.isfinite(longitude) & ~((latitude == 0) & (longitude == 0)))
    rows = located[np.argsort(codes[located], kind="stable")]
    ends = np.searchsorted(codes[rows], np.arange(len(found) + 1))
    of_code = [rows[start:end] for start, end in pairwise(ends)]
    apart: dict[str, Place] = {}
    for spellings in several:
        some = [(str(found[code]), of_code[code]) for code in spellings]
        apart |= _apart([(name, latitude[own], longitude[own]) for name, own in some])
    return apart


def _apart(spellings: list[tuple[str, Numbers, Numbers]]) -> dict[str, Place]:
    middles: dict[str, tuple[Place, float]] = {}
    for name, latitude, longitude in sorted(spellings, key=lambda each: (-len(each[1]), each[0])):
        if len(latitude) < _FEWEST:
            continue
        middle = float(np.median(latitude)), float(np.median(longitude))
        reach = float(np.quantile(kilometres(latitude, longitude, middle), _USUAL))
        if all(_lie_apart(middle, reach, *other) for other in middles.values()):
            middles[cleaned(name)] = middle, reach
    return {name: middle for name, (middle, _) in middles.items()} if len(middles) > 1 else {}


def _lie_apart(middle: Place, reach: float, other: Place, other_reach: float) -> bool:
    between = float(kilometres(np.array([middle[0]]), np.array([middle[1]]), other)[0])
    return between > max(APART_KM, _BEYOND_ITS_OWN * max(reach, other_reach))


def kilometres(latitude: Numbers, longitude: Numbers, place: Place) -> Numbers:
    """How far places lie from one, as on a flat map."""
    east = (longitude - place[1]) * np.cos(np.radians(place[0]))
    return np.asarray(_KM_PER_DEGREE * np.hypot(latitude - place[0], east))


def by_place(
    names: Cells, latitude: Numbers, longitude: Numbers, namesakes: Namesakes, otherwise: Cells | None = None
) -> Cells:
    """Names in which a namesake is the one that lies nearest.

    Without a place it stays as it is written, and in another spelling it is the most frequent one. ``otherwise`` are
    the names of all other rows, where they are not to stay as they are.
    """
    alike: dict[str, list[str]] = {}
    for name in namesakes:
        alike.setdefault(folded(name), []).append(name)
    result = (names if otherwise is None else otherwise).copy()
    codes, found = pd.factorize(names)
    for code, name in enumerate(found):
        if candidates := alike.get(folded(str(name))):
            rows = np.flatnonzero(codes == code)
            stays = cleaned(str(name)) if cleaned(str(name)) in candidates else candidates[0]
            far = np.stack([kilometres(latitude[rows], longitude[rows], namesakes[each]) for each in candidates])
            known = np.isfinite(far).all(axis=0)
            nearest = np.array(candidates, dtype=object)[np.where(known, far, np.inf).argmin(axis=0)]
            result[rows] = np.where(known, nearest, stays)
    return result
