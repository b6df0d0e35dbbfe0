"""Recognises slips in figures by learning what a slip would look like in this very file.

Sound-looking rows are spoilt on purpose (ten times too much, ten times too little, the other unit of area), and a
classifier learns, fold by fold, to tell spoilt from original rows: noise-contrastive estimation (Gutmann & Hyvärinen,
2010). Its log odds are how much better a slip explains a row than an ordinary home does; the rows that were spoilt and
held out tell at which odds nearly all slips are found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pricing_core.listings.integrity.estimates import AMOUNTS, Estimates
from pricing_core.listings.integrity.learners import ROWS_FOR_TREES, Learner
from pricing_core.listings.integrity.nearby import Table
from pricing_core.listings.integrity.view import FOLDS
from pricing_core.nouns import Progress
from pricing_core.nouns.arrays import Numbers, Rows
from pricing_core.nouns.schema import TARGET
from pricing_core.words import Message

SQUARE_FEET: Final = 10.7639
"""Square feet in a square metre."""

MISSED: Final = 0.01
"""The share of spoilt rows that may stay below the threshold."""

# Below the lower odds (4.5 to 1) a slip is not much likelier than an ordinary home, whatever share would be missed;
# above the upper ones (250 to 1) nobody would wait for more.
ODDS: Final = (1.5, 5.5)
SURE: Final = 5.0
"""Odds of 150 to 1, as a logarithm: a slip then is the likelier answer even where only one row in a hundred has one."""

_BY_RULE: Final = 2.0
_FIT_ROWS: Final = 20_000
_SOUND: Final = 6.0
# A slip of ten leaves at least this much of its 2.3 unless the estimate is five times off.
_WORTH_A_LOOK: Final = 0.7
_FREEDOM: Final = 4.0
_ALIKE: Final = 0.15
_NEAR: Final = 6


@dataclass(frozen=True)
class Suspicion:
    """Of one figure: the log odds of a slip for each row (``-inf``: not looked at), and from where on to say so."""

    odds: Numbers
    threshold: float

    @property
    def rows(self) -> Rows:
        """The rows where a slip is likely."""
        return np.flatnonzero(self.odds > self.threshold)


def suspicion(estimates: Estimates, name: str, progress: Progress) -> Suspicion:
    """How likely each row holds a slip in the figure ``name``."""
    log, expected = estimates.logs[name], estimates.expected[name]
    odds = np.full(len(log), -np.inf)
    rows = np.flatnonzero(np.abs(log - expected.centre) > _WORTH_A_LOOK)
    sound = np.flatnonzero(np.abs(expected.score(log)) < _SOUND)[:_FIT_ROWS]
    # A price varies so little around its estimate that ten times as much stands out by itself.
    if name == TARGET or len(sound) < ROWS_FOR_TREES:
        odds[rows] = _odds_by_rule(log[rows] - expected.centre[rows], expected.scale[rows])
        return Suspicion(odds, _BY_RULE)
    models, spoilt_odds = _learnt(estimates, name, sound, progress)
    table, fold = _table(estimates, name, rows, np.zeros(len(rows))), estimates.view.fold[rows]
    for each, model in enumerate(models):
        odds[rows[fold == each]] = np.nan_to_num(model.odds(table[fold == each]), nan=-np.inf)
    return Suspicion(odds, threshold(spoilt_odds))


def threshold(spoilt_odds: Numbers, limits: tuple[float, float] = ODDS) -> float:
    """The odds that all but `MISSED` of the spoilt rows reach, within limits."""
    known = spoilt_odds[np.isfinite(spoilt_odds)]
    return float(np.clip(np.quantile(known, MISSED), *limits)) if len(known) else limits[0]


def _odds_by_rule(off: Numbers, scale: Numbers) -> Numbers:
    """The likelihood of a slip of ten beside none, where errors have Student's distribution with heavy tails."""
    slips = np.stack([_log_density((off - shift) / scale) for shift in (np.log(10), -np.log(10))])
    result: Numbers = slips.max(axis=0) - _log_density(off / scale)
    return result


def log_density(score: Numbers) -> Numbers:
    """The logarithm of Student's density at scores, up to a constant; NaN counts as nothing known."""
    return np.nan_to_num(_log_density(score), nan=0.0)


def _log_density(score: Numbers) -> Numbers:
    result: Numbers = -(_FREEDOM + 1) / 2 * np.log1p(np.square(score) / _FREEDOM)
    return result


def _learnt(estimates: Estimates, name: str, sound: Rows, progress: Progress) -> tuple[list[Learner], Numbers]:
    """A classifier for each fold, and the odds that each gives to the spoilt rows it has not seen."""
    other_unit: Numbers = np.log(np.where(np.arange(len(sound)) % 2 == 1, SQUARE_FEET, 10.0))
    shifts = (np.zeros(len(sound)), other_unit, -other_unit)
    original, *spoilt = (_table(estimates, name, sound, shift) for shift in shifts)
    fold = estimates.view.fold[sound]
    models = []
    for each in range(FOLDS):
        progress(Message("Recognising slips …"), each / FOLDS)
        models.append(fitted(original[fold != each], [table[fold != each] for table in spoilt]))
    progress(Message("Recognising slips …"), 1)
    seen = [models[each].odds(table[fold == each]) for each in range(FOLDS) for table in spoilt]
    return models, np.concatenate(seen)


def fitted(original: Table, spoilt: list[Table]) -> Learner:
    """A classifier of original rows and their spoilt copies, as many of the one as of the other."""
    # Repeated instead of weighted: scikit-learn takes many times as long to bin weighted rows as to learn from them.
    target = np.repeat([0, 1], len(original) * len(spoilt))
    return Learner.of_slips().fit(np.vstack([original] * len(spoilt) + spoilt), target)


def _table(estimates: Estimates, name: str, rows: Rows, shift: Numbers) -> Table:
    """What a classifier sees of rows whose figure ``name`` is moved by ``shift`` (a logarithm)."""
    logs = {each: estimates.logs[each][rows] for each in AMOUNTS}
    logs[name] = logs[name] + shift
    columns = list(logs.values())
    for each in AMOUNTS:
        estimate = estimates.expected[each].of(rows) if each == name else estimates.again(each, rows, logs)
        columns += [logs[each] - estimate.centre, estimate.score(logs[each])]
        columns += [estimate.scale] if each == name else [logs[name] - logs[each]]
    columns += _beside_neighbours(estimates, name, rows, logs[name])
    return np.column_stack([*columns, estimates.fixed[rows], estimates.around[rows]]).astype(np.float32)


def _beside_neighbours(estimates: Estimates, name: str, rows: Rows, log: Numbers) -> list[Numbers]:
    """Whether a home near by has a figure like that: small flats in a street of houses are no slip."""
    nearest = estimates.nearest[rows]
    theirs = np.where(nearest >= 0, estimates.logs[name][nearest], np.nan)
    off = np.abs(theirs - log[:, None])
    known = np.maximum(np.isfinite(off).sum(axis=1), 1)
    alike = np.nan_to_num(1 / (1 + np.square(off / _ALIKE)))
    ordered = np.nan_to_num(np.sort(off, axis=1), nan=9.0)
    below = (theirs < log[:, None]).sum(axis=1) / known
    return [alike[:, :_NEAR].sum(axis=1), alike.sum(axis=1) / known, ordered[:, 0], ordered[:, 2], below]
