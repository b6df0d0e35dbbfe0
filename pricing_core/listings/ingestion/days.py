"""Days as people and programs write them."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

_DAY_FIRST: Final = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[ T].*)?")
_ISO: Final = re.compile(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?:[ T].*)?")


def read_day(text: str) -> date | None:
    """A day as 2026-11-23, 20261123 or, day first, 23/11/2026; ``None`` where a text is none."""
    clean = text.strip()
    iso = _ISO.fullmatch(clean)
    found = iso or _DAY_FIRST.fullmatch(clean)
    if found is None:
        return None
    first, second, third = (int(part) for part in found.groups())
    try:
        return date(first, second, third) if iso else date(third, second, first)
    except ValueError:
        return None
