"""Challenger's and champion's recipe trained on the past, on the same prices that came later."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from pricing_core.errors import ListingsError
from pricing_core.nouns import Check
from pricing_core.nouns.arrays import Numbers
from pricing_core.nouns.schema import TARGET
from pricing_core.training.fitting import fitter
from pricing_core.training.recipes import Recipe
from pricing_core.training.time_split import TimeSplit
from pricing_core.versions.gate import FEWEST_ROWS
from pricing_core.versions.gate_words import check
from pricing_core.versions.paired_bootstrap import median_difference

_PARTS: Final = 5


def check_later(recipe: Recipe, champion: Recipe, number: int, rows: pd.DataFrame, threads: int = 1) -> Check | None:
    """Whether a recipe foretells later prices not worse than the champion's, where enough rows are dated.

    ``None`` where they are not. One and the same recipe is never worse; what it foretells is said all the same.
    """
    try:
        split = TimeSplit.of(rows, _PARTS)
    except ListingsError:
        return None
    if len(split.later) < FEWEST_ROWS or len(split.past) < FEWEST_ROWS:
        return None
    figures, mine = split.measured(fitter(recipe, threads))
    theirs = mine if recipe.digest == champion.digest else split.measured(fitter(champion, threads))[1]
    price = split.later[TARGET].to_numpy(float)
    errors = [np.abs(value - price) / price for value in (mine, theirs)]
    passed, outcome = _outcome(*errors, same=theirs is mine)
    return check(
        "later",
        outcome,
        passed,
        mine=float(np.median(errors[0])),
        theirs=float(np.median(errors[1])),
        champion=number,
        rows=len(price),
        day=split.first_day,
        away=float(abs(np.expm1(figures["median_log_ratio"]))),
        inside=float(figures["coverage_90"]),
        median_log_ratio=float(figures["median_log_ratio"]),
    )


def _outcome(mine: Numbers, theirs: Numbers, *, same: bool) -> tuple[bool, str]:
    if same:
        return True, "same"
    passed = median_difference(mine, theirs).low <= 0
    return passed, "passed" if passed else "failed"
