"""The gate between challenger and champion: numbers in, a verdict with its reasons out. Pure.

Both are studied on the same rows, which neither was fitted on. See docs/gate.md for what each check can and cannot see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import binom

from pricing_core.nouns import Check, Json, Verdict
from pricing_core.nouns.arrays import Numbers
from pricing_core.training.metrics import mae, mdape
from pricing_core.versions.gate_words import check
from pricing_core.versions.paired_bootstrap import Difference, beyond_chance, median_difference
from pricing_core.words import Message

How = Literal["held_out", "cross_validated", "alone"]

FEWEST_ROWS: Final = 30
FEWEST_IN_SECTOR: Final = 50
COVERAGE: Final = (0.85, 0.95)
"""Between these a 90 % range is taken for calibrated."""
_LEVEL: Final = 0.9
_CHANCE: Final = 0.01


@dataclass(frozen=True)
class Answers:
    """What one model says of the rows.

    ``inside`` tells of rows that the model never saw whether their price lies in its 90 % range, and ``width`` is that
    range's width as a share of the value; ``None`` where it gives no ranges.
    """

    value: Numbers
    inside: npt.NDArray[np.bool_] | None = None
    width: Numbers | None = None


@dataclass(frozen=True)
class Trial:
    """The rows of a comparison, and what challenger and champion say of them."""

    price: Numbers
    sector: npt.NDArray[np.object_]
    challenger: Answers
    champion: Answers | None
    champion_version: int | None
    how: How


def judge(trial: Trial, sanity: Sequence[Check] = (), *, sector_share: float = 0.10, seed: int = 0) -> Verdict:
    """Judge a challenger beside the champion.

    Parameters
    ----------
    trial
        Without a champion, the sanity checks alone decide.
    sanity
        Checks made elsewhere, see `probes`.
    sector_share
        By what share of the champion's error a sector may become worse.

    Returns
    -------
    Verdict
        Passed when every check passed.
    """
    checks = [*_compared(trial, sector_share, seed), *sanity]
    failed = [each for each in checks if not each.passed]
    if failed:
        summary = Message("It did not pass the gate: {found:sentences}", found=[each.sentence for each in failed])
    else:
        first = checks[0].sentence if checks else Message("There was nothing to check.")
        summary = Message("It passed the gate. {found}", found=first)
    return Verdict(
        passed=not failed,
        summary=summary,
        checks=checks,
        rows=len(trial.price),
        how=trial.how,
        champion_version=trial.champion_version,
        challenger=measured_on(trial, trial.challenger),
        champion=None if trial.champion is None else measured_on(trial, trial.champion),
    )


def _compared(trial: Trial, sector_share: float, seed: int) -> list[Check]:
    champion = trial.champion
    if champion is None or trial.champion_version is None:
        return []
    rows = len(trial.price)
    if rows < FEWEST_ROWS:
        return [check("rows", "few", False, rows=rows, fewest=FEWEST_ROWS)]
    bad = int((~_usable(trial.challenger.value)).sum())
    if bad:
        return [check("error", "unusable", False, count=bad, rows=rows)]
    mine, theirs = (np.abs(each.value - trial.price) / trial.price for each in (trial.challenger, champion))
    return [
        _error(mine, theirs, trial.champion_version, seed),
        _sectors(mine, theirs, trial.sector, sector_share, seed),
        _range(trial.challenger),
    ]


def _error(mine: Numbers, theirs: Numbers, champion: int, seed: int) -> Check:
    found = median_difference(mine, theirs, seed=seed)
    passed = found.low <= 0
    outcome = "better" if found.high < 0 else "passed" if passed else "failed"
    return check(
        "error",
        outcome,
        passed,
        mine=float(np.median(mine)),
        theirs=float(np.median(theirs)),
        champion=champion,
        rows=len(mine),
        low=found.low,
        high=found.high,
    )


def _sectors(mine: Numbers, theirs: Numbers, sector: npt.NDArray[np.object_], share: float, seed: int) -> Check:
    parts = {name: rows for name, rows in _parts(sector).items() if len(rows) >= FEWEST_IN_SECTOR}
    if not parts:
        return check("sectors", "none", True, fewest=FEWEST_IN_SECTOR)
    found: dict[str, Difference] = {
        name: median_difference(mine[rows], theirs[rows], allowance=share, seed=seed) for name, rows in parts.items()
    }
    harmed = {name: each for name, each in found.items() if beyond_chance(each, len(found))}
    if not harmed:
        return check("sectors", "passed", True, share=share, count=len(parts), fewest=FEWEST_IN_SECTOR)
    worst = max(harmed, key=lambda name: harmed[name].estimate)
    rows = parts[worst]
    return check(
        "sectors",
        "failed",
        False,
        count=len(harmed),
        sectors=len(parts),
        share=share,
        worst=worst,
        rows=len(rows),
        mine=float(np.median(mine[rows])),
        theirs=float(np.median(theirs[rows])),
        harmed=sorted(harmed),
    )


def _range(answers: Answers) -> Check:
    if answers.inside is None or not len(answers.inside):
        return check("range", "none", False)
    rows, share = len(answers.inside), float(np.mean(answers.inside))
    low, high = asked_coverage(rows)
    passed = low <= share <= high
    return check("range", "passed" if passed else "failed", passed, share=share, rows=rows, low=low, high=high)


def asked_coverage(rows: int) -> tuple[float, float]:
    """Between which shares of prices the 90 % range must hold.

    85 to 95 %; on few rows as far apart as chance alone takes a perfect range in 99 of 100 cases (binomial).
    """
    low, high = binom.ppf([_CHANCE / 2, 1 - _CHANCE / 2], rows, _LEVEL) / rows
    return min(COVERAGE[0], float(low)), max(COVERAGE[1], float(high))


def measured_on(trial: Trial, answers: Answers) -> Json:
    """The figures of one model on the rows of a trial; what cannot be measured is ``None``."""
    usable = len(trial.price) > 0 and bool(_usable(answers.value).all())
    inside, width = answers.inside, answers.width
    return {
        "mdape": mdape(trial.price, answers.value) if usable else None,
        "mae": mae(trial.price, answers.value) if usable else None,
        "coverage_90": float(np.mean(inside)) if inside is not None and len(inside) else None,
        "width_90": float(np.median(width)) if width is not None and len(width) else None,
        "by_sector": _by_sector(trial, answers) if usable else {},
    }


def _by_sector(trial: Trial, answers: Answers) -> dict[str, dict[str, float]]:
    parts = {name: rows for name, rows in _parts(trial.sector).items() if len(rows) >= FEWEST_IN_SECTOR}
    return {
        name: {"rows": len(rows), "mdape": mdape(trial.price[rows], answers.value[rows])}
        for name, rows in parts.items()
    }


def _parts(sector: npt.NDArray[np.object_]) -> dict[str, npt.NDArray[np.intp]]:
    names = pd.Series(sector, dtype=object)
    return {str(name): np.asarray(rows, dtype=np.intp) for name, rows in names.groupby(names).indices.items()}


def _usable(value: Numbers) -> npt.NDArray[np.bool_]:
    return np.asarray(np.isfinite(value) & (value > 0))
