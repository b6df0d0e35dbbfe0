"""What the columns are called on every page."""

from __future__ import annotations

from dashboard.parts.text import in_words
from pricing_core import AREAS, COLUMN


def column_name(name: str, area_unit: str = "") -> str:
    """The name of a column, with the unit of an area where one is given."""
    words = in_words(COLUMN[name].called)
    title = words[:1].upper() + words[1:]
    return f"{title} ({area_unit})" if area_unit and name in AREAS else title
