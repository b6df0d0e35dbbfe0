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
from pricing_core.nouns.schema import TARGET, USABLE_AREA

# How far from a whole power of ten, as a power of ten, a slip may seem: estimates err by this much at most.
_NEAR_POWER: Final = 0.35
_NEAREST_POWER: Final = 0.16
_NEIGHBOURS: Final = 8
_FAR_FROM_NEIGHBOURS: Final = 6.0
_LEAST_SPREAD: Final = 0.1


def implausible_amounts(view: View, estimates: Estimates, progress: Progress) -> Iterator[Finding]:
    """Prices and areas that are not plausible for the home; see `Suspect`."""
    for suspect in suspects(estimates, progress):
        if suspect.name != TARGET:
            yield _area(view, suspect)
        elif not estimates.money.foreign[suspect.row]:
            yield _price(view, suspect)
            yield from _beside_neighbours(view, estimates, suspect)


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
    power = power_of_ten(ratio)
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
