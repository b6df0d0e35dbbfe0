"""What the findings about prices and areas say: which slip it looks like, and what was probably meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from scipy.stats import median_abs_deviation

from pricing_core.listings.integrity.blame import ODD, Suspect, suspects
from pricing_core.listings.integrity.currencies import OTHERS, Currencies
from pricing_core.listings.integrity.estimates import Estimates
from pricing_core.listings.integrity.sentences import found
from pricing_core.listings.integrity.slips import SQUARE_FEET
from pricing_core.listings.integrity.view import View
from pricing_core.nouns import Finding, Progress, Severity
from pricing_core.nouns.arrays import Numbers
from pricing_core.nouns.schema import TARGET, TOTAL_AREA, USABLE_AREA

# How far from a whole power of ten, as a power of ten, a slip may seem: estimates err by this much at most.
_NEAR_POWER: Final = 0.35
_NEAREST_POWER: Final = 0.16
_NEAR_THOUSAND: Final = 1.0
# Total areas so many times off are slips of ten or feet for metres, even where the sector has a few such lots.
_TENFOLD: Final = (4.5, 25.0)
_SOME_LOTS: Final = 2
_LIKE: Final = 0.35
_NEIGHBOURS: Final = 8
_FAR_FROM_NEIGHBOURS: Final = 6.0
_LEAST_SPREAD: Final = 0.1


def implausible_amounts(view: View, estimates: Estimates, progress: Progress) -> Iterator[Finding]:
    """Prices and areas that are not plausible for the home; see `Suspect`."""
    lots = Lots(view)
    for suspect in suspects(estimates, progress):
        if suspect.name == TOTAL_AREA and lots.are_usual(suspect):
            continue
        if suspect.name != TARGET:
            yield _area(view, suspect)
        elif not estimates.money.foreign[suspect.row]:
            yield _price(view, suspect)
            yield from _beside_neighbours(view, estimates, suspect)


class Lots:
    """The total areas of each sector's homes of a type, in order."""

    def __init__(self, view: View) -> None:
        self._log, self._code = view.log(TOTAL_AREA), view.levels[0]
        order = np.lexsort((self._log, self._code))
        self._ordered, codes = self._log[order], self._code[order]
        groups = np.arange(int(self._code.max(initial=0)) + 2)
        self._start = np.searchsorted(codes, groups)

    def are_usual(self, suspect: Suspect) -> bool:
        """Whether others of the type and sector have such a lot, as in semi-rural places, and it is no usual slip."""
        times = max(suspect.ratio, 1 / suspect.ratio)
        is_slip = _TENFOLD[0] <= times <= _TENFOLD[1] or power_of_ten(suspect.ratio) in (1000.0, 0.001)
        return not is_slip and self._like(suspect.row) >= _SOME_LOTS

    def _like(self, row: int) -> int:
        first, last = self._start[self._code[row] : self._code[row] + 2]
        within = np.searchsorted(self._ordered[first:last], self._log[row] + np.array([-_LIKE, _LIKE]))
        return int(within[1] - within[0]) - 1


def other_currency(view: View, money: Currencies, estimate: Numbers) -> Iterator[Finding]:
    """``price_in_pesos`` and its like: prices that lie where those in another currency would."""
    for row in np.flatnonzero(money.foreign):
        other, price = money.others[money.which[row]], float(view.number(TARGET)[row])
        facts = {"price": price, "money": other.code, "currency": view.currency, "peers": view.peers(int(row))}
        expected = float(estimate[row])
        if np.isfinite(expected):
            facts |= {"ratio": price / expected, "expected": expected}
            yield found(row, other.check, "error", "price.other", facts, None, TARGET)
        else:
            usual = float(np.exp(np.nanmedian(view.log(TARGET)[~money.foreign])))
            yield found(row, other.check, "error", "price.other_few", facts | {"usual": usual}, None, TARGET)


def _price(view: View, suspect: Suspect) -> Finding:
    row, ratio = suspect.row, suspect.ratio
    price = float(view.number(TARGET)[row])
    facts = {
        "price": price,
        "ratio": ratio,
        "expected": price / ratio,
        "currency": view.currency,
        "peers": view.peers(row),
    }
    power = 0.001 if _is_misread(view, TARGET, price, ratio) else power_of_ten(ratio)
    for money in OTHERS.get(view.currency, ()):
        if money.low <= ratio <= money.high and (power is None or money.is_far):
            return found(row, money.check, "error", "price.other", facts | {"money": money.code}, None, TARGET)
    if power is None:
        return found(row, "price_not_plausible", _severity(suspect), "price.odd", facts, None, TARGET)
    meant, thousands = clean(price / power), power in (1000.0, 0.001)
    check = "price_thousands_separator" if thousands else "price_factor_of_ten"
    sentence = "price.thousands" if thousands else "price.power"
    return found(row, check, _severity(suspect), sentence, facts | {"meant": meant}, meant, TARGET)


def _severity(suspect: Suspect) -> Severity:
    return "error" if suspect.is_sure else "warning"


def power_of_ten(ratio: float) -> float | None:
    """The slip of 10, 100 or 1,000 (or a part of that) that the ratio is near to."""
    power = round(np.log10(ratio))
    near = _NEAR_POWER if abs(power) == 1 else _NEAREST_POWER
    return float(10.0**power) if abs(np.log10(ratio) - power) <= near and 1 <= abs(power) <= 3 else None


def _is_misread(view: View, name: str, value: float, ratio: float) -> bool:
    """Whether a thousands mark was read as a decimal one: 2.8 among whole numbers was 2.800, which lost its zeros."""
    is_thousands = 0 < value < 1000 and value % 1 != 0 and clean(1000 * value).is_integer()
    return is_thousands and view.is_mostly_whole(name) and abs(np.log10(ratio) + 3) <= _NEAR_THOUSAND


def clean(value: float) -> float:
    """A number without the traces of its calculation."""
    return float(f"{value:.10g}")


def _beside_neighbours(view: View, estimates: Estimates, suspect: Suspect) -> Iterator[Finding]:
    """The price per area, where the nearest listings of the type agree with each other and not with it."""
    nearest = estimates.nearest[suspect.row]
    per_area = estimates.logs[TARGET] - estimates.logs[USABLE_AREA]
    theirs = per_area[nearest[nearest >= 0]]
    theirs = theirs[np.isfinite(theirs)]
    own = per_area[suspect.row]
    if len(theirs) < _NEIGHBOURS or not np.isfinite(own):
        return
    middle = float(np.median(theirs))
    spread = max(float(median_abs_deviation(theirs, scale="normal")), _LEAST_SPREAD)
    if abs(own - middle) / spread >= _FAR_FROM_NEIGHBOURS:
        facts = {
            "own": np.exp(own),
            "middle": np.exp(middle),
            "count": len(theirs),
            "currency": view.currency,
            "unit": view.area_unit,
        }
        yield found(suspect.row, "price_per_area_of_neighbours", "warning", "price.neighbours", facts, None, TARGET)


def _area(view: View, suspect: Suspect) -> Finding:
    row, name, ratio, unit = suspect.row, suspect.name, suspect.ratio, view.area_unit
    area = float(view.number(name)[row])
    facts = {
        "called": name,
        "area": area,
        "ratio": ratio,
        "expected": area / ratio,
        "unit": unit,
        "peers": view.peers(row),
    }
    power = power_of_ten(ratio) if suspect.is_slip or abs(suspect.score) >= ODD else None
    if _is_misread(view, name, area, ratio):
        meant = clean(1000 * area)
        facts |= {"meant": meant}
        return found(row, "area_thousands_separator", _severity(suspect), "area.thousands", facts, meant, name)
    other = {("m²", 10.0): ("area_in_square_feet", "ft²"), ("ft²", 0.1): ("area_in_square_metres", "m²")}.get(
        (unit, power or 0)
    )
    if power is None:
        return found(row, "area_not_plausible", _severity(suspect), "area.odd", facts, None, name)
    meant = clean(area / power)
    converted = round(area / SQUARE_FEET if power > 1 else area * SQUARE_FEET, 1)
    facts |= {"meant": meant, "converted": converted, "other_unit": other[1] if other else ""}
    if other and not float(area / power).is_integer() and _is_whole(converted, area, power):
        return found(row, other[0], _severity(suspect), "area.unit", facts, converted, name)
    if view.is_whole(name) and not meant.is_integer():
        # A digit too many leaves a whole number: 107,421.8 was not meant where all areas are whole.
        return found(row, "area_not_plausible", _severity(suspect), "area.odd", facts, None, name)
    check = "area_thousands_separator" if power in (1000.0, 0.001) else "area_factor_of_ten"
    return found(row, check, _severity(suspect), "area.power_or_unit" if other else "area.power", facts, meant, name)


def _is_whole(converted: float, area: float, power: float) -> bool:
    """Whether the area is a whole number in the other unit: 1,356.3 ft² are 126 m², and 126 was measured."""
    exactly = area / SQUARE_FEET if power > 1 else area * SQUARE_FEET
    return abs(exactly - round(exactly)) < 5e-4 * max(exactly, 1) and round(converted) > 0
