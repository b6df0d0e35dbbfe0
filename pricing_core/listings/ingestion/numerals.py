r"""Numbers as people write them, and the rule that keeps ``1.234`` from being read a thousand times wrong.

A cell may be read with a decimal dot (thousands set off by commas) or with a decimal comma (thousands set off by
dots); spaces and apostrophes between thousands are fine with both. Where only one of the two readings is a number, or
both give the same one, the cell is read so, whatever its neighbours do: ``1.234,56``, ``1,234.56``, ``12,5``,
``0.125``, ``1.234.567``, ``12,50,000``, ``4500``.

Both readings differ only for one mark before exactly three digits: ``1.234`` or ``1,234``. A column that cannot hold
thousands (coordinates, rooms) knows no thousands marks: there the mark is the decimal mark. In any other column
`number_style` decides from the cells of the column; what it cannot decide is no number.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pricing_core.listings.ingestion.cells import Cell, read_cell
from pricing_core.listings.ingestion.mark_meanings import MARKS, Mark, Meaning, Rule, Told
from pricing_core.listings.ingestion.missing import missing_cells
from pricing_core.nouns.schema import Column

_OTHER: Final[dict[Mark, Mark]] = {".": ",", ",": "."}
_AGAINST: Final[dict[Meaning, Meaning]] = {"decimal": "thousands", "thousands": "decimal"}
# The contract's own limit tells which columns could ever hold a thousand.
_THOUSANDS_FROM: Final = 1_000
_GLANCE: Final = 500


def can_group(column: Column) -> bool:
    """Whether numbers of this column can be large enough to have thousands."""
    return column.maximum is None or column.maximum > _THOUSANDS_FROM


def _grammar(mark: Mark, separators: Sequence[str]) -> str:
    point = re.escape(mark)
    plain = rf"(?:\d+(?:{point}\d*)?|{point}\d+)(?:[eE][+-]?\d{{1,4}})?"
    grouped = "".join(rf"|[1-9]\d{{0,2}}(?:{re.escape(s)}\d{{3}})+(?:{point}\d+)?" for s in separators)
    if "," in separators:
        grouped += rf"|[1-9]\d?(?:,\d{{2}})+,\d{{3}}(?:{point}\d+)?"  # as in India
    return rf"[+-]?(?:{plain}{grouped})"


# In bulk only the two usual separators are looked for; what is left over is read cell by cell.
_BULK: Final = {
    (mark, groups): f"^{_grammar(mark, [_OTHER[mark]] if groups else [])}$"
    for mark in MARKS
    for groups in (True, False)
}
_SINGLE: Final = {
    (mark, groups): re.compile(_grammar(mark, [_OTHER[mark], " ", "'"] if groups else []), re.ASCII)
    for mark in MARKS
    for groups in (True, False)
}
_ALIKE: Final = str.maketrans({"−": "-", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "’": "'"})


def readings(text: str, *, groups: bool) -> dict[Mark, float]:
    """The finite number that a text is under each decimal mark; empty when it is none."""
    found: dict[Mark, float] = {}
    plain = text.translate(_ALIKE).strip()
    for mark in MARKS:
        if _SINGLE[mark, groups].fullmatch(plain):
            value = float(re.sub(rf"[ '{_OTHER[mark]}]", "", plain).replace(mark, "."))
            if math.isfinite(value):
                found[mark] = value
    return found


@dataclass(frozen=True)
class Numerals:
    """A column of cells, read under both marks: NaN where a cell is no number so.

    Attributes
    ----------
    text
        The numbers alone, without what stands beside them.
    given
        The cells that are not missing.
    units
        The unit that was taken off a cell, where there was one.
    beside
        What cells say of other columns.
    singly
        The places of cells that were read one by one, for something stands beside the number or between its digits.
    missing
        The marks that say that a cell is not known, as they were written, and how often each is there.
    """

    dot: NDArray[np.float64]
    comma: NDArray[np.float64]
    given: NDArray[np.bool_]
    lone_dot: NDArray[np.bool_]
    text: pa.Array
    units: Mapping[int, str]
    beside: Mapping[int, Mapping[str, float]]
    singly: NDArray[np.int64] | None = None
    missing: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def marked(self) -> Mapping[Mark, NDArray[np.bool_]]:
        """Which cells hold a mark."""
        return {".": self.lone_dot, ",": _holding(self.text, ",")}

    @property
    def ambiguous(self) -> NDArray[np.bool_]:
        """Cells with two readings that differ."""
        both: NDArray[np.bool_] = ~np.isnan(self.dot) & ~np.isnan(self.comma) & (self.dot != self.comma)
        return both

    def lone(self, mark: Mark) -> NDArray[np.bool_]:
        """Cells with two readings, for this mark stands before three digits."""
        cells: NDArray[np.bool_] = self.ambiguous & (self.lone_dot == (mark == "."))
        return cells

    @property
    def settled(self) -> NDArray[np.bool_]:
        """Cells with a mark that makes no difference: amounts without cents."""
        same: NDArray[np.bool_] = self.dot == self.comma
        return same & (self.marked["."] | self.marked[","]) if same.any() else same

    def only(self, mark: Mark) -> NDArray[np.bool_]:
        """Cells that can be read with this decimal mark only."""
        this, other = (self.dot, self.comma) if mark == "." else (self.comma, self.dot)
        found: NDArray[np.bool_] = ~np.isnan(this) & np.isnan(other)
        return found

    def read(self, mark: Mark, meaning: Meaning) -> NDArray[np.float64]:
        """All cells with a mark that means this."""
        return self.dot if (mark == ".") == (meaning == "decimal") else self.comma

    def without_decimals(self, cells: NDArray[np.bool_]) -> Numerals:
        """The same where some cells, amounts of a currency without cents, cannot have decimals."""
        if not cells.any():
            return self
        dot, comma = self.dot.copy(), self.comma.copy()
        for mark in MARKS:
            lone = self.lone(mark) & cells
            dot[lone] = comma[lone] = self.read(mark, "thousands")[lone]
        return replace(self, dot=dot, comma=comma)

    def only_in(self, cells: NDArray[np.bool_]) -> Numerals:
        """The same without all other cells."""
        if cells.all():
            return self
        dot, comma = (np.where(cells, values, np.nan) for values in (self.dot, self.comma))
        return replace(self, dot=dot, comma=comma, given=self.given & cells)

    def values(self, rule: Rule) -> NDArray[np.float64]:
        """The numbers under a rule; NaN for missing cells, for no numbers, and where the rule cannot decide."""
        result = np.where(np.isnan(self.dot), self.comma, self.dot)
        for mark in MARKS:
            cells = self.lone(mark)
            if cells.any():
                result[cells] = self._decided(mark, rule.told(mark))[cells]
        return result

    def _decided(self, mark: Mark, told: Told) -> NDArray[np.float64]:
        if told.meaning is None:
            return np.full(len(self.dot), np.nan)
        value, other = (self.read(mark, each) for each in (told.meaning, _AGAINST[told.meaning]))
        believed = ~told.doubts(value, other)
        if told.meaning == "decimal" and not told.zeros:
            believed &= ~matching(self.text, "0$")
        return np.where(believed, value, np.nan)


def read_numerals(cells: pa.Array, column: Column) -> Numerals:
    """Read an Arrow array of text as the numbers of a column."""
    text = pc.utf8_trim_whitespace(cells)
    text = pc.if_else(pc.equal(text, ""), None, text)
    groups = can_group(column)
    quick = _read_plain(text, groups=groups)
    if quick is not None:
        return quick
    missing = missing_cells(text)
    marks = Counter(text.filter(missing).to_pylist())
    text = pc.if_else(missing, None, text)
    dot, comma = (_read_bulk(text, mark, groups=groups) for mark in MARKS)
    return replace(_read_rest(text, dot, comma, column), missing=marks)


def _read_rest(text: pa.Array, dot: NDArray[np.float64], comma: NDArray[np.float64], column: Column) -> Numerals:
    """Read what bulk reading left, each text once: units, words, spaces, apostrophes, or no number at all."""
    given = _flags(text.is_valid())
    places = np.flatnonzero(given & np.isnan(dot) & np.isnan(comma))
    if not len(places):
        return Numerals(dot, comma, given, _holding(text, "."), text, {}, {})
    encoded = pc.dictionary_encode(text.take(pa.array(places)))
    known = [_understood(each, column) for each in encoded.dictionary.to_pylist()]
    which = encoded.indices.to_numpy()
    dot[places] = np.array([found.get(".", np.nan) for _, found in known])[which]
    comma[places] = np.array([found.get(",", np.nan) for _, found in known])[which]
    bodies = pa.array([cell.body for cell, _ in known], pa.string()).take(encoded.indices)
    text = pc.replace_with_mask(text, pa.array(np.isin(np.arange(len(text)), places)), bodies)
    of = {int(place): known[index] for place, index in zip(places, which, strict=True) if known[index][1]}
    return Numerals(
        *(dot, comma, given, _holding(text, "."), text),
        units={place: cell.unit for place, (cell, _) in of.items() if cell.unit},
        beside={place: cell.beside for place, (cell, _) in of.items() if cell.beside},
        singly=places,
    )


def _understood(text: str, column: Column) -> tuple[Cell, dict[Mark, float]]:
    groups = can_group(column)
    if found := readings(text, groups=groups):
        return Cell(text.translate(_ALIKE).strip()), found
    cell = read_cell(text.translate(_ALIKE).strip(), column)
    if cell.value is not None:
        return cell, dict.fromkeys(MARKS, cell.value)
    return cell, readings(cell.body, groups=groups)


def _read_plain(text: pa.Array, *, groups: bool) -> Numerals | None:
    """Read a column that a program wrote, many times faster; ``None`` when any cell is not plain."""
    # A cast that fails is slow, for Arrow writes a message for every cell: look before.
    if pc.any(pc.match_substring(text, ",")).as_py():
        return None
    try:
        pc.cast(text[:_GLANCE], pa.float64())
        value = _numbers(pc.cast(text, pa.float64()))
    except pa.ArrowInvalid:
        return None
    given = _flags(text.is_valid())
    # Arrow reads "nan(x)" and "1e400" as NaN and infinity: such cells deserve a closer look.
    if not np.all(np.isfinite(value[given])):
        return None
    dots = _holding(text, ".")
    comma = np.where(dots, np.nan, value)
    if groups and dots.any():
        lone = _read_bulk(pc.if_else(pa.array(dots), text, None), ",", groups=True)
        comma = np.where(dots, lone, value)
    return Numerals(value, comma, given, dots, text, {}, {})


def _read_bulk(text: pa.Array, mark: Mark, *, groups: bool) -> NDArray[np.float64]:
    matching = pc.if_else(pc.match_substring_regex(text, _BULK[mark, groups]), text, None)
    plain = pc.replace_substring(pc.replace_substring(matching, _OTHER[mark], ""), mark, ".")
    value = _numbers(pc.cast(pc.utf8_ltrim(plain, characters="+"), pa.float64()))
    return np.where(np.isfinite(value), value, np.nan)


def _numbers(array: pa.Array) -> NDArray[np.float64]:
    # A copy that may be written to; nulls become NaN.
    return np.array(array.to_numpy(zero_copy_only=False), dtype=np.float64)


def _flags(array: pa.Array) -> NDArray[np.bool_]:
    return np.array(pc.fill_null(array, False).to_numpy(zero_copy_only=False), dtype=bool)


def _holding(text: pa.Array, sign: str) -> NDArray[np.bool_]:
    return _flags(pc.match_substring(text, sign))


def matching(text: pa.Array, pattern: str) -> NDArray[np.bool_]:
    """Which cells a regular expression finds something in."""
    return _flags(pc.match_substring_regex(text, pattern))
