"""The languages in which Tasador speaks, and how each writes numbers and dates."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from babel import Locale

Language = Literal["en", "es"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "es")
LOCALES: Final[Mapping[Language, str]] = {"en": "en_GB", "es": "es_CL"}
"""What Babel calls them. British English names the month (30 Nov 2026), so that no day is mistaken for another on the
other side of an ocean; Spanish is that of Chile, with 16.173,5 and 30-11-2026."""

NOTHING: Final = "–"
"""How a fact is written that is not known."""


@cache
def locale(language: Language) -> Locale:
    """What Babel knows of how that language is written."""
    from babel import Locale

    return Locale.parse(LOCALES[language])


def spoken(wanted: str | None, default: Language = "en") -> Language:
    """The language to answer in.

    Parameters
    ----------
    wanted
        A language tag, such as ``es-CL``, or a whole ``Accept-Language`` header; the first that is spoken wins.
    default
        What is spoken where none of them is.
    """
    ranked = sorted(enumerate((wanted or "")[:1000].split(",")), key=lambda each: (-_weight(each[1]), each[0]))
    for _, tag in ranked:
        for language in LANGUAGES:
            if tag.strip().lower().replace("_", "-").split(";")[0].split("-")[0] == language and _weight(tag) > 0:
                return language
    return default


def _weight(tag: str) -> float:
    """The ``q`` of one entry of the header: 1 where it is not given, 0 where it cannot be read."""
    _, sign, given = tag.partition(";q=")
    try:
        return float(given) if sign else 1.0
    except ValueError:
        return 0.0
