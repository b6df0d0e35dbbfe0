"""One look at a table of listings: its columns as numbers, and its groups, as every check needs them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pricing_core.integrity.robust import BORROWED, Codes, Floats, Spread, expected, spread
from pricing_core.schema import AREAS, LISTING_COLUMNS

Flags = NDArray[np.bool_]

# A gap that more than 2 % of the rows share is how this file was written, not a slip in a listing.
_COMMON_SHARE: Final = 0.02
_COMMON_ROWS: Final = 10


def is_common(flags: Flags) -> bool:
    """Whether so many rows are flagged that it tells of the file and not of a listing."""
    return int(flags.sum()) > max(_COMMON_ROWS, _COMMON_SHARE * len(flags))


def folded(name: str) -> str:
    """Bring the spellings of a name together: no accents, no capitals, letters and digits alone."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in letters if letter.isalnum()) or name


def _as_numbers(column: pd.Series[Any]) -> Floats:
    try:
        parsed = pd.to_numeric(column, errors="coerce")
    except OverflowError:
        # A whole number too large for a float; as text it becomes infinite.
        parsed = pd.to_numeric(_as_text(column), errors="coerce")
    values = parsed.to_numpy(np.float64, na_value=np.nan)
    return np.where(np.isfinite(values), values, np.nan)


def _as_text(column: pd.Series[Any]) -> pd.Series[str]:
    try:
        text = column.astype("str")
    except UnicodeEncodeError:
        # Half a character, which no text column can hold.
        text = column.map(lambda value: str(value).encode("utf-8", "replace").decode()).astype("str")
    return text.where(column.notna())


@dataclass(frozen=True)
class View:
    """The listings under check, and the words for their units."""

    frame: pd.DataFrame
    area_unit: str
    currency: str

    @classmethod
    def of(cls, frame: pd.DataFrame, area_unit: str, currency: str) -> View:
        """Take the columns of the contract; one that is not there counts as empty."""
        frame = frame.loc[:, ~frame.columns.duplicated()]
        return cls(frame.reindex(columns=list(LISTING_COLUMNS)).reset_index(drop=True), area_unit, currency)

    def number(self, column: str) -> Floats:
        """A column as numbers, NaN where there is none."""
        return self._numbers[column]

    def log(self, column: str) -> Floats:
        """The logarithm of a column, NaN where it is not above zero."""
        values = self.number(column)
        return np.log(values, where=values > 0, out=np.full(len(values), np.nan))

    def names(self, column: str) -> pd.Series[str]:
        """A column as text, as it was written; empty cells stay empty."""
        return _as_text(self.frame[column])

    def text(self, column: str, row: int) -> str:
        """A name as it was written, without the blanks around it."""
        value = self.frame[column].iloc[row : row + 1]
        return "" if value.isna().all() else str(value.tolist()[0]).strip()

    @cached_property
    def _numbers(self) -> dict[str, Floats]:
        names = [name for name in LISTING_COLUMNS if name not in ("type", "sector")]
        return {name: _as_numbers(self.frame[name]) for name in names}

    @cached_property
    def sector(self) -> Codes:
        """A number for each sector, the same for all its spellings."""
        return self._coded("sector")

    @cached_property
    def type(self) -> Codes:
        """A number for each type, the same for all its spellings."""
        return self._coded("type")

    def _coded(self, column: str) -> Codes:
        codes, names = pd.factorize(self.names(column), use_na_sentinel=False)
        keys = ["" if pd.isna(name) else folded(name) for name in names]
        return pd.factorize(np.array(keys, dtype=object))[0].astype(np.int64)[codes]

    @cached_property
    def levels(self) -> tuple[Codes, Codes, Codes]:
        """The groups to compare with: type and sector, type, everything."""
        both = self.type * (int(self.sector.max(initial=0)) + 1) + self.sector
        return pd.factorize(both)[0].astype(np.int64), self.type, np.zeros_like(self.type)

    def peers(self, row: int) -> str:
        """What a listing is compared with, in words."""
        sector = self.text("sector", row)
        group = self.levels[0]
        return f"similar homes in {sector}" if sector and self._sizes[group[row]] >= BORROWED else "similar homes"

    @cached_property
    def _sizes(self) -> Codes:
        return np.bincount(self.levels[0]).astype(np.int64)

    @cached_property
    def price(self) -> tuple[Floats, Floats]:
        """Expected logarithm of each price, and the robust z-score of the one that is asked."""
        return self._expected("price", *AREAS)

    def area(self, column: str) -> tuple[Floats, Floats]:
        """Expected logarithm of each area, and the robust z-score of the one that is given."""
        return self._expected(column, "price", *(name for name in AREAS if name != column))

    @cached_property
    def _counts(self) -> tuple[Floats, Floats]:
        return np.log1p(self.number("n_rooms").clip(0)), np.log1p(self.number("n_bathroom").clip(0))

    def _expected(self, target: str, *predictors: str) -> tuple[Floats, Floats]:
        return expected(self.log(target), [*(self.log(name) for name in predictors), *self._counts], self.levels)

    def area_for(self, column: str) -> tuple[Floats, Spread]:
        """Logarithm of the usable area for one room (or bathroom), and how it spreads over homes of the type."""
        each = self.log("net_usable_area") - np.log(np.maximum(self.number(column), 1))
        return each, spread(each, self.levels[1:])
