"""An axis with even steps: where an amount stands on it, and what its steps are called."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, isclose, log10
from typing import Final

from dashboard.parts.text import number, t
from pricing_core import marked

_UNIT_WORDS: Final = {
    1_000: marked("thousands of {what}"),
    1_000_000: marked("millions of {what}"),
    1_000_000_000: marked("billions of {what}"),
    1_000_000_000_000: marked("trillions of {what}"),
}

# So many steps keep numbers of seven letters apart in the narrowest place that a bar is drawn in.
_MOST: Final = 4
_STEPS: Final = (1, 2, 2.5, 3, 4, 5, 10, 20)
_UNITS: Final = (1_000_000_000_000, 1_000_000_000, 1_000_000, 1_000)
# From so many of a unit on, amounts are written in it: 80,000 stays, 190,000,000 becomes 190 millions.
_WIDE: Final = 100


@dataclass(frozen=True)
class Axis:
    """From ``first`` to ``last`` steps of a size, counted from 0."""

    first: int
    last: int
    step: float

    def place(self, amount: float) -> float:
        """Where an amount stands, in per cent of the length."""
        return 100 * (amount / self.step - self.first) / (self.last - self.first)

    def ticks(self) -> list[float]:
        """The amounts at which a number is written."""
        return [count * self.step for count in range(self.first, self.last + 1)]

    def unit(self) -> int:
        """In what its numbers are written, so that they stay short: in ones, thousands, millions and so on."""
        largest = max(abs(self.first), abs(self.last)) * self.step
        return next((unit for unit in _UNITS if largest > (_WIDE if unit == 1_000 else 1) * unit), 1)

    def labels(self) -> list[str]:
        """Those amounts in the unit, all with as many decimals as tell two steps apart."""
        step = self.step / self.unit()
        digits = next((count for count in range(9) if isclose(round(step, count), step, rel_tol=1e-6)), 9)
        return [number(tick / self.unit(), digits) for tick in self.ticks()]


def axis_over(low: float, high: float) -> Axis:
    """The axis with the smallest even steps, few enough to be read, that holds both amounts."""
    span = (high - low) or abs(high) or 1.0
    size = 10.0 ** floor(log10(span / _MOST))
    axes = (_stepped(low, high, step * size) for step in _STEPS)
    return next(axis for axis in axes if axis.last - axis.first <= _MOST)


def _stepped(low: float, high: float, step: float) -> Axis:
    # Rounded, or 0.3 would lie a hair below three steps of 0.1.
    first = floor(round(low / step, 9))
    return Axis(first, max(ceil(round(high / step, 9)), first + 1), step)


def in_unit(what: str, unit: int) -> str:
    """What numbers written in that unit are: UF, thousands of UF."""
    return what if unit == 1 else t(_UNIT_WORDS[unit], what=what)
