"""What two columns of areas tell of one another's marks: a home's total area is not smaller than its usable one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from pricing_core.listings.ingestion.mark_meanings import MARKS, Mark, Meaning
from pricing_core.listings.ingestion.numerals import Numerals
from pricing_core.nouns.schema import TOTAL_AREA, USABLE_AREA

_MEANINGS: Final[tuple[Meaning, ...]] = ("decimal", "thousands")
_SHARE: Final = 0.9
_Kind = Literal["sure", "decimal", "thousands"]
# Both areas are rounded, each by itself.
_ALMOST: Final = 0.98
# Land may be a hundred times as large as the house on it.
_USUAL: Final = 100.0
_PARTNER: Final[Mapping[str, str]] = {USABLE_AREA: TOTAL_AREA, TOTAL_AREA: USABLE_AREA}


class AreaPairs:
    """Counts in how many rows each reading of one area is possible beside each reading of the other."""

    def __init__(self) -> None:
        self._rows: Counter[tuple[str, Mark, _Kind]] = Counter()
        self._possible: Counter[tuple[str, Mark, Meaning, _Kind]] = Counter()
        self._usual: Counter[tuple[str, Mark, Meaning, _Kind]] = Counter()

    def add(self, usable: Numerals, total: Numerals) -> None:
        """Count the rows of one chunk."""
        for name, numerals, other in ((USABLE_AREA, usable, total), (TOTAL_AREA, total, usable)):
            for mark in MARKS:
                lone = numerals.lone(mark)
                if lone.any():
                    self._add(name, mark, numerals, other, lone)

    def _add(self, name: str, mark: Mark, numerals: Numerals, other: Numerals, lone: NDArray[np.bool_]) -> None:
        for kind, known in _kinds(other).items():
            rows = lone & ~np.isnan(known)
            self._rows[name, mark, kind] += int(rows.sum())
            for meaning in _MEANINGS:
                value = numerals.read(mark, meaning)
                small, large = (value, known) if name == USABLE_AREA else (known, value)
                possible = rows & (large >= _ALMOST * small)
                self._possible[name, mark, meaning, kind] += int(possible.sum())
                self._usual[name, mark, meaning, kind] += int(np.sum(possible & (large <= _USUAL * small)))

    def told(self, column: str, mark: Mark, of_other: Meaning | None) -> Meaning | None:
        """The meaning that nearly all rows allow while they forbid the other; ``None`` where they do not tell.

        Parameters
        ----------
        of_other
            What marks mean in the other column, where that is known already.
        """
        shares = {meaning: self._share(self._possible, column, mark, meaning, of_other) for meaning in _MEANINGS}
        for meaning, against in zip(_MEANINGS, reversed(_MEANINGS), strict=True):
            if (shares[meaning] or 0) >= _SHARE and (shares[against] or 0) <= 1 - _SHARE:
                return meaning
        return None

    def allows(self, column: str, mark: Mark, meaning: Meaning) -> bool:
        """Whether nearly all rows are usual under a meaning; also where there are none to tell."""
        share = self._share(self._usual, column, mark, meaning, None)
        return share is None or share >= _SHARE

    def _share(
        self,
        counts: Counter[tuple[str, Mark, Meaning, _Kind]],
        column: str,
        mark: Mark,
        meaning: Meaning,
        of_other: Meaning | None,
    ) -> float | None:
        kinds: list[_Kind] = ["sure", *([of_other] if of_other else [])]
        rows = sum(self._rows[column, mark, kind] for kind in kinds)
        return sum(counts[column, mark, meaning, kind] for kind in kinds) / rows if rows else None


def partner(column: str) -> str | None:
    """The other column of areas."""
    return _PARTNER.get(column)


def _kinds(numerals: Numerals) -> dict[_Kind, NDArray[np.float64]]:
    sure = np.where(np.isnan(numerals.dot), numerals.comma, numerals.dot)
    sure[numerals.ambiguous] = np.nan
    kinds: dict[_Kind, NDArray[np.float64]] = {"sure": sure}
    for meaning in _MEANINGS:
        value = np.full(len(sure), np.nan)
        for mark in MARKS:
            lone = numerals.lone(mark)
            value[lone] = numerals.read(mark, meaning)[lone]
        kinds[meaning] = value
    return kinds
