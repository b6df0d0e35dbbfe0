"""One digest for the content of a table of listings, however the file was written and read."""

from __future__ import annotations

import hashlib
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

DECLARED: Final = "declared"
"""The column that holds what a client declares beside the core, as JSON."""


class Fingerprint:
    """SHA-256 over checked rows in their order; row numbers do not count, for rejected rows shift them.

    Rows without a single declared value have the fingerprint of the core alone.

    Each column is digested by itself, so the result does not depend on the chunks that the rows come in.
    """

    def __init__(self, schema: pa.Schema) -> None:
        self._names = [name for name in schema.names if name != "row_number"]
        self._content = {name: hashlib.sha256(name.encode()) for name in self._names}
        self._lengths = {name: hashlib.sha256() for name in self._names if schema.field(name).type == pa.string()}
        self._declares = False

    def add(self, batch: pa.RecordBatch) -> None:
        """Take in the next rows."""
        for name in self._names:
            column = batch[name]
            self._declares = self._declares or (name == DECLARED and column.null_count < len(column))
            if name in self._lengths:
                # Lengths tell "ab", "c" from "a", "bc", and -1 tells a missing cell from an empty one.
                lengths = pc.fill_null(pc.binary_length(column), -1)
                self._lengths[name].update(lengths.to_numpy().astype("<i4").tobytes())
                self._content[name].update("".join(text or "" for text in column.to_pylist()).encode())
            else:
                self._content[name].update(_canonical(column).tobytes())

    def hexdigest(self, *, core: bool = False) -> str:
        """The digest of all rows so far, or of their core alone."""
        total = hashlib.sha256()
        for name in self._names:
            if name == DECLARED and (core or not self._declares):
                continue
            total.update(self._content[name].digest())
            total.update(self._lengths[name].digest() if name in self._lengths else b"")
        return total.hexdigest()


def _canonical(column: pa.Array) -> NDArray[np.uint8] | NDArray[np.float64]:
    if column.type == pa.bool_():
        return np.asarray(column.to_numpy(zero_copy_only=False), dtype="u1")
    numbers = np.array(column.to_numpy(zero_copy_only=False), dtype="<f8")
    # One NaN and one zero: both have several bit patterns.
    numbers[np.isnan(numbers)] = np.nan
    numbers[numbers == 0] = 0.0
    return numbers
