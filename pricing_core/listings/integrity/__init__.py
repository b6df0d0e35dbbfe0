"""What looks wrong with a listing, and why: pure functions over a table of listings.

A check takes the `View` of the table and gives findings. Figures and places are judged by models that learn from the
table itself what a home like that is like, and what a slip would look like; docs/integrity.md lists the rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from pricing_core.listings.integrity.amounts import implausible_amounts, other_currency
from pricing_core.listings.integrity.cells import (
    missing_value,
    outside_limits,
    sector_garbage,
    sector_spelling,
    type_spelling,
)
from pricing_core.listings.integrity.consistency import bathrooms_for_area, rooms_for_area, usable_larger_than_total
from pricing_core.listings.integrity.currencies import mixed_currencies, throughout
from pricing_core.listings.integrity.duplicates import repeated_homes
from pricing_core.listings.integrity.encodings import name_encoding
from pricing_core.listings.integrity.estimates import Estimates
from pricing_core.listings.integrity.places import coordinates
from pricing_core.listings.integrity.view import RowWord, View
from pricing_core.nouns import Finding, Progress, part_of
from pricing_core.nouns.arrays import Codes, Numbers
from pricing_core.nouns.schema import AREAS, TARGET, WORDS, Words
from pricing_core.words import Message

__all__ = ["Inspection", "check", "inspect", "throughout"]

Check = Callable[[View], Iterable[Finding]]

CHECKS: Final[tuple[Check, ...]] = (
    missing_value,
    outside_limits,
    sector_spelling,
    type_spelling,
    sector_garbage,
    name_encoding,
    usable_larger_than_total,
    rooms_for_area,
    bathrooms_for_area,
)
"""The checks that need no model."""

_USABLE: Final = AREAS[0]
# Where the area itself is unlikely, rooms that do not fit into it say nothing new, and name the wrong column.
_OF_THE_AREA: Final = frozenset(("rooms_for_area", "bathrooms_for_area"))


@dataclass(frozen=True)
class Inspection:
    """What an inspection found.

    ``estimate`` is what each listing should cost, in the currency of the table, by models that have not seen it; NaN
    where nothing can be said. ``residual`` is the logarithm of price over estimate, divided by the usual size of that
    error for such a home (learnt from the homes of the other folds; its robust standard deviation is 1).
    """

    findings: list[Finding]
    estimate: Numbers
    residual: Numbers


def inspect(
    frame: pd.DataFrame,
    *,
    area_unit: str = "m²",
    currency: str = "UF",
    kind: RowWord = "row",
    numbers: Codes | None = None,
    beside: Mapping[str, str] | None = None,
    words: Words = WORDS,
    progress: Progress | None = None,
) -> Inspection:
    """Find what looks wrong, and say what each listing should cost.

    Parameters
    ----------
    frame
        Listings with the columns of the contract; columns that are not there count as empty, others are not read.
    area_unit, currency
        The units of the table, for the messages. Prices in pesos are recognised where the currency is ``UF``.
    kind, numbers
        How messages name another row: by its number as a ``listing``, as a ``line`` of the file, or as a ``row``.
        Without numbers rows are counted from 0 by position.
    beside
        The columns that a client declares, by name with their roles: they tell homes apart.
    words
        Words for types and sectors that mean the same.
    progress
        Told the stage and the fraction done.

    Returns
    -------
    Inspection
        Findings by row, counted from 0 by position; a listing can have several. The order of the rows changes nothing
        but which of several equal rows counts as the first.
    """
    tell = progress or _silent
    if frame.empty:
        nothing = np.full(len(frame), np.nan)
        return Inspection([], nothing, nothing.copy())
    # More OpenMP threads than free cores spin instead of working.
    with threadpool_limits(1, user_api="openmp"):
        return _inspect(View.of(frame, area_unit, currency, kind, numbers, beside, words), tell)


def _inspect(view: View, tell: Progress) -> Inspection:
    money = mixed_currencies(view)
    estimates = Estimates(view, money, part_of(tell, 0, 0.6))
    estimate = np.exp(np.clip(estimates.expected[TARGET].centre, -50, 50))
    found = list(implausible_amounts(view, estimates, part_of(tell, 0.6, 0.75)))
    found += other_currency(view, money, estimate)
    tell(Message("Checking the rows …"), 0.75)
    found += repeated_homes(view, estimate, money.foreign)
    unlikely = {finding.row for finding in found if finding.column == _USABLE}
    for each in CHECKS:
        found += [finding for finding in each(view) if not (finding.check in _OF_THE_AREA and finding.row in unlikely)]
    found += coordinates(view, part_of(tell, 0.8, 1))
    residual = estimates.expected[TARGET].score(view.log(TARGET))
    findings = [replace(finding, row=int(view.origin[finding.row])) for finding in found]
    findings.sort(key=lambda finding: (finding.row, finding.check, finding.column or ""))
    tell(Message("Checking the rows …"), 1)
    return Inspection(findings, _in_file_order(estimate, view.origin), _in_file_order(residual, view.origin))


def check(
    frame: pd.DataFrame,
    *,
    area_unit: str = "m²",
    currency: str = "UF",
    kind: RowWord = "row",
    numbers: Codes | None = None,
    beside: Mapping[str, str] | None = None,
    words: Words = WORDS,
    progress: Progress | None = None,
) -> list[Finding]:
    """The findings of `inspect` on the rows of a file."""
    return inspect(
        frame,
        area_unit=area_unit,
        currency=currency,
        kind=kind,
        numbers=numbers,
        beside=beside,
        words=words,
        progress=progress,
    ).findings


def _in_file_order(values: Numbers, origin: Codes) -> Numbers:
    result = np.empty_like(values)
    result[origin] = values
    return result


def _silent(stage: Message, done: float) -> None:
    """Nobody asked."""
