"""What a template names: fields such as ``{count:integer}``, ``{price:money currency}`` or ``{names:list quoted}``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from string import Formatter
from typing import Final

NUMBER_KINDS: Final = frozenset(
    ("integer", "number", "exact", "signed", "percent", "points", "distance", "coordinate", "duration")
)
PLAIN_KINDS: Final = NUMBER_KINDS | {"date", "moment", "quoted", "name"}
UNIT_KINDS: Final = frozenset(("money", "area"))
"""Those followed by the name of another fact, which holds the unit."""
LIST_KINDS: Final = frozenset(("list", "choice"))
"""Those that may be followed by the kind of their items."""
JOINED_KINDS: Final = frozenset(("sentences", "clauses"))
SPOKEN: Final = "spoken"
"""A list of the same words in each language, in the order of `languages.LANGUAGES`: the reader's are written."""
_NAME: Final = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True)
class Field:
    """A place for a fact, and how it is written there.

    ``unit`` names the fact that holds the unit, ``item`` is how each item of a list is written.
    """

    name: str
    kind: str = ""
    unit: str = ""
    item: Field | None = None

    @property
    def names(self) -> frozenset[str]:
        """The facts that this place needs."""
        return frozenset(filter(None, (self.name, self.unit or (self.item.unit if self.item else ""))))


@dataclass(frozen=True)
class Template:
    """A text cut at its places: each part is some text and the place that follows it."""

    parts: tuple[tuple[str, Field | None], ...]

    @cached_property
    def fields(self) -> frozenset[Field]:
        """The places in it."""
        return frozenset(field for _, field in self.parts if field)

    @cached_property
    def names(self) -> frozenset[str]:
        """The facts that it needs."""
        return frozenset[str]().union(*(field.names for field in self.fields))


def parsed(text: str) -> Template:
    """Read a template.

    Raises
    ------
    ValueError
        Where a brace stands alone, or a field is no plain name with a known kind.
    """
    return _parsed(text) if "{" in text or "}" in text else Template(((text, None),))


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Template:
    try:
        parts = [
            (before, None if name is None else _field(name, conversion, spec or ""))
            for before, name, spec, conversion in Formatter().parse(text)
        ]
    except ValueError as error:
        raise ValueError(f"The template {text!r} cannot be read: {error}") from None
    return Template(tuple(parts))


def _field(name: str, conversion: str | None, spec: str) -> Field:
    if not _NAME.fullmatch(name) or conversion:
        raise ValueError(f"a field is a plain name such as {{count:integer}}, but {name!r} arrived")
    return _of_kind(name, spec.split())


def _of_kind(name: str, spec: list[str]) -> Field:
    kind, *rest = spec or [""]
    if kind in UNIT_KINDS and len(rest) == 1 and _NAME.fullmatch(rest[0]):
        return Field(name, kind, unit=rest[0])
    if kind in LIST_KINDS and (not rest or rest[0] in PLAIN_KINDS | UNIT_KINDS):
        return Field(name, kind, item=_of_kind(name, rest))
    if not rest and (not kind or kind in PLAIN_KINDS | JOINED_KINDS | {SPOKEN}):
        return Field(name, kind)
    known = ", ".join(sorted(PLAIN_KINDS | JOINED_KINDS | {SPOKEN}))
    raise ValueError(
        f"{' '.join(spec)!r} says not how {name} is written: allowed are {known}, money or area with the fact that "
        "holds the unit, and list or choice with or without the kind of the items"
    )
