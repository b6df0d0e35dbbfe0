"""Smooth curves through the days of residuals: a level that moves by a trend, and deviations of groups from it.

Both are the most likely curves under a prior, with their covariance, solved at once at knots in a fixed distance. The
trend of the level goes on from knot to knot and loses a little each time; what it does beyond the data is its forecast.
A deviation goes back to none, and how far groups deviate at all is learned from all of them: where the data do not show
it, they do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.stats import median_abs_deviation

from pricing_core.model.like_for_like import huber
from pricing_core.nouns.arrays import Codes, Numbers

_TREND_KEPT: Final = 0.99
"""What a fortnight leaves of a trend."""
_FORTNIGHT: Final = 14.0
_DEVIATION_KEPT: Final = 0.93
"""What four weeks leave of a deviation."""
_ROUNDS: Final = 3
# Standard deviation of what moves the trend in a fortnight, in logarithms of the price; the usual one is most likely
# before any data, and one that is e times as large or small 0.6 times as likely.
_MOVES: Final = np.geomspace(0.0003, 0.03, 25)
_USUAL_MOVE: Final = 0.006
# What is so unlikely among the sizes is left out.
_NOTHING: Final = 0.01
_DEVIATIONS: Final = (0.01, 0.02, 0.04, 0.08, 0.16)
# By so much must the log likelihood grow before groups deviate.
_LEAST_GAIN: Final = 2.0


@dataclass(frozen=True)
class Curve:
    """A level at its knots (days), and the covariance of its errors."""

    knots: Numbers
    level: Numbers
    covariance: Numbers


def hats(day: Numbers, knots: Numbers) -> tuple[Codes, Numbers]:
    """Between which knot and the next each day lies, and how far on; days outside count as the nearest end."""
    before = np.clip(np.searchsorted(knots, day, side="right") - 1, 0, len(knots) - 2)
    step = knots[before + 1] - knots[before]
    return before, np.clip((day - knots[before]) / step, 0.0, 1.0)


def knots_until(last: float, first: float, step: float, beyond: int = 0) -> Numbers:
    """Knots in one distance, one of them the last day, from the first day on and some beyond the last."""
    back = max(int(np.ceil((last - first) / step)), 1)
    return np.asarray(last + step * np.arange(-back, beyond + 1), dtype=float)


def smooth(day: Numbers, residual: Numbers, knots: Numbers) -> Curve:
    """The level through residuals, robust against a few wild ones."""
    middle = float(np.median(residual))
    before, share = hats(day, knots)
    left, weight = residual - middle, np.ones(len(residual))
    sigma = float(median_abs_deviation(residual, scale="normal"))
    for _ in range(_ROUNDS):
        gram, target = _normal_equations(before, share, weight / max(sigma, 1e-6) ** 2, left, len(knots))
        level, covariance = _expected(gram, target, float(knots[1] - knots[0]))
        error = left - (level[before] * (1 - share) + level[before + 1] * share)
        sigma, weight = float(median_abs_deviation(error, scale="normal")), huber(error)
    return Curve(knots, level + middle, covariance)


def _normal_equations(
    before: Codes, share: Numbers, weight: Numbers, left: Numbers, count: int
) -> tuple[Numbers, Numbers]:
    gram, target = np.zeros((count, count)), np.zeros(count)
    _add(gram, target, (before,), (before + 1,), share, weight, left)
    return gram, target


def _add(
    gram: Numbers,
    target: Numbers,
    first: tuple[Codes, ...],
    second: tuple[Codes, ...],
    share: Numbers,
    weight: Numbers,
    left: Numbers,
) -> None:
    """Add each row to the equations of its two knots; what comes before a knot in its place names a group."""
    for one, part in ((first, 1 - share), (second, share)):
        np.add.at(target, one, weight * part * left)
        for other, rest in ((first, 1 - share), (second, share)):
            np.add.at(gram, (*one, other[-1]), weight * part * rest)


def _expected(gram: Numbers, target: Numbers, step: float) -> tuple[Numbers, Numbers]:
    """The level at the knots and its covariance, over all sizes of what moves its trend as likely as they are."""
    fortnights = step / _FORTNIGHT
    rough = _roughness(len(target), _TREND_KEPT**fortnights)
    found = [_given(gram, target, rough, move * fortnights**1.5) for move in _MOVES]
    likelihood = np.array([each[0] for each in found]) - np.log(_MOVES / _USUAL_MOVE) ** 2 / 2
    share = np.exp(likelihood - likelihood.max())
    share = np.where(share < _NOTHING * share.sum(), 0.0, share) / share.sum()
    level = np.zeros(len(target))
    covariance = np.zeros_like(gram)
    for part, (_, likely, precision) in zip(share / share.sum(), found, strict=True):
        if part > 0:
            level = level + part * likely
            covariance = covariance + part * np.linalg.inv(precision)
    return level, covariance


def _given(gram: Numbers, target: Numbers, rough: Numbers, move: float) -> tuple[float, Numbers, Numbers]:
    """How likely the data are where what moves the trend has a size, and the level then, with its precision."""
    # The level as a whole is free: a millionth keeps the equations solvable.
    precision = gram + rough / move**2 + 1e-6 * np.eye(len(target))
    level = np.linalg.solve(precision, target)
    fit = target @ level - np.linalg.slogdet(precision)[1]
    return float(fit / 2 - (len(target) - 1) * np.log(move)), np.asarray(level, dtype=float), precision


def _roughness(count: int, kept: float) -> Numbers:
    """Squares of what a trend gains from knot to knot, beginning with a trend of the usual size."""
    steps = np.diff(np.eye(count), axis=0)
    gains = steps[1:] - kept * steps[:-1]
    rows = np.vstack([np.sqrt(1 - kept**2) * steps[:1], gains])
    return np.asarray(rows.T @ rows, dtype=float)


def deviations(
    group: Codes, groups: int, day: Numbers, residual: Numbers, knots: Numbers
) -> tuple[Numbers, Numbers] | None:
    """How far each group lies from the level of all at each knot, and the covariance of that.

    Returns ``None`` where the data do not show that groups deviate at all.
    """
    before, share = hats(day, knots)
    error, found = residual, None
    for _ in range(_ROUNDS):
        sigma = float(median_abs_deviation(error, scale="normal"))
        if sigma <= 0 or not groups:
            return None
        gram, target = np.zeros((groups, len(knots), len(knots))), np.zeros((groups, len(knots)))
        _add(gram, target, (group, before), (group, before + 1), share, huber(error) / sigma**2, residual)
        found = _deviating(gram, target, _DEVIATION_KEPT ** ((knots[1] - knots[0]) / (2 * _FORTNIGHT)))
        if found is None:
            return None
        # What a group does is no error of its listings: the next round weighs them by what it leaves.
        error = residual - found[0][group, before] * (1 - share) - found[0][group, before + 1] * share
    return found


def _deviating(gram: Numbers, target: Numbers, kept: float) -> tuple[Numbers, Numbers] | None:
    best: tuple[float, Numbers, Numbers] | None = None
    for size in _DEVIATIONS:
        prior = _returning(target.shape[1], kept) / size**2
        precision = gram + prior
        level = np.asarray(np.linalg.solve(precision, target[..., None])[..., 0], dtype=float)
        gain = (target * level).sum() - np.linalg.slogdet(precision)[1].sum() + len(gram) * np.linalg.slogdet(prior)[1]
        if gain / 2 > (_LEAST_GAIN if best is None else best[0]):
            best = (float(gain / 2), level, precision)
    return None if best is None else (best[1], np.asarray(np.linalg.inv(best[2]), dtype=float))


def _returning(count: int, kept: float) -> Numbers:
    """Precision of a deviation of size 1 that goes back to none, and keeps so much of itself from knot to knot."""
    rows = np.vstack([np.sqrt(1 - kept**2) * np.eye(count)[:1], np.eye(count)[1:] - kept * np.eye(count)[:-1]])
    return np.asarray(rows.T @ rows / (1 - kept**2), dtype=float)
