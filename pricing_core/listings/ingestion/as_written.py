"""The text of numbers that were more than plain digits, kept beside them for whoever reviews the listing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pricing_core.listings.ingestion.numerals import MARKS, Numerals, Rule, matching

AS_WRITTEN: Final = "as_written"
_LONGEST: Final = 80
# With a decimal mark a number is plain; a thousands mark, a unit or a word make it more.
_PLAIN: Final = r"^\s*[+-]?\d*[.,]?\d*(?:[eE][+-]?\d+)?\s*$"


def as_written(batch: pa.RecordBatch, read: Mapping[str, Numerals], rules: Mapping[str, Rule]) -> NDArray[np.object_]:
    """For each row the JSON text of such cells by column, ``None`` where all numbers are plain."""
    found: dict[int, dict[str, str]] = {}
    for name, numerals in read.items():
        places = np.flatnonzero(_more(batch[name], numerals, rules.get(name, Rule())))
        for place, text in zip(places.tolist(), batch[name].take(pa.array(places)).to_pylist(), strict=True):
            found.setdefault(place, {})[name] = text.strip()[:_LONGEST].replace("\x00", "␀")
    kept = np.full(batch.num_rows, None, dtype=object)
    for place, cells in found.items():
        kept[place] = json.dumps(cells, ensure_ascii=False)
    return kept


def _more(cells: pa.Array, numerals: Numerals, rule: Rule) -> NDArray[np.bool_]:
    more = numerals.settled
    for mark in MARKS:
        if rule.meaning(mark) == "thousands":
            more |= numerals.lone(mark)
    if not numerals.plain:
        more |= numerals.given & ~matching(cells, _PLAIN)
    return more
