"""How each kind of fact is written into a sentence. A fact that does not fit its kind is written as it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Final, Literal, TypeGuard

from pricing_core.words import dates, numbers
from pricing_core.words.catalogue import marked
from pricing_core.words.languages import LANGUAGES, NOTHING, Language, locale
from pricing_core.words.template import SPOKEN, Field, Template

_LONGEST_QUOTE: Final = 80
_LONGEST_NAME: Final = 120

# Before its own sound, Spanish says "e" for "y" and "u" for "o": Ñuñoa e Independencia.
_CLASHING: Final = {
    "standard": re.compile(r"\W*h?[ií](?![aeo])", re.IGNORECASE),
    "or": re.compile(r"\W*h?[oó]", re.IGNORECASE),
}

_NUMERIC: Final[Mapping[str, Callable[[float, Language], str]]] = {
    "integer": numbers.integer,
    "number": numbers.number,
    "exact": numbers.exact,
    "signed": numbers.signed,
    "percent": numbers.percent,
    "points": numbers.points,
    "distance": numbers.distance,
    "coordinate": numbers.coordinate,
    "duration": dates.duration,
}
_WITH_UNIT: Final[Mapping[str, Callable[[float, str, Language], str]]] = {"money": numbers.money, "area": numbers.area}


@dataclass(frozen=True)
class Voice:
    """In which language, on whose clock; ``say`` puts a sentence within a sentence into words."""

    language: Language
    zone: tzinfo | None
    say: Callable[[object], str]
    translate: Callable[[str], str]

    def fill(self, template: Template, facts: Mapping[str, object]) -> str:
        """The template with its facts; what a fact holds is never read as a template."""
        return "".join(before + (self.write(field, facts) if field else "") for before, field in template.parts)

    def write(self, field: Field, facts: Mapping[str, object]) -> str:
        """One fact in its place."""
        value = facts[field.name]
        if field.item is not None:
            return self._list(field, facts)
        if field.kind == SPOKEN and isinstance(value, tuple) and len(value) == len(LANGUAGES):
            return self._plain(value[LANGUAGES.index(self.language)])
        if field.kind in ("sentences", "clauses"):
            parts = value if isinstance(value, tuple) else (value,)
            return (" " if field.kind == "sentences" else "; ").join(map(self._plain, parts))
        if field.unit:
            return self._with_unit(field.kind, value, facts[field.unit])
        return self._one(field.kind, value)

    def _one(self, kind: str, value: object) -> str:
        if kind in _NUMERIC and _is_number(value):
            return _NUMERIC[kind](value, self.language)
        if kind == "date" and isinstance(value, date):
            local = dates.on_clock(value, self.zone or UTC) if isinstance(value, datetime) else value
            return dates.day(local, self.language)
        if kind == "quoted" and value is not None and not self._is_sentence(value):
            return quoted(value)
        if kind == "name" and isinstance(value, str):
            return one_line(value, _LONGEST_NAME) or NOTHING
        return self._plain(value)

    def _plain(self, value: object) -> str:
        """A fact without a kind: names and numbers of things stand as they are."""
        if isinstance(value, bool):
            return self.translate(marked("yes") if value else marked("no"))
        if isinstance(value, str | int):
            return one_line(str(value))
        if isinstance(value, float):
            return numbers.number(value, self.language)
        if isinstance(value, tuple):
            return self._joined([self._plain(each) for each in value], "standard")
        return self._time(value) if value is None or isinstance(value, date) else self.say(value)

    def _time(self, value: date | None) -> str:
        if isinstance(value, datetime):
            return dates.moment(value, self.language, self.zone)
        return dates.day(value, self.language)

    def _with_unit(self, kind: str, value: object, unit: object) -> str:
        name = self._plain(unit)
        return _WITH_UNIT[kind](value, name, self.language) if _is_number(value) else self._plain(value)

    def _list(self, field: Field, facts: Mapping[str, object]) -> str:
        value = facts[field.name]
        items = value if isinstance(value, tuple) else (value,)
        item = field.item or Field(field.name)
        written = [self.write(item, {**facts, field.name: each}) for each in items]
        return self._joined(written, "or" if field.kind == "choice" else "standard")

    def _joined(self, written: list[str], style: Literal["standard", "or"]) -> str:
        from babel.lists import format_list

        if not written:
            return NOTHING
        joined = format_list(written, style=style, locale=locale(self.language))
        if self.language == "es" and len(written) > 1 and _CLASHING[style].match(written[-1]):
            end = f" {'y' if style == 'standard' else 'o'} {written[-1]}"
            joined = f"{joined.removesuffix(end)} {'e' if style == 'standard' else 'u'} {written[-1]}"
        return joined

    @staticmethod
    def _is_sentence(value: object) -> bool:
        return not isinstance(value, str | int | float | date | tuple)


def quoted(value: object) -> str:
    """What arrived, between quotation marks, on one line and not too long: ``'a.csv'``."""
    text = str(value)
    return repr(text if len(text) <= _LONGEST_QUOTE else f"{text[: _LONGEST_QUOTE - 1]}…")


def one_line(text: str, longest: int | None = None) -> str:
    """A text from outside without line breaks and without characters that cannot be seen."""
    plain = text if text.isprintable() else "".join(each if each.isprintable() else " " for each in text).strip()
    return plain if longest is None or len(plain) <= longest else f"{plain[: longest - 1]}…"


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
