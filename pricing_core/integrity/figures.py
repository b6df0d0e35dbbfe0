"""What the findings about prices and areas say: which slip it looks like, and what was probably meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from pricing_core.integrity.blame import ODD, Suspect, suspects
from pricing_core.integrity.estimates import Estimates
from pricing_core.integrity.slips import SQUARE_FEET
from pricing_core.integrity.view import View
from pricing_core.integrity.words import exact, rounded, times
from pricing_core.nouns import Finding, Severity
from pricing_core.schema import TARGET

# How far from a whole power of ten, as a power of ten, a slip may seem: estimates err by this much at most.
_NEAR_POWER: Final = 0.35
_NEAREST_POWER: Final = 0.16
# Currencies in Chile: a UF was worth some 38,000 pesos and 40 US dollars in 2024 (Banco Central de Chile).
_CURRENCIES: Final = (
    ("UF", "price_in_pesos", 12_000, 120_000, "pesos"),
    ("UF", "price_in_dollars", 25, 62, "US dollars"),
    ("CLP", "price_in_uf", 1 / 120_000, 1 / 12_000, "UF"),
)
_NEIGHBOURS: Final = 8
_FAR_FROM_NEIGHBOURS: Final = 6.0
_LEAST_SPREAD: Final = 0.1


def figures(view: View, estimates: Estimates) -> Iterator[Finding]:
    """Prices and areas that are not plausible for the home; see `Suspect`."""
    for suspect in suspects(estimates):
        if suspect.name == TARGET:
            yield _price(view, suspect)
            yield from _beside_neighbours(view, estimates, suspect)
        else:
            yield _area(view, suspect)


def _price(view: View, suspect: Suspect) -> Finding:
    row, ratio = suspect.row, suspect.ratio
    price = float(view.number(TARGET)[row])
    message = (
        f"price {exact(price)} {view.currency} is {times(ratio)} the {rounded(price / ratio)} {view.currency} "
        f"expected from {view.peers(row)}"
    )
    power = power_of_ten(ratio)
    for currency, check, low, high, word in _CURRENCIES:
        if view.currency == currency and low <= ratio <= high and (power is None or check != "price_in_dollars"):
            return Finding(row, check, "error", f"{message}: it looks like {word}.", None, TARGET)
    if power is None:
        return Finding(row, "price_not_plausible", _severity(suspect), f"{message}.", None, TARGET)
    meant = clean(price / power)
    check = "price_thousands_separator" if power in (1000.0, 0.001) else "price_factor_of_ten"
    cause = " (a thousands separator read wrongly)" if power in (1000.0, 0.001) else ""
    return Finding(row, check, _severity(suspect), f"{message}: was {exact(meant)} meant{cause}?", meant, TARGET)


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
    per_area = estimates.logs[TARGET] - estimates.logs["net_usable_area"]
    theirs = per_area[nearest[nearest >= 0]]
    theirs = theirs[np.isfinite(theirs)]
    own = per_area[suspect.row]
    if len(theirs) < _NEIGHBOURS or not np.isfinite(own):
        return
    middle = float(np.median(theirs))
    spread = max(1.4826 * float(np.median(np.abs(theirs - middle))), _LEAST_SPREAD)
    if abs(own - middle) / spread >= _FAR_FROM_NEIGHBOURS:
        unit = f"{view.currency} per {view.area_unit}"
        message = (
            f"price is {rounded(np.exp(own))} {unit}, where the {len(theirs)} nearest listings of the type ask "
            f"{rounded(np.exp(middle))} {unit}."
        )
        yield Finding(suspect.row, "price_per_area_of_neighbours", "warning", message, None, TARGET)


def _area(view: View, suspect: Suspect) -> Finding:
    row, name, ratio, unit = suspect.row, suspect.name, suspect.ratio, view.area_unit
    area = float(view.number(name)[row])
    message = (
        f"{name} {exact(area)} {unit} is {times(ratio)} the {rounded(area / ratio)} {unit} "
        f"expected from {view.peers(row)}"
    )
    power = power_of_ten(ratio) if suspect.is_slip or abs(suspect.score) >= ODD else None
    other = {("m²", 10.0): ("area_in_square_feet", "ft²"), ("ft²", 0.1): ("area_in_square_metres", "m²")}.get(
        (unit, power or 0)
    )
    if power is None:
        return Finding(row, "area_not_plausible", _severity(suspect), f"{message}.", None, name)
    tenth = clean(area / power)
    converted = round(area / SQUARE_FEET if power > 1 else area * SQUARE_FEET, 1)
    if other and not float(area / power).is_integer() and _is_whole(converted, area, power):
        text = f"{message}: it looks like {other[1]}, which are {exact(converted)} {unit}."
        return Finding(row, other[0], _severity(suspect), text, converted, name)
    doubt = f", or is it in {other[1]} ({exact(converted)} {unit})" if other else ""
    text = f"{message}: was {exact(tenth)} {unit} meant{doubt}?"
    check = "area_thousands_separator" if power in (1000.0, 0.001) else "area_factor_of_ten"
    return Finding(row, check, _severity(suspect), text, tenth, name)


def _is_whole(converted: float, area: float, power: float) -> bool:
    """Whether the area is a whole number in the other unit: 1,356.3 ft² are 126 m², and 126 was measured."""
    exactly = area / SQUARE_FEET if power > 1 else area * SQUARE_FEET
    return abs(exactly - round(exactly)) < 5e-4 * max(exactly, 1) and round(converted) > 0
