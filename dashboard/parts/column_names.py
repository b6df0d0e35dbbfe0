"""What the columns are called on every page."""

from __future__ import annotations

from dashboard.parts.text import in_words
from dashboard.state import settings
from pricing_core import AREAS, called


def column_name(name: str, area_unit: str = "") -> str:
    """The name of a column, with the unit of an area where one is given, and with that of a declared column."""
    declared = settings().columns
    words = in_words(called(name, declared))
    title = words[:1].upper() + words[1:]
    unit = declared[name].unit if name in declared else area_unit if name in AREAS else ""
    return f"{title} ({unit})" if unit else title
