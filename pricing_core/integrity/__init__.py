"""What looks wrong with a listing, and why: pure functions over a table of listings.

A check takes the `View` of the table and gives findings; `CHECKS` holds all of them. A figure is compared with those of
homes of the same type and sector, in robust statistics, so that errors do not hide each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pricing_core.integrity.cells import duplicate, missing_value, outside_limits, sector_spelling
from pricing_core.integrity.figures import (
    area_for_home,
    bathrooms_for_area,
    price_for_home,
    rooms_for_area,
    usable_larger_than_total,
)
from pricing_core.integrity.places import coordinates
from pricing_core.integrity.view import View
from pricing_core.nouns import Finding, Progress

Check = Callable[[View], Iterable[Finding]]

CHECKS: Final[tuple[Check, ...]] = (
    missing_value,
    outside_limits,
    sector_spelling,
    duplicate,
    coordinates,
    price_for_home,
    area_for_home,
    usable_larger_than_total,
    rooms_for_area,
    bathrooms_for_area,
)


def check(frame: pd.DataFrame, *, area_unit: str = "m²", currency: str = "UF") -> list[Finding]:
    """Find what looks wrong.

    Parameters
    ----------
    frame
        Listings with the columns of the contract; columns that are not there count as empty, others are not read.
    area_unit, currency
        The units of the table, for the messages. Prices in pesos are recognised where the currency is ``UF``.

    Returns
    -------
    list of Finding
        By row, counted from 0 by position. A listing can have several.
    """
    if frame.empty:
        return []
    view = View.of(frame, area_unit, currency)
    findings = [finding for each in CHECKS for finding in each(view)]
    return sorted(findings, key=lambda finding: finding.row)


@dataclass(frozen=True)
class Inspection:
    """Findings, and by row the price that the other rows foretell and what the asked one leaves over; NaN: unknown."""

    findings: list[Finding]
    estimate: NDArray[np.float64]
    residual: NDArray[np.float64]


def inspect(frame: pd.DataFrame, *, area_unit: str, currency: str, progress: Progress | None = None) -> Inspection:
    """Find what looks wrong, with the estimate and the residual of each price."""
    if progress is not None:
        progress("Checking", 0.0)
    unknown = np.full(len(frame), np.nan)
    return Inspection(check(frame, area_unit=area_unit, currency=currency), unknown, unknown)
