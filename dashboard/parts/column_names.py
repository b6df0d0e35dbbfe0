"""What the columns are called on every page."""

from __future__ import annotations

from typing import Final

from dashboard.parts.text import t
from pricing_core import AREAS, marked

_NAMES: Final = {
    "type": marked("Type"),
    "sector": marked("Sector"),
    "net_usable_area": marked("Usable area"),
    "net_area": marked("Total area"),
    "n_rooms": marked("Bedrooms"),
    "n_bathroom": marked("Bathrooms"),
    "latitude": marked("Latitude"),
    "longitude": marked("Longitude"),
    "price": marked("Price"),
}


def column_name(name: str, area_unit: str = "") -> str:
    """The name of a column, with the unit of an area where one is given."""
    words = t(_NAMES[name])
    return f"{words} ({area_unit})" if area_unit and name in AREAS else words
