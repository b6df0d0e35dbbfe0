"""What the colours of the map say of a column that the client declares, by its role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from dashboard.parts.column_names import column_name
from dashboard.parts.declared_values import declared_value
from dashboard.parts.text import percent, t
from dashboard.state import settings
from pricing_core import DeclaredColumn

if TYPE_CHECKING:
    from pandas.core.groupby.generic import SeriesGroupBy

_MARK: Final = "declared:"
NAMES: Final[dict[str, tuple[str, ...]]] = {
    "light": ("#2a9d8f", "#d1793d", "#2c4f9e", "#b3362f", "#8a5aa8", "#7fb069", "#c9cdc9"),
    "dark": ("#4fc3a8", "#e8a05c", "#6f9bff", "#ff8b7f", "#c79be0", "#b6dd7c", "#55636a"),
}
"""Of the most frequent names, and of all others."""
_OTHERS: Final = len(NAMES["light"]) - 1
_DAY: Final = np.timedelta64(1, "D")
_EPOCH: Final = np.datetime64("1970-01-01")


def offered() -> list[str]:
    """The measures that declared columns are."""
    return [f"{_MARK}{name}" for name in settings().columns.names]


def column_of(measure: str) -> DeclaredColumn | None:
    """The column that a measure is, ``None`` for one of the core."""
    name, columns = measure.removeprefix(_MARK), settings().columns if measure.startswith(_MARK) else ()
    return next((column for column in columns if column.name == name), None)


def values(frame: pd.DataFrame, column: DeclaredColumn) -> pd.Series:
    """The number that is coloured: days since 1970 of a date, 1 of a yes, the place of a name among the frequent."""
    cells = frame[column.name]
    if column.role == "date":
        return (pd.to_datetime(cells) - _EPOCH) / _DAY
    if column.role == "category":
        places = {name: float(min(place, _OTHERS)) for place, name in enumerate(_by_count(cells))}
        return cells.map(places).astype(float)
    return cells.astype("Float64").astype(float)


def names(frame: pd.DataFrame, column: DeclaredColumn) -> tuple[str, ...]:
    """The names that have a colour of their own, and the word for all others where there are any."""
    found = _by_count(frame[column.name])
    return (*found[:_OTHERS], *([t("others")] if len(found) > _OTHERS else []))


def _by_count(cells: pd.Series) -> list[str]:
    counts = cells.value_counts()
    return sorted(map(str, counts.index), key=lambda name: (-int(counts[name]), name))


def limits(column: DeclaredColumn) -> tuple[float, float] | None:
    """Where the colours begin and end, ``None`` where the numbers tell that themselves."""
    if column.role == "category":
        return (0.0, float(_OTHERS))
    return (0.0, 1.0) if column.role == "yes/no" else None


def of_square(groups: SeriesGroupBy[Any, Any], column: DeclaredColumn) -> pd.Series:
    """What a square with several listings has: the share of yes, the most frequent name, else the median."""
    if column.role == "category":
        return pd.Series(groups.agg(lambda codes: codes.mode().get(0, np.nan)))
    return pd.Series(groups.mean() if column.role == "yes/no" else groups.median())


def told(value: float, column: DeclaredColumn, known: tuple[str, ...]) -> str:
    """What a square has, in words."""
    title = column_name(column.name)
    if np.isnan(value):
        return t("{name}: not stated", name=title)
    if column.role == "yes/no":
        return t("{name}: {share:percent} yes", name=title, share=value)
    if column.role == "category":
        return t("{name}: mostly {value}", name=title, value=known[int(value)])
    return t("{name}: median {value}", name=title, value=end(value, column))


def end(value: float, column: DeclaredColumn) -> str:
    """A value at an end of the colours."""
    if column.role == "date":
        return declared_value(column.name, (_EPOCH + np.timedelta64(round(value), "D")).item())
    return percent(value, 0) if column.role == "yes/no" else declared_value(column.name, value)
