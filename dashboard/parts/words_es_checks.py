"""The names of the checks of listings in Spanish."""

from __future__ import annotations

from typing import Final

CHECK_WORDS: Final[dict[str, str]] = {
    "check.area_factor_of_ten": "Superficie errada por un factor de diez",
    "check.area_in_square_feet": "Superficie en pies cuadrados",
    "check.area_in_square_metres": "Superficie en metros cuadrados",
    "check.area_not_plausible": "Superficie poco verosímil para esta propiedad",
    "check.area_thousands_separator": "Separador de miles mal leído en la superficie",
    "check.bathrooms_for_area": "Baños inusuales para la superficie",
    "check.coordinates_far_from_sector": "Posición lejos de su sector",
    "check.coordinates_sign_lost": "Coordenada sin su signo",
    "check.coordinates_swapped": "Coordenadas invertidas",
    "check.coordinates_zero": "Posición en cero",
    "check.duplicate": "Publicación repetida",
    "check.missing_value": "Falta un valor",
    "check.near_duplicate": "Publicación casi repetida",
    "check.outside_limits": "Fuera de lo posible",
    "check.place_and_sector_disagree": "Posición y sector no concuerdan",
    "check.price_factor_of_ten": "Precio errado por un factor de diez",
    "check.price_in_dollars": "Precio en dólares",
    "check.price_in_pesos": "Precio en pesos",
    "check.price_in_uf": "Precio en UF",
    "check.price_not_plausible": "Precio poco verosímil para esta propiedad",
    "check.price_per_area_of_neighbours": "Precio por superficie distinto al de sus vecinos",
    "check.price_thousands_separator": "Separador de miles mal leído en el precio",
    "check.rooms_for_area": "Dormitorios inusuales para la superficie",
    "check.same_home_other_price": "Misma propiedad con otro precio",
    "check.sector_garbage": "Sector que no nombra ningún lugar",
    "check.sector_seen_once": "Sector nombrado una sola vez",
    "check.sector_spelling": "Sector mal escrito",
    "check.type_spelling": "Tipo mal escrito",
    "check.unusable_row": "Fila que no se puede usar",
    "check.usable_larger_than_total": "Superficie útil mayor que la total",
}
