"""What a person says of all rows of a table that has no column for it, such as that all are departamentos."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from pricing_core.errors import ListingsError
from pricing_core.listings.ingestion.header import Header, shown
from pricing_core.words import Message

_PROBLEM = "problem"


def refuse_twofold(header: Header, table: str) -> None:
    """Refuse a table that has a column for what is said of all its rows.

    Raises
    ------
    ListingsError
        Naming the column.
    """
    for column, value in header.settings.constants.items():
        if column in header.places:
            raise ListingsError(
                "{file} has a column for {column}, {name:quoted}: leave {value:quoted} out, or leave the column aside "
                'with --map "{name}=".',
                file=table,
                column=column,
                name=shown(header.names[header.places[column]], 40),
                value=value,
            )


def with_constants(batch: pa.RecordBatch, constants: Mapping[str, str]) -> pa.RecordBatch:
    """Write what is said of all rows into those that can be used."""
    for column, value in constants.items():
        place = batch.schema.get_field_index(column)
        cells = pc.if_else(pc.is_null(batch[_PROBLEM]), pa.scalar(value), pa.scalar(None, pa.string()))
        batch = batch.set_column(place, batch.schema.field(place), cells)
    return batch


def notes_of(constants: Mapping[str, str]) -> list[Message]:
    """A sentence on each."""
    return [
        Message("{column} is {value:quoted} in all rows, as you said.", column=column, value=value)
        for column, value in constants.items()
    ]
