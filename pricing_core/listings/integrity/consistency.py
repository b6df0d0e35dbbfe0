"""Checks of areas, rooms and bathrooms against each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from pricing_core.listings.integrity.robust import group_quantiles
from pricing_core.listings.integrity.sentences import found
from pricing_core.listings.integrity.view import View, is_common
from pricing_core.nouns import Finding, Severity
from pricing_core.nouns.arrays import Numbers
from pricing_core.nouns.schema import BATHROOMS, BEDROOMS, TOTAL_AREA, USABLE_AREA

# How many robust spreads off is odd, and how many is wrong.
_ODD: Final = 6.5
_WRONG: Final = 8.5
# No room is smaller than 3 m², no home holds more than six of its plots: odd in any city.
_SMALLEST_ROOM: Final = {"m²": 3.0, "ft²": 32.0}
_MOST_STOREYS: Final = 6
# Without a bedroom, or a bathroom: odd from the area on that homes with two of them usually have.
_SOME: Final = 2
_FEWEST: Final = 8
_LARGE: Final = {"m²": 60.0, "ft²": 650.0}


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
    """Bedrooms that the usable area has no space for, and none at all in a large home."""
    yield from _counted(view, BEDROOMS, "rooms_for_area")
    yield from _none(view, BEDROOMS, "rooms_for_area")


def bathrooms_for_area(view: View) -> Iterator[Finding]:
    """The same of bathrooms."""
    yield from _counted(view, BATHROOMS, "bathrooms_for_area")
    yield from _none(view, BATHROOMS, "bathrooms_for_area")


def _none(view: View, column: str, check: str) -> Iterator[Finding]:
    """Not one in a home so large as those with two of them: the number is rather not known."""
    usable, count, unit = view.allowed(USABLE_AREA), view.number(column), view.area_unit
    usual = _area_of_some(view, usable, count)
    # An area that nobody measures in is in an unknown unit.
    odd = (count == 0) & (usable >= np.maximum(usual, _LARGE.get(unit, np.inf)))
    if is_common(odd):
        return
    for row in np.flatnonzero(odd):
        facts = {"rooms": column, "area": usable[row], "unit": unit, "usual": usual[row]}
        yield found(row, check, "warning", "rooms.none", facts, None, column)


def _area_of_some(view: View, usable: Numbers, count: Numbers) -> Numbers:
    """For each home the middle area of those of its type that have two, or of all such where they are few."""
    some = np.isfinite(usable) & (count == _SOME)
    groups = int(view.type.max(initial=0)) + 1
    (middle,), sizes = group_quantiles(usable[some], view.type[some], groups, (0.5,))
    whole = float(np.median(usable[some])) if some.sum() >= _FEWEST else 0.0
    return np.where(sizes >= _FEWEST, middle, whole)[view.type]


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
