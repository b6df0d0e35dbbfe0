"""scikit-learn transformers. Everything learned travels inside the fitted object."""

from __future__ import annotations

from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin

from pricing_core.model.completed_homes import CompletedHomes
from pricing_core.model.premiums import Homes, LocationPremium
from pricing_core.nouns.arrays import Cells, Numbers
from pricing_core.nouns.declared import Roles
from pricing_core.nouns.homes_in_columns import Columns, columns_from_frame
from pricing_core.nouns.schema import (
    CATEGORIES,
    FEATURES,
)


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
    """What can be derived from the columns of a home and from the prices of other listings.

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
    homes_ : CompletedHomes
        What the listings are like.
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
        columns, log_price = _all_columns(X), np.log(np.asarray(y, dtype=float))
        self.n_features_in_ = len(columns)
        self.feature_names_in_ = np.array(list(columns), dtype=object)
        self.homes_ = CompletedHomes(columns, self.random_state)
        full, homes = self.homes_.learned(columns)
        self.premium_ = self._premium().learn(homes, log_price)
        premiums = np.empty((len(homes), len(self.premium_.names()) + len(self.homes_.names)))
        folds = min(self.folds, len(homes))
        fold = np.random.default_rng(self.random_state).permutation(np.arange(len(homes)) % folds)
        for held_out in range(folds):
            others, own = fold != held_out, fold == held_out
            premiums[own] = self._premium().learn(homes[others], log_price[others]).describe(homes[own])
        self.homes_.move_sectors(homes, premiums)
        return self._frame(np.column_stack([self._plain(full, homes), premiums]), X.index)

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """The columns of `get_feature_names_out`."""
        return self._frame(self.matrix(_all_columns(X)), X.index)

    def matrix(self, columns: Columns) -> Numbers:
        """What `transform` gives, from plain columns to plain numbers: for one row a data frame costs more than it."""
        full, homes = self.homes_.read(columns, self.premium_)
        return np.column_stack([self._plain(full, homes), self.premium_.describe(homes)])

    def _premium(self) -> LocationPremium:
        return LocationPremium(self.homes_.groups(), self.smoothing, self.reference_rows, self.random_state)

    def _plain(self, full: Numbers, homes: Homes) -> Numbers:
        usable, total, rooms, baths, *further = full.T
        per_room = np.where(np.isnan(usable), total, usable) - np.log1p(np.maximum(rooms, 0))
        east, north = homes.position.T
        angles = np.pi * np.arange(1, self.directions + 1) / (self.directions + 1)
        own = [homes.type, usable, total, rooms, baths, usable - total, per_room]
        place = [east, north, np.hypot(east, north), *(east * np.cos(a) + north * np.sin(a) for a in angles)]
        return np.column_stack([*own, *place, *further])

    def _frame(self, matrix: Numbers, index: pd.Index) -> pd.DataFrame:
        return pd.DataFrame(matrix, columns=self.get_feature_names_out(), index=index)

    def get_feature_names_out(self, input_features: object = None) -> npt.NDArray[np.object_]:
        """The names of the columns, those that come from prices last. Areas are logarithms.

        Declared columns have a prefix: a client's ``east`` is another one.
        """
        own = ["type", "usable_area", "total_area", "rooms", "bathrooms", "usable_share", "area_per_room"]
        place = ["east", "north", "distance_to_centre", *(f"turned_{n + 1}" for n in range(self.directions))]
        numbers, names = ([f"declared:{name}" for name in each] for each in (self.homes_.numbers, self.homes_.names))
        return np.array([*own, *place, *numbers, *self.premium_.names(), *names], dtype=object)


def _all_columns(X: pd.DataFrame) -> Columns:
    further = {str(name): X[name] for name in X.columns if name not in FEATURES}
    return {**columns_from_frame(X), **{name: _plain_cells(cells) for name, cells in further.items()}}


def _plain_cells(cells: pd.Series) -> Cells:
    return cells.to_numpy(float) if pd.api.types.is_numeric_dtype(cells.dtype) else cells.to_numpy(object)
