"""What a finding says, in English and Spanish: sentences with places for the numbers and names of a listing."""

# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, SupportsInt

from pricing_core.listings.integrity.words import LANGUAGES, Writer
from pricing_core.nouns import Finding, Severity

_PRICE: Final = (
    "The price of {price:exact} {currency} is {ratio:times} the {expected:rounded} {currency} expected from {sector:peers}",
    "El precio de {price:exact} {currency} es {ratio:times} los {expected:rounded} {currency} que se esperan según {sector:peers}",
)
_AREA: Final = (
    "The {column:name} of {area:exact} {unit} is {ratio:times} the {expected:rounded} {unit} expected from {sector:peers}",
    "La {column:name} de {area:exact} {unit} es {ratio:times} los {expected:rounded} {unit} que se esperan según {sector:peers}",
)
_POINT: Final = (
    "The point {latitude:degrees}, {longitude:degrees} lies {off:rounded} km from the middle of the listings",
    "El punto {latitude:degrees}; {longitude:degrees} queda a {off:rounded} km del centro de las publicaciones",
)
_FAR: Final = (
    "The point lies {gap:rounded} km from the nearest listings of {sector}",
    "El punto queda a {gap:rounded} km de las publicaciones más cercanas de {sector}",
)
_CRAMPED: Final = (
    "{count:exact} {column:plural} in {area:exact} {unit} leave {each:rounded} {unit} for each",
    "{count:exact} {column:plural} en {area:exact} {unit} dejan {each:rounded} {unit} para cada uno",
)


def _ending(begin: tuple[str, str], english: str, spanish: str) -> tuple[str, str]:
    return begin[0] + english, begin[1] + spanish


_SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "cell.empty": ("The {column:name} is empty: fill it in.", "El {column:name} falta: complétalo."),
    "cell.no_area": (
        "Neither the usable nor the total area is known: give at least one, in {unit}.",
        "No se conoce la superficie útil ni la total: indica al menos una, en {unit}.",
    ),
    "cell.text": (
        "{column} holds {arrived!r}, which is no finite number: it must be {column:limits}.",
        "{column} contiene {arrived!r}, que no es un número finito: debe ser {column:limits}.",
    ),
    "cell.limits": (
        "{column} is {value:exact}{unit}: it must be {column:limits}.",
        "{column} es {value:exact}{unit}: debe ser {column:limits}.",
    ),
    "sector.spelling": (
        "The sector {name!r} is another spelling of {other!r}, the usual one (in {count:listings}).",
        "El sector {name!r} es otra forma de escribir {other!r}, la habitual (en {count:listings}).",
    ),
    "type.spelling": (
        "The type {name!r} is another spelling of {other!r}, the usual one (in {count:listings}).",
        "El tipo {name!r} es otra forma de escribir {other!r}, la habitual (en {count:listings}).",
    ),
    "sector.garbage": (
        "The sector {name!r} names no place: give the comuna, suburb or postal code.",
        "El sector {name!r} no nombra ningún lugar: indica la comuna, el barrio o el código postal.",
    ),
    "sector.once": (
        "The sector {name!r} is named only once, amid listings of {other!r}: is it a sector?",
        "El sector {name!r} aparece una sola vez, entre publicaciones de {other!r}: ¿es un sector?",
    ),
    "area.above_total": (
        "The usable area of {usable:exact} {unit} is larger than the total of {total:exact} {unit}, which should include it.",
        "La superficie útil de {usable:exact} {unit} es mayor que la total de {total:exact} {unit}, que debería incluirla.",
    ),
    "rooms.usual": _ending(
        _CRAMPED,
        ", where {usual:rounded} {unit} is usual: is the number wrong, or the area?",
        ", y lo habitual son {usual:rounded} {unit}: ¿está mal el número o la superficie?",
    ),
    "rooms.alone": _ending(_CRAMPED, ": is the number wrong, or the area?", ": ¿está mal el número o la superficie?"),
    "twin.same": (
        "This listing says the same as {other:other} in every column.",
        "Esta publicación dice lo mismo que {other:other} en todas las columnas.",
    ),
    "twin.near": (
        "This listing has the price, the place and the rooms of {other:other}, and areas that hardly differ: is it the same home?",
        "Esta publicación tiene el precio, el lugar y los dormitorios de {other:other}, y superficies que apenas difieren: ¿es la misma propiedad?",
    ),
    "twin.price": (
        "The same home asks {price:exact} {currency} here and {its:exact} {currency} in {other:other}: which price holds?",
        "La misma propiedad pide {price:exact} {currency} aquí y {its:exact} {currency} en {other:other}: ¿qué precio vale?",
    ),
    "price.odd": _ending(_PRICE, ".", "."),
    "price.other": _ending(_PRICE, ": it looks like {money:money}.", ": parece estar en {money:money}."),
    "price.power": _ending(_PRICE, ": was {meant:exact} meant?", ": ¿debía ser {meant:exact}?"),
    "price.thousands": _ending(
        _PRICE,
        ": was {meant:exact} meant (a thousands separator read wrongly)?",
        ": ¿debía ser {meant:exact} (un separador de miles mal leído)?",
    ),
    "price.neighbours": (
        "The price is {own:rounded} {currency} per {unit}, where the {count:exact} nearest listings of the type ask {middle:rounded} {currency} per {unit}.",
        "El precio es {own:rounded} {currency} por {unit}, y las {count:exact} publicaciones más cercanas del mismo tipo piden {middle:rounded} {currency} por {unit}.",
    ),
    "area.odd": _ending(_AREA, ".", "."),
    "area.power": _ending(_AREA, ": was {meant:exact} {unit} meant?", ": ¿debían ser {meant:exact} {unit}?"),
    "area.power_or_unit": _ending(
        _AREA,
        ": was {meant:exact} {unit} meant, or is it in {other_unit} ({converted:exact} {unit})?",
        ": ¿debían ser {meant:exact} {unit}, o está en {other_unit} ({converted:exact} {unit})?",
    ),
    "area.unit": _ending(
        _AREA,
        ": it looks like {other_unit}, which would be {converted:exact} {unit}.",
        ": parece estar en {other_unit}, que serían {converted:exact} {unit}.",
    ),
    "place.zero": (
        "Latitude and longitude are both 0, a point in the Atlantic: look the address up.",
        "La latitud y la longitud son 0, un punto en el Atlántico: busca la dirección.",
    ),
    "place.away": _ending(_POINT, ".", "."),
    "place.swapped": _ending(
        _POINT, ": latitude and longitude look exchanged.", ": la latitud y la longitud parecen intercambiadas."
    ),
    "place.sign": _ending(_POINT, ": a minus sign looks lost.", ": parece faltar un signo menos."),
    "place.far": (
        "The point lies {off:rounded} km from the middle of {sector}, where {usual:rounded} km is usual: wrong place, or wrong sector?",
        "El punto queda a {off:rounded} km del centro de {sector}, y lo habitual son {usual:rounded} km: ¿está mal el lugar o el sector?",
    ),
    "place.lonely": _ending(
        _FAR,
        ", and {anyone:rounded} km from those of any sector: wrong place?",
        ", y a {anyone:rounded} km de las de cualquier sector: ¿está mal el lugar?",
    ),
    "place.amid": _ending(
        _FAR,
        ", among listings of {other}: wrong place, or wrong sector?",
        ", entre publicaciones de {other}: ¿está mal el lugar o el sector?",
    ),
    "place.between": _ending(_FAR, ": wrong place, or wrong sector?", ": ¿está mal el lugar o el sector?"),
}


def found(
    row: SupportsInt,
    check: str,
    severity: Severity,
    sentence: str,
    facts: Mapping[str, Any],
    suggestion: Any = None,
    column: str | None = None,
) -> Finding:
    """A finding that says a sentence with the facts put in."""
    english, spanish = (
        Writer(language).vformat(words, (), facts)
        for language, words in zip(LANGUAGES, _SENTENCES[sentence], strict=True)
    )
    return Finding(int(row), check, severity, english, suggestion, column, spanish)
