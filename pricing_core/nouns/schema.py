"""The one contract of the listing columns.

`Listing` is the declaration: its fields with their roles, names for people and limits are what ingestion, the HTTP
body, the database tables, the pages and the checks are built from.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal, Self

import annotated_types
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from pricing_core.errors import InputError, SubjectError
from pricing_core.nouns.declared import CORE_ALONE, Declaration, DeclaredValue
from pricing_core.nouns.names import TYPE_WORDS, Alike, cleaned, with_own
from pricing_core.words import Message, marked

ColumnRole = Literal["category", "area", "count", "coordinate", "price"]
"""What a column is: everything but the contract asks for columns by it, or by the names of the core below."""

# An estate of 100 km² and a palace of 1,000 rooms: beyond this a number is a slip, in any unit of area.
_LARGEST_AREA: Final = 1e8
_LARGEST_COUNT: Final = 1_000
# Dearer than any home in any currency: a number beyond it is a slip.
_LARGEST_PRICE: Final = 1e15
_LONGEST_NAME: Final = 120
_NOTHING: Final = Message("nothing")


def _no_booleans(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError(Message("a number is needed, not true or false"))  # noqa: TRY004 - pydantic wants a ValueError
    return value


_OPEN: Final = re.compile(r"\s*[+-]?[1-9]\d{0,2}[.,]\d{3}\s*", re.ASCII)


def _no_open_text(value: object) -> object:
    """Text such as ``1.250``, which is 1,250 to half of the world, is not guessed at."""
    if isinstance(value, str) and _OPEN.fullmatch(value):
        whole = value.strip().replace(".", "").replace(",", "")
        # Four digits behind a mark are decimals to everybody.
        decimals = re.sub(r"(\.\d{3})$", r"\g<1>0", value.strip().replace(",", ".").rstrip("0").rstrip("."))
        raise ValueError(Message("it can be {whole} or {decimals}: write one of them", whole=whole, decimals=decimals))
    return value


def _clean_name(value: object) -> object:
    if not isinstance(value, str):
        return value
    # What cannot be seen is no name. Otherwise it stays as it was written: which known name is meant, a model tells.
    name = " ".join(value.split()) if cleaned(value) else ""
    # No database stores half a surrogate pair, and PostgreSQL stores no NUL.
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in name):
        raise ValueError(Message("control characters cannot be part of a name"))
    return name


Number = Annotated[float, BeforeValidator(_no_booleans), Field(allow_inf_nan=False)]
Amount = Annotated[Number, BeforeValidator(_no_open_text)]
"""A number that can be large enough to be written with thousands marks."""
Name = Annotated[str, BeforeValidator(_clean_name), Field(min_length=1, max_length=_LONGEST_NAME)]


def _is_zero(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return False
    try:
        return float(value) == 0
    except (ValueError, OverflowError):
        return False


@dataclass(frozen=True, slots=True)
class _Declared:
    role: ColumnRole
    called: str
    aliases: tuple[str, ...]


def _is(role: ColumnRole, called: str, *aliases: str) -> _Declared:
    return _Declared(role, called, aliases)


class Property(BaseModel):
    """The eight features of a home. A number that is not known is ``None``: it is filled by the model, and said.

    Areas are in the unit of ``Settings.AREA_UNIT``, coordinates in degrees (WGS 84). An area of 0 is not known.
    What a client declares beside them is in `declared`, and beside them in the JSON form.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    _zeros: tuple[str, ...] = PrivateAttr(())
    _declared: Mapping[str, DeclaredValue] = PrivateAttr(default_factory=dict)

    type: Annotated[Name, _is("category", marked("type"), "tipo")] = Field(
        description="Kind of home, such as casa or departamento"
    )
    sector: Annotated[Name, _is("category", marked("sector"), "comuna")] = Field(
        description="Comuna, suburb or postal code"
    )
    net_usable_area: Annotated[Amount | None, _is("area", marked("usable area"))] = Field(
        gt=0, le=_LARGEST_AREA, description="Built area that can be used"
    )
    net_area: Annotated[Amount | None, _is("area", marked("total area"))] = Field(
        gt=0, le=_LARGEST_AREA, description="Total area, land or terraces included"
    )
    n_rooms: Annotated[Number | None, _is("count", marked("bedrooms"), "bedrooms", "dormitorios", "rooms")] = Field(
        ge=0, le=_LARGEST_COUNT, description="Bedrooms"
    )
    n_bathroom: Annotated[Number | None, _is("count", marked("bathrooms"), "n_bathrooms", "bathrooms")] = Field(
        ge=0, le=_LARGEST_COUNT, description="Bathrooms; quarters are allowed"
    )
    latitude: Annotated[Number | None, _is("coordinate", marked("latitude"), "lat")] = Field(
        ge=-90, le=90, description="Degrees north"
    )
    longitude: Annotated[Number | None, _is("coordinate", marked("longitude"), "lon", "lng", "long")] = Field(
        ge=-180, le=180, description="Degrees east"
    )

    @model_validator(mode="wrap")
    @classmethod
    def _without_zeros(cls, values: object, read: ModelWrapValidatorHandler[Self]) -> Self:
        """Take an area of 0 for one that is not known, as training does, and remember that it was written."""
        if not isinstance(values, Mapping):
            return read(values)
        zeros = tuple(name for name in AREAS if _is_zero(values.get(name)))
        home = read({**values, **dict.fromkeys(zeros)})
        home._zeros = zeros
        return home

    @model_serializer(mode="wrap")
    def _flat(self, write: SerializerFunctionWrapHandler) -> dict[str, object]:
        return {**write(self), **self._declared}

    @property
    def declared(self) -> Mapping[str, DeclaredValue]:
        """What is known of the columns that the client declares."""
        return self._declared

    def core(self) -> Property:
        """The eight features alone, which were checked when they were read."""
        home = Property.model_construct(**{name: getattr(self, name) for name in Property.model_fields})
        home._zeros = self._zeros
        return home

    def with_declared(self, values: Mapping[str, DeclaredValue]) -> Self:
        """The same home with these values of declared columns, which `Declaration.read` has checked."""
        home = self.model_copy()
        home._declared = dict(values)
        return home

    @property
    def zeros(self) -> tuple[str, ...]:
        """The areas that were written as 0."""
        return self._zeros

    def category(self, column: str) -> str:
        """The name in one of the columns of categories."""
        return str(getattr(self, column))

    def number(self, column: str) -> float | None:
        """The number in one of the other columns, ``None`` where it is not known."""
        found: float | None = getattr(self, column)
        return found

    @property
    def area(self) -> float | None:
        """The usable area, or where that is not known the total."""
        return next((known for name in AREAS if (known := self.number(name))), None)

    @property
    def place(self) -> tuple[float, float] | None:
        """Latitude and longitude, ``None`` where one of them is not known."""
        latitude, longitude = map(self.number, COORDINATES)
        return None if latitude is None or longitude is None else (latitude, longitude)


class Listing(Property):
    """A home with the price that is asked for it, in ``Settings.CURRENCY``."""

    price: Annotated[Amount | None, _is("price", marked("price"), "precio")] = Field(
        gt=0, le=_LARGEST_PRICE, description="Asking price"
    )


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the contract, as read from `Listing`.

    ``called`` is what people call it inside a sentence. ``minimum`` and ``maximum`` are ``None`` where there is no
    limit; ``above_minimum`` says that the minimum itself is not allowed.
    """

    name: str
    role: ColumnRole
    called: Message
    description: str
    aliases: tuple[str, ...]
    minimum: float | None
    maximum: float | None
    above_minimum: bool

    def allows(self, value: float) -> bool:
        """Whether a number lies within the limits; NaN does not."""
        if math.isnan(value):
            return False
        if self.minimum is not None and (value < self.minimum or (self.above_minimum and value == self.minimum)):
            return False
        return self.maximum is None or value <= self.maximum

    @property
    def limits(self) -> Message:
        """The limits in words: ``more than 0 and at most 1,000``."""
        least, most = self.minimum, self.maximum
        if least is None:
            return Message("any number") if most is None else Message("at most {most:exact}", most=most)
        above = self.above_minimum
        low = (
            Message("more than {least:exact}", least=least) if above else Message("at least {least:exact}", least=least)
        )
        return low if most is None else Message("{low} and at most {most:exact}", low=low, most=most)


def _column(name: str, field: FieldInfo) -> Column:
    declared = next(each for each in field.metadata if isinstance(each, _Declared))
    # pydantic keeps limits of ``Number | None`` in the metadata of the field, in the order they were given.
    minimum = maximum = None
    above = False
    for rule in field.metadata:
        if isinstance(rule, annotated_types.Gt):
            minimum, above = float(rule.gt), True  # type: ignore[arg-type]
        elif isinstance(rule, annotated_types.Ge):
            minimum = float(rule.ge)  # type: ignore[arg-type]
        elif isinstance(rule, annotated_types.Le):
            maximum = float(rule.le)  # type: ignore[arg-type]
    called = Message(declared.called)
    return Column(name, declared.role, called, field.description or "", declared.aliases, minimum, maximum, above)


COLUMNS: Final[tuple[Column, ...]] = tuple(_column(name, field) for name, field in Listing.model_fields.items())
COLUMN: Final[Mapping[str, Column]] = {column.name: column for column in COLUMNS}
LISTING_COLUMNS: Final[tuple[str, ...]] = tuple(COLUMN)
FEATURES: Final[tuple[str, ...]] = tuple(Property.model_fields)


def _with(*roles: ColumnRole) -> tuple[str, ...]:
    return tuple(column.name for column in COLUMNS if column.role in roles)


CATEGORIES: Final = _with("category")
AREAS: Final = _with("area")
COUNTS: Final = _with("count")
COORDINATES: Final = _with("coordinate")
SIZES: Final = _with("area", "count")
"""The columns that say how large a home is."""
NUMBERS: Final = _with("area", "count", "coordinate")

# The columns of the core, which every home has whatever else a client declares.
KIND, SECTOR = CATEGORIES[:2]
USABLE_AREA, TOTAL_AREA = AREAS[:2]
BEDROOMS, BATHROOMS = COUNTS[:2]
LATITUDE, LONGITUDE = COORDINATES
(TARGET,) = _with("price")

Words = Mapping[str, Alike]
"""By column of names the sets of words that mean the same."""
WORDS: Final[Words] = {KIND: TYPE_WORDS}
"""Those that are known without anybody saying so."""


def words_of(columns: Declaration) -> Words:
    """The words that mean the same, with those that a client declares."""
    own = {name: columns.synonyms.get(name, {}) for name in CATEGORIES}
    return {
        name: with_own(WORDS.get(name, ()), ((called, *words) for called, words in said.items()))
        for name, said in own.items()
    }


def called(name: str, columns: Declaration = CORE_ALONE) -> Message:
    """What people call a column; one that is no longer declared keeps its bare name."""
    if name in columns:
        return columns[name].called
    return COLUMN[name].called if name in COLUMN else Message.verbatim(name)


def parse_property(
    values: Mapping[str, object], columns: Declaration = CORE_ALONE, *, every_key: bool = False
) -> Property:
    """Build the subject of a valuation from loose values.

    Empty text and NaN count as "not known". Names that are no column are refused.

    Parameters
    ----------
    columns
        What the client declares beside the eight features.
    every_key
        Whether all eight features must be there, known or not.

    Raises
    ------
    SubjectError
        With one sentence for each value that cannot be used.
    """
    subject = read_property(values, columns, every_key=every_key)
    ask_whole(subject)
    return subject


def read_property(values: Mapping[str, object], columns: Declaration, *, every_key: bool = False) -> Property:
    """The same, whether or not a home can be valued by it."""
    core = {str(name): _unknown_to_none(value) for name, value in values.items() if name not in columns}
    given = core if every_key else dict.fromkeys(FEATURES) | core
    problems: list[Message] = []
    declared: dict[str, DeclaredValue] = {}
    try:
        declared = columns.read({name: value for name, value in values.items() if name in columns})
    except InputError as error:
        problems.append(error.message)
    try:
        subject = Property.model_validate(given)
    except ValidationError as error:
        problems.insert(0, describe_problems(error, columns))
    if problems:
        raise SubjectError(Message.joined(problems))
    return subject.with_declared(declared) if declared else subject


def logged_property(values: Mapping[str, object]) -> Property:
    """A subject as it was logged, whatever is declared by now.

    Raises
    ------
    SubjectError
        Where the contract no longer allows it.
    """
    declared = {name: value for name, value in values.items() if name not in FEATURES}
    subject = parse_property({name: value for name, value in values.items() if name in FEATURES})
    return subject.with_declared(declared) if declared else subject  # type: ignore[arg-type]


def ask_whole(subject: Property) -> None:
    """Ask of a subject what no single field can say.

    Raises
    ------
    SubjectError
        When it has no area.
    """
    if subject.area is None:
        raise SubjectError("No area arrived: give at least one of {columns:choice}, more than 0.", columns=AREAS)


def _unknown_to_none(value: object) -> object:
    if isinstance(value, str) and not cleaned(value):
        return None
    if isinstance(value, float) and math.isnan(value):
        return None
    return value


def describe_problems(error: ValidationError, columns: Declaration = CORE_ALONE) -> Message:
    """All that pydantic found, a sentence each."""
    return Message.joined([describe_problem(problem, columns) for problem in error.errors()])


def describe_problem(problem: ErrorDetails, columns: Declaration = CORE_ALONE) -> Message:
    """One pydantic error as a sentence: the field, what arrived, what is allowed."""
    name = str(problem["loc"][-1]) if problem["loc"] else "body"
    arrived = _shown(problem.get("input"))
    column = COLUMN.get(name)
    if problem["type"] == "extra_forbidden":
        allowed = [*FEATURES, *columns.names]
        return Message("{name} is not a column: allowed are {allowed:list}.", name=name, allowed=allowed)
    if problem["type"] == "missing":
        return Message("{name} is missing.", name=name)
    if column is not None and column.role == "category":
        return Message(
            "{column} must be a name of 1 to {most} characters, but {arrived} arrived.",
            column=name,
            most=_LONGEST_NAME,
            arrived=arrived,
        )
    if column is not None and problem["type"] == "value_error" and _OPEN.fullmatch(str(problem.get("input"))):
        words = Message.of(problem.get("ctx", {}).get("error", problem["msg"]))
        return Message("{name}: {problem}, but {arrived} arrived.", name=name, problem=words, arrived=arrived)
    if column is not None:
        return Message(
            "{column} must be a number, {limits}, but {arrived} arrived.",
            column=name,
            limits=column.limits,
            arrived=arrived,
        )
    words = Message.of(problem.get("ctx", {}).get("error", problem["msg"]))
    return Message("{name}: {problem}, but {arrived} arrived.", name=name, problem=words, arrived=arrived)


def _shown(value: object) -> str | Message:
    arrived = repr(value)
    return _NOTHING if value is None else arrived if len(arrived) <= 60 else arrived[:57] + "..."


def parse_corrections(values: Mapping[str, object], columns: Declaration = CORE_ALONE) -> dict[str, object]:
    """Check corrected values of a listing: some of its columns, each as the contract allows it.

    Empty text and NaN count as "not known", which a name and the price cannot be.

    Raises
    ------
    InputError
        With one sentence for each value that cannot be used.
    """
    unknown = [str(name)[:60] for name in values if name not in COLUMN and name not in columns]
    if unknown or not values:
        raise InputError(
            "A correction names columns and their new values, but {arrived:list quoted} arrived: allowed are "
            "{allowed:list}.",
            arrived=unknown or [_NOTHING],
            allowed=[*LISTING_COLUMNS, *columns.names],
        )
    declared = {name: value for name, value in values.items() if name in columns}
    core = {name: value for name, value in values.items() if name in COLUMN}
    read: dict[str, object] = dict.fromkeys(declared) | columns.read(declared)
    return (_corrected_core(core) if core else {}) | read


def _corrected_core(values: Mapping[str, object]) -> dict[str, object]:
    given = {name: _unknown_to_none(value) for name, value in values.items()}
    nothing: dict[str, object] = {name: "-" if name in CATEGORIES else None for name in LISTING_COLUMNS}
    try:
        listing = Listing.model_validate(nothing | given)
    except ValidationError as error:
        raise InputError(describe_problems(error)) from None
    if listing.zeros:
        told = [
            describe_problem({"loc": (name,), "type": "greater_than", "msg": "", "input": 0}) for name in listing.zeros
        ]
        raise InputError(Message.joined([*told, Message("Leave it empty where it is not known.")]))
    if TARGET in given and listing.number(TARGET) is None:
        raise InputError(
            "{column} must be a number, but nothing arrived: to do without a listing, exclude it.", column=TARGET
        )
    return {name: getattr(listing, name) for name in LISTING_COLUMNS if name in given}
