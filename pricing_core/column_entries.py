"""What ``columns.yaml`` may hold: one entry a column, which must not contradict itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Final, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from pricing_core.nouns.declared import LISTED_ON, SOLD_ON, USUAL_LIMITS, DeclaredColumn, DeclaredRole, words_for_all
from pricing_core.nouns.schema import CATEGORIES
from pricing_core.words import Language, Message

_MOST_COLUMNS: Final = 60
_MOST_WORDS: Final = 500
_LONGEST: Final = 200
_MEANT: Final[Mapping[str, dict[str, object]]] = {
    LISTED_ON: {
        "label": {"en": "listed on", "es": "publicada el"},
        "help": {"en": "The day on which the home was listed", "es": "El día en que se publicó la propiedad"},
        "headers": ["listing date", "date listed", "published on", "fecha de publicación", "fecha publicacion"],
    },
    SOLD_ON: {
        "label": {"en": "sold on", "es": "vendida el"},
        "help": {"en": "The day on which the home was sold", "es": "El día en que se vendió la propiedad"},
        "headers": ["sale date", "date sold", "sold date", "fecha de venta", "fecha venta"],
    },
}


class Words(BaseModel):
    """Words in both languages; a single text stands for both."""

    model_config = ConfigDict(extra="forbid", strict=True)

    en: str = Field("", max_length=_LONGEST)
    es: str = Field("", max_length=_LONGEST)

    @property
    def words(self) -> Mapping[Language, str]:
        """Them in every language; one that is missing is as in the other."""
        return {"en": self.en or self.es, "es": self.es or self.en}


def _in_both(value: object) -> object:
    return words_for_all(value) if isinstance(value, str) else value


def _on_one_line(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise ValueError(Message("must be a text on one line that can be seen"))
    return text.strip()


Said = Annotated[Words, BeforeValidator(_in_both)]
Text = Annotated[str, Field(max_length=_LONGEST), AfterValidator(_on_one_line)]
Limit = float | date


class Limits(BaseModel):
    """Between what numbers or dates lie."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    min: Limit | None = None
    max: Limit | None = None


class Entry(BaseModel):
    """One column as the file has it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    role: DeclaredRole
    unit: Annotated[str, Field(max_length=12), AfterValidator(_on_one_line)] | None = None
    limits: Limits = Limits()
    label: Said = Words()
    help: Said = Words()
    headers: list[Text] = Field(default_factory=list, max_length=50)
    ask: bool = True
    model: bool = True
    synonyms: dict[Text, Annotated[list[Text], Field(max_length=_MOST_WORDS)]] = Field({}, max_length=_MOST_WORDS)

    @property
    def is_core(self) -> bool:
        """Whether it adds words to a column of the core."""
        return self.name in CATEGORIES

    @model_validator(mode="before")
    @classmethod
    def _with_what_is_meant(cls, content: object) -> object:
        """What a date known by its meaning need not say; the market of a day is nothing to describe a home by."""
        if isinstance(content, dict) and content.get("name") in CATEGORIES:
            return {"role": "category"} | content
        if isinstance(content, dict) and (meant := _MEANT.get(str(content.get("name")))):
            return {"role": "date", "ask": False, "model": False} | meant | content
        return content

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        for problem in self._contradictions():
            raise ValueError(Message("the column {name}: {problem}", name=self.name, problem=problem))
        return self

    def _contradictions(self) -> Iterator[Message]:
        if self.is_core and (self.role != "category" or self.model_fields_set - {"name", "role", "synonyms"}):
            yield Message("it is a column of the core, of which only synonyms can be declared")
        if self.synonyms and self.role != "category":
            yield Message("synonyms go with the role category, but the role is {role}", role=self.role)
        if self.name in _MEANT and self.role != "date":
            yield Message("its name says that it is a date: leave role out, or write date")
        if not all(word.isprintable() for word in self.label.words.values()):
            yield Message("its label must be on one line")
        if self.unit and self.role not in ("number", "count"):
            yield Message("a unit goes with the roles number and count, but the role is {role}", role=self.role)
        given = [limit for limit in (self.limits.min, self.limits.max) if limit is not None]
        if given and self.role in ("yes/no", "category"):
            yield Message("limits go with numbers, counts, years and dates, but the role is {role}", role=self.role)
        wanted = date if self.role == "date" else float
        if any(not isinstance(limit, wanted) for limit in given):
            kind = Message("dates such as 2024-03-31") if self.role == "date" else Message("numbers")
            yield Message("limits of the role {role} are {kind}", role=self.role, kind=kind)
        least, most = self._limit("min"), self._limit("max")
        if isinstance(least, type(most)) and least is not None and least > most:  # type: ignore[operator]
            yield Message("the limit min is above the limit max")

    def _limit(self, end: str) -> float | str | None:
        given: Limit | None = getattr(self.limits, end)
        if given is None:
            usual = USUAL_LIMITS.get(self.role)
            return None if usual is None else usual[end == "max"]
        return given.isoformat() if isinstance(given, date) else given

    @property
    def column(self) -> DeclaredColumn:
        """The column that it declares."""
        label = self.label if self.label.words["en"] else Words(en=self.name.replace("_", " "))
        return DeclaredColumn(
            name=self.name,
            role=self.role,
            label=label.words,
            help=self.help.words,
            unit=self.unit or "",
            minimum=self._limit("min"),
            maximum=self._limit("max"),
            headers=tuple(self.headers),
            ask=self.ask,
            model=self.model,
            synonyms={name: tuple(words) for name, words in self.synonyms.items()},
        )


class ColumnFile(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", strict=True)

    columns: list[Entry] = Field(max_length=_MOST_COLUMNS)
