"""A fitted recipe with its ranges: what is stored with a version, loaded and asked for values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.ensemble import HistGradientBoostingRegressor, VotingRegressor
from sklearn.pipeline import Pipeline

from pricing_core.model.boosting import SymmetricBoosting
from pricing_core.model.confidence import LearnedListings
from pricing_core.model.declared_features import DeclaredFeatures
from pricing_core.model.estimators import PriceRegressor, SelectedColumns, TrimmedRegressor
from pricing_core.model.features import HomeFeatures
from pricing_core.model.market_level import MarketLevel
from pricing_core.model.moved_ranges import moved
from pricing_core.model.ranges import LEVELS, RangeModel, Ranges
from pricing_core.model.smooth_surface import SmoothSurface
from pricing_core.model.trees import FlatTrees
from pricing_core.model.typical_homes import TypicalHomes
from pricing_core.nouns import Json
from pricing_core.nouns.arrays import Cells, Numbers
from pricing_core.nouns.days import days_of
from pricing_core.nouns.declared import Roles
from pricing_core.nouns.homes_in_columns import Columns, as_column, columns_from_frame, take, with_declared
from pricing_core.nouns.names import KnownNames, folded
from pricing_core.nouns.namesakes import Namesakes, by_place
from pricing_core.nouns.schema import CATEGORIES, COORDINATES, FEATURES, KIND, SECTOR, WORDS, Property, Words

Regress = Callable[[Numbers], Numbers]
Day = float | Numbers

# Looking trees up in tables wins for few rows; scikit-learn's compiled loop wins for many.
_FEW_ROWS: Final = 100
_TRANSIENT: Final = ("_flattened", "_known_names", "words")
# What a model makes of so many rows stays in the processor's cache: half as long again for a table at once.
_ROWS_AT_ONCE: Final = 20_000


class ValuationModel(RegressorMixin, BaseEstimator):
    """Values and ranges of homes.

    Parameters
    ----------
    pipeline
        Fitted features and regressor: a frame of homes in, values out.
    ranges
        Fitted on out-of-fold errors of the pipeline's recipe; ``None`` where ranges were not asked for.
    learned
        What the training rows covered.
    typical
        The typical listings among them.
    names
        How often each type and each sector occurred in them.
    namesakes
        The sectors that only their places tell apart, with their middles.
    level
        The market's level over time, where the training rows had dates: values of the pipeline are those of its last
        day. ``None`` where they are of no particular day.
    """

    namesakes: Namesakes | None = None

    words: Words = WORDS
    """Words for types and sectors that mean the same here and now; not stored with the model."""
    # Models that were stored before they had it: what is known of their names is in what they learned from.
    names: Mapping[str, Mapping[str, int]] | None = None
    level: MarketLevel | None = None

    def __init__(
        self,
        pipeline: Pipeline,
        ranges: RangeModel | None = None,
        learned: LearnedListings | None = None,
        typical: TypicalHomes | None = None,
        names: Mapping[str, Mapping[str, int]] | None = None,
        namesakes: Namesakes | None = None,
        level: MarketLevel | None = None,
    ) -> None:
        self.pipeline = pipeline
        self.ranges = ranges
        self.learned = learned
        self.typical = typical
        self.names = names
        self.namesakes = namesakes
        self.level = level

    def fit(self, X: pd.DataFrame, y: npt.ArrayLike) -> Self:
        """Fit the pipeline anew; ranges are learned by `training.fit`."""
        self.pipeline.fit(X, y)
        return self

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def predict(self, X: pd.DataFrame) -> Numbers:
        """The value of each row of a frame of homes, on the day of its price where the frame has a column of dates."""
        return self.value(columns_from_frame(X, self.declared), day=self._days(X))

    def predict_with_ranges(self, X: pd.DataFrame) -> tuple[Numbers, Ranges | None]:
        """The value and the ranges of each row of a frame of homes, on the same day."""
        return self.value_with_ranges(columns_from_frame(X, self.declared), self._days(X))

    def _days(self, X: pd.DataFrame) -> Numbers | None:
        return None if self.level is None else days_of(X)

    @property
    def declared(self) -> Roles:
        """The declared columns that it uses; none where it was fitted on the core alone."""
        return getattr(self.pipeline["features"]["columns"], "declared", None) or {}

    def home(self, subject: Property) -> Property:
        """A subject under the names that this model knows; what it does not know stays as it was written."""
        written = {name: getattr(subject, name) for name in CATEGORIES}
        meant = {name: self._known[name].meant(text) for name, text in written.items()}
        meant[SECTOR] = self._nearest([meant[SECTOR]], *(subject.place or (np.nan, np.nan)))[0]
        return subject if meant == written else subject.model_copy(update=meant)

    def under_known_names(self, columns: Columns) -> Columns:
        """Homes under the names that this model knows."""
        known = {name: self._meant(name, column) if name in CATEGORIES else column for name, column in columns.items()}
        return known | {SECTOR: self._nearest(known[SECTOR], *(columns[name] for name in COORDINATES))}

    def _nearest(self, sectors: npt.ArrayLike, latitude: npt.ArrayLike, longitude: npt.ArrayLike) -> Cells:
        """Sectors of which a namesake is the one that lies nearest."""
        names = np.asarray(sectors, dtype=object)
        if not self.namesakes:
            return names
        north, east = (np.atleast_1d(np.asarray(each, dtype=np.float64)) for each in (latitude, longitude))
        return by_place(names, north, east, self.namesakes)

    def rivals(self, home: Property) -> list[str]:
        """The sectors that a home may lie in too, for only its place, which is not known, could tell."""
        if home.place is not None or home.category(SECTOR) not in (self.namesakes or {}):
            return []
        key = folded(home.category(SECTOR))
        return [name for name in self.namesakes or {} if folded(name) == key and name != home.category(SECTOR)]

    def _meant(self, name: str, column: Cells) -> Cells:
        known = self._known[name]
        return as_column(name, [None if text is None else known.meant(text) for text in column.tolist()])

    def speaks(self, words: Words) -> Self:
        """The same model, which knows names by these words."""
        self.words = words
        if hasattr(self, "_known_names"):
            del self._known_names
        return self

    @property
    def _known(self) -> dict[str, KnownNames]:
        if not hasattr(self, "_known_names"):
            covered = self.learned and {KIND: self.learned.types, SECTOR: self.learned.sectors}
            names = self.names or covered or {}
            self._known_names = {name: KnownNames(names.get(name, {}), self.words.get(name, ())) for name in CATEGORIES}
        return self._known_names

    def value(self, columns: Columns, *, literally: bool = False, day: Day | None = None) -> Numbers:
        """The value of each home, in the currency of the prices.

        Parameters
        ----------
        literally : bool
            Take names to the letter, as releases did that knew one spelling of each.
        day
            The day of the values since 1970, one for all homes or one each, NaN where it is not known; when left out,
            the last day of the data. A model without a level of the market gives the same value for every day.
        """
        columns = columns if literally else self.under_known_names(columns)
        value = np.concatenate([self._regress(self._matrix(part)) for part in _parts(columns)])
        if self.level is None or day is None:
            return value
        return np.asarray(value * np.exp(self.level.at(_each(day, value), columns)), dtype=float)

    def value_with_ranges(self, columns: Columns, day: Day | None = None) -> tuple[Numbers, Ranges | None]:
        """The value of each home on a day, and its ranges, or ``None`` where this model has none."""
        columns = self.under_known_names(columns)
        found = [self._part_with_ranges(part) for part in _parts(columns)]
        value = np.concatenate([part for part, _ in found])
        parts = [part for _, part in found if part is not None]
        ranges = _joined(parts) if parts else None
        if self.level is None or day is None:
            return value, ranges
        days = _each(day, value)
        level, error = self.level.at(days, columns), self.level.error_at(days, columns)
        ranges = None if ranges is None else moved(ranges, value, level, error)
        return np.asarray(value * np.exp(level), dtype=float), ranges

    def _part_with_ranges(self, columns: Columns) -> tuple[Numbers, Ranges | None]:
        matrix = self._matrix(columns)
        value = self._regress(matrix)
        if self.ranges is None:
            return value, None
        return value, self.ranges.ranges(matrix, np.log(value), group_names(columns))

    def _matrix(self, columns: Columns) -> Numbers:
        features = self.pipeline["features"]
        known = with_declared(columns, self.declared)
        plain = _plain_steps(features)
        if plain is not None:
            return np.column_stack([step.matrix(known) for step in plain])
        return np.asarray(features.transform(pd.DataFrame(dict(known))), dtype=float)

    def _regress(self, matrix: Numbers) -> Numbers:
        price: PriceRegressor = self.pipeline["model"]
        flat = self._flat() if len(matrix) <= _FEW_ROWS else None
        if flat is not None:
            return price.to_prices(flat(matrix))
        return price.predict(pd.DataFrame(matrix, columns=self.pipeline["features"].get_feature_names_out()))

    def _flat(self) -> Regress | None:
        if not hasattr(self, "_flattened"):
            self._flattened = _flatten(self.pipeline["model"].regressor_)
        return self._flattened

    def __setstate__(self, state: Json) -> None:
        # Release 0.1.0 called it otherwise.
        super().__setstate__({"learned" if name == "support" else name: value for name, value in state.items()})

    def __getstate__(self) -> Json:
        # Made again in milliseconds when they are first needed.
        return {name: value for name, value in vars(self).items() if name not in _TRANSIENT}


def _each(day: Day, value: Numbers) -> Numbers:
    return np.asarray(np.broadcast_to(day, value.shape), dtype=float)


def _parts(columns: Columns) -> list[Columns]:
    rows = len(columns[FEATURES[0]])
    if rows <= _ROWS_AT_ONCE:
        return [columns]
    return [take(columns, slice(start, start + _ROWS_AT_ONCE)) for start in range(0, rows, _ROWS_AT_ONCE)]


def _joined(parts: list[Ranges]) -> Ranges:
    low = {level: np.concatenate([part.low[level] for part in parts]) for level in LEVELS}
    high = {level: np.concatenate([part.high[level] for part in parts]) for level in LEVELS}
    return Ranges(low, high)


def group_names(columns: Columns) -> list[npt.NDArray[np.object_]]:
    """The groups that ranges lean on, the finest first; a name that is not known is empty."""
    names = [columns[name] for name in reversed(CATEGORIES)]
    return [np.array(["" if item is None else item for item in column], dtype=object) for column in names]


def _plain_steps(features: Pipeline) -> list[HomeFeatures | DeclaredFeatures] | None:
    """The champion's transformers, which work on plain columns; other recipes go through a frame."""
    groups = [step for _, step, _ in features["groups"].transformers_ if step != "drop"]
    inner = [group[0] if isinstance(group, Pipeline) and len(group.steps) == 1 else group for group in groups]
    return inner if all(isinstance(step, HomeFeatures | DeclaredFeatures) for step in inner) else None


def _flatten(regressor: BaseEstimator) -> Regress | None:
    if isinstance(regressor, TrimmedRegressor):
        own = _flatten(regressor.regressor_)
        if regressor.leftovers_ is None:
            return own
        second = _sum_of(_flatten(regressor.judge_), _flatten(regressor.leftovers_))
        return _mean_of([own, second], [regressor.own_weight, 1 - regressor.own_weight])
    if isinstance(regressor, SelectedColumns):
        return _on_columns(_flatten(regressor.regressor_), regressor.columns_)
    if isinstance(regressor, VotingRegressor):
        return _mean_of([_flatten(member) for member in regressor.estimators_], regressor.weights)
    if isinstance(regressor, SmoothSurface | SymmetricBoosting):
        return regressor.evaluate
    trees = FlatTrees.of(regressor) if isinstance(regressor, HistGradientBoostingRegressor) else None
    return None if trees is None else trees.predict


def _on_columns(inner: Regress | None, columns: npt.NDArray[np.intp]) -> Regress | None:
    return None if inner is None else lambda matrix: inner(matrix[:, columns])


def _sum_of(first: Regress | None, second: Regress | None) -> Regress | None:
    if first is None or second is None:
        return None
    return lambda matrix: first(matrix) + second(matrix)


def _mean_of(members: list[Regress | None], weights: list[float] | None) -> Regress | None:
    known = [member for member in members if member is not None]
    if len(known) < len(members):
        return None
    return lambda matrix: np.asarray(
        np.average([member(matrix) for member in known], axis=0, weights=weights), dtype=float
    )
