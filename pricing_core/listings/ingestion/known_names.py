"""What columns are called elsewhere, as `column_names.toml` has it, and what a name says beside its unit."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from pricing_core.listings.ingestion.header import IS_TRAIN, key_of
from pricing_core.nouns.schema import COLUMN, COLUMNS, ColumnRole

LIKELY: Final = 9
"""The rank of names that are proposed and never taken."""

_FILE: Final = Path(__file__).with_name("column_names.toml")
_NOTHING: Final = "nothing"
_LONGEST: Final = 200
_SIGNS: Final = (
    *(("us$", " usd "), ("u$s", " usd "), ("r$", " brl "), ("a$", " aud "), ("$", " pesosign ")),
    *(("€", " eur "), ("£", " gbp "), ("m^2", " m2 "), ("ft^2", " ft2 ")),
)
_CURRENCIES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("uf", "ufs", "clf"), "UF"),
    **dict.fromkeys(("clp",), "CLP"),
    **dict.fromkeys(("pesosign", "peso", "pesos"), "$"),
    **dict.fromkeys(("usd", "dolar", "dolares", "dollar", "dollars"), "US$"),
    **dict.fromkeys(("eur", "euro", "euros"), "€"),
    **{"gbp": "£", "aud": "AUD", "brl": "BRL", "reais": "BRL", "mxn": "MXN", "ars": "ARS", "cop": "COP", "pen": "PEN"},
}
_AREAS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("m2", "mt2", "mts2", "mtr2", "mtrs2", "mts", "mt", "mtrs", "m", "metros", "sqm", "sqmt"), "m²"),
    **dict.fromkeys(("squaremeters", "squaremetres", "sqmeters", "sqmetres", "squaremeter", "squaremetre"), "m²"),
    **dict.fromkeys(("metroscuadrados", "mtscuadrados", "metrosquadrados", "metros2", "metrocuadrado"), "m²"),
    **dict.fromkeys(("sqft", "ft2", "ft", "squarefeet", "squarefoot", "sqfeet", "piescuadrados", "pies2"), "ft²"),
    **dict.fromkeys(("ha", "hectareas", "hectares"), "ha"),
    **dict.fromkeys(("acre", "acres"), "acres"),
}
_UNITS: Final[Mapping[str, tuple[ColumnRole, str]]] = {
    **{word: ("price", unit) for word, unit in _CURRENCIES.items()},
    **{word: ("area", unit) for word, unit in _AREAS.items()},
}


@dataclass(frozen=True)
class Name:
    """The name of a column taken apart.

    Parameters
    ----------
    exact
        All of it, as `header.key_of` writes it.
    key
        What it says, without its unit and words that say nothing.
    words
        The words of it.
    role, unit
        The unit in it and the kind of column that has such; ``None`` and ``""`` where there is none.
    is_per_unit
        Whether it speaks of an amount for each unit of area, or of several units.
    """

    exact: str
    key: str
    words: tuple[str, ...]
    role: ColumnRole | None = None
    unit: str = ""
    is_per_unit: bool = False


@cache
def taken_apart(text: str) -> Name:
    """Take the name of a column apart: ``Precio de venta (UF)`` says "precioventa", in UF."""
    words = _words(text)
    rest, units = _without_units(words)
    telling = [word for word in rest if word not in _empty_words()]
    kinds = dict.fromkeys(units)
    if not telling or len(kinds) != 1:
        telling = [word for word in words if word not in _empty_words()] or list(words)
        return Name(key_of(text), "".join(telling), tuple(telling), is_per_unit=len(kinds) > 1)
    role, unit = units[0]
    per_unit = role == "area" and any(word in ("precio", "price", "valor", "value", "preco", "uf") for word in telling)
    return Name(key_of(text), "".join(telling), tuple(telling), role, unit, per_unit)


def _words(text: str) -> list[str]:
    shown = text[:_LONGEST]
    for sign, word in _SIGNS:
        shown = re.sub(re.escape(sign), word, shown, flags=re.IGNORECASE)
    shown = re.sub(r"(?<=[a-z0-9áéíóúñ])(?=[A-ZÁÉÍÓÚÑ](?:[a-záéíóúñ]|[A-Z]+\d?(?:\W|_|$)))", " ", shown)
    plain = unicodedata.normalize("NFKD", shown)
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign)).casefold()
    return [word for word in re.split(r"[\W_]+", plain) if word]


def _without_units(words: Sequence[str]) -> tuple[list[str], list[tuple[ColumnRole, str]]]:
    rest: list[str] = []
    units: list[tuple[ColumnRole, str]] = []
    at = 0
    while at < len(words):
        pair = at + 1 < len(words) and "".join(words[at : at + 2]) in _UNITS
        found = 2 if pair else int(words[at] in _UNITS)
        if found:
            units.append(_UNITS["".join(words[at : at + found])])
        else:
            rest.append(words[at])
        at += found or 1
    return rest, units


@dataclass(frozen=True)
class Meaning:
    """A column that a name may mean: names of a lower ``rank`` are preferred, those of `LIKELY` only proposed.

    ``unit`` is in the name too where it is written as one word.
    """

    column: str
    rank: int
    needs_unit: bool = False
    unit: str = ""


@cache
def _known() -> Mapping[str, tuple[Meaning, ...]]:
    found: dict[str, list[Meaning]] = {}
    for key, meaning in _entries():
        if all(each.column != meaning.column for each in found.setdefault(key, [])):
            found[key].append(meaning)
    return {key: tuple(meanings) for key, meanings in found.items()}


def _entries() -> Iterator[tuple[str, Meaning]]:
    for column, said in _file().items():
        if column == _NOTHING:
            continue
        for rank, names in enumerate(said["names"]):
            for name in names:
                apart = taken_apart(name)
                yield apart.key, Meaning(column, rank)
                # Also as programs write it: "lotsizesquarefeet", with nothing left to take apart.
                yield apart.exact, Meaning(column, rank, unit=apart.unit)
        yield from ((taken_apart(name).key, Meaning(column, 1, needs_unit=True)) for name in said.get("with_unit", ()))
        yield from ((taken_apart(name).key, Meaning(column, LIKELY)) for name in said.get("likely", ()))


@cache
def _file() -> Mapping[str, Mapping[str, list[str]]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


@cache
def _empty_words() -> frozenset[str]:
    return frozenset(_file()[_NOTHING]["empty"])


@cache
def _contract() -> Mapping[str, str]:
    """The contract's own names; what the file ranks lower than them keeps its rank."""
    names = {key_of(name): column.name for column in COLUMNS for name in (column.name, *column.aliases)}
    weak = {key for key in names if any(each.rank for each in _known().get(key, ()))}
    return {key: column for key, column in names.items() if key not in weak} | {key_of(IS_TRAIN): IS_TRAIN}


@cache
def _other_things() -> tuple[frozenset[str], frozenset[str]]:
    said = _file()[_NOTHING]
    return frozenset(said["words"]), frozenset(key_of(name) for name in said["names"])


def meanings(text: str) -> tuple[Meaning, ...]:
    """The columns that a name may mean, none for one that is unknown or means something else."""
    name = taken_apart(text)
    if column := _contract().get(name.exact):
        return (Meaning(column, 0),)
    if means_something_else(text):
        return ()
    fitting = _known().get(name.key) or _known().get(name.exact, ())
    return tuple(each for each in fitting if _unit_fits(name, each))


def unit_in(text: str, column: str) -> str:
    """The unit that the name of a column says, ``""`` where there is none."""
    name = taken_apart(text)
    if column not in COLUMN:
        return ""
    if name.role == COLUMN[column].role:
        return name.unit
    return next((each.unit for each in meanings(text) if each.column == column), "")


def _unit_fits(name: Name, meaning: Meaning) -> bool:
    role = COLUMN[meaning.column].role if meaning.column in COLUMN else None
    return not meaning.needs_unit if name.role is None else name.role == role


def means_something_else(text: str) -> bool:
    """Whether a name only resembles that of a column, as ``precio m2`` and ``superficie bodega`` do."""
    name = taken_apart(text)
    words, names = _other_things()
    if name.exact in _contract():
        return False
    return name.is_per_unit or name.exact in names or (name.key not in _known() and not words.isdisjoint(name.words))


def known_names(names: Sequence[str]) -> int:
    """How many of some cells are names of columns: what tells a header from other lines."""
    return sum(any(each.rank < LIKELY for each in meanings(name)) for name in names)


@cache
def names_of(column: str) -> tuple[str, ...]:
    """The keys of all names of a column that say enough alone."""
    own = [key for key, meant in _contract().items() if meant == column]
    said = [key for key, meant in _known().items() for each in meant if each.column == column and each.rank < LIKELY]
    return tuple(dict.fromkeys([*own, *said]))
