"""Raw cells -> checked listings. A row that cannot be used is taken out with its reason; no cell is bent to fit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pricing_core.listings.ingestion.as_written import AS_WRITTEN, as_written
from pricing_core.listings.ingestion.beside import CURRENCY, OPERATION, operations
from pricing_core.listings.ingestion.declared_cells import DeclaredCells
from pricing_core.listings.ingestion.header import IS_TRAIN
from pricing_core.listings.ingestion.mark_meanings import Rule
from pricing_core.listings.ingestion.missing import is_missing
from pricing_core.listings.ingestion.numbers_of import Numbered, numbers_of
from pricing_core.listings.ingestion.numerals import Numerals
from pricing_core.listings.ingestion.refused_rows import Reasons, Refused, refused_rows
from pricing_core.listings.ingestion.row_currency import NO_CONVERSION, Conversion, convert, not_said
from pricing_core.listings.ingestion.tables import PROBLEM, ROW
from pricing_core.nouns import Json
from pricing_core.nouns.names import cleaned
from pricing_core.nouns.schema import CATEGORIES, COLUMN, COORDINATES, LISTING_COLUMNS, NUMBERS, TARGET, Column
from pricing_core.nouns.uf import UfTable
from pricing_core.words import Message

LONGEST_NAME: Final = 120
_SPLIT: Final = {
    **dict.fromkeys(("1", "1.0", "true", "t", "yes", "y", "train", "sí", "si", "verdadero"), True),
    **dict.fromkeys(("0", "0.0", "false", "f", "no", "n", "test", "falso"), False),
}
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class Checks:
    """What decides on a row.

    Parameters
    ----------
    rules
        How ambiguous numbers of a column are read.
    factors
        What the numbers of a column are multiplied by, by the unit beside them; no other unit may be taken off.
    currency
        The one that prices are expected in.
    uf
        What prices in pesos and UF are converted by.
    said
        The columns beside the contract that hold something.
    typed
        Columns that a database declares as numbers.
    decimal_is_said
        Whether a person said what marks mean.
    minimum_price
        A price at or below this is rejected; ``None`` where a row needs no price.
    is_train
        Of every row, where the table itself does not say; ``None`` where its column does.
    names
        How the table itself calls the columns.
    """

    rules: Mapping[str, Rule]
    factors: Mapping[str, Mapping[str, float]]
    minimum_price: float | None
    is_train: bool | None
    names: Mapping[str, str]
    currency: str | None = None
    uf: UfTable | None = None
    said: frozenset[str] = frozenset()
    typed: frozenset[str] = frozenset()
    decimal_is_said: bool = False

    @property
    def wants_price(self) -> bool:
        """Whether a row is of no use without a price."""
        return self.minimum_price is not None


@dataclass(frozen=True)
class Checked:
    """What became of one batch.

    Attributes
    ----------
    frame
        The rows that can be used: the listing columns, those that the client declares, ``is_train``, ``row_number``,
        and ``as_written``, the text of numbers that were more than plain digits.
    refused
        The others, in the order of the rows.
    reasons
        Theirs.
    converted
        The prices that were converted from another currency.
    """

    frame: pd.DataFrame
    refused: list[Refused]
    reasons: list[Message]
    converted: int


def check_batch(batch: pa.RecordBatch, checks: Checks, declared: DeclaredCells) -> Checked:
    """Check one Arrow batch of raw cells."""
    reasons = Reasons(batch.num_rows)
    for problem in pc.unique(batch[PROBLEM]).drop_null().to_pylist():
        reasons.add(_mask(pc.equal(batch[PROBLEM], problem)), Message.from_text(problem))
    reasons.add(_all_empty(batch), Message("every cell is empty"))
    _check_operation(batch, checks, reasons)
    columns: Json = {name: _names(batch[name], name, reasons).to_pandas() for name in CATEGORIES}
    numbered = numbers_of(batch, checks.currency, checks.typed)
    conversion = _check_currency(numbered, batch, checks, reasons)
    for name in (*NUMBERS, TARGET):
        if name != TARGET or checks.wants_price:
            columns[name] = _numbers(batch[name], numbered.numerals[name], COLUMN[name], checks, reasons)
    _fill_beside(columns, numbered.numerals, reasons)
    _check_limits(columns, batch, reasons)
    converted = _check_price(columns, conversion, batch, checks, reasons)
    columns[IS_TRAIN] = _split(batch[IS_TRAIN], checks.is_train, reasons)
    good = ~reasons.bad
    numbers = batch[ROW].to_numpy()
    frame = pd.DataFrame({name: columns[name][good] for name in LISTING_COLUMNS})
    frame = frame.reset_index(drop=True).assign(**declared.read(batch, good, numbers))
    frame[IS_TRAIN] = columns[IS_TRAIN][good]
    frame[ROW] = numbers[good]
    written = as_written(batch, numbered.numerals, checks.rules)[good]
    frame[AS_WRITTEN] = declared.with_written(written, numbers[good])
    return Checked(frame, refused_rows(batch, reasons, checks.names), reasons.known, int(np.sum(converted & good)))


def _check_operation(batch: pa.RecordBatch, checks: Checks, reasons: Reasons) -> None:
    if OPERATION in checks.said and checks.wants_price:
        for mask, reason in operations(batch[OPERATION]):
            reasons.add(mask, reason, batch[OPERATION])


def _mask(array: pa.Array) -> NDArray[np.bool_]:
    return np.array(pc.fill_null(array, False).to_numpy(zero_copy_only=False), dtype=bool)


def _all_empty(batch: pa.RecordBatch) -> NDArray[np.bool_]:
    empty = np.ones(batch.num_rows, dtype=bool)
    for name in LISTING_COLUMNS:
        if not empty.any():
            break
        empty &= _mask(pc.equal(pc.utf8_trim_whitespace(pc.fill_null(batch[name], "")), ""))
    return empty


def clean_name(text: str) -> str | None:
    """Normalise white space and the spelling of accents; ``None`` for missing markers."""
    clean = cleaned(text)
    return None if is_missing(clean) else clean


def _names(cells: pa.Array, name: str, reasons: Reasons) -> pa.Array:
    encoded = pc.dictionary_encode(cells)
    clean = [clean_name(text) for text in encoded.dictionary.to_pylist()]
    too_long = [text is not None and len(text) > LONGEST_NAME for text in clean]
    control = [text is not None and bool(_CONTROL.search(text)) for text in clean]
    long = Message("{column} has more than {most} characters", column=name, most=LONGEST_NAME)
    reasons.add(_spread(too_long, encoded), long, cells)
    reasons.add(_spread(control, encoded), Message("{column} holds a control character", column=name), cells)
    return pa.array(clean, pa.string()).take(encoded.indices)


def _spread(flags: list[bool], encoded: pa.DictionaryArray) -> NDArray[np.bool_]:
    if not any(flags):
        return np.zeros(len(encoded), dtype=bool)
    return _mask(pa.array(flags, pa.bool_()).take(encoded.indices))


def _numbers(
    cells: pa.Array, numerals: Numerals, column: Column, checks: Checks, reasons: Reasons
) -> NDArray[np.float64]:
    value = numerals.values(checks.rules.get(column.name, Rule()))
    no_number = numerals.given & np.isnan(numerals.dot) & np.isnan(numerals.comma)
    reasons.add(no_number, Message("{column} is not a number", column=column.name), cells)
    if column.name != TARGET or checks.currency is None:
        _convert_units(value, numerals, column, checks, reasons, cells)
    two_ways = Message("{column} can have decimals or thousands, and the table does not tell which", column=column.name)
    reasons.add(numerals.given & ~no_number & np.isnan(value), two_ways, cells)
    return value


def _convert_units(
    value: NDArray[np.float64],
    numerals: Numerals,
    column: Column,
    checks: Checks,
    reasons: Reasons,
    cells: pa.Array,
) -> None:
    factors, refused = checks.factors.get(column.name, {}), np.zeros(len(cells), dtype=bool)
    ambiguous = numerals.ambiguous if numerals.units else refused
    for place, unit in numerals.units.items():
        refused[place] = unit not in factors
        value[place] *= factors.get(unit, 1.0)
        if factors.get(unit) != 1.0 and ambiguous[place] and not checks.decimal_is_said:
            value[place] = np.nan  # what the other cells tell of marks, they tell of numbers in their own unit
    mixed = Message("{column} is in another unit, or the column mixes units", column=column.name)
    reasons.add(refused, mixed, cells)


def _fill_beside(columns: Json, read: Mapping[str, Numerals], reasons: Reasons) -> None:
    """Take what a cell says of another column, as in ``3D2B``, where that one is empty; else both must agree."""
    for name, numerals in read.items():
        against = np.zeros(len(reasons.bad), dtype=bool)
        for place, beside in numerals.beside.items():
            for other, value in beside.items():
                if read[other].given[place]:
                    against[place] |= not np.isclose(columns[other][place], value, rtol=0, atol=1e-6)
                else:
                    columns[other][place] = value
        reasons.add(against, Message("{column} says something else than the column beside it", column=name))


def _check_limits(columns: Json, batch: pa.RecordBatch, reasons: Reasons) -> None:
    for name in COORDINATES:
        column, value = COLUMN[name], columns[name]
        limits = Message("{column} is impossible, it must be {limits}", column=name, limits=column.limits)
        reasons.add(~np.isnan(value) & (np.abs(value) > (column.maximum or np.inf)), limits, batch[name])


def _check_currency(numbered: Numbered, batch: pa.RecordBatch, checks: Checks, reasons: Reasons) -> Conversion:
    """What is to be done with prices in other currencies; it comes before they are read, for they may never be."""
    if not checks.wants_price:
        return NO_CONVERSION
    if CURRENCY in checks.said:
        reasons.add(not_said(numbered.currencies), Message("the row does not say its currency"), batch[TARGET])
    if checks.currency is None:
        return NO_CONVERSION
    conversion = convert(batch, numbered.currencies, checks.currency, checks.uf)
    for mask, reason in conversion.refused:
        reasons.add(mask, reason, batch[TARGET])
    return conversion


def _check_price(
    columns: Json, conversion: Conversion, batch: pa.RecordBatch, checks: Checks, reasons: Reasons
) -> NDArray[np.bool_]:
    """Convert prices, and keep out those that are none; which of them were converted."""
    converted = np.zeros(batch.num_rows, dtype=bool)
    if checks.minimum_price is None:
        columns[TARGET] = np.full(batch.num_rows, np.nan)
        return converted
    price, cells = columns[TARGET], batch[TARGET]
    places = np.fromiter(conversion.factors, np.int64)
    price[places] = np.round(price[places] * np.fromiter(conversion.factors.values(), np.float64), 2)
    converted[places] = True
    reasons.add(np.isnan(price), Message("no price"))
    reasons.add(price <= 0, Message("price is not positive"), cells)
    least = checks.minimum_price
    low = Message("price is at or below MIN_TARGET_THRESHOLD ({least:exact})", least=least)
    reasons.add(price <= least, low, cells)
    return converted


def _split(cells: pa.Array, is_train: bool | None, reasons: Reasons) -> NDArray[np.bool_]:
    if is_train is not None:
        return np.full(len(cells), is_train)
    encoded = pc.dictionary_encode(pc.fill_null(cells, ""))
    meanings = [_SPLIT.get(text.strip().lower()) for text in encoded.dictionary.to_pylist()]
    unknown = _spread([meaning is None for meaning in meanings], encoded)
    neither = Message("is_train is neither 1 nor 0 (nor true, false, yes, no, train, test)")
    reasons.add(unknown, neither, cells)
    return _spread([bool(meaning) for meaning in meanings], encoded)
