"""Sentences in other languages, from one GNU gettext catalogue a language; English is the source text.

The ``.po`` file itself is read, once a process and only where its language is spoken: no compiled copy can be stale.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pricing_core.words.languages import Language

if TYPE_CHECKING:
    from gettext import NullTranslations

DOMAIN: Final = "tasador"
FOLDER: Final = Path(__file__).parent / "locale"


def marked(text: str) -> str:
    """The text itself; marks a template that stands in a table for the catalogue."""
    return text


def translated(language: Language, text: str, context: str | None = None) -> str:
    """The text in that language, or as it stands where it has none."""
    if language == "en" or not text:  # gettext keeps its header under the empty text
        return text
    known = translations(language)
    return known.gettext(text) if context is None else known.pgettext(context, text)


def translated_plural(language: Language, one: str, many: str, count: int, context: str | None = None) -> str:
    """The form for that count in that language."""
    known = translations(language)
    return known.ngettext(one, many, count) if context is None else known.npgettext(context, one, many, count)


@cache
def translations(language: Language) -> NullTranslations:
    """The catalogue of a language; English needs none."""
    from gettext import GNUTranslations, NullTranslations

    if language == "en":
        return NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with (FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=language, domain=DOMAIN))
    compiled.seek(0)
    return GNUTranslations(compiled)
