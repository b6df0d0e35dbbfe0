"""What the cells of one column show of how its writer sets decimals and thousands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pricing_core.listings.ingestion.mark_meanings import MARKS, Mark
from pricing_core.listings.ingestion.numerals import Numerals, matching

_EXAMPLES: Final = 3
_SHORTENED: Final = r"^[+-]?\d(?:[.,]\d{1,5})?[eE]\+?\d+$"
# Sizes are kept as a histogram of their decimal logarithms, which chunks can be added to.
_STEP: Final = 0.05
_LOWEST, _HIGHEST = -6.0, 18.0
_BINS: Final = round((_HIGHEST - _LOWEST) / _STEP)


class Sizes:
    """How large numbers are, without keeping them."""

    def __init__(self) -> None:
        self._counts = np.zeros(_BINS, dtype=np.int64)

    def add(self, values: NDArray[np.float64]) -> None:
        """Count numbers; zeros, signs and NaN do not matter."""
        size = np.abs(values)
        logs = np.log10(size[np.isfinite(size) & (size > 0)])
        self._counts += np.histogram(np.clip(logs, _LOWEST, _HIGHEST), _BINS, (_LOWEST, _HIGHEST))[0]

    @property
    def count(self) -> int:
        """How many numbers there are."""
        return int(self._counts.sum())

    def quantile(self, share: float) -> float:
        """The size that so many do not exceed, to about a tenth."""
        at = int(np.searchsorted(np.cumsum(self._counts), share * self.count, side="left"))
        return float(10 ** (_LOWEST + (min(at, _BINS - 1) + 0.5) * _STEP))

    def below(self, size: float) -> int:
        """How many of them are smaller, to about a tenth."""
        at = int((np.log10(max(size, 1e-9)) - _LOWEST) / _STEP)
        return int(self._counts[: max(at, 0)].sum())

    def share_within(self, low: float, high: float) -> float:
        """How many of them lie between two sizes, as a share."""
        centres = _LOWEST + (np.arange(_BINS) + 0.5) * _STEP
        inside = (centres >= np.log10(max(low, 1e-9)) - _STEP) & (centres <= np.log10(max(high, 1e-9)) + _STEP)
        return float(self._counts[inside].sum() / max(self.count, 1))


@dataclass
class MarkCounts:
    """Counts over the cells of a column, by mark.

    Attributes
    ----------
    decimal, grouped
        Cells in which the mark can only be a decimal or a thousands mark.
    three_digits, more_digits
        Of the decimals, those with exactly three digits behind the mark, and with more.
    point_zero
        Of the decimals, those that end in the mark and a single 0, as programs write whole numbers: 2076.0.
    lone, lone_zero
        Cells with two readings, for the mark stands before three digits; and those of them that end in 0.
    lone_sizes
        How large the numbers of such cells are where the mark means decimals.
    wholes
        Plain whole numbers, but 0.
    sure_sizes
        How large the numbers with one reading are.
    examples
        Some of the cells with two readings.
    settled, settled_example
        Cells with a mark that can stand before thousands alone, for they are amounts without cents.
    shortened, shortened_example
        Cells like 1.9E+08, of which a spreadsheet may have cut digits off.
    """

    decimal: Counter[Mark] = field(default_factory=Counter)
    grouped: Counter[Mark] = field(default_factory=Counter)
    three_digits: Counter[Mark] = field(default_factory=Counter)
    more_digits: Counter[Mark] = field(default_factory=Counter)
    point_zero: Counter[Mark] = field(default_factory=Counter)
    lone: Counter[Mark] = field(default_factory=Counter)
    lone_zero: Counter[Mark] = field(default_factory=Counter)
    lone_sizes: dict[Mark, Sizes] = field(default_factory=lambda: {mark: Sizes() for mark in MARKS})
    wholes: int = 0
    given: int = 0
    sure_sizes: Sizes = field(default_factory=Sizes)
    examples: dict[Mark, list[str]] = field(default_factory=lambda: {mark: [] for mark in MARKS})

    settled: int = 0
    settled_example: str = ""
    shortened: int = 0
    shortened_example: str = ""

    def add(self, numerals: Numerals, of_unit: NDArray[np.bool_], *, can_group: bool = True) -> None:
        """Count the cells of one chunk; the sizes of those only that are in the expected unit.

        Parameters
        ----------
        can_group
            Whether the column can hold thousands; of one that cannot, only its decimals are of interest.
        """
        self.given += int(numerals.given.sum())
        has = numerals.marked
        if can_group:
            self._add_sizes(numerals, of_unit)
            self._add_shortened(numerals.text)
        for mark in MARKS:
            if has[mark].any():
                self._add_mark(mark, numerals, has, of_unit, can_group=can_group)
        self.settled, self.settled_example = _counted(
            numerals.settled, numerals.text, self.settled, self.settled_example
        )

    def _add_sizes(self, numerals: Numerals, of_unit: NDArray[np.bool_]) -> None:
        sure = np.where(numerals.ambiguous, np.nan, np.where(np.isnan(numerals.dot), numerals.comma, numerals.dot))
        self.sure_sizes.add(sure[of_unit])
        plain = ~numerals.marked["."] & ~numerals.marked[","]
        self.wholes += int(np.sum(of_unit & plain & (np.abs(sure) > 0)))

    def _add_shortened(self, text: pa.Array) -> None:
        if pc.any(pc.match_substring(text, "E")).as_py() or pc.any(pc.match_substring(text, "e")).as_py():
            short = matching(text, _SHORTENED)
            self.shortened, self.shortened_example = _counted(short, text, self.shortened, self.shortened_example)

    def _add_mark(
        self,
        mark: Mark,
        numerals: Numerals,
        has: Mapping[Mark, NDArray[np.bool_]],
        of_unit: NDArray[np.bool_],
        *,
        can_group: bool,
    ) -> None:
        decimal = numerals.only(mark) & has[mark]
        grouped = numerals.only("," if mark == "." else ".") & has[mark]
        self.decimal[mark] += int(decimal.sum())
        self.grouped[mark] += int(grouped.sum())
        if decimal.any() and can_group:
            self.three_digits[mark] += int(np.sum(decimal & matching(numerals.text, rf"[{mark}]\d{{3}}$")))
            self.point_zero[mark] += int(np.sum(decimal & matching(numerals.text, rf"[{mark}]0$")))
            self.more_digits[mark] += int(np.sum(decimal & matching(numerals.text, rf"[{mark}]\d{{4}}")))
        lone = numerals.lone(mark)
        if lone.any():
            self.lone[mark] += int(lone.sum())
            self.lone_zero[mark] += int(np.sum(lone & matching(numerals.text, "0$")))
            self.lone_sizes[mark].add(numerals.read(mark, "decimal")[lone & of_unit])
            self._keep_examples(mark, numerals.text, lone)

    def _keep_examples(self, mark: Mark, text: pa.Array, lone: NDArray[np.bool_]) -> None:
        wanted = _EXAMPLES - len(self.examples[mark])
        places = np.flatnonzero(lone)[:wanted]
        self.examples[mark] += text.take(pa.array(places, pa.int64())).to_pylist()


def _counted(cells: NDArray[np.bool_], text: pa.Array, count: int, example: str) -> tuple[int, str]:
    found = np.flatnonzero(cells)
    return count + len(found), example or (text[int(found[0])].as_py() if len(found) else "")
