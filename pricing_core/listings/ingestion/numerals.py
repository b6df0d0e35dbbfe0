r"""Numbers as people write them, and the rule that keeps ``1.234`` from being read a thousand times wrong.

A cell may be read with a decimal dot (thousands set off by commas) or with a decimal comma (thousands set off by
dots); spaces and apostrophes between thousands are fine with both. Where only one of the two readings is a number, or
both give the same one, the cell is read so, whatever its neighbours do: ``1.234,56``, ``1,234.56``, ``12,5``,
``0.125``, ``1.234.567``, ``4500``.

Both readings differ only for one mark before exactly three digits: ``1.234`` or ``1,234``. Then

1. a column that cannot hold thousands (coordinates, rooms) knows no thousands marks: the mark is the decimal mark;
2. otherwise the column as a whole decides: its cells with one reading only, when 99 % of them agree;
3. where the column has no such cell, the other columns decide when they agree with one another and with the delimiter
   (``;`` goes with the decimal comma). Decimal dots in coordinates alone do not make ``1.234`` a decimal: coordinates
   often come from a program while prices were typed by hand;
4. otherwise the row is rejected, with a message that says so.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pricing_core.listings.ingestion.units import split_unit
from pricing_core.nouns.schema import Column

Mark = Literal[".", ","]
Meaning = Literal["decimal", "thousands"]
MARKS: Final[tuple[Mark, ...]] = (".", ",")
MISSING: Final = ("", "na", "n/a", "#n/a", "nan", "null", "none", "-", "s/i")
_OTHER: Final[dict[Mark, Mark]] = {".": ",", ",": "."}
# The contract's own limit tells which columns could ever hold a thousand.
_THOUSANDS_FROM: Final = 1_000
_GLANCE: Final = 500


@dataclass(frozen=True)
class Rule:
    """What one mark before exactly three digits means in a column: decimals, thousands, or (``None``) nobody knows."""

    dot: Meaning | None = None
    comma: Meaning | None = None


def can_group(column: Column) -> bool:
    """Whether numbers of this column can be large enough to have thousands."""
    return column.maximum is None or column.maximum > _THOUSANDS_FROM


def _grammar(mark: Mark, separators: Sequence[str]) -> str:
    point = re.escape(mark)
    plain = rf"(?:\d+(?:{point}\d*)?|{point}\d+)(?:[eE][+-]?\d{{1,4}})?"
    grouped = "".join(rf"|[1-9]\d{{0,2}}(?:{re.escape(s)}\d{{3}})+(?:{point}\d+)?" for s in separators)
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

    ``given`` marks cells that are not missing, ``units`` holds the unit that was taken off a cell (or ``""``).
    """

    dot: NDArray[np.float64]
    comma: NDArray[np.float64]
    given: NDArray[np.bool_]
    lone_dot: NDArray[np.bool_]
    units: dict[int, str]

    @property
    def ambiguous(self) -> NDArray[np.bool_]:
        """Cells with two readings that differ."""
        both: NDArray[np.bool_] = ~np.isnan(self.dot) & ~np.isnan(self.comma) & (self.dot != self.comma)
        return both

    def only(self, mark: Mark) -> int:
        """How many cells can be read with this decimal mark only."""
        this, other = (self.dot, self.comma) if mark == "." else (self.comma, self.dot)
        return int(np.sum(~np.isnan(this) & np.isnan(other)))

    def values(self, rule: Rule) -> NDArray[np.float64]:
        """The numbers under a rule; NaN for missing cells, for no numbers, and where the rule cannot decide."""
        result = np.where(np.isnan(self.dot), self.comma, self.dot)
        for lone_dot, role in ((True, rule.dot), (False, rule.comma)):
            cells = self.ambiguous & (self.lone_dot == lone_dot)
            as_dot = (role == "decimal") == lone_dot
            result[cells] = np.nan if role is None else (self.dot if as_dot else self.comma)[cells]
        return result


def read_numerals(cells: pa.Array, column: Column) -> Numerals:
    """Read an Arrow array of text as the numbers of a column."""
    text = pc.utf8_trim_whitespace(cells)
    text = pc.if_else(pc.equal(text, ""), None, text)
    groups = can_group(column)
    quick = _read_plain(text, groups=groups)
    if quick is not None:
        return quick
    text = pc.if_else(pc.is_in(pc.utf8_lower(text), value_set=pa.array(MISSING)), None, text)
    dot, comma = (_read_bulk(text, mark, groups=groups) for mark in MARKS)
    numerals = Numerals(dot, comma, _flags(text.is_valid()), _contains_dot(text), {})
    _read_rest(numerals, text, column)
    return numerals


def _read_rest(numerals: Numerals, text: pa.Array, column: Column) -> None:
    """Read one by one the cells that bulk reading left: units, spaces, apostrophes, or no number at all."""
    places = np.flatnonzero(numerals.given & np.isnan(numerals.dot) & np.isnan(numerals.comma))
    for place, cell in zip(places, text.take(pa.array(places)).to_pylist(), strict=True):
        unit, body = split_unit(cell, column.role)
        found = readings(body, groups=can_group(column))
        numerals.dot[place], numerals.comma[place] = found.get(".", np.nan), found.get(",", np.nan)
        numerals.lone_dot[place] = "." in body
        if unit and found:
            numerals.units[int(place)] = unit


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
    dots = _contains_dot(text)
    comma = np.where(dots, np.nan, value)
    if groups and dots.any():
        lone = _read_bulk(pc.if_else(pa.array(dots), text, None), ",", groups=True)
        comma = np.where(dots, lone, value)
    return Numerals(value, comma, given, dots, {})


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


def _contains_dot(text: pa.Array) -> NDArray[np.bool_]:
    return _flags(pc.match_substring(text, "."))
