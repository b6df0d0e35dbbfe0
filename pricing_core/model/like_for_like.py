"""What is left of prices once the home and its place are accounted for: what listings say about their day.

A regression on logarithms inside small groups of listings of one type, in one sector, close together. Whatever is the
same for a whole group falls out, so a month in which dear places were sold does not look like a dear month.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import median_abs_deviation

from pricing_core.model.premiums import robust_clip
from pricing_core.nouns.arrays import Codes, Numbers
from pricing_core.nouns.homes_in_columns import Columns
from pricing_core.nouns.schema import COORDINATES, COUNTS, KIND, SECTOR, TOTAL_AREA, USABLE_AREA

# Listings of one group: fewer leave too little to compare inside of it, more have too much place in common.
_MOST_OF_GROUP: Final = 32
_FEWEST_OF_PAIR: Final = 4
_MOST_ALONE: Final = 0.5
_FEWEST_OF_TYPE: Final = 50
_MOST_TYPES: Final = 6
_ROUNDS: Final = 4
_RIDGE: Final = 1e-3
_HUBER: Final = 1.5


def like_for_like(columns: Columns, log_price: Numbers, time: Numbers) -> Numbers:
    """Log prices less what the home and its group are worth.

    Parameters
    ----------
    columns
        The features of listings.
    log_price
        Natural logarithms.
    time
        What stands for the day in the regression, rows by columns: fitted along, and left in.
    """
    groups = _groups(columns)
    homes = _described(columns)
    table = np.column_stack([homes, time, robust_clip(log_price)])
    weight = np.ones(len(table))
    for _ in range(_ROUNDS):
        means = _group_means(table, groups, weight)
        inside = table - means[groups]
        slopes = _slopes(inside, weight)
        weight = huber(inside[:, -1] - inside[:, :-1] @ slopes)
    group_level = means[:, -1] - means[:, :-1] @ slopes
    return np.asarray(log_price - homes @ slopes[: homes.shape[1]] - group_level[groups], dtype=float)


def huber(residual: Numbers) -> Numbers:
    """How much each residual counts: those within 1.5 robust standard deviations fully."""
    sigma = float(median_abs_deviation(residual, scale="normal"))
    if sigma <= 0:
        return np.ones_like(residual)
    return np.minimum(1.0, _HUBER * sigma / np.maximum(np.abs(residual), 1e-12))


def _slopes(inside: Numbers, weight: Numbers) -> Numbers:
    known, target = inside[:, :-1], inside[:, -1]
    gram = known.T @ (known * weight[:, None]) + _RIDGE * np.eye(known.shape[1])
    return np.asarray(np.linalg.solve(gram, known.T @ (weight * target)), dtype=float)


def _group_means(table: Numbers, groups: Codes, weight: Numbers) -> Numbers:
    count = int(groups.max()) + 1
    total = np.maximum(np.bincount(groups, weight, count), 1e-12)
    return np.column_stack([np.bincount(groups, weight * column, count) / total for column in table.T])


def _described(columns: Columns) -> Numbers:
    """Sizes and counts, for each frequent type on their own slopes, and what is not stated."""
    usable, total = (_log(columns[name]) for name in (USABLE_AREA, TOTAL_AREA))
    raw = np.column_stack([np.where(np.isnan(usable), total, usable), total, *(columns[name] for name in COUNTS)])
    missing = np.isnan(raw)
    limits = np.nanquantile(np.where(missing.all(axis=0), 0.0, raw), (0.005, 0.5, 0.995), axis=0)
    filled = np.where(missing, 0.0, np.clip(raw, limits[0], limits[2]) - limits[1])
    own = [filled * (columns[KIND] == kind)[:, None] for kind in _frequent_types(columns)]
    return np.column_stack([filled, missing[:, :2], *own])


def _log(areas: Numbers) -> Numbers:
    return np.log(np.where(areas > 0, areas, np.nan))


def _frequent_types(columns: Columns) -> list[str]:
    """All but the most frequent, whose slopes are those of all."""
    counts = pd.Series(columns[KIND], dtype=object).value_counts()
    return [str(name) for name, count in counts.items() if count >= _FEWEST_OF_TYPE][1:_MOST_TYPES]


def _groups(columns: Columns) -> Codes:
    """Listings of one type and sector, in small groups by their place."""
    kind, sector = (pd.factorize(columns[name])[0].astype(np.int64) for name in (KIND, SECTOR))
    pair = kind * (int(sector.max()) + 2) + sector
    _, pair, counts = np.unique(pair, return_inverse=True, return_counts=True)
    if counts.max() < _FEWEST_OF_PAIR or np.mean(counts[pair] < _FEWEST_OF_PAIR) > _MOST_ALONE:
        pair = kind  # sectors say nothing here: what lies close together is compared
    position = np.column_stack([columns[name] for name in COORDINATES])
    position = np.where(np.isnan(position), 0.0, position)  # those without one lie together
    groups = np.empty(len(pair), dtype=np.int64)
    for number, rows in enumerate(part for members in _members(pair) for part in _halved(position, members)):
        groups[rows] = number
    return groups


def _members(codes: Codes) -> list[npt.NDArray[np.intp]]:
    _, codes, counts = np.unique(codes, return_inverse=True, return_counts=True)
    return np.split(np.argsort(codes, kind="stable"), np.cumsum(counts)[:-1])


def _halved(position: Numbers, rows: npt.NDArray[np.intp]) -> list[npt.NDArray[np.intp]]:
    """The rows in parts of at most 32 that lie together, cut at medians along the longer side."""
    found, left = [], [rows]
    while left:
        part = left.pop()
        if len(part) <= _MOST_OF_GROUP:
            found.append(part)
            continue
        here = position[part]
        order = np.argsort(here[:, int(np.argmax(np.ptp(here, axis=0)))], kind="stable")
        left += [part[order[: len(part) // 2]], part[order[len(part) // 2 :]]]
    return found
