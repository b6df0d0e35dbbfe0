"""The names of the checks of listings in English."""

from __future__ import annotations

from typing import Final

CHECK_WORDS: Final[dict[str, str]] = {
    "check.area_factor_of_ten": "Area off by a factor of ten",
    "check.area_in_square_feet": "Area in square feet",
    "check.area_in_square_metres": "Area in square metres",
    "check.area_not_plausible": "Area not plausible for this home",
    "check.area_thousands_separator": "Thousands separator read wrongly in the area",
    "check.bathrooms_for_area": "Bathrooms unlike the area",
    "check.coordinates_far_from_sector": "Position far from its sector",
    "check.coordinates_sign_lost": "Sign of a coordinate lost",
    "check.coordinates_swapped": "Coordinates swapped",
    "check.coordinates_zero": "Position at zero",
    "check.duplicate": "Listed twice",
    "check.missing_value": "Missing value",
    "check.near_duplicate": "Listed nearly twice",
    "check.outside_limits": "Outside what is possible",
    "check.place_and_sector_disagree": "Position and sector disagree",
    "check.price_factor_of_ten": "Price off by a factor of ten",
    "check.price_in_dollars": "Price in US dollars",
    "check.price_in_pesos": "Price in pesos",
    "check.price_in_uf": "Price in UF",
    "check.price_not_plausible": "Price not plausible for this home",
    "check.price_per_area_of_neighbours": "Price per area unlike its neighbours",
    "check.price_thousands_separator": "Thousands separator read wrongly in the price",
    "check.rooms_for_area": "Bedrooms unlike the area",
    "check.same_home_other_price": "Same home at another price",
    "check.sector_garbage": "Sector that names no place",
    "check.sector_seen_once": "Sector named only once",
    "check.sector_spelling": "Sector spelled oddly",
    "check.type_spelling": "Type spelled oddly",
    "check.unusable_row": "Row that cannot be used",
    "check.usable_larger_than_total": "Usable area larger than total",
}
