"""The unit that a person says a column is in, set beside its cells, so that they are read as if it stood there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from pricing_core.nouns.schema import COLUMN

_BARE: Final = r"^[\s+-]*\d[\d.,' ]*$"


def with_units(batch: pa.RecordBatch, units: Mapping[str, str]) -> pa.RecordBatch:
    """Set units beside the cells that hold a number alone; one that names its own unit keeps that."""
    for column, unit in units.items():
        if column in COLUMN and column in batch.schema.names:
            place = batch.schema.get_field_index(column)
            cells = pc.fill_null(batch.column(place), "")
            bare = pc.match_substring_regex(cells, _BARE)
            told = pc.if_else(bare, pc.binary_join_element_wise(cells, unit, " "), batch.column(place))
            batch = batch.set_column(place, batch.schema.field(place), told)
    return batch
