"""Columns that a client declares beside those of the core, and what a value of one may be."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Final, Literal, get_args

from pricing_core.errors import InputError
from pricing_core.nouns.declared_text import as_date, as_number, as_year, as_yes_or_no
from pricing_core.nouns.names import cleaned, folded
from pricing_core.words import LANGUAGES, Language, Message

DeclaredRole = Literal["number", "count", "year", "yes/no", "category", "date"]
DECLARED_ROLES: Final[tuple[DeclaredRole, ...]] = get_args(DeclaredRole)
DeclaredValue = str | bool | int | float
"""What a home has in a declared column; a date is the text of its ISO 8601 form, as JSON and databases keep it."""
Words = Mapping[Language, str]
Synonyms = Mapping[str, tuple[str, ...]]
"""Further words for a name, by the name."""
Roles = Mapping[str, DeclaredRole]
"""The roles of declared columns by their names, in order."""

LISTED_ON, SOLD_ON = "listed_on", "sold_on"
"""Two dates that are known by what they mean."""

LONGEST_NAME: Final = 120
_MEASURED: Final = ("number", "count", "year")
USUAL_LIMITS: Final[Mapping[DeclaredRole, tuple[float, float]]] = {"count": (0.0, 1_000.0), "year": (1_000.0, 2_200.0)}
"""Those of a role where a column declares none of its own."""
_LARGEST: Final = 1e15


@dataclass(frozen=True)
class DeclaredColumn:
    """One column that a client declares.

    ``label`` and ``help`` are what people call it and what it means, by language; ``headers`` are further names that a
    file may give it. Limits of a date are dates in ISO 8601. ``synonyms`` are further words for names of a category.
    ``ask`` says whether the form asks for it, ``model`` whether a model may use it.
    """

    name: str
    role: DeclaredRole
    label: Words
    help: Words
    unit: str = ""
    minimum: float | str | None = None
    maximum: float | str | None = None
    headers: tuple[str, ...] = ()
    ask: bool = True
    model: bool = True
    synonyms: Synonyms = field(default_factory=dict)

    @property
    def called(self) -> Message:
        """What people call it."""
        return Message.spoken(self.label)

    @property
    def description(self) -> Message:
        """What it means; nothing where the client does not say."""
        return Message.spoken(self.help) if any(self.help.values()) else Message.verbatim("")

    @property
    def is_measured(self) -> bool:
        """Whether it holds numbers: a number, a count or a year."""
        return self.role in _MEASURED

    def allows(self, value: DeclaredValue) -> bool:
        """Whether a value of the right kind lies within the limits."""
        least, most = self.minimum, self.maximum
        if self.role == "date":
            return (least is None or str(value) >= str(least)) and (most is None or str(value) <= str(most))
        if not self.is_measured:
            return True
        number = float(value)
        return (least is None or number >= float(least)) and (most is None or number <= float(most))

    @property
    def wanted(self) -> Message:
        """What a value must be, in words: ``a count, at least 0 and at most 20``."""
        kinds: Mapping[DeclaredRole, Message] = {
            "number": Message("a number"),
            "count": Message("a count"),
            "year": Message("a year of four digits"),
            "yes/no": Message("yes or no"),
            "category": Message("a name of 1 to {most} characters", most=LONGEST_NAME),
            "date": Message("a date such as 2024-03-31 or 31-03-2024"),
        }
        limits = self._limits
        return kinds[self.role] if limits is None else Message("{kind}, {limits}", kind=kinds[self.role], limits=limits)

    @property
    def _limits(self) -> Message | None:
        low, high = (None if limit is None else self._written(limit) for limit in (self.minimum, self.maximum))
        if low is None:
            return None if high is None else Message("at most {most}", most=high)
        least = Message("at least {least}", least=low)
        return least if high is None else Message("{low} and at most {most}", low=least, most=high)

    def _written(self, limit: float | str) -> str | Message:
        if isinstance(limit, str) or self.role == "year":
            return str(limit) if isinstance(limit, str) else f"{limit:.0f}"
        return Message("{limit:exact}", limit=limit)

    def read(self, value: object) -> DeclaredValue | None:
        """A value as it is kept; empty text, NaN and ``None`` are not known.

        Raises
        ------
        ValueError
            With a `Message` that says what is wanted and what arrived.
        """
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return None
        if isinstance(value, str) and not cleaned(value):
            return None
        if value != value:  # noqa: PLR0124 - what pandas has for a moment that is not known
            return None
        found = self.kind_of(value)
        if found is None or not self.allows(found):
            raise ValueError(
                Message(
                    "{column} must be {wanted}, but {arrived} arrived.",
                    column=self.name,
                    wanted=self.wanted,
                    arrived=_shown(value),
                )
            )
        return found

    def meant(self, value: DeclaredValue) -> DeclaredValue:
        """The declared name that a value is a word for; any other value is the same."""
        return self._names.get(folded(value), value) if self.synonyms and isinstance(value, str) else value

    @cached_property
    def _names(self) -> Mapping[str, str]:
        return {folded(word): name for name, words in self.synonyms.items() for word in (name, *words)}

    def kind_of(self, value: object) -> DeclaredValue | None:
        """A value as this role keeps it, ``None`` for one of another kind."""
        if self.role == "yes/no":
            return as_yes_or_no(value)
        if self.role == "date":
            return as_date(value)
        if self.role == "category":
            return _as_name(value)
        if self.role == "year":
            return as_year(value)
        number = as_number(value)
        return None if number is None or abs(number) > _LARGEST else number


def _as_name(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    name = cleaned(str(value))
    printable = all(sign.isprintable() for sign in name)
    return name if name and printable and len(name) <= LONGEST_NAME else None


def _shown(value: object) -> str:
    arrived = value.isoformat() if isinstance(value, date | datetime) else repr(value)
    return arrived if len(arrived) <= 60 else f"{arrived[:57]}..."


@dataclass(frozen=True)
class Declaration:
    """All columns that a client declares, in order; none where the core stands alone.

    ``synonyms`` are further words for names in the core's columns of categories, by column.
    """

    columns: tuple[DeclaredColumn, ...] = ()
    synonyms: Mapping[str, Synonyms] = field(default_factory=dict)

    def __iter__(self) -> Iterator[DeclaredColumn]:
        return iter(self.columns)

    def __bool__(self) -> bool:
        return bool(self.columns)

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __getitem__(self, name: str) -> DeclaredColumn:
        return self._by_name[name]

    @cached_property
    def _by_name(self) -> Mapping[str, DeclaredColumn]:
        return {column.name: column for column in self.columns}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names in order."""
        return tuple(column.name for column in self.columns)

    @cached_property
    def roles(self) -> Roles:
        """The role of every column."""
        return {column.name: column.role for column in self.columns}

    @cached_property
    def for_models(self) -> Roles:
        """The columns that a model may use."""
        return {column.name: column.role for column in self.columns if column.model}

    @cached_property
    def asked(self) -> tuple[DeclaredColumn, ...]:
        """The columns that the form asks for."""
        return tuple(column for column in self.columns if column.ask)

    def meant(self, values: Mapping[str, DeclaredValue]) -> dict[str, DeclaredValue]:
        """Values of a home under the names that are declared for them."""
        return {name: self[name].meant(value) if name in self else value for name, value in values.items()}

    def read(self, values: Mapping[str, object]) -> dict[str, DeclaredValue]:
        """Values of a home in these columns, checked; what is not known is left out.

        Raises
        ------
        InputError
            With one sentence for each value that cannot be used.
        """
        found: dict[str, DeclaredValue] = {}
        problems = []
        for name, value in values.items():
            try:
                read = self._by_name[name].read(value)
            except ValueError as error:
                problems.append(Message.of(error))
                continue
            if read is not None:
                found[name] = read
        if problems:
            raise InputError(Message.joined(problems))
        return found


CORE_ALONE: Final = Declaration()
"""Nothing is declared beside the core."""


def words_for_all(text: str) -> Words:
    """The same words in every language."""
    return dict.fromkeys(LANGUAGES, text)
