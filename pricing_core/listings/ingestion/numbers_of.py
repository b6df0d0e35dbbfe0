"""All columns of numbers of one batch, read under both marks, with the currency of each price."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pricing_core.listings.ingestion.beside import CURRENCY, OPERATION, may_be_sales
from pricing_core.listings.ingestion.numerals import Numerals, read_numerals
from pricing_core.listings.ingestion.row_currency import RowCurrencies, can_convert, currencies, without_cents
from pricing_core.nouns.schema import COLUMN, NUMBERS, TARGET


@dataclass(frozen=True)
class Numbered:
    """The numbers of a batch by column, and the currencies of its prices."""

    numerals: dict[str, Numerals]
    currencies: RowCurrencies

    def in_currency(self, expected: str | None) -> NDArray[np.bool_]:
        """Which prices are, as far as is said, in the expected currency."""
        mask = np.ones(len(self.currencies.codes), dtype=bool)
        for places in self.currencies.other_than(expected).values() if expected else ():
            mask[places] = False
        return mask

    def for_evidence(self, batch: pa.RecordBatch, expected: str | None) -> dict[str, Numerals]:
        """The numbers that tell how a table is written: of prices only those that can be used."""
        mask = may_be_sales(batch[OPERATION]) if OPERATION in batch.schema.names else self.in_currency(None)
        if expected:
            for name, places in self.currencies.other_than(expected).items():
                mask[places] &= can_convert(name, expected)
        return {**self.numerals, TARGET: self.numerals[TARGET].only_in(mask)}


def numbers_of(batch: pa.RecordBatch, currency: str | None, typed: Collection[str]) -> Numbered:
    """Read the numbers of a batch; where a currency has no cents, a mark in its amounts is no decimal mark."""
    numerals = {name: read_numerals(batch[name], COLUMN[name]) for name in (*NUMBERS, TARGET)}
    found = currencies(batch[CURRENCY], numerals[TARGET])
    if TARGET not in typed:
        numerals[TARGET] = numerals[TARGET].without_decimals(without_cents(found, currency))
    return Numbered(numerals, found)
