"""Homes as plain columns: what models, drivers and comparables read without building a frame for every valuation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pricing_core.errors import ListingsError
from pricing_core.nouns.arrays import Cells, Numbers
from pricing_core.nouns.names import cleaned, usual_spellings
from pricing_core.nouns.schema import CATEGORIES, COLUMN, FEATURES, NUMBERS, Property

Columns = Mapping[str, Cells]
"""One column a feature."""

Predict = Callable[[Columns], Numbers]
"""The value of each row, in the currency of the training prices."""


def columns_of(subjects: Sequence[Property]) -> Columns:
    """The features of subjects, one row each."""
    return {name: as_column(name, [getattr(subject, name) for subject in subjects]) for name in FEATURES}


def as_column(name: str, values: Sequence[object]) -> Cells:
    """Values of one feature, ``None`` where not known, as its column."""
    if name not in CATEGORIES:
        return np.array(values, dtype=np.float64)  # None becomes NaN
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def columns_from_frame(frame: pd.DataFrame) -> Columns:
    """The features of a frame of listings, cleaned as a model's first step cleans them.

    Names become text (a postal code that was read as 98178.0 is the sector 98178), infinite numbers are not known.

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
    return {name: _text(frame[name]) if name in CATEGORIES else _number(frame[name]) for name in FEATURES}


def one_spelling(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame of listings in which all spellings of a name are its most frequent one; a frame without any is the same.

    Which names are one is told by `names.folded`.
    """
    changed = {name: _in_one_spelling(frame[name]) for name in CATEGORIES if name in frame.columns}
    return frame.assign(**{name: column for name, column in changed.items() if column is not None})


def _in_one_spelling(column: pd.Series) -> pd.Series | None:
    codes, found = pd.factorize(column)
    names = [_name(value) for value in found]
    counts: Counter[str] = Counter()
    for name, count in zip(names, np.bincount(codes[codes >= 0], minlength=len(names)).tolist(), strict=True):
        counts[name] += count
    usual = {name: cleaned(best) or None for name, best in usual_spellings(counts).items()}
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
    """
    return {
        name: _within_limits(name, values) if name in NUMBERS else _cleaned(values) for name, values in columns.items()
    }


def _cleaned(names: Cells) -> Cells:
    codes, known = pd.factorize(names)
    return np.array([*(cleaned(name) or None for name in known), None], dtype=object)[codes]


def _within_limits(name: str, values: Cells) -> Cells:
    column = COLUMN[name]
    low = -np.inf if column.minimum is None else column.minimum
    high = np.inf if column.maximum is None else column.maximum
    enough = values > low if column.above_minimum else values >= low
    return np.where(enough & (values <= high), values, np.nan)
