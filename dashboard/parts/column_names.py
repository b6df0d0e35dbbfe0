"""What the columns are called on every page."""

from __future__ import annotations

from typing import Final

from dashboard.parts.text import t
from pricing_core import (
    AREAS,
    BATHROOMS,
    BEDROOMS,
    KIND,
    LATITUDE,
    LONGITUDE,
    SECTOR,
    TARGET,
    TOTAL_AREA,
    USABLE_AREA,
    marked,
)

_NAMES: Final = {
    KIND: marked("Type"),
    SECTOR: marked("Sector"),
    USABLE_AREA: marked("Usable area"),
    TOTAL_AREA: marked("Total area"),
    BEDROOMS: marked("Bedrooms"),
    BATHROOMS: marked("Bathrooms"),
    LATITUDE: marked("Latitude"),
    LONGITUDE: marked("Longitude"),
    TARGET: marked("Price"),
}


def column_name(name: str, area_unit: str = "") -> str:
    """The name of a column, with the unit of an area where one is given."""
    words = t(_NAMES[name])
    return f"{words} ({area_unit})" if area_unit and name in AREAS else words
