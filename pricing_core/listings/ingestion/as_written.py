"""The text of numbers that were more than plain digits, kept beside them for whoever reviews the listing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pricing_core.listings.ingestion.mark_meanings import MARKS, Rule
from pricing_core.listings.ingestion.numerals import Numerals

AS_WRITTEN: Final = "as_written"
_LONGEST: Final = 80


def as_written(batch: pa.RecordBatch, read: Mapping[str, Numerals], rules: Mapping[str, Rule]) -> NDArray[np.object_]:
    """For each row the JSON text of such cells by column, ``None`` where all numbers are plain."""
    found: dict[int, dict[str, str]] = {}
    for name, numerals in read.items():
        places = np.flatnonzero(_more(numerals, rules.get(name, Rule())))
        for place, text in zip(places.tolist(), batch[name].take(pa.array(places)).to_pylist(), strict=True):
            found.setdefault(place, {})[name] = text.strip()[:_LONGEST].replace("\x00", "␀")
    kept = np.full(batch.num_rows, None, dtype=object)
    for place, cells in found.items():
        kept[place] = json.dumps(cells, ensure_ascii=False)
    return kept


def _more(numerals: Numerals, rule: Rule) -> NDArray[np.bool_]:
    """With a decimal mark a number is plain; a thousands mark, a unit or a word make it more."""
    more = numerals.settled
    for mark, other in zip(MARKS, reversed(MARKS), strict=True):
        grouped = numerals.only(other)
        if grouped.any():
            more |= grouped & numerals.marked[mark]
        if rule.told(mark).meaning == "thousands":
            more |= numerals.lone(mark)
    if numerals.singly is not None:
        more[numerals.singly] = True
    return more
