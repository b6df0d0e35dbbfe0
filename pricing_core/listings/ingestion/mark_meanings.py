"""What a mark before exactly three digits means in a column, and which of its numbers are believed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Mark = Literal[".", ","]
Meaning = Literal["decimal", "thousands"]
MARKS: Final[tuple[Mark, ...]] = (".", ",")


@dataclass(frozen=True)
class Told:
    """What one mark before exactly three digits means in a column, and which of its numbers are believed.

    Attributes
    ----------
    meaning
        Decimals, thousands, or (``None``) nobody knows.
    within
        Between which sizes the other numbers of the column lie. A number outside is not believed where the other
        meaning would bring it in.
    strict
        Whether a number outside is not believed in any case.
    zeros
        Whether decimals may end in 0: nobody writes 1.2 as 1.200 beside 85.5.
    """

    meaning: Meaning | None = None
    within: tuple[float, float] = (0.0, math.inf)
    strict: bool = False
    zeros: bool = True

    def doubts(self, value: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which numbers are not believed, beside what they are under the other meaning."""
        outside = ~self._fits(value)
        return outside if self.strict else outside & self._fits(other)

    def _fits(self, value: NDArray[np.float64]) -> NDArray[np.bool_]:
        size: NDArray[np.float64] = np.abs(value)
        fits: NDArray[np.bool_] = (size >= self.within[0]) & (size <= self.within[1])
        return fits


NOTHING: Final = Told()


@dataclass(frozen=True)
class Rule:
    """What each mark before exactly three digits means in a column."""

    dot: Told = NOTHING
    comma: Told = NOTHING

    def told(self, mark: Mark) -> Told:
        """What is told of a mark."""
        return self.dot if mark == "." else self.comma
