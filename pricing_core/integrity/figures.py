"""Checks of prices, areas and rooms against those of similar homes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from pricing_core.integrity.view import View, is_common
from pricing_core.integrity.words import exact, rounded, times
from pricing_core.nouns import Finding, Severity
from pricing_core.schema import AREAS, TARGET

# How many robust spreads off is odd, and how many is wrong; a slip of ten needs less, its size gives it away.
_ODD: Final = 6.5
_WRONG: Final = 8.5
_SLIP: Final = 5.5
_NEAR_POWER: Final = 0.16
_PESOS: Final = (12_000, 120_000)
# No room is smaller than 3 m², no home holds more than six of its plots: odd in any city.
_SMALLEST_ROOM: Final = {"m²": 3.0, "ft²": 32.0}
_MOST_STOREYS: Final = 6


def price_for_home(view: View) -> Iterator[Finding]:
    """Prices far from those of similar homes: ``price_factor_of_ten``, ``price_in_pesos`` or ``price_per_area``."""
    wanted, score = view.price
    ratio = np.exp(np.clip(view.log(TARGET) - wanted, -50, 50))
    for row in np.flatnonzero(np.abs(score) >= _SLIP):
        found = _price(view, int(row), float(ratio[row]), abs(float(score[row])))
        if found is not None:
            yield found


def _price(view: View, row: int, ratio: float, score: float) -> Finding | None:
    price = float(view.number(TARGET)[row])
    message = (
        f"price {exact(price)} {view.currency} is {times(ratio)} the {rounded(price / ratio)} {view.currency} "
        f"of {view.peers(row)}"
    )
    power = _power_of_ten(ratio)
    if view.currency == "UF" and _PESOS[0] <= ratio <= _PESOS[1]:
        return Finding(row, "price_in_pesos", "error", f"{message}: it looks like pesos.")
    if power is not None:
        suggestion = _clean(price / power)
        return Finding(row, "price_factor_of_ten", "error", f"{message}: was {exact(suggestion)} meant?", suggestion)
    severity = _severity(score)
    return None if severity is None else Finding(row, "price_per_area", severity, f"{message}.")


def _power_of_ten(ratio: float) -> float | None:
    """The slip of 10, 100 or 1,000 (or a part of that) that the ratio is near to."""
    power = round(np.log10(ratio))
    near = abs(np.log10(ratio) - power) <= _NEAR_POWER
    return float(10.0**power) if near and 1 <= abs(power) <= 3 else None


def _clean(value: float) -> float:
    return float(f"{value:.10g}")


def _severity(score: float) -> Severity | None:
    if score >= _WRONG:
        return "error"
    return "warning" if score >= _ODD else None


def area_for_home(view: View) -> Iterator[Finding]:
    """Areas far from those of similar homes: ``area_factor_of_ten`` or ``area_for_home``."""
    for column in AREAS:
        wanted, score = view.area(column)
        ratio = np.exp(np.clip(view.log(column) - wanted, -50, 50))
        for row in np.flatnonzero(np.abs(score) >= _SLIP):
            found = _area(view, column, int(row), float(ratio[row]), abs(float(score[row])))
            if found is not None:
                yield found


def _area(view: View, column: str, row: int, ratio: float, score: float) -> Finding | None:
    area, unit = float(view.number(column)[row]), view.area_unit
    message = f"{column} {exact(area)} {unit} is {times(ratio)} the {rounded(area / ratio)} {unit} of {view.peers(row)}"
    power = _power_of_ten(ratio)
    # A factor of 100 is more often real land than a slip.
    if power in {10, 0.1} and score >= _ODD:
        suggestion = _clean(area / power)
        # 1 m² is 10.8 ft²: too near to ten to tell the two slips apart.
        other = {("m²", 10): ", or is it in ft²", ("ft²", 0.1): ", or is it in m²"}.get((unit, power), "")
        message = f"{message}: was {exact(suggestion)} {unit} meant{other}?"
        return Finding(row, "area_factor_of_ten", "error", message, suggestion)
    severity = _severity(score)
    return None if severity is None else Finding(row, "area_for_home", severity, f"{message}.")


def usable_larger_than_total(view: View) -> Iterator[Finding]:
    """Usable areas above the total; where storeys make that common for the type, only above six times the total."""
    usable, total = (view.number(name) for name in AREAS)
    comparable = (usable > 0) & (total > 0)
    larger = comparable & (usable > total)
    ratio = np.divide(usable, total, where=larger, out=np.ones_like(usable))
    for code in np.unique(view.type[larger]):
        of_type = view.type == code
        if is_common(larger[of_type & comparable]):
            larger &= ~of_type | (ratio > _MOST_STOREYS)
    for row in np.flatnonzero(larger):
        severity: Severity = "error" if ratio[row] > 1.1 else "warning"
        message = (
            f"net_usable_area {exact(usable[row])} {view.area_unit} is larger than net_area "
            f"{exact(total[row])} {view.area_unit}, which should include it."
        )
        yield Finding(int(row), "usable_larger_than_total", severity, message)


def rooms_for_area(view: View) -> Iterator[Finding]:
    """Rooms that the usable area has no space for."""
    return _counted(view, "n_rooms", "rooms_for_area", "rooms")


def bathrooms_for_area(view: View) -> Iterator[Finding]:
    """Bathrooms that the usable area has no space for."""
    return _counted(view, "n_bathroom", "bathrooms_for_area", "bathrooms")


def _counted(view: View, column: str, check: str, word: str) -> Iterator[Finding]:
    """Too many for the area; few in a large home is a matter of taste."""
    count, usable, unit = view.number(column), view.number("net_usable_area"), view.area_unit
    each, usual = view.area_for(column)
    cramped = (count > 1) & (usable > 0) & (usable / _SMALLEST_ROOM.get(unit, 1.0) < count)
    odd = (count > 1) & (usual.score(each) <= -_ODD)
    for row in np.flatnonzero(cramped | odd):
        severity: Severity = "error" if cramped[row] or usual.score(each)[row] <= -_WRONG else "warning"
        typical = usual.centre[row]
        beside = "" if np.isnan(typical) else f", where {rounded(np.exp(typical))} {unit} for each is usual"
        space = f"{exact(count[row])} {word} in {exact(usable[row])} {unit} leave {rounded(np.exp(each[row]))} {unit}"
        message = f"{space} for each{beside}."
        yield Finding(int(row), check, severity, message)
