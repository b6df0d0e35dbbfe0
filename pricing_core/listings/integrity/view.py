"""One look at a table of listings: its columns as numbers, and its groups, as every check needs them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pricing_core.listings.integrity.robust import BORROWED, Spread, spread
from pricing_core.nouns.arrays import Codes, Numbers
from pricing_core.nouns.homes_in_columns import one_spelling
from pricing_core.nouns.names import folded
from pricing_core.nouns.schema import (
    CATEGORIES,
    COLUMN,
    KIND,
    LATITUDE,
    LISTING_COLUMNS,
    LONGITUDE,
    SECTOR,
    TARGET,
    USABLE_AREA,
    WORDS,
    Column,
    Words,
)

Flags = NDArray[np.bool_]
RowWord = Literal["row", "listing", "line"]

_OF_AN_OFFER: Final = ("category", "date")
"""Roles of declared columns in which two offers of one home may differ."""

FOLDS: Final = 3
"""Into how many parts the rows are split when models are fitted."""

# A gap that more than 2 % of the rows share is how this file was written, not a slip in a listing.
_KM_PER_DEGREE: Final = 111.32
_COMMON_SHARE: Final = 0.02
_COMMON_ROWS: Final = 10
_FEW_DECIMALS: Final = 0.2


def is_common(flags: Flags) -> bool:
    """Whether so many rows are flagged that it tells of the file and not of a listing."""
    return int(flags.sum()) > max(_COMMON_ROWS, _COMMON_SHARE * len(flags))


def within_limits(column: Column, values: Numbers) -> Flags:
    """The limits of `Column.allows` over a whole column; NaN is not allowed."""
    allowed = np.isfinite(values)
    if column.minimum is not None:
        allowed &= values > column.minimum if column.above_minimum else values >= column.minimum
    if column.maximum is not None:
        allowed &= values <= column.maximum
    return allowed


def _as_numbers(column: pd.Series) -> Numbers:
    try:
        parsed = pd.to_numeric(column, errors="coerce")
    except OverflowError:
        # A whole number too large for a float; as text it becomes infinite.
        parsed = pd.to_numeric(_as_text(column), errors="coerce")
    values = parsed.to_numpy(np.float64, na_value=np.nan)
    return np.where(np.isfinite(values), values, np.nan)


def _as_text(column: pd.Series) -> pd.Series[str]:
    try:
        text = column.astype("str")
    except UnicodeEncodeError:
        # Half a character, which no text column can hold.
        text = column.map(lambda value: str(value).encode("utf-8", "replace").decode()).astype("str")
    return text.where(column.notna())


def _hashed(cells: pd.DataFrame) -> NDArray[np.uint64]:
    return np.asarray(pd.util.hash_pandas_object(cells, index=False), dtype=np.uint64)


def _by_fold(names: pd.Series[str]) -> Codes:
    """A number for each name, the same for all its spellings."""
    codes, found = pd.factorize(names)
    keys = pd.factorize(np.array([folded(str(name)) for name in found], dtype=object))[0]
    return np.append(keys, -1).astype(np.int64)[codes]


@dataclass(frozen=True)
class View:
    """The listings under check, the words for their units, and what people call them.

    ``origin`` is the position that each row had; ``kind`` and ``numbers`` are how messages name a row by that position.
    ``beside`` are the columns that a client declares, by name with their roles; ``words`` those that mean the same.
    """

    frame: pd.DataFrame
    area_unit: str
    currency: str
    origin: Codes
    kind: RowWord = "row"
    numbers: Codes | None = None
    beside: Mapping[str, str] = field(default_factory=dict)
    words: Words = field(default_factory=lambda: WORDS)

    @classmethod
    def of(
        cls,
        frame: pd.DataFrame,
        area_unit: str,
        currency: str,
        kind: RowWord = "row",
        numbers: Codes | None = None,
        beside: Mapping[str, str] | None = None,
        words: Words = WORDS,
    ) -> View:
        """Take the columns of the contract; one that is not there counts as empty.

        Rows are put in the order of a hash of what they say, so that the order of the file decides nothing and the
        first rows are a random sample; ``origin`` holds the position that each row had.
        """
        frame = frame.loc[:, ~frame.columns.duplicated()]
        declared = {name: role for name, role in (beside or {}).items() if name in frame.columns}
        frame = frame.reindex(columns=[*LISTING_COLUMNS, *declared]).reset_index(drop=True)
        arrived = cls(frame, area_unit, currency, np.arange(len(frame)))
        order = np.argsort(arrived._keys[1], kind="stable").astype(np.int64)
        ordered = frame.iloc[order].reset_index(drop=True)
        return cls(ordered, area_unit, currency, order, kind, numbers, declared, words)

    def number(self, column: str) -> Numbers:
        """A column as numbers, NaN where there is none."""
        return self._numbers[column]

    def allowed(self, column: str) -> Numbers:
        """A column as numbers, NaN where there is none that the contract allows."""
        values = self.number(column)
        return np.where(within_limits(COLUMN[column], values), values, np.nan)

    def log(self, column: str) -> Numbers:
        """The logarithm of a column, NaN where the contract does not allow the number."""
        values = self.allowed(column)
        return np.log(values, where=values > 0, out=np.full(len(values), np.nan))

    def is_whole(self, column: str) -> bool:
        """Whether the file writes a column in whole numbers."""
        return self._whole[column]

    def is_mostly_whole(self, column: str) -> bool:
        """Whether hardly a number of a column has decimals: of those with a thousands mark a tenth ends in a zero."""
        values = self.number(column)
        known = values[np.isfinite(values)]
        return len(known) > 0 and float(np.mean(known % 1 != 0)) < _FEW_DECIMALS

    @cached_property
    def _whole(self) -> dict[str, bool]:
        known = {name: values[np.isfinite(values)] for name, values in self._numbers.items()}
        return {name: not is_common(values % 1 != 0) for name, values in known.items()}

    def names(self, column: str) -> pd.Series[str]:
        """A column as text, as it was written; empty cells stay empty."""
        return _as_text(self.frame[column])

    def text(self, column: str, row: int) -> str:
        """A name as it was written, without the blanks around it."""
        value = self.frame[column].iloc[row : row + 1]
        return "" if value.isna().all() else str(value.tolist()[0]).strip()

    @cached_property
    def _numbers(self) -> dict[str, Numbers]:
        names = [name for name in LISTING_COLUMNS if name not in CATEGORIES]
        return {name: _as_numbers(self.frame[name]) for name in names}

    @cached_property
    def measured(self) -> dict[str, Codes]:
        """The declared columns that measure a home, such as its floor: a number for each value."""
        return self._declared(lambda role: role not in _OF_AN_OFFER)

    @cached_property
    def named(self) -> dict[str, Codes]:
        """The declared names and dates, such as a broker: a number for each value."""
        return self._declared(lambda role: role in _OF_AN_OFFER)

    def _declared(self, wanted: Callable[[str], bool]) -> dict[str, Codes]:
        names = [name for name, role in self.beside.items() if wanted(role)]
        return {name: _by_fold(_as_text(self.frame[name])) for name in names}

    @cached_property
    def sector(self) -> Codes:
        """A number for each sector, the same for all its spellings."""
        return self._coded(SECTOR)

    @cached_property
    def type(self) -> Codes:
        """A number for each type, the same for all its spellings."""
        return self._coded(KIND)

    def _coded(self, column: str) -> Codes:
        return pd.factorize(self.usual[column].to_numpy(dtype=object), use_na_sentinel=False)[0].astype(np.int64)

    @cached_property
    def usual(self) -> pd.DataFrame:
        """The names of types and sectors, each in its most frequent spelling."""
        names = pd.DataFrame({name: self.names(name) for name in CATEGORIES})
        places = {name: self.allowed(name) for name in (LATITUDE, LONGITUDE)}
        return one_spelling(names.assign(**places), self.words)[list(CATEGORIES)]

    @property
    def rows(self) -> int:
        """How many listings there are."""
        return len(self.frame)

    @cached_property
    def place(self) -> Numbers:
        """Kilometres east and north of the middle of the listings, on a flat map; NaN where that is not known."""
        latitude, longitude = self.allowed(LATITUDE), self.allowed(LONGITUDE)
        known = np.isfinite(latitude + longitude) & ~((latitude == 0) & (longitude == 0))
        if not known.any():
            return np.full((self.rows, 2), np.nan)
        middle = np.median(latitude[known]), np.median(longitude[known])
        east = (longitude - middle[1]) * _KM_PER_DEGREE * np.cos(np.radians(middle[0]))
        north = (latitude - middle[0]) * _KM_PER_DEGREE
        return np.where(known[:, None], np.column_stack([east, north]), np.nan)

    @cached_property
    def fold(self) -> Codes:
        """The part that a row is in when models are fitted, by what it says without its price."""
        return (self._keys[0] % np.uint64(FOLDS)).astype(np.int64)

    @cached_property
    def _keys(self) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        cells = pd.DataFrame({name: values + 0.0 for name, values in self._numbers.items()})
        for name in CATEGORIES:
            cells[name] = self.names(name).fillna("")
        return _hashed(cells.drop(columns=TARGET)), _hashed(cells)

    @cached_property
    def levels(self) -> tuple[Codes, Codes, Codes]:
        """The groups to compare with: type and sector, type, everything."""
        both = self.type * (int(self.sector.max(initial=0)) + 1) + self.sector
        return pd.factorize(both)[0].astype(np.int64), self.type, np.zeros_like(self.type)

    def peers(self, row: int) -> str:
        """The sector whose homes a listing is compared with; empty where it has too few of its own."""
        return self.text(SECTOR, row) if self._sizes[self.levels[0][row]] >= BORROWED else ""

    def called(self, row: int) -> tuple[str, int]:
        """What people call a listing: the kind of its number, and the number."""
        place = int(self.origin[row])
        return ("row", place) if self.numbers is None else (self.kind, int(self.numbers[place]))

    @cached_property
    def _sizes(self) -> Codes:
        return np.bincount(self.levels[0]).astype(np.int64)

    @cached_property
    def sector_sizes(self) -> Codes:
        """How many listings each sector has, by its number."""
        return np.bincount(self.sector).astype(np.int64)

    @cached_property
    def sector_names(self) -> dict[int, str]:
        """The most common spelling of each sector, by its number."""
        table = pd.DataFrame({"code": self.sector, "name": self.names(SECTOR)}).dropna()
        counts = table.value_counts().reset_index().sort_values(["count", "name"], ascending=[False, True])
        first = counts.drop_duplicates("code")
        return dict(zip(first["code"].tolist(), first["name"].str.strip().tolist(), strict=True))

    def area_for(self, column: str) -> tuple[Numbers, Spread]:
        """Logarithm of the usable area for one room (or bathroom), and how it spreads over homes of the type."""
        each = self.log(USABLE_AREA) - np.log(np.maximum(self.number(column), 1))
        return each, spread(each, self.levels[1:])
