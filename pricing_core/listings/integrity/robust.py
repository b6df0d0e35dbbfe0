"""Robust statistics of groups: medians, spreads and expected values that a few wild rows cannot move.

Levels run from the finest grouping to the coarsest, such as sector and type, type, everything. A group of few rows
borrows from the next coarser one: the group's own figure counts by its rows, the borrowed one by `BORROWED` rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pricing_core.nouns.arrays import Codes, Numbers

BORROWED: Final = 15
_FEWEST: Final = 8
_SMALLEST_SPREAD: Final = 0.02
# Quantiles of the normal distribution that make each of them an estimate of one standard deviation.
_SHARES: Final = (0.1, 0.25, 0.5, 0.75, 0.9)
_TO_SIGMA: Final = (1.2816, 0.6745)
_CLIP: Final = 3.0


@dataclass(frozen=True)
class Spread:
    """For each row the median of its group and the spread (like a standard deviation) below and above it."""

    centre: Numbers
    below: Numbers
    above: Numbers

    def score(self, values: Numbers) -> Numbers:
        """How many spreads each value lies from its centre; NaN where that is not known."""
        distance = values - self.centre
        result: Numbers = distance / np.where(distance < 0, self.below, self.above)
        return result


def spread(values: Numbers, levels: Sequence[Codes], *, smallest: float = _SMALLEST_SPREAD) -> Spread:
    """Describe the groups of finite values.

    The spread of a side is the larger of two estimates, from the quartile and from the outer tenth: so a long tail
    counts as spread, and up to a tenth of wild rows does not. All is NaN where there are fewer than 8 values.
    """
    known = np.isfinite(values)
    table = np.full((3, len(values)), np.nan)
    if known.sum() >= _FEWEST:
        for codes in reversed(levels):
            figures, counts = _figures(values, codes, known)
            own = counts / (counts + BORROWED)
            mixed = own * figures + (1 - own) * table
            table = np.where(counts == 0, table, np.where(np.isnan(table), figures, mixed))
    centre, below, above = table
    return Spread(centre, np.maximum(below, smallest), np.maximum(above, smallest))


def _figures(values: Numbers, codes: Codes, known: NDArray[np.bool_]) -> tuple[Numbers, Codes]:
    """Centre, spread below and spread above of each row's group, and how many known values it has."""
    quantiles, counts = group_quantiles(values[known], codes[known], int(codes.max()) + 1, _SHARES)
    tenth, quarter, centre, three_quarters, nine_tenths = quantiles
    below = np.maximum((centre - tenth) / _TO_SIGMA[0], (centre - quarter) / _TO_SIGMA[1])
    above = np.maximum((nine_tenths - centre) / _TO_SIGMA[0], (three_quarters - centre) / _TO_SIGMA[1])
    return np.stack([centre, below, above])[:, codes], counts[codes]


def group_quantiles(values: Numbers, codes: Codes, groups: int, shares: Sequence[float]) -> tuple[Numbers, Codes]:
    """Quantiles of each group, one line a share, NaN for groups without values; and the size of each group."""
    order = np.lexsort((values, codes))
    counts = np.bincount(codes, minlength=groups).astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    ordered = np.append(values[order], np.nan)
    result = np.full((len(shares), groups), np.nan)
    some = counts > 0
    for line, share in enumerate(shares):
        place = starts[some] + np.floor(share * (counts[some] - 1) + 0.5).astype(np.int64)
        result[line, some] = ordered[place]
    return result, counts


def expected(target: Numbers, predictors: Sequence[Numbers], levels: Sequence[Codes]) -> tuple[Numbers, Numbers]:
    """Say what each target should be, given its group and its predictors, and how far off it is.

    A linear fit within the groups. Each predictor is clipped to three spreads around the median of its group, so that a
    wild one cannot make its row look expected; a missing one counts as the median.

    Returns
    -------
    expected, score
        The expected target, and the robust z-score of what is left. NaN where there is nothing to go by.
    """
    own = spread(target, levels)
    matrix = np.stack([_clipped(values, levels) for values in predictors], axis=1)
    known = np.isfinite(own.score(target))
    if known.sum() < 2 * _FEWEST:
        return own.centre, own.score(target)
    wanted = np.clip(target[known] - own.centre[known], -_CLIP * own.below[known], _CLIP * own.above[known])
    weights = np.linalg.lstsq(matrix[known], wanted, rcond=None)[0]
    explained = matrix @ weights
    rest = spread(target - explained, levels)
    return explained + rest.centre, rest.score(target - explained)


def _clipped(values: Numbers, levels: Sequence[Codes]) -> Numbers:
    own = spread(values, levels)
    clipped = np.clip(values - own.centre, -_CLIP * own.below, _CLIP * own.above)
    return np.nan_to_num(clipped, nan=0.0)
