"""Prices in another currency than the rest: told apart before anything is learnt from prices.

A file that mixes currencies has two heaps of prices, as far apart as the currencies are. Estimates that are learnt
from both heaps at once are right for neither; so the heaps are found first, by the price for each unit of area, and
then each price is held against what the prices on the right heap foretell for such a home.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pricing_core.listings.integrity.robust import expected
from pricing_core.listings.integrity.view import Flags, View
from pricing_core.nouns.arrays import Codes, Numbers
from pricing_core.nouns.schema import AREAS, COUNTS, TARGET
from pricing_core.words import Message


@dataclass(frozen=True)
class Money:
    """A currency, the check that finds prices in it, and how many of it are worth one of the currency of the table."""

    code: str
    check: str
    low: float
    high: float

    @property
    def logs(self) -> tuple[float, float]:
        """The logarithms of the limits."""
        return float(np.log(self.low)), float(np.log(self.high))

    @property
    def is_far(self) -> bool:
        """Whether no home costs so much more or less than another, so that one price alone tells."""
        return abs(sum(self.logs)) / 2 > _FAR

    def is_impossible(self, log: float) -> bool:
        """Whether no home in the world costs that in the currency of the table, so that it must be in this one."""
        return self.is_far and (log > _DEAREST_IN_UF if self.low > 1 else log < _CHEAPEST_IN_PESOS)


# In 2024 a UF was worth some 38,000 pesos and 40 US dollars (Banco Central de Chile).
OTHERS: Final = {
    "UF": (Money("CLP", "price_in_pesos", 12_000, 120_000), Money("USD", "price_in_dollars", 25, 62)),
    "CLP": (Money("UF", "price_in_uf", 1 / 120_000, 1 / 12_000), Money("USD", "price_in_dollars", 1 / 1_200, 1 / 600)),
    "USD": (Money("CLP", "price_in_pesos", 600, 1_200), Money("UF", "price_in_uf", 1 / 62, 1 / 25)),
}

_FAR: Final = 9.0
# Forty million dollars, and half a month's rent of a room.
_DEAREST_IN_UF: Final = float(np.log(1e6))
_CHEAPEST_IN_PESOS: Final = float(np.log(6e4))
# Half as wide as a heap of prices for each unit of area: from a third of the middle to three times as much.
_HEAP: Final = 1.1
_STRAY: Final = 0.5
# A heap that is near to the other one: how many rows make it, and how many of them may lie between the two.
_FEWEST: Final = 3
_LEAST_SHARE: Final = 0.005
_BETWEEN: Final = 0.2
# The smaller heap is the right one only where it is at least a quarter of the larger one.
_SMALLER: Final = 0.25
_ROUNDS: Final = 4


@dataclass(frozen=True)
class Currencies:
    """In which currency each price is: its place in ``others``, or -1 for the one of the table.

    ``shift`` is the logarithm of how many of that currency are worth one of the table.
    """

    others: tuple[Money, ...]
    which: Codes
    shift: Numbers

    @property
    def foreign(self) -> Flags:
        """The rows in another currency."""
        return self.which >= 0


def mixed_currencies(view: View) -> Currencies:
    """Tell the currencies of a table apart."""
    others = OTHERS.get(view.currency, ())
    which, shift = np.full(view.rows, -1), np.zeros(view.rows)
    for place, money in enumerate(others):
        log = view.log(TARGET) - shift
        flags, by = _heap_of(view, log, money)
        flags &= which < 0
        which[flags], shift[flags] = place, by
    return Currencies(others, which.astype(np.int64), shift)


def throughout(prices: Numbers, currency: str) -> Message | None:
    """What to say of prices that cannot be in a currency, the most of them: that is the setting's, and no listing's."""
    known = prices[np.isfinite(prices) & (prices > 0)]
    for money in OTHERS.get(currency, ()):
        middle = float(np.median(known)) if len(known) else 1.0
        if len(known) and money.is_impossible(float(np.log(middle))):
            return Message(
                "Prices are taken for {currency}, but with {middle:exact} in the middle they look like {other}. If "
                "they are, set CURRENCY={other}.",
                currency=currency,
                middle=middle,
                other=money.code,
            )
    return None


def _heap_of(view: View, log: Numbers, money: Money) -> tuple[Flags, float]:
    """The rows in a currency, and how far their logarithms lie from those of the others."""
    each = _for_each_area(view, log)
    middle = _right_heap(each, log, money)
    off = each - middle
    flags, by = _near(off, money.logs, _HEAP + _STRAY), 0.0
    for _ in range(_ROUNDS):
        if not flags.any():
            break
        by = float(np.median(off[flags]))
        off = _off(view, log, flags, by, each - middle)
        by = float(np.median(off[flags]))
        before, flags = flags, _near(off, (by, by), _widest(by))
        if (before == flags).all():
            break
    low, high = money.logs
    apart = low <= by <= high and _stands_apart(off, flags, by, money)
    return (flags, by) if apart else (np.zeros(len(log), dtype=bool), 0.0)


def _widest(by: float) -> float:
    """How far from its heap a price may lie: half of the way to the other, and no farther than a slip would put it."""
    return min(abs(by) / 2, 2 * _HEAP)


def _for_each_area(view: View, log: Numbers) -> Numbers:
    usable, total = (view.log(name) for name in AREAS)
    area = np.where(np.isfinite(usable), usable, total)
    known = np.isfinite(area)
    return log - np.where(known, area, np.median(area[known]) if known.any() else 0.0)


def _right_heap(each: Numbers, log: Numbers, money: Money) -> float:
    """The middle of the prices that are in the currency of the table; NaN where they cannot be told apart."""
    known = each[np.isfinite(each)]
    low, high = money.logs
    if len(known) < 2 or np.ptp(known) < min(abs(low), abs(high)) - _HEAP:
        return float("nan")
    peak = _peak(known)
    # The heap may be the foreign one: then the right one lies where such prices would come from.
    before = known[_near(known - peak, (-high, -low), _HEAP)]
    here = np.abs(each - peak) < _HEAP
    least = 1 if money.is_impossible(float(np.median(log[here]))) else _SMALLER * here.sum()
    return _peak(before) if len(before) and len(before) >= least else peak


def _peak(values: Numbers) -> float:
    """The middle of the densest part."""
    ordered = np.sort(values)
    within = np.searchsorted(ordered, ordered + 2 * _HEAP, side="right") - np.arange(len(ordered))
    start = int(within.argmax())
    return float(np.median(ordered[start : start + int(within[start])]))


def _near(off: Numbers, limits: tuple[float, float], by: float) -> Flags:
    low, high = min(limits), max(limits)
    flags: Flags = (off > low - by) & (off < high + by)
    return flags


def _off(view: View, log: Numbers, flags: Flags, by: float, otherwise: Numbers) -> Numbers:
    """How far each price lies from what the homes foretell, were all in one currency."""
    sizes = [view.log(name) for name in AREAS] + [np.log1p(view.allowed(name)) for name in COUNTS]
    centre, _ = expected(log - by * flags, sizes, view.levels)
    return np.where(np.isfinite(centre), log - centre, otherwise)


def _stands_apart(off: Numbers, flags: Flags, by: float, money: Money) -> bool:
    if money.is_far:
        return True
    between = int(_near(off / by, (0.5, 0.5), 1 / 6).sum())
    count = int(flags.sum())
    return count >= max(_FEWEST, _LEAST_SHARE * len(off)) and between <= _BETWEEN * count
