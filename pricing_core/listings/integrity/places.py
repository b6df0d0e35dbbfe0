"""Checks of places: at zero, swapped, without their sign, or where the listings of other sectors are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from pricing_core.listings.integrity.learners import ROWS_FOR_TREES
from pricing_core.listings.integrity.place_and_sector import PlaceAndSector
from pricing_core.listings.integrity.regions import SLIPS, Region, distance, undone
from pricing_core.listings.integrity.robust import group_quantiles, spread
from pricing_core.listings.integrity.sentences import found
from pricing_core.listings.integrity.slips import SURE
from pricing_core.listings.integrity.view import Flags, View, is_common
from pricing_core.nouns import Finding, Progress, Severity
from pricing_core.nouns.arrays import Codes, Numbers, Rows
from pricing_core.nouns.schema import COORDINATES, LATITUDE, LONGITUDE, SECTOR

# Fewer listings have no middle to be far from.
_FEWEST: Final = 8
_FAR: Final = 8.0
_VERY_FAR: Final = 16.0
_NEVER_FAR_KM: Final = 3.0
# Which neighbour says how near others are, and how much farther than usual is alone.
_CLOSE: Final = 3
_ALONE: Final = 10.0
_NEVER_ALONE_KM: Final = 1.0
_CLEAR: Final = 0.6
_ROWS_FOR_ONCE: Final = 100
_AMID: Final = 4.0
_SENTENCES: Final = {"coordinates_swapped": "place.swapped", "coordinates_sign_lost": "place.sign"}
_MOST: Final = 0.5


@dataclass(frozen=True)
class _Places:
    """Where listings are, and where those of their sector have their middle."""

    latitude: Numbers
    longitude: Numbers
    sector: Codes

    @cached_property
    def zero(self) -> Flags:
        return (np.abs(self.latitude) < 1e-6) & (np.abs(self.longitude) < 1e-6)

    @cached_property
    def known(self) -> Flags:
        return np.isfinite(self.latitude + self.longitude) & ~self.zero

    def sector_middle(self, near: Flags) -> tuple[Numbers, Numbers]:
        """The median of each row's sector, of the listings that lie in the region; NaN where they are few."""
        groups = int(self.sector.max(initial=0)) + 1
        middles = []
        for values in (self.latitude, self.longitude):
            (median,), counts = group_quantiles(values[near], self.sector[near], groups, (0.5,))
            middles.append(np.where(counts >= _FEWEST, median, np.nan)[self.sector])
        return middles[0], middles[1]


def coordinates(view: View, progress: Progress) -> Iterator[Finding]:
    """``coordinates_zero``, ``_swapped``, ``_sign_lost``, ``_far_from_sector``: at most one for a listing."""
    # Up to 180 for both: an exchanged pair is outside the limits of latitude, and is to be recognised.
    points = [np.where(np.abs(view.number(name)) <= 180, view.number(name), np.nan) for name in COORDINATES]
    places = _Places(points[0], points[1], view.sector)
    for row in np.flatnonzero(places.zero):
        yield found(row, "coordinates_zero", "error", "place.zero", {}, None, LATITUDE)
    if not places.known.any():
        return
    region = Region.of(places.latitude[places.known], places.longitude[places.known], view.currency)
    if places.known.sum() < _FEWEST and not region.is_told:
        return
    away = places.known & ~region.holds(places.latitude, places.longitude)
    yield from _outside(view, places, region, np.flatnonzero(away))
    near = places.known & ~away & (np.abs(places.latitude) <= 90)
    where = PlaceAndSector(view, near, progress)
    yield from _disagree(view, where)
    yield from _seen_once(view, where)
    if len(where.rows) < ROWS_FOR_TREES:
        yield from _far_from_sector(view, places, near)


def _outside(view: View, places: _Places, region: Region, rows: Rows) -> Iterator[Finding]:
    """Points outside the region: say which slip brings each back, if one does."""
    latitude, longitude = places.latitude[rows], places.longitude[rows]
    off = region.off(latitude, longitude)
    back = [undone(slip, latitude, longitude) for slip in SLIPS]
    helps = np.stack([region.holds(*points) for points in back])
    throughout = "_all" if len(rows) > _MOST * places.known.sum() else ""
    for number, row in enumerate(rows):
        point = {"latitude": latitude[number], "longitude": longitude[number]}
        facts = point | {"off": 1000 * off[number], "currency": view.currency}
        if not helps[:, number].any():
            yield found(row, "coordinates_far_from_sector", "error", "place.away", facts, None, LATITUDE)
            continue
        which = int(helps[:, number].argmax())
        name = "coordinates_swapped" if SLIPS[which][0] else "coordinates_sign_lost"
        suggestion = {LATITUDE: float(back[which][0][number]), LONGITUDE: float(back[which][1][number])}
        yield found(row, name, "error", _SENTENCES[name] + throughout, facts, suggestion, LATITUDE)


def _far_from_sector(view: View, places: _Places, near: Flags) -> Iterator[Finding]:
    middle = places.sector_middle(near)
    named = near & view.frame[SECTOR].notna().to_numpy()
    off = np.where(named, distance(places.latitude, places.longitude, *middle), np.nan)
    usual = spread(off, (view.sector, np.zeros_like(view.sector)), smallest=0.3)
    score = usual.score(off)
    for row in np.flatnonzero((score >= _FAR) & (off > _NEVER_FAR_KM)):
        severity: Severity = "error" if score[row] >= _VERY_FAR else "warning"
        facts = {"off": 1000 * off[row], "usual": 1000 * usual.centre[row], "sector": view.text("sector", int(row))}
        yield found(row, "coordinates_far_from_sector", severity, "place.far", facts, None, LATITUDE)


def _disagree(view: View, where: PlaceAndSector) -> Iterator[Finding]:
    """Places where other sectors are, or nobody is. Which of the two is wrong often stays open: both are named."""
    suspicion = where.suspicion()
    if not where.enough:
        return
    codes, shares = where.named_nearby()
    for number in np.searchsorted(where.rows, suspicion.rows):
        severity: Severity = "error" if suspicion.odds[where.rows[number]] >= SURE else "warning"
        yield from _disagreeing(view, where, int(number), (int(codes[number]), float(shares[number])), severity)


def _disagreeing(
    view: View, where: PlaceAndSector, number: int, around: tuple[int, float], severity: Severity
) -> Iterator[Finding]:
    row, (code, share) = int(where.rows[number]), around
    own, anyone = where.neighbours.own[number], where.neighbours.any[number]
    gap = own[1] if np.isfinite(own[1]) else own[0]
    facts = {"gap": 1000 * gap, "sector": view.text("sector", row), "anyone": 1000 * anyone[_CLOSE]}
    if anyone[_CLOSE] > max(_NEVER_ALONE_KM, _ALONE * np.exp(where.reach[code])):
        yield found(row, "coordinates_far_from_sector", severity, "place.lonely", facts, None, LATITUDE)
        return
    other = view.sector_names.get(code)
    clear = share >= _CLEAR and other is not None and code != view.sector[row]
    for column, about in ((SECTOR, "sector"), (LATITUDE, "place")):
        sentence = f"{about}.amid" if clear else f"{about}.between"
        suggestion = other if clear and column == SECTOR else None
        yield found(row, "place_and_sector_disagree", severity, sentence, facts | {"other": other}, suggestion, column)


def _seen_once(view: View, where: PlaceAndSector) -> Iterator[Finding]:
    """Sectors of one listing in the midst of others; a hamlet far from all of them may well be one."""
    if not where.enough or view.rows < _ROWS_FOR_ONCE:
        return
    alone = view.sector_sizes[where.sector] == 1
    if is_common(np.bincount(where.rows[alone], minlength=view.rows).astype(bool)):
        return
    codes, shares = where.named_nearby()
    usual = np.median(where.neighbours.any[:, _CLOSE])
    for number in np.flatnonzero(alone & (where.neighbours.any[:, _CLOSE] <= _AMID * usual)):
        row, other = int(where.rows[number]), view.sector_names[int(codes[number])]
        suggestion = other if shares[number] >= _CLEAR else None
        facts = {"name": view.text(SECTOR, row), "other": other}
        yield found(row, "sector_seen_once", "warning", "sector.once", facts, suggestion, SECTOR)
