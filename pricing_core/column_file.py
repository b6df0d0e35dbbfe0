"""``columns.yaml`` -> a checked `Declaration`. Every refusal names the file, the line and the key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pricing_core.column_entries import ColumnFile, Entry, Limits, Words
from pricing_core.errors import SettingsError
from pricing_core.nouns.declared import (
    DECLARED_ROLES,
    Declaration,
)
from pricing_core.nouns.names import folded
from pricing_core.nouns.schema import COLUMNS
from pricing_core.strict_yaml import Place, YamlError, parse, read_text
from pricing_core.words import Message

NAME: Final = "columns.yaml"
SHIPPED: Final = Path(__file__).resolve().parent / NAME

# Names that rows, answers and files have for other things.
_RESERVED: Final = frozenset(
    (
        *("id", "dataset_id", "row_number", "is_train", "verdict", "left_out", "declared", "row", "line", "listing_id"),
        *("value", "error", "notes", "confidence", "version", "low_90", "high_90", "value_per_area", "currency"),
        *("created_at", "requested_by", "source", "milliseconds", "detail", "bulk", "prediction", "log_id", "recipe"),
        *("operation", "rooms", "bedrooms", "moneda", "operacion", "state", "findings", "estimate", "residual"),
        *("file", "out", "as_json", "json", "help", "subject", "typed", "index", "as_of", "market_level"),
    )
)


def read_declaration(path: Path) -> Declaration:
    """Read the columns that a client declares.

    Raises
    ------
    SettingsError
        Naming the file, the line and the key, what arrived and what is allowed.
    """
    try:
        content, lines = parse(read_text(path))
    except YamlError as error:
        raise _refusal(path, error.line, error.message) from None
    except OSError as error:
        raise _refusal(path, None, Message("it cannot be read ({problem})", problem=error.strerror)) from None
    try:
        entries = ColumnFile.model_validate(content).columns
    except ValidationError as error:
        # A key that is misspelt is missing too: its own line says more.
        problem = min(error.errors(), key=lambda each: each["type"] != "extra_forbidden")
        raise _refusal(path, _line(problem["loc"], lines), _in_words(problem)) from None
    _refuse_clashes(path, entries, lines)
    _refuse_double_words(path, entries, lines)
    core = {entry.name: entry.column.synonyms for entry in entries if entry.is_core}
    return Declaration(tuple(entry.column for entry in entries if not entry.is_core), core)


def _refusal(path: Path, line: int | None, problem: Message) -> SettingsError:
    see = Message("See docs/own-columns.md.")
    if line is None:
        told = Message("{file}: {problem}. {see}", file=path.name, problem=problem, see=see)
    else:
        told = Message("{file}, line {line}: {problem}. {see}", file=path.name, line=line, problem=problem, see=see)
    return SettingsError(told, inside=f"Its path is {path}.")


def _line(place: Place, lines: Mapping[Place, int]) -> int | None:
    """The line of a place, or of what holds it where it is missing itself."""
    for length in range(len(place), -1, -1):
        if place[:length] in lines:
            return lines[place[:length]]
    return None


def _in_words(problem: ErrorDetails) -> Message:
    place, kind = problem["loc"], problem["type"]
    key, arrived = _key(place), repr(problem["input"])[:60]
    carried = problem.get("ctx", {}).get("error")
    if isinstance(carried, ValueError):
        whole = len(place) == 2  # a column as such
        return Message.of(carried) if whole else Message("{key} {problem}", key=key, problem=Message.of(carried))
    if kind == "extra_forbidden":
        return Message("{key} is no key here: allowed are {allowed:list}", key=key, allowed=_allowed(place))
    if kind == "missing":
        return Message("the key {key} is missing", key=key)
    if not key:
        wanted = Message("the file must hold the key columns with a list of columns")
        return Message("{wanted}, but {arrived} arrived", wanted=wanted, arrived=arrived)
    wanted = _WANTED.get(kind, Message.verbatim(problem["msg"]))
    return Message("{key} must be {wanted}, but {arrived} arrived", key=key, wanted=wanted, arrived=arrived)


_WANTED: Final[Mapping[str, Message]] = {
    "literal_error": Message("one of {roles:list}", roles=list(DECLARED_ROLES)),
    "string_pattern_mismatch": Message("up to 40 small letters without accents, digits and _, a letter first"),
    "string_type": Message("a text (put it in quotation marks)"),
    "string_too_long": Message("shorter"),
    "bool_type": Message("true or false"),
    "list_type": Message("a list"),
    "too_long": Message("a shorter list"),
    "model_type": Message("a mapping of keys to values"),
    "model_attributes_type": Message("a mapping of keys to values"),
    "float_type": Message("a number or a date"),
    "date_type": Message("a number or a date"),
    "finite_number": Message("a finite number"),
}


def _key(place: Place) -> str:
    """The key as a person would name it: ``limits.min``."""
    parts = [part for part in place[2:] if part not in ("float", "date")]
    named = ".".join(str(part) if isinstance(part, str) else f"{part + 1}" for part in parts)
    return named or ("columns" if place[:1] == ("columns",) else ".".join(map(str, place)))


def _allowed(place: Place) -> list[str]:
    parent: dict[Any, type[BaseModel]] = {"limits": Limits, "label": Words, "help": Words}
    if len(place) == 1:
        return list(ColumnFile.model_fields)
    return list(parent.get(place[-2], Entry).model_fields)


def _refuse_clashes(path: Path, entries: list[Entry], lines: Mapping[Place, int]) -> None:
    """Refuse names that are taken: by the core, by what else a row has, or by another column."""
    taken: dict[str, tuple[int, str]] = {
        folded(word): (-1, column.name)
        for column in COLUMNS
        for word in (column.name, column.called.template, *column.aliases)
    }
    for index, entry in enumerate(entries):
        if entry.name in _RESERVED:
            problem = Message("name: {name} is a word of Tasador's own: choose another name", name=entry.name)
            raise _refusal(path, lines.get(("columns", index, "name")), problem)
        for key, word in () if entry.is_core else _called(entry):
            position, owner = taken.setdefault(folded(word), (index, entry.name))
            if position != index:
                problem = Message(
                    "{key}: {word:quoted} is already a name of the column {owner}", key=key, word=word, owner=owner
                )
                raise _refusal(path, _line(("columns", index, key), lines), problem)


def _refuse_double_words(path: Path, entries: list[Entry], lines: Mapping[Place, int]) -> None:
    """Refuse a column of the core that is there twice, and a word that stands for two names of a column."""
    seen: dict[tuple[str, str], str] = {}
    for index, entry in enumerate(entries):
        if entry.is_core and entry.name in [other.name for other in entries[:index]]:
            problem = Message("name: the synonyms of {name} stand in two places: join them", name=entry.name)
            raise _refusal(path, lines.get(("columns", index, "name")), problem)
        for name, words in entry.synonyms.items():
            for word in (name, *words):
                other = seen.setdefault((entry.name, folded(word)), name)
                if other != name:
                    problem = Message(
                        "synonyms: {word:quoted} stands for {first:quoted} and for {second:quoted}: leave one out",
                        word=word,
                        first=other,
                        second=name,
                    )
                    raise _refusal(path, _line(("columns", index, "synonyms", name), lines), problem)


def _called(entry: Entry) -> Iterator[tuple[str, str]]:
    yield "name", entry.name
    yield from (("label", word) for word in dict.fromkeys(entry.column.label.values()))
    yield from (("headers", word) for word in entry.headers)
