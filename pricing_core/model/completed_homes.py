"""Homes as features are made of them: names as codes, numbers without gaps, places in kilometres."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import median_abs_deviation

from pricing_core.model.blanks import Blanks
from pricing_core.model.known_places import OUTSIDE
from pricing_core.model.premiums import Homes, LocationPremium
from pricing_core.nouns.arrays import Cells, Codes, Numbers
from pricing_core.nouns.homes_in_columns import Columns
from pricing_core.nouns.schema import (
    BATHROOMS,
    BEDROOMS,
    CATEGORIES,
    FEATURES,
    KIND,
    LATITUDE,
    LONGITUDE,
    SECTOR,
    TOTAL_AREA,
    USABLE_AREA,
)

_KM_PER_DEGREE: Final = 111.2
_AREAS: Final = (USABLE_AREA, TOTAL_AREA)
_CORE: Final = (*_AREAS, BEDROOMS, BATHROOMS)
_OF_A_PLACE: Final = (
    "premium_of_3",
    "premium_of_20",
    "premium_near",
    "premium_around",
    "price_per_area_of_20",
    "distance_to_20",
)
# The middle of so many listings is the place of none.
_TOGETHER: Final = 5
# What so few listings state says something by being stated at all: a gap is a value of its own.
_SELDOM_STATED: Final = 0.05
_FEWEST_STATED: Final = 30
_FEWEST: Final = 5
# As `known_places` has them, in kilometres: a point is outside of its sector from there.
_NEVER_OUTSIDE, _SIGMAS = OUTSIDE[0] / 1_000, OUTSIDE[1]
_TINY: Final = 1e-9
# Two homes that differ by a standard deviation in a further column are half as far apart as by a unit of the core.
_OF_FURTHER: Final = 0.5


class CompletedHomes:
    """Learns what listings are like, and reads homes by it.

    Parameters
    ----------
    columns : Columns
        The listings. Columns beside the features are numbers, or names where they hold objects.
    random_state : int

    Attributes
    ----------
    numbers, names : list of str
        The further columns of each kind.
    """

    def __init__(self, columns: Columns, random_state: int) -> None:
        further = [name for name in columns if name not in FEATURES]
        self.names = [name for name in further if columns[name].dtype == object]
        self.numbers = [name for name in further if name not in self.names]
        self.codes = {name: _numbered(columns[name]) for name in (*CATEGORIES, *self.names)}
        self.centre = _quantiles(_degrees(columns), (0.5,))[0]
        kind, sector = self._coded(KIND, columns), self._coded(SECTOR, columns)
        self.sector_position = _median_positions(sector, self._position(columns))
        self.sector_middle = self.sector_position.copy()
        self.reach = _reach(sector, np.hypot(*(self._position(columns) - self.sector_middle[sector]).T))
        position = self._placed(columns, sector)
        self.gaps: dict[int, float] = {}
        self.untold = np.zeros(len(_CORE) + len(self.numbers), dtype=bool)
        table = self._table(columns)
        self.gaps, self.untold = _usual_gaps(table), _hardly_stated(table)
        table = self._table(columns)
        self.blanks = Blanks(len(_AREAS), random_state).learn(table, _beside(kind, position))
        full = self._filled(columns, kind, position)
        full[:, 0] = _size(full)
        self.low, self.middle, self.high = _quantiles(full, (0.005, 0.5, 0.995))
        spread = full.std(axis=0)
        # What the core holds lies on a scale of about 1 as it is.
        spread[: len(_CORE)] = 1.0
        self.weight = np.where(spread > 0, 1 / np.where(spread > 0, spread, 1.0), 0.0)
        self.weight[len(_CORE) :] *= _OF_FURTHER

    def groups(self) -> dict[str, int]:
        """How many codes each column of names has."""
        return {name: len(codes) for name, codes in self.codes.items()}

    def learned(self, columns: Columns) -> tuple[Numbers, Homes]:
        """The listings themselves; what has no type or no sector keeps none."""
        kind, sector = self._coded(KIND, columns), self._coded(SECTOR, columns)
        position = self._placed(columns, sector)
        full = self._filled(columns, kind, position)
        return full, self._homes(columns, full, kind, sector, position)

    def read(self, columns: Columns, premium: LocationPremium) -> tuple[Numbers, Homes]:
        """Homes without gaps: their own numbers, and all of them as premiums know them.

        A type that is not given is that of most listings around that are alike, a sector that of the nearest; names
        that are given and not known stay unknown.
        """
        kind, sector = self._coded(KIND, columns), self._coded(SECTOR, columns)
        position = self._placed(columns, sector)
        placed = ~np.isnan(position).any(axis=1)
        unnamed, untyped = (np.flatnonzero(_blank(columns[name]) & placed) for name in (SECTOR, KIND))
        if len(unnamed):
            sector[unnamed] = premium.likely_sector(position[unnamed])
        full = self._filled(columns, kind, position)
        homes = self._homes(columns, full, kind, sector, position)
        if not len(untyped):
            return full, homes
        kind[untyped] = premium.likely_type(homes[untyped])
        full = self._filled(columns, kind, position)
        return full, self._homes(columns, full, kind, sector, position)

    def _homes(self, columns: Columns, full: Numbers, kind: Codes, sector: Codes, position: Numbers) -> Homes:
        # Distances to the typical home: counted from 0, what an attribute is worth in one fold would shift all premiums
        # against those of another fold, and by the more the smaller the unit of area.
        told = np.column_stack([_size(full), full[:, 1:]])
        told = np.where(np.isnan(told), self.middle, told)
        attributes = (np.clip(told, self.low, self.high) - self.middle) * self.weight
        types = kind[:, None] == np.arange(len(self.codes[KIND]))
        names = np.array([self._coded(name, columns) for name in self.names], dtype=np.int64)
        return Homes(kind, sector, np.column_stack([attributes, types]), position, names.reshape(-1, len(kind)).T)

    def _coded(self, name: str, columns: Columns) -> Codes:
        known = self.codes[name]
        return np.array([known.get(item, -1) for item in columns[name].tolist()], dtype=np.int64)

    def _table(self, columns: Columns) -> Numbers:
        """Logarithms of the areas, rooms, bathrooms, then further numbers. An area of 0 is one that nobody typed in."""
        areas = np.column_stack([columns[name] for name in _AREAS])
        rest = [columns[name].astype(float) for name in (BEDROOMS, BATHROOMS, *self.numbers)]
        table = np.column_stack([np.log(np.where(areas > 0, areas, np.nan)), *rest])
        for column, value in self.gaps.items():
            table[np.isnan(table[:, column]), column] = value
        table[:, self.untold] = np.nan
        return table

    def _filled(self, columns: Columns, kind: Codes, position: Numbers) -> Numbers:
        full = self.blanks.fill(self._table(columns), _beside(kind, position))
        full[:, self.untold] = np.nan
        return full

    def _position(self, columns: Columns) -> Numbers:
        north, east = (_degrees(columns) - self.centre).T
        return np.column_stack([east * np.cos(np.radians(self.centre[0])), north]) * _KM_PER_DEGREE

    def _placed(self, columns: Columns, sector: Codes) -> Numbers:
        position = self._position(columns)
        # A place outside its sector is a slip in one of the two: it counts as not known, as findings on listings say.
        outside = np.hypot(*(position - self.sector_middle[sector]).T) > self.reach[sector]
        lost = np.isnan(position).any(axis=1) | outside
        # The table ends with a row of NaN, which is what the code -1 of an unknown sector takes.
        position[lost] = self.sector_position[sector[lost]]
        return position

    def move_sectors(self, homes: Homes, premiums: Numbers) -> None:
        """Let a sector stand where prices around are most like those of its listings: its centre may be dear or cheap.

        Parameters
        ----------
        homes : Homes
            The listings.
        premiums : ndarray
            What `LocationPremium.describe` says of each, learned without it.
        """
        names = LocationPremium.names()
        table = np.column_stack([premiums[:, [names.index(name) for name in _OF_A_PLACE]], homes.position])
        rows = np.flatnonzero(np.isfinite(table).all(axis=1) & (homes.sector >= 0))
        for sector in np.unique(homes.sector[rows]):
            group = rows[homes.sector[rows] == sector]
            away = (table[group] - np.median(table[group], axis=0)) / (table[group].std(axis=0) + _TINY)
            position = homes.position[group]
            from_middle = np.hypot(*(position - position[np.argmin((away**2).sum(axis=1))]).T)
            self.sector_position[sector] = position[np.argsort(from_middle, kind="stable")[:_TOGETHER]].mean(axis=0)


def _degrees(columns: Columns) -> Numbers:
    return np.column_stack([columns[LATITUDE], columns[LONGITUDE]]).astype(float)


def _beside(kind: Codes, position: Numbers) -> Numbers:
    return np.column_stack([np.where(kind < 0, np.nan, kind), position])


def _blank(names: Cells) -> npt.NDArray[np.bool_]:
    return np.array([name is None for name in names.tolist()], dtype=bool)


def _numbered(column: Cells) -> dict[str, int]:
    # scikit-learn's imputers make a NaN of None.
    found = sorted({name for name in column.tolist() if isinstance(name, str)})
    return {name: code for code, name in enumerate(found)}


def _usual_gaps(table: Numbers) -> dict[int, float]:
    """What a gap counts for where it says something: less than all that is stated.

    That is in the further columns that hardly any listing states, and in those in which all that is stated is one
    value, such as a yes where a no is left empty.
    """
    found = {}
    for column in range(len(_CORE), table.shape[1]):
        stated = table[~np.isnan(table[:, column]), column]
        if not len(stated):
            found[column] = 0.0
        elif len(stated) < _SELDOM_STATED * len(table) or np.ptp(stated) == 0:
            found[column] = float(stated.min() - max(stated.std(), 1.0))
    return found


def _hardly_stated(table: Numbers) -> npt.NDArray[np.bool_]:
    """The columns of the core of which listings state too little to learn what they are worth."""
    stated = (~np.isnan(table)).sum(axis=0)
    hardly = (stated == 0) | ((stated < _FEWEST_STATED) & (stated < _SELDOM_STATED * len(table)))
    hardly[len(_CORE) :] = False
    return np.asarray(hardly, dtype=bool)


def _size(full: Numbers) -> Numbers:
    """The logarithm of the usable area, or of the total one where no listing states that."""
    return np.where(np.isnan(full[:, 0]), full[:, 1], full[:, 0])


def _quantiles(values: Numbers, shares: tuple[float, ...]) -> Numbers:
    """Quantiles of each column; 0 for one that is wholly empty."""
    empty = np.isnan(values).all(axis=0)
    return np.asarray(np.nanquantile(np.where(empty, 0.0, values), shares, axis=0), dtype=float)


def _reach(sector: Codes, away: Numbers) -> Numbers:
    """From how far a place is outside each sector; a last number for the code -1 of an unknown one."""
    reach = np.full(sector.max() + 2, np.inf)
    for code in np.unique(sector[sector >= 0]):
        found = away[(sector == code) & ~np.isnan(away)]
        if len(found) >= _FEWEST:
            spread = float(median_abs_deviation(found, scale="normal"))
            reach[code] = max(_NEVER_OUTSIDE, float(np.median(found)) + _SIGMAS * spread)
    return reach


def _median_positions(sector: Codes, position: Numbers) -> Numbers:
    """The middle of each sector, and a last row of NaN."""
    medians = pd.DataFrame(position).groupby(sector).median()
    return medians.reindex([*range(sector.max() + 1), -2]).to_numpy(float, copy=True)
