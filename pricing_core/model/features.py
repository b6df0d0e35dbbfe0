"""scikit-learn transformers. Everything learned travels inside the fitted object."""

from __future__ import annotations

from typing import Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin

from pricing_core.model.blanks import Blanks
from pricing_core.model.premiums import Homes, LocationPremium
from pricing_core.nouns.arrays import Codes, Numbers
from pricing_core.nouns.declared import Roles
from pricing_core.nouns.homes_in_columns import Columns, columns_from_frame
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
_TINY: Final = 1e-9
# In this order: what further columns a client declares must not move them.
_CORE: Final = (USABLE_AREA, TOTAL_AREA, BEDROOMS, BATHROOMS, LATITUDE, LONGITUDE)


class ListingColumns(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Brings a frame of listings into one shape: the features in order, names as text, numbers as float64.

    What is not known is missing, whatever it was before. Infinite numbers count as not known.

    Parameters
    ----------
    declared : dict or None
        The role of each declared column that comes after the features.
    """

    # Models that were stored before there were any.
    declared: Roles | None = None

    def __init__(self, declared: Roles | None = None) -> None:
        self.declared = declared

    def fit(self, X: pd.DataFrame, y: object = None) -> Self:
        """Learn nothing but the names of the columns."""
        self.feature_names_in_ = np.array([*FEATURES, *(self.declared or ())], dtype=object)
        self.n_features_in_ = len(self.feature_names_in_)
        return self

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """The eight features of every row, and the declared columns.

        Raises
        ------
        ListingsError
            When a column is missing.
        """
        roles = self.declared or {}
        frame = pd.DataFrame(columns_from_frame(X, roles), index=X.index)
        names = [*CATEGORIES, *(name for name, role in roles.items() if role == "category")]
        # scikit-learn's imputers look for NaN, not for None.
        return frame.assign(**{name: frame[name].where(frame[name].notna(), np.nan) for name in names})


class HomeFeatures(TransformerMixin, BaseEstimator):
    """What can be derived from the eight columns and from the prices of other listings.

    `fit_transform` gives every row price-derived columns learned without its own fold, so that a model fitted on
    them does not trust them more than it may later; `transform` gives those learned from all rows. Units of area
    and currency do not matter: areas and prices are taken as logarithms.

    Parameters
    ----------
    folds : int
    smoothing : float
        How many listings of a sector its surroundings count for when its premium is taken.
    directions : int
        Rotated coordinates between east and north: a border along any of them is one split of a tree.
    reference_rows : int
        Listings that are kept to look at around a place, drawn where there are more.
    random_state : int

    Attributes
    ----------
    types_, sectors_ : dict
        The known names and their codes.
    premium_ : LocationPremium
        Learned from all rows.
    """

    def __init__(
        self,
        folds: int = 10,
        smoothing: float = 10.0,
        directions: int = 5,
        reference_rows: int = 100_000,
        random_state: int = 42,
    ) -> None:
        self.folds = folds
        self.smoothing = smoothing
        self.directions = directions
        self.reference_rows = reference_rows
        self.random_state = random_state

    def fit(self, X: pd.DataFrame, y: npt.ArrayLike) -> Self:
        """Learn from all rows and their prices."""
        self.fit_transform(X, y)
        return self

    def fit_transform(self, X: pd.DataFrame, y: npt.ArrayLike) -> pd.DataFrame:
        """Learn from all rows; give each the columns that the other folds give it."""
        full, homes, log_price = self._learn(columns_from_frame(X), y)
        premiums = np.empty((len(homes), len(LocationPremium.names())))
        folds = min(self.folds, len(homes))
        fold = np.random.default_rng(self.random_state).permutation(np.arange(len(homes)) % folds)
        for held_out in range(folds):
            others, own = fold != held_out, fold == held_out
            premiums[own] = self._premium().learn(homes[others], log_price[others]).describe(homes[own])
        self._move_sectors(homes, premiums)
        return self._frame(np.column_stack([self._plain(full, homes), premiums]), X.index)

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """The columns of `get_feature_names_out`."""
        return self._frame(self.matrix(columns_from_frame(X)), X.index)

    def matrix(self, columns: Columns) -> Numbers:
        """What `transform` gives, from plain columns to plain numbers: for one row a data frame costs more than it."""
        full, homes = self._homes(columns)
        return np.column_stack([self._plain(full, homes), self.premium_.describe(homes)])

    def _learn(self, columns: Columns, y: npt.ArrayLike) -> tuple[Numbers, Homes, Numbers]:
        self.n_features_in_ = len(FEATURES)
        self.feature_names_in_ = np.array(FEATURES, dtype=object)
        self.types_, self.sectors_ = (
            {name: code for code, name in enumerate(_names(columns[column]))} for column in CATEGORIES
        )
        numbers = _numbers(columns)
        self.centre_ = _quantiles(numbers[:, 4:], (0.5,))[0]
        kind, sector = self._names_of(columns)
        self.sector_position_ = _median_positions(sector, self._position(numbers))
        position = self._placed(numbers, sector)
        self.blanks_ = Blanks(2, self.random_state).learn(_cleaned(numbers), _beside(kind, position))
        full = self._full(numbers, kind, position)
        self.low_, self.middle_, self.high_ = _quantiles(full, (0.005, 0.5, 0.995))
        homes, log_price = self._as_homes(full, kind, sector, position), np.log(np.asarray(y, dtype=float))
        self.premium_ = self._premium().learn(homes, log_price)
        return full, homes, log_price

    def _move_sectors(self, homes: Homes, premiums: Numbers) -> None:
        """Let each sector stand where prices around are most like those of its listings: its centre may be dear or cheap."""
        names = LocationPremium.names()
        table = np.column_stack([premiums[:, [names.index(name) for name in _OF_A_PLACE]], homes.position])
        rows = np.flatnonzero(np.isfinite(table).all(axis=1) & (homes.sector >= 0))
        for sector, group in pd.DataFrame(table[rows], index=rows).groupby(homes.sector[rows]):
            away = ((group - group.median()) / (group.std(ddof=0) + _TINY)) ** 2
            position = homes.position[group.index]
            from_middle = np.hypot(*(position - homes.position[away.sum(axis=1).idxmin()]).T)
            self.sector_position_[sector] = position[np.argsort(from_middle, kind="stable")[:_TOGETHER]].mean(axis=0)

    def _premium(self) -> LocationPremium:
        # A column of names may be wholly empty; the tables of codes then still need one row.
        types, sectors = max(len(self.types_), 1), max(len(self.sectors_), 1)
        return LocationPremium(types, sectors, self.smoothing, self.reference_rows, self.random_state)

    def _names_of(self, columns: Columns) -> tuple[Codes, Codes]:
        return _codes(columns[KIND], self.types_), _codes(columns[SECTOR], self.sectors_)

    def _homes(self, columns: Columns) -> tuple[Numbers, Homes]:
        """Homes without blanks: their own numbers as they are taken, and all of them as premiums know them."""
        numbers = _numbers(columns)
        kind, sector = self._names_of(columns)
        position = self._placed(numbers, sector)
        unnamed = _blank(columns[SECTOR]) & ~np.isnan(position).any(axis=1)
        if unnamed.any():
            sector[unnamed] = self.premium_.likely_sector(position[unnamed])
        full = self._full(numbers, kind, position)
        homes = self._as_homes(full, kind, sector, position)
        untyped = np.flatnonzero(_blank(columns[KIND]) & ~np.isnan(position).any(axis=1))
        if not len(untyped):
            return full, homes
        kind[untyped] = self.premium_.likely_type(homes[untyped])
        full[untyped] = self._full(numbers[untyped], kind[untyped], position[untyped])
        return full, self._as_homes(full, kind, sector, position)

    def _placed(self, numbers: Numbers, sector: Codes) -> Numbers:
        position = self._position(numbers)
        lost = np.isnan(position).any(axis=1)
        # The table ends with a row of NaN, which is what the code -1 of an unknown sector takes.
        position[lost] = self.sector_position_[sector[lost]]
        return position

    def _full(self, numbers: Numbers, kind: Codes, position: Numbers) -> Numbers:
        return self.blanks_.fill(_cleaned(numbers), _beside(kind, position))

    def _as_homes(self, full: Numbers, kind: Codes, sector: Codes, position: Numbers) -> Homes:
        # Distances to the typical home: counted from 0, what an attribute is worth in one fold would shift all premiums
        # against those of another fold, and by the more the smaller the unit of area.
        attributes = np.clip(full, self.low_, self.high_) - self.middle_
        return Homes(kind, sector, np.column_stack([attributes, kind[:, None] == np.arange(len(self.types_))]), position)

    def _position(self, numbers: Numbers) -> Numbers:
        east = (numbers[:, 5] - self.centre_[1]) * np.cos(np.radians(self.centre_[0]))
        return np.column_stack([east, numbers[:, 4] - self.centre_[0]]) * _KM_PER_DEGREE

    def _plain(self, full: Numbers, homes: Homes) -> Numbers:
        usable, total, rooms, baths = full.T
        east, north = homes.position.T
        angles = np.pi * np.arange(1, self.directions + 1) / (self.directions + 1)
        own = [homes.type, usable, total, rooms, baths, usable - total, usable - np.log1p(np.maximum(rooms, 0))]
        place = [east, north, np.hypot(east, north), *(east * np.cos(a) + north * np.sin(a) for a in angles)]
        return np.column_stack([*own, *place])

    def _frame(self, matrix: Numbers, index: pd.Index) -> pd.DataFrame:
        return pd.DataFrame(matrix, columns=self.get_feature_names_out(), index=index)

    def get_feature_names_out(self, input_features: object = None) -> npt.NDArray[np.object_]:
        """The names of the columns, those that come from prices last. Areas are logarithms."""
        own = ["type", "usable_area", "total_area", "rooms", "bathrooms", "usable_share", "area_per_room"]
        place = ["east", "north", "distance_to_centre", *(f"turned_{n + 1}" for n in range(self.directions))]
        return np.array([*own, *place, *LocationPremium.names()], dtype=object)


def _cleaned(numbers: Numbers) -> Numbers:
    """Log usable area, log total area, rooms, bathrooms. An area of 0 is one that nobody typed in."""
    areas = np.where(numbers[:, :2] > 0, numbers[:, :2], np.nan)
    return np.column_stack([np.log(areas), numbers[:, 2:4]])


def _beside(kind: Codes, position: Numbers) -> Numbers:
    return np.column_stack([np.where(kind < 0, np.nan, kind), position])


def _blank(names: npt.NDArray[np.object_]) -> npt.NDArray[np.bool_]:
    return np.array([name is None for name in names.tolist()], dtype=bool)


def _quantiles(values: Numbers, shares: tuple[float, ...]) -> Numbers:
    """Quantiles of each column; 0 for one that is wholly empty."""
    empty = np.isnan(values).all(axis=0)
    return np.asarray(np.nanquantile(np.where(empty, 0.0, values), shares, axis=0), dtype=float)


def _numbers(columns: Columns) -> Numbers:
    return np.column_stack([columns[name] for name in _CORE])


def _names(column: npt.NDArray[np.object_]) -> list[str]:
    return sorted(set(column.tolist()) - {None})


def _codes(column: npt.NDArray[np.object_], known: dict[str, int]) -> npt.NDArray[np.int64]:
    return np.array([known.get(name, -1) for name in column.tolist()], dtype=np.int64)


def _median_positions(sector: npt.NDArray[np.int64], position: Numbers) -> Numbers:
    """The middle of each sector, and a last row of NaN."""
    medians = pd.DataFrame(position).groupby(sector).median()
    return medians.reindex([*range(sector.max() + 1), -2]).to_numpy(float, copy=True)
