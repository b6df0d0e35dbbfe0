"""scikit-learn transformers. Everything learned travels inside the fitted object."""

from __future__ import annotations

from typing import Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin

from pricing_core.model.premiums import Homes, LocationPremium
from pricing_core.nouns.arrays import Numbers
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
        self._learn(columns_from_frame(X), y)
        return self

    def fit_transform(self, X: pd.DataFrame, y: npt.ArrayLike) -> pd.DataFrame:
        """Learn from all rows; give each the columns that the other folds give it."""
        columns = columns_from_frame(X)
        homes, log_price = self._learn(columns, y)
        premiums = np.empty((len(homes), len(LocationPremium.names())))
        folds = min(self.folds, len(homes))
        fold = np.random.default_rng(self.random_state).permutation(np.arange(len(homes)) % folds)
        for held_out in range(folds):
            others, own = fold != held_out, fold == held_out
            premiums[own] = self._premium().learn(homes[others], log_price[others]).describe(homes[own])
        return self._frame(np.column_stack([self._plain(columns, homes), premiums]), X.index)

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """The columns of `get_feature_names_out`."""
        return self._frame(self.matrix(columns_from_frame(X)), X.index)

    def matrix(self, columns: Columns) -> Numbers:
        """What `transform` gives, from plain columns to plain numbers: for one row a data frame costs more than it."""
        homes = self._homes(columns)
        return np.column_stack([self._plain(columns, homes), self.premium_.describe(homes)])

    def _learn(self, columns: Columns, y: npt.ArrayLike) -> tuple[Homes, Numbers]:
        self.n_features_in_ = len(FEATURES)
        self.feature_names_in_ = np.array(FEATURES, dtype=object)
        self.types_, self.sectors_ = (
            {name: code for code, name in enumerate(_names(columns[column]))} for column in CATEGORIES
        )
        numbers = _numbers(columns)
        self.low_, self.middle_, self.high_ = _quantiles(_attributes(numbers), (0.005, 0.5, 0.995))
        self.centre_ = _quantiles(numbers[:, 4:], (0.5,))[0]
        self.sector_position_ = _median_positions(_codes(columns[SECTOR], self.sectors_), self._position(numbers))
        homes, log_price = self._homes(columns), np.log(np.asarray(y, dtype=float))
        self.premium_ = self._premium().learn(homes, log_price)
        return homes, log_price

    def _premium(self) -> LocationPremium:
        # A column of names may be wholly empty; the tables of codes then still need one row.
        types, sectors = max(len(self.types_), 1), max(len(self.sectors_), 1)
        return LocationPremium(types, sectors, self.smoothing, self.reference_rows, self.random_state)

    def _homes(self, columns: Columns) -> Homes:
        numbers = _numbers(columns)
        kind, sector = _codes(columns[KIND], self.types_), _codes(columns[SECTOR], self.sectors_)
        position = self._position(numbers)
        lost = np.isnan(position).any(axis=1)
        # The table ends with a row of NaN, which is what the code -1 of an unknown sector takes.
        position[lost] = self.sector_position_[sector[lost]]
        return Homes(kind, sector, self._described(numbers, kind), position)

    def _described(self, numbers: Numbers, kind: npt.NDArray[np.int64]) -> Numbers:
        attributes = _attributes(numbers)
        missing = np.isnan(attributes)
        # Distances to the typical home: counted from 0, what an attribute is worth in one fold would shift all premiums
        # against those of another fold, and by the more the smaller the unit of area.
        filled = np.where(missing, 0.0, np.clip(attributes, self.low_, self.high_) - self.middle_)
        return np.column_stack([filled, missing[:, :2], kind[:, None] == np.arange(len(self.types_))])

    def _position(self, numbers: Numbers) -> Numbers:
        east = (numbers[:, 5] - self.centre_[1]) * np.cos(np.radians(self.centre_[0]))
        return np.column_stack([east, numbers[:, 4] - self.centre_[0]]) * _KM_PER_DEGREE

    def _plain(self, columns: Columns, homes: Homes) -> Numbers:
        usable, total, rooms, baths = _cleaned(_numbers(columns)).T
        east, north = homes.position.T
        angles = np.pi * np.arange(1, self.directions + 1) / (self.directions + 1)
        own = [homes.type, usable, total, rooms, baths, usable - total, _first(usable, total) - np.log1p(rooms)]
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


def _attributes(numbers: Numbers) -> Numbers:
    attributes = _cleaned(numbers)
    attributes[:, 0] = _first(attributes[:, 0], attributes[:, 1])
    return attributes


def _first(first: Numbers, second: Numbers) -> Numbers:
    return np.where(np.isnan(first), second, first)


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
    return medians.reindex([*range(sector.max() + 1), -2]).to_numpy(float)
