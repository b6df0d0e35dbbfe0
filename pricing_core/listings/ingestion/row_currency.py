"""The currency of each price: what its cell or its row says, and what it is worth in the expected one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pricing_core.listings.ingestion.beside import LISTED_ON
from pricing_core.listings.ingestion.days import read_day
from pricing_core.listings.ingestion.header import shown
from pricing_core.listings.ingestion.missing import is_missing
from pricing_core.listings.ingestion.numerals import Numerals
from pricing_core.listings.ingestion.units import canonical, means, unit_named
from pricing_core.nouns.uf import UfTable
from pricing_core.words import Message
from pricing_core.words.numbers import currency_decimals

_PESOS: Final = frozenset(("$", "pesos", "CLP"))
_UNKNOWN: Final = "?"
_TWO: Final = "!"


@dataclass(frozen=True)
class RowCurrencies:
    """The currency of each row: a place in ``names``, of which the first, ``""``, stands for "not said"."""

    codes: NDArray[np.int64]
    names: tuple[str, ...]

    def among(self, wanted: frozenset[str]) -> NDArray[np.bool_]:
        """Which rows are in one of some currencies."""
        return np.isin(self.codes, [place for place, name in enumerate(self.names) if name in wanted])

    def other_than(self, expected: str) -> dict[str, NDArray[np.int64]]:
        """The places of the rows in other currencies, by currency; `_UNKNOWN` and `_TWO` are such too."""
        others = {name: place for place, name in enumerate(self.names) if name and not means(name, expected)}
        return {name: found for name, place in others.items() if len(found := np.flatnonzero(self.codes == place))}


def currencies(cells: pa.Array, numerals: Numerals) -> RowCurrencies:
    """What the column of currencies and the price cells say together."""
    encoded = pc.dictionary_encode(pc.fill_null(cells, ""))
    named = [_currency_of(text) for text in encoded.dictionary.to_pylist()]
    names = list(dict.fromkeys(["", _TWO, *named, *numerals.units.values()]))
    codes = np.array([names.index(name) for name in named] or [0])[encoded.indices.to_numpy()]
    for place, unit in numerals.units.items():
        codes[place] = names.index(_both(names[codes[place]], unit))
    return RowCurrencies(codes, tuple(names))


def _currency_of(text: str) -> str:
    clean = text.strip()
    return "" if is_missing(clean) else unit_named(clean, "price") or _UNKNOWN


def _both(of_row: str, of_cell: str) -> str:
    if not of_row or of_row == of_cell:
        return of_cell
    if not means(of_cell, of_row):
        return _TWO
    return of_row if of_cell in ("$", "pesos") else of_cell


def without_cents(found: RowCurrencies, expected: str | None) -> NDArray[np.bool_]:
    """Which rows have amounts that are whole, for their currency has no cents."""
    whole = {name for name in found.names if _is_whole(name, expected)}
    if expected and currency_decimals(_code(canonical(expected))) == 0:
        whole.add("")
    return found.among(frozenset(whole))


def _is_whole(name: str, expected: str | None) -> bool:
    if name in ("$", "pesos"):
        # Where prices are expected in UF, other prices are in Chilean pesos.
        return expected is not None and (canonical(expected) == "UF" or currency_decimals(_code(expected)) == 0)
    return bool(name) and name not in (_UNKNOWN, _TWO) and currency_decimals(_code(name)) == 0


def _code(name: str) -> str:
    return {"UF": "CLF", "US$": "USD", "€": "EUR", "£": "GBP"}.get(name, name)


@dataclass(frozen=True)
class Conversion:
    """What prices in another currency are to be multiplied by, and which cannot be converted and why."""

    factors: Mapping[int, float]
    refused: list[tuple[NDArray[np.bool_], Message]]


NO_CONVERSION: Final = Conversion({}, [])


def convert(batch: pa.RecordBatch, found: RowCurrencies, expected: str, uf: UfTable | None) -> Conversion:
    """Convert prices between UF and pesos by the table of values; any other currency is refused."""
    factors: dict[int, float] = {}
    refused: list[tuple[NDArray[np.bool_], Message]] = []
    for name, places in found.other_than(expected).items():
        if name in (_UNKNOWN, _TWO) or not can_convert(name, expected):
            refused.append((_mask(places, len(found.codes)), _why_refused(name, expected)))
        elif not uf:
            refused.append((_mask(places, len(found.codes)), _no_table(name, expected)))
        else:
            _convert(batch, places, canonical(expected) == "UF", uf, factors, refused)
    return Conversion(factors, refused)


def _convert(
    batch: pa.RecordBatch,
    places: NDArray[np.int64],
    to_uf: bool,
    uf: UfTable,
    factors: dict[int, float],
    refused: list[tuple[NDArray[np.bool_], Message]],
) -> None:
    without: dict[Message, list[int]] = {}
    days = batch[LISTED_ON].take(pa.array(places)).to_pylist()
    for place, text in zip(places.tolist(), days, strict=True):
        value = _value_on(text, uf)
        if isinstance(value, Message):
            without.setdefault(value, []).append(place)
        else:
            factors[place] = 1 / value if to_uf else value
    refused += [(_mask(np.array(rows), batch.num_rows), reason) for reason, rows in without.items()]


def _value_on(text: str | None, uf: UfTable) -> float | Message:
    if text is None or is_missing(text.strip()):
        newest = uf.newest()
        return newest.value if newest else Message("there is no UF value of today or before: see `tasador uf list`")
    day = read_day(text)
    if day is None:
        return Message("its day {day:quoted} cannot be read, and UF values go by days", day=shown(text))
    return uf.on(day) or _no_value(day)


def _no_value(day: date) -> Message:
    return Message("there is no UF value of {day:date}: add it with `tasador uf import`", day=day)


def can_convert(name: str, expected: str) -> bool:
    """Whether amounts of a currency can become the expected one, with a table of UF values."""
    wanted = canonical(expected)
    return (wanted == "UF" and name in _PESOS) or (wanted in _PESOS and name == "UF")


def _why_refused(name: str, expected: str) -> Message:
    if name == _UNKNOWN:
        return Message("its currency is not known")
    if name == _TWO:
        return Message("its price and its currency column name two currencies")
    return Message("its price is in {unit}, and prices in {expected} are wanted", unit=name, expected=expected)


def _no_table(name: str, expected: str) -> Message:
    return Message(
        "its price is in {unit}, and prices in {expected} are wanted: with a table of UF values it is converted (see "
        "`tasador uf import`)",
        unit=name,
        expected=expected,
    )


def _mask(places: NDArray[np.int64], count: int) -> NDArray[np.bool_]:
    mask = np.zeros(count, dtype=bool)
    mask[places] = True
    return mask


def not_said(found: RowCurrencies) -> NDArray[np.bool_]:
    """Rows that leave their currency open."""
    return found.among(frozenset({""}))
