"""The rows that are kept out, each with its first reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pricing_core.listings.ingestion.header import shown
from pricing_core.listings.ingestion.tables import LINE, RAW, ROW
from pricing_core.nouns import Rejection
from pricing_core.words import Message


class Refused(NamedTuple):
    """A row that is kept out: the place of its reason among those of the batch, and the cell that is quoted after it.

    A sentence a row would take most of the time where a million rows are kept out.
    """

    row: int
    why: int
    cell: str | None
    content: dict[str, str]

    def rejection(self, reason: Message) -> Rejection:
        """The same with its reason in full."""
        if self.cell is not None:
            reason = Message("{reason}: {cell:quoted}", reason=reason, cell=self.cell)
        return Rejection(self.row, reason, self.content)


class Reasons:
    """The first reason of each row that is kept out."""

    def __init__(self, count: int) -> None:
        self.bad = np.zeros(count, dtype=bool)
        self.known: list[Message] = []
        self.of: dict[int, tuple[int, str | None]] = {}

    def add(self, mask: NDArray[np.bool_], reason: Message, cells: pa.Array | None = None) -> None:
        """Reject the rows of a mask; ``cells``, when given, are quoted after the reason."""
        places = np.flatnonzero(mask & ~self.bad)
        if len(places) == 0:
            return
        texts = cells.take(pa.array(places)).to_pylist() if cells is not None else []
        for index, place in enumerate(places):
            self.of[int(place)] = len(self.known), shown(texts[index] or "") if texts else None
        self.known.append(reason)
        self.bad |= mask


def refused_rows(batch: pa.RecordBatch, reasons: Reasons, names: Mapping[str, str]) -> list[Refused]:
    """The rows of a batch that are kept out, with what the table holds of them."""
    places = sorted(reasons.of)
    rows = batch.take(pa.array(places, pa.int64())).to_pylist() if places else []
    return [
        Refused(row[ROW], *reasons.of[place], _content(row, names)) for place, row in zip(places, rows, strict=True)
    ]


def _content(row: Mapping[str, str | None], names: Mapping[str, str]) -> dict[str, str]:
    if (line := row[LINE]) is not None:
        return {"line": line.replace("\x00", "␀")}
    # Databases refuse NUL in text, and nobody wants to read a novel.
    return {
        names[cell]: (row[cell] or "")[:200].replace("\x00", "␀")
        for cell in dict.fromkeys((*RAW, *names))
        if cell in names
    }
