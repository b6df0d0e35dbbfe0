"""What the training rows of a version looked like, small enough to travel in its manifest.

Drift is measured against this, so that nobody needs the training rows later. Of a number the distribution function
is kept exactly at up to 201 of its own quantiles, of a category how often each name occurs.
"""

from __future__ import annotations

from collections import Counter
from typing import Final, Protocol, TypedDict, final

import numpy as np
import pandas as pd

from pricing_core.nouns.arrays import Cells, Numbers
from pricing_core.nouns.days import PRICE_DATES
from pricing_core.nouns.declared import Roles
from pricing_core.nouns.homes_in_columns import allowed, columns_from_frame
from pricing_core.nouns.schema import CATEGORIES

VALUE: Final = "value"
"""The name that the values of the model go by, beside the features."""


@final
class KnownNumber(TypedDict):
    """A number in the training rows: at each of its points, how many rows lie at or below."""

    rows: int
    missing: int
    points: list[float]
    below: list[int]


@final
class KnownCategory(TypedDict):
    """A category in the training rows: how often each common name occurs, and how many rows have another."""

    rows: int
    missing: int
    counts: dict[str, int]
    other: int


class Reference(TypedDict):
    """What drift is measured against, by feature."""

    numbers: dict[str, KnownNumber]
    categories: dict[str, KnownCategory]


class _Valuing(Protocol):
    def predict(self, X: pd.DataFrame, /) -> Numbers: ...


_QUANTILES: Final = 201
_NAMES: Final = 200
_VALUED_ROWS: Final = 5_000
_DIGITS: Final = 9
_NONE_DECLARED: Final[Roles] = {}


def describe_reference(model: _Valuing, features: pd.DataFrame, declared: Roles = _NONE_DECLARED) -> Reference:
    """The reference of a version, ready for JSON.

    Parameters
    ----------
    model
        ``predict`` gives a value a row.
    features : DataFrame
        The training rows. Numbers outside the limits of the contract count as missing, as in a subject.
    declared
        The declared columns that the model uses: a date is its days since 1970, yes is 1 and no is 0.

    Returns
    -------
    dict
        ``numbers`` and ``categories`` by feature; the values of at most 5,000 rows, drawn with a fixed seed, stand
        among the numbers as ``value``.
    """
    columns = allowed(columns_from_frame(features, declared))
    named = [*CATEGORIES, *(name for name, role in declared.items() if role == "category")]
    valued = features if len(features) <= _VALUED_ROWS else features.sample(_VALUED_ROWS, random_state=0)
    numbers = {name: _number(values) for name, values in columns.items() if name not in named}
    # All of the last day, as the homes that are asked for are all of today: else the market would count as drift.
    today = valued.drop(columns=list(PRICE_DATES), errors="ignore")
    numbers[VALUE] = _number(np.asarray(model.predict(today), dtype=np.float64))
    return {"numbers": numbers, "categories": {name: _category(columns[name]) for name in named}}


def _number(values: Numbers) -> KnownNumber:
    """Quantiles of a column, and how many rows lie at or below each: exact there, also where values repeat."""
    known = np.sort(values[np.isfinite(values)])
    points: list[float] = []
    if len(known):
        # Points of the column itself, not between them: rounding and ties cannot move a count.
        found = np.quantile(known, np.linspace(0, 1, _QUANTILES), method="inverted_cdf")
        points = sorted({float(f"{point:.{_DIGITS}g}") for point in found})
    at_or_below = np.searchsorted(known, points, side="right")
    return {"rows": len(values), "missing": len(values) - len(known), "points": points, "below": at_or_below.tolist()}


def _category(names: Cells) -> KnownCategory:
    counts = Counter(text for text in names.tolist() if text is not None)
    common = dict(counts.most_common(_NAMES))
    rows = len(names)
    return {
        "rows": rows,
        "missing": rows - counts.total(),
        "counts": common,
        "other": counts.total() - sum(common.values()),
    }
