"""What a finding says: sentences with places for the numbers and names of a listing."""

# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, SupportsInt

from pricing_core.nouns import Finding, Severity
from pricing_core.nouns.schema import COLUMN, called
from pricing_core.words import Fact, Message, marked, plural
from pricing_core.words.template import parsed

_SENTENCES: Final[Mapping[str, str]] = {
    "cell.empty": marked("The {called} is empty: fill it in."),
    "cell.no_area": marked("Neither the usable nor the total area is known: give at least one, in {unit}."),
    "cell.text": marked("{column} holds {arrived:quoted}, which is no finite number: it must be {limits}."),
    "cell.limits": marked("{column} is {value:exact}{unit}: it must be {limits}."),
    "sector.spelling": marked(
        "The sector {name:quoted} is another spelling of {other:quoted}, the usual one (in {listings})."
    ),
    "type.spelling": marked(
        "The type {name:quoted} is another spelling of {other:quoted}, the usual one (in {listings})."
    ),
    "name.encoding": marked("The {called} {name:quoted} was read in a wrong encoding: {other:quoted} is meant."),
    "name.lost": marked("The {called} {name:quoted} has lost a letter to a wrong encoding: write it out."),
    "sector.garbage": marked("The sector {name:quoted} names no place: give the comuna, suburb or postal code."),
    "sector.once": marked(
        "The sector {name:quoted} is named only once, amid listings of {other:quoted}: is it a sector?"
    ),
    "sector.amid": marked(
        "The sector {sector:quoted} does not fit the point, which lies among listings of {other}: wrong sector, or wrong place?"
    ),
    "sector.between": marked(
        "The sector {sector:quoted} does not fit the point, which lies {gap:distance} from its nearest listings: wrong sector, or wrong place?"
    ),
    "area.above_total": marked(
        "The usable area of {usable:exact} {unit} is larger than the total of {total:exact} {unit}, which should include it."
    ),
    "rooms.usual": marked(
        "{count:exact} {rooms} in {area:exact} {unit} leave {each:area unit} for each, where {usual:area unit} is usual: is the number wrong, or the area?"
    ),
    "rooms.alone": marked(
        "{count:exact} {rooms} in {area:exact} {unit} leave {each:area unit} for each: is the number wrong, or the area?"
    ),
    "rooms.none": marked(
        "The home has 0 {rooms} in {area:exact} {unit}: leave the number empty where it is not known."
    ),
    "twin.same": marked("This listing says the same as {twin} in every column."),
    "twin.near": marked(
        "This listing has the price, the place and the rooms of {twin}, and areas that hardly differ: is it the same home?"
    ),
    "twin.offers": marked(
        "This listing says the same of the home as {twin}, and differs in {columns:list}: is one home offered twice?"
    ),
    "twin.price": marked(
        "The same home asks {price:money currency} here and {its:money currency} in {twin}: which price holds?"
    ),
    "price.odd": marked(
        "The price of {price:money currency} is {ratio} the {expected:money currency} expected from {peers}."
    ),
    "price.other": marked(
        "The price of {price:money currency} is {ratio} the {expected:money currency} expected from {peers}: it looks like {money}."
    ),
    "price.other_few": marked(
        "The price of {price:money currency} looks like {money}: the other listings ask {usual:money currency} or so."
    ),
    "price.power": marked(
        "The price of {price:money currency} is {ratio} the {expected:money currency} expected from {peers}: was {meant:exact} meant?"
    ),
    "price.thousands": marked(
        "The price of {price:money currency} is {ratio} the {expected:money currency} expected from {peers}: was {meant:exact} meant (a thousands separator read wrongly)?"
    ),
    "price.neighbours": marked(
        "The price is {own:money currency} per {unit}, where the {count:integer} nearest listings of the type ask {middle:money currency} per {unit}."
    ),
    "area.odd": marked(
        "The {called} of {area:exact} {unit} is {ratio} the {expected:area unit} expected from {peers}."
    ),
    "area.power": marked(
        "The {called} of {area:exact} {unit} is {ratio} the {expected:area unit} expected from {peers}: was {meant:exact} {unit} meant?"
    ),
    "area.power_or_unit": marked(
        "The {called} of {area:exact} {unit} is {ratio} the {expected:area unit} expected from {peers}: was {meant:exact} {unit} meant, or is it in {other_unit} ({converted:exact} {unit})?"
    ),
    "area.thousands": marked(
        "The {called} of {area:exact} {unit} is {ratio} the {expected:area unit} expected from {peers}: was {meant:exact} {unit} meant (a thousands separator read wrongly)?"
    ),
    "area.unit": marked(
        "The {called} of {area:exact} {unit} is {ratio} the {expected:area unit} expected from {peers}: it looks like {other_unit}, which would be {converted:exact} {unit}."
    ),
    "place.zero": marked("Latitude and longitude are both 0, a point in the Atlantic: look the address up."),
    "place.away": marked(
        "The point {latitude:coordinate}, {longitude:coordinate} lies {off:distance} from the middle of the listings."
    ),
    "place.swapped": marked(
        "The point {latitude:coordinate}, {longitude:coordinate} lies {off:distance} from the middle of the listings: latitude and longitude look exchanged."
    ),
    "place.sign": marked(
        "The point {latitude:coordinate}, {longitude:coordinate} lies {off:distance} from the middle of the listings: a minus sign looks lost."
    ),
    "place.swapped_all": marked(
        "The point {latitude:coordinate}, {longitude:coordinate} lies far from where prices are in {currency}, as most points do: latitude and longitude look exchanged."
    ),
    "place.sign_all": marked(
        "The point {latitude:coordinate}, {longitude:coordinate} lies far from where prices are in {currency}, as most points do: a minus sign looks lost."
    ),
    "place.far": marked(
        "The point lies {off:distance} from the middle of {sector}, where {usual:distance} is usual: wrong place, or wrong sector?"
    ),
    "place.lonely": marked(
        "The point lies {gap:distance} from the nearest listings of {sector}, and {anyone:distance} from those of any sector: wrong place?"
    ),
    "place.amid": marked(
        "The point lies {gap:distance} from the nearest listings of {sector}, among listings of {other}: wrong place, or wrong sector?"
    ),
    "place.between": marked(
        "The point lies {gap:distance} from the nearest listings of {sector}: wrong place, or wrong sector?"
    ),
}
_MONEY: Final[Mapping[str, str]] = {"CLP": marked("pesos"), "USD": marked("US dollars")}


def found(
    row: SupportsInt,
    check: str,
    severity: Severity,
    sentence: str,
    facts: Mapping[str, Any],
    suggestion: Any = None,
    column: str | None = None,
) -> Finding:
    """A finding that says a sentence; facts that the sentence does not name are left out."""
    template = _SENTENCES[sentence]
    named: dict[str, Fact] = {
        name: _SAID[name](facts[name]) if name in _SAID else facts[name] for name in parsed(template).names
    }
    return Finding(int(row), check, severity, Message(template, **named), suggestion, column)


def _times(ratio: float) -> Message:
    """How large something is beside another, to two digits: ``9.8 times``, or as a part of it: ``13 % of``."""
    told = float(f"{ratio:.2g}")
    return Message("{ratio:number} times", ratio=told) if ratio >= 1 else Message("{share:percent} of", share=told)


def _peers(sector: str) -> Message:
    return Message("similar homes in {sector}", sector=sector) if sector else Message("similar homes")


def _twin(called: tuple[str, int]) -> Message:
    """Another listing by its number, by its line in the file, or else by its row."""
    kind, number = called
    if kind == "listing":
        return Message("listing {number}", number=number)
    if kind == "line":
        return Message("line {line:integer} of the file", line=number)
    return Message("row {number:integer} (counted from 0)", number=number)


def _listings(count: int) -> Message:
    return plural("{count:integer} listing", "{count:integer} listings", "count", count=count)


_SAID: Final[Mapping[str, Callable[[Any], Fact]]] = {
    "called": called,
    "rooms": called,
    "ratio": _times,
    "peers": _peers,
    "twin": _twin,
    "listings": _listings,
    "limits": lambda column: COLUMN[column].limits,
    "money": lambda currency: Message(_MONEY[currency]) if currency in _MONEY else currency,
}
"""Facts that are sentences of their own."""
