"""Checks of areas, rooms and bathrooms against each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from pricing_core.listings.integrity.sentences import found
from pricing_core.listings.integrity.view import View, is_common
from pricing_core.nouns import Finding, Severity
from pricing_core.nouns.schema import BATHROOMS, BEDROOMS, TOTAL_AREA, USABLE_AREA

# How many robust spreads off is odd, and how many is wrong.
_ODD: Final = 6.5
_WRONG: Final = 8.5
# No room is smaller than 3 m², no home holds more than six of its plots: odd in any city.
_SMALLEST_ROOM: Final = {"m²": 3.0, "ft²": 32.0}
_MOST_STOREYS: Final = 6


def usable_larger_than_total(view: View) -> Iterator[Finding]:
    """Usable areas above the total; where storeys make that common for the type, only above six times the total."""
    usable, total = (view.allowed(name) for name in (USABLE_AREA, TOTAL_AREA))
    comparable = (usable > 0) & (total > 0)
    larger = comparable & (usable > total)
    ratio = np.exp(np.clip(view.log(USABLE_AREA) - view.log(TOTAL_AREA), -50, 50))
    for code in np.unique(view.type[larger]):
        of_type = view.type == code
        if is_common(larger[of_type & comparable]):
            larger &= ~of_type | (ratio > _MOST_STOREYS)
    for row in np.flatnonzero(larger):
        severity: Severity = "error" if ratio[row] > 1.1 else "warning"
        facts = {"usable": usable[row], "total": total[row], "unit": view.area_unit}
        yield found(row, "usable_larger_than_total", severity, "area.above_total", facts, None, USABLE_AREA)


def rooms_for_area(view: View) -> Iterator[Finding]:
    """Rooms that the usable area has no space for."""
    return _counted(view, BEDROOMS, "rooms_for_area")


def bathrooms_for_area(view: View) -> Iterator[Finding]:
    """Bathrooms that the usable area has no space for."""
    return _counted(view, BATHROOMS, "bathrooms_for_area")


def _counted(view: View, column: str, check: str) -> Iterator[Finding]:
    """Too many for the area; few in a large home is a matter of taste."""
    count, usable, unit = view.number(column), view.allowed(USABLE_AREA), view.area_unit
    each, usual = view.area_for(column)
    cramped = (count > 1) & (usable > 0) & (usable / _SMALLEST_ROOM.get(unit, 1.0) < count)
    odd = (count > 1) & (usual.score(each) <= -_ODD)
    for row in np.flatnonzero(cramped | odd):
        severity: Severity = "error" if cramped[row] or usual.score(each)[row] <= -_WRONG else "warning"
        facts = {
            "count": count[row],
            "rooms": column,
            "area": usable[row],
            "unit": unit,
            "each": np.exp(each[row]),
            "usual": np.exp(usual.centre[row]),
        }
        sentence = "rooms.alone" if np.isnan(usual.centre[row]) else "rooms.usual"
        yield found(row, check, severity, sentence, facts, None, column)
