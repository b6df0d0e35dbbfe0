"""Homes as plain columns: what models, drivers and comparables read without building a frame for every valuation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pricing_core.errors import ListingsError
from pricing_core.nouns.arrays import Cells, Numbers
from pricing_core.nouns.declared import DeclaredRole, Roles
from pricing_core.nouns.declared_text import as_date
from pricing_core.nouns.names import cleaned, folded, usual_spellings
from pricing_core.nouns.namesakes import by_place, find_namesakes
from pricing_core.nouns.schema import (
    AREAS,
    CATEGORIES,
    COLUMN,
    COORDINATES,
    FEATURES,
    NUMBERS,
    SECTOR,
    WORDS,
    Property,
    Words,
)

Columns = Mapping[str, Cells]
"""One column a feature, and one each of what a client declares beside them."""

_NONE_DECLARED: Final[Roles] = {}
_DAY: Final = np.timedelta64(1, "D")
EPOCH: Final = date(1970, 1, 1)
"""The day that dates are counted from where they are numbers."""

Predict = Callable[[Columns], Numbers]
"""The value of each row, in the currency of the training prices."""


def columns_of(subjects: Sequence[Property]) -> Columns:
    """The features of subjects, one row each, and what is known of declared columns."""
    features = {name: as_column(name, [getattr(subject, name) for subject in subjects]) for name in FEATURES}
    declared = dict.fromkeys(name for subject in subjects for name in subject.declared)
    return features | {name: _objects([subject.declared.get(name) for subject in subjects]) for name in declared}


def as_column(name: str, values: Sequence[object]) -> Cells:
    """Values of one feature, ``None`` where not known, as its column; those of a declared column stay as they are."""
    if name in NUMBERS:
        return np.array(values, dtype=np.float64)  # None becomes NaN
    return _objects(values)


def _objects(values: Sequence[object]) -> Cells:
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def with_declared(columns: Columns, roles: Roles) -> Columns:
    """Columns with those that a model uses: names as text, all others as numbers; a date is its days since 1970.

    What nothing is known of is a column of gaps. Further declared columns are left out.
    """
    core = {name: columns[name] for name in FEATURES}
    rows = len(core[FEATURES[0]])
    return core | {name: _as_role(role, columns.get(name, _objects([None] * rows))) for name, role in roles.items()}


def _as_role(role: DeclaredRole, values: Cells) -> Cells:
    if role == "category":
        return _objects([None if pd.isna(value) else folded(str(value)) for value in values.tolist()])
    if values.dtype == np.float64:
        return values
    return np.array([_told(role, value) for value in values.tolist()], dtype=np.float64)


def _told(role: DeclaredRole, value: object) -> float:
    """A declared value of a home as a number; what was logged under another role is not known."""
    if role == "date":
        day = as_date(value)
        return np.nan if day is None else float((date.fromisoformat(day) - EPOCH).days)
    return float(value) if isinstance(value, int | float) else np.nan


def blanks_of(columns: Columns, declared: Roles = _NONE_DECLARED) -> Numbers:
    """What is not known of each home: a row a home, a column of 0 and 1 for each feature and declared column."""
    known = with_declared(columns, declared)
    return np.column_stack([_blank(name, known[name]) for name in (*FEATURES, *declared)]).astype(float)


def _blank(name: str, cells: Cells) -> Cells:
    if cells.dtype != np.float64:
        return np.array([cell is None for cell in cells.tolist()], dtype=bool)
    return np.asarray(np.isnan(cells) | ((cells == 0) & (name in AREAS)), dtype=bool)


def columns_from_frame(frame: pd.DataFrame, roles: Roles = _NONE_DECLARED) -> Columns:
    """The features of a frame of listings, cleaned as a model's first step cleans them.

    Names become text (a postal code that was read as 98178.0 is the sector 98178), infinite numbers are not known.
    ``roles`` names the declared columns that are wanted too; one that the frame lacks is a column of gaps.

    Raises
    ------
    ListingsError
        When a column is missing.
    """
    missing = [name for name in FEATURES if name not in frame.columns]
    if missing:
        raise ListingsError(
            "The rows have no {missing:choice}: needed are {needed:list}.", missing=missing, needed=FEATURES
        )
    columns = {name: _text(frame[name]) if name in CATEGORIES else _number(frame[name]) for name in FEATURES}
    if not roles:
        return columns
    return with_declared(columns | {name: _raw(frame[name]) for name in roles if name in frame.columns}, roles)


def _raw(column: pd.Series) -> Cells:
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        moments = column.to_numpy("datetime64[s]")
        return np.where(np.isnat(moments), np.nan, (moments - np.datetime64(EPOCH)) / _DAY)
    numeric = pd.api.types.is_numeric_dtype(column.dtype)  # booleans too
    return _number(column) if numeric else column.to_numpy(dtype=object)


def one_spelling(frame: pd.DataFrame, words: Words = WORDS) -> pd.DataFrame:
    """A frame of listings in which all spellings of a name are its most frequent one; a frame without any is the same.

    Which names are one is told by `names.folded`, and by ``words``; sectors of one name that lie apart stay two.
    """
    changed = {name: _in_one_spelling(frame[name], words.get(name, ())) for name in CATEGORIES if name in frame.columns}
    one = frame.assign(**{name: column for name, column in changed.items() if column is not None})
    return one if changed.get(SECTOR) is None else _with_namesakes(frame, one)


def _with_namesakes(frame: pd.DataFrame, one: pd.DataFrame) -> pd.DataFrame:
    """A frame in one spelling whose sectors are two again where the listings of one name lie apart."""
    if not all(name in frame.columns for name in COORDINATES):
        return one
    written = _text(frame[SECTOR])
    latitude, longitude = (_number(frame[name]) for name in COORDINATES)
    namesakes = find_namesakes(written.tolist(), latitude, longitude)
    if not namesakes:
        return one
    names = by_place(written, latitude, longitude, namesakes, _text(one[SECTOR]))
    return one.assign(**{SECTOR: pd.Series(names, index=one.index, dtype=one[SECTOR].dtype)})


def _in_one_spelling(column: pd.Series, words: Collection[frozenset[str]]) -> pd.Series | None:
    codes, found = pd.factorize(column)
    names = [_name(value) for value in found]
    counts: Counter[str] = Counter()
    for name, count in zip(names, np.bincount(codes[codes >= 0], minlength=len(names)).tolist(), strict=True):
        counts[name] += count
    usual = {name: cleaned(best) or None for name, best in usual_spellings(counts, words).items()}
    if all(usual[name] == name for name in names):
        return None
    table = np.array([*(usual[name] for name in names), None], dtype=object)
    kind = column.dtype if isinstance(column.dtype, pd.StringDtype) else object
    return pd.Series(table[codes], index=column.index, dtype=kind)


def count_names(frame: pd.DataFrame) -> dict[str, dict[str, int]]:
    """How often each name of each category occurs."""
    columns = columns_from_frame(frame)
    return {name: dict(Counter(text for text in columns[name].tolist() if text is not None)) for name in CATEGORIES}


def _text(column: pd.Series) -> Cells:
    codes, names = pd.factorize(column)
    # One entry more, for the code -1 of missing cells.
    table = np.array([*(_name(name) for name in names), None], dtype=object)
    return table[codes]


def _name(value: object) -> str:
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)


def _number(column: pd.Series) -> Numbers:
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isfinite(numbers), numbers, np.nan)


def take(columns: Columns, rows: NDArray[np.intp] | NDArray[np.bool_] | slice) -> Columns:
    """Some of the rows: by position, by a mask or by a slice."""
    return {name: values[rows] for name, values in columns.items()}


def allowed(columns: Columns) -> Columns:
    """The same columns as the contract has them, so that listings can be compared with subjects.

    A number outside the limits (an area of 0) counts as not known, and names lose blanks and what cannot be seen.
    Declared columns were read within their limits, and stay as they are.
    """
    return {name: _allowed(name, values) if name in COLUMN else values for name, values in columns.items()}


def _allowed(name: str, values: Cells) -> Cells:
    return _within_limits(name, values) if name in NUMBERS else _cleaned(values)


def _cleaned(names: Cells) -> Cells:
    codes, known = pd.factorize(names)
    return np.array([*(cleaned(name) or None for name in known), None], dtype=object)[codes]


def _within_limits(name: str, values: Cells) -> Cells:
    column = COLUMN[name]
    low = -np.inf if column.minimum is None else column.minimum
    high = np.inf if column.maximum is None else column.maximum
    enough = values > low if column.above_minimum else values >= low
    return np.where(enough & (values <= high), values, np.nan)
