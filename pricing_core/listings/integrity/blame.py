"""Which figure of a listing is the wrong one, where several look odd: a wrong price makes the areas look wrong too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pricing_core.listings.integrity.estimates import AMOUNTS, Estimates
from pricing_core.listings.integrity.slips import SURE, log_density, suspicion
from pricing_core.nouns import Progress, part_of
from pricing_core.nouns.arrays import Numbers, Rows

ODD: Final = 8.0
"""From so many usual errors on a figure is not plausible, slip or not."""


_WRONG: Final = 12.0
# A second figure is wrong as well when it stays that odd after the first one was put right.
_STILL_ODD: Final = 5.0
_LARGEST_POWER: Final = 4


@dataclass(frozen=True)
class Suspect:
    """A figure that looks wrong: how many times its estimate it is, and by how many usual errors it is off.

    ``odds`` are the log odds that it was spoilt, and ``is_slip`` says whether they reach the threshold of the file.
    """

    row: int
    name: str
    ratio: float
    score: float
    odds: float
    is_slip: bool

    @property
    def is_sure(self) -> bool:
        """Whether hardly anything but an error explains it."""
        return abs(self.score) >= _WRONG or self.odds >= SURE


def suspects(estimates: Estimates, progress: Progress) -> list[Suspect]:
    """The figures that look wrong, each row's most likely culprit and what it does not explain."""
    slips = {}
    for number, name in enumerate(AMOUNTS):
        slips[name] = suspicion(estimates, name, part_of(progress, number / len(AMOUNTS), (number + 1) / len(AMOUNTS)))
    scores = {name: estimates.expected[name].score(estimates.logs[name]) for name in AMOUNTS}
    odd = {name: np.abs(scores[name]) >= ODD for name in AMOUNTS}
    flagged = {name: odd[name] | (slips[name].odds > slips[name].threshold) for name in AMOUNTS}
    for name, innocent in _explained(estimates, flagged).items():
        flagged[name][innocent] = False
    off = {name: estimates.logs[name] - estimates.expected[name].centre for name in AMOUNTS}
    return [
        Suspect(
            int(row),
            name,
            float(np.exp(np.clip(off[name][row], -50, 50))),
            float(scores[name][row]),
            float(slips[name].odds[row]),
            bool(slips[name].odds[row] > slips[name].threshold),
        )
        for name in AMOUNTS
        for row in np.flatnonzero(flagged[name])
    ]


def _explained(estimates: Estimates, flagged: dict[str, np.ndarray[tuple[int], np.dtype[np.bool_]]]) -> dict[str, Rows]:
    """For each figure the rows where another figure, put right, leaves nothing odd about it."""
    several = np.flatnonzero(np.sum([flagged[name] for name in AMOUNTS], axis=0) > 1)
    if not len(several):
        return {}
    after = {name: _after_correction(estimates, name, several) for name in AMOUNTS}
    likelihood = np.stack(
        [
            np.where(flagged[name][several], sum(log_density(score) for score in after[name].values()), -np.inf)
            for name in AMOUNTS
        ]
    )
    culprit = likelihood.argmax(axis=0)
    explained = {}
    for number, name in enumerate(AMOUNTS):
        left = np.stack([np.abs(after[each][name]) for each in AMOUNTS])[culprit, np.arange(len(several))]
        explained[name] = several[(culprit != number) & ~(left >= _STILL_ODD)]
    return explained


def _after_correction(estimates: Estimates, name: str, rows: Rows) -> dict[str, Numbers]:
    """The scores of all figures, had ``name`` been the power of ten nearest to its estimate."""
    logs = {each: estimates.logs[each][rows] for each in AMOUNTS}
    power = np.round((logs[name] - estimates.expected[name].centre[rows]) / np.log(10))
    logs[name] = logs[name] - np.log(10) * np.clip(power, -_LARGEST_POWER, _LARGEST_POWER)
    return {each: estimates.again(each, rows, logs).score(logs[each]) for each in AMOUNTS}
