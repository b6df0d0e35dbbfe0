"""What a mark before three digits means in a column, as far as the column's own cells tell."""

from __future__ import annotations

import math
from typing import Final

from pricing_core.listings.ingestion.mark_counts import MarkCounts, Sizes
from pricing_core.listings.ingestion.mark_meanings import NOTHING, Mark, Told

_AGREEMENT: Final = 0.99
# Cells that agree by chance alone are few.
_ENOUGH: Final = 3
# A number is of the size of others when it is at most so many times larger or smaller than nearly all of them.
_LIKE_OTHERS: Final = 3.0
_SHARE: Final = 0.9
_HALF: Final = 0.5
# So many numbers below the usual sizes are no slips, and as many again with three decimals are nothing unusual.
_TAIL: Final = 10
_SLACK: Final = 2.0
# Who writes as many numbers with three decimals or more does so in any of them.
_OFTEN: Final = 0.1


def told_by_cells(counts: MarkCounts, mark: Mark) -> Told:
    """What the cells of the column itself say of a mark.

    A writer either gives every number the same decimals, or writes none that is not needed (85.5, never 85.500), or
    sets thousands off. Cells that can be read in one way only tell which; where there are none, plain whole numbers
    and zeros at the end do, as far as the sizes of the numbers do not speak against it.
    """
    other: Mark = "," if mark == "." else "."
    for_decimals = counts.decimal[mark] + counts.grouped[other]
    for_thousands = counts.grouped[mark] + counts.decimal[other]
    if clear := for_decimals + for_thousands:
        if for_thousands >= _AGREEMENT * clear:
            return _thousands(counts, mark)
        return _decimals(counts, mark) if for_decimals >= _AGREEMENT * clear else NOTHING
    return NOTHING if counts.lone[other] or not counts.wholes else _beside_wholes(counts, mark)


def is_plain(counts: MarkCounts, mark: Mark) -> bool:
    """Whether cells with one reading alone have decided, so that nobody's word can change it."""
    other: Mark = "," if mark == "." else "."
    return bool(counts.decimal[mark] + counts.grouped[other] + counts.grouped[mark] + counts.decimal[other])


def _thousands(counts: MarkCounts, mark: Mark) -> Told:
    """Decimals of a second writer show in numbers that are of the size of the others as decimals alone."""
    within = _like(counts.sure_sizes)
    sizes = counts.lone_sizes[mark]
    as_decimals = sizes.share_within(*within)
    as_thousands = sizes.share_within(within[0] / 1000, within[1] / 1000)
    doubtful = as_decimals >= _HALF > as_thousands
    return Told("thousands", within) if doubtful else Told("thousands")


def _decimals(counts: MarkCounts, mark: Mark) -> Told:
    fixed = not counts.wholes and counts.decimal[mark] == counts.three_digits[mark] > 0
    fine = counts.three_digits[mark] + counts.more_digits[mark] >= _OFTEN * counts.decimal[mark] > 0
    within = _like(counts.sure_sizes)
    if _by_program(counts, mark):
        return Told("decimal", (_least_of_program(counts, mark, within[0]), within[1]), zeros=False)
    return Told("decimal", within, strict=not (fixed or fine), zeros=fixed)


def _by_program(counts: MarkCounts, mark: Mark) -> bool:
    """Whether all cells are written as programs write floating-point numbers: 2076.0, 12.5, 10.875.

    A whole number has its .0, and no decimals end in a needless 0, as those of thousands would now and then.
    """
    other: Mark = "," if mark == "." else "."
    others = counts.decimal[other] + counts.grouped[other] + counts.grouped[mark] + counts.lone[other]
    return bool(counts.point_zero[mark]) and not (counts.wholes or counts.lone_zero[mark] or others)


def _least_of_program(counts: MarkCounts, mark: Mark, usual: float) -> float:
    """From which size on a number of such a column is believed: a second writer's thousands lie far below all others.

    Where the program's own numbers reach as far down, and three decimals are no more frequent there than among those
    that can be read in one way only, there is no second writer.
    """
    own, doubtful = counts.sure_sizes.below(usual), counts.lone_sizes[mark].below(usual)
    three = counts.three_digits[mark]
    expected = _SLACK * own * three / max(counts.decimal[mark] - three, 1)
    if own >= _TAIL and doubtful <= expected:
        return 0.0
    return counts.sure_sizes.quantile(0.02) / math.sqrt(1000)


def _like(sizes: Sizes) -> tuple[float, float]:
    if not sizes.count:
        return 0.0, math.inf
    return sizes.quantile(0.02) / _LIKE_OTHERS, sizes.quantile(0.98) * _LIKE_OTHERS


def _beside_wholes(counts: MarkCounts, mark: Mark) -> Told:
    if not counts.lone_sizes[mark].count or not counts.sure_sizes.count:
        return NOTHING
    thousands_are_nearer = counts.sure_sizes.quantile(0.5) > math.sqrt(1000) * counts.lone_sizes[mark].quantile(0.5)
    told = counts.lone_zero[mark] or counts.lone[mark] >= _ENOUGH
    return Told("thousands") if thousands_are_nearer and told else NOTHING


def told_by_sizes(counts: MarkCounts, mark: Mark, usual: tuple[float, float]) -> Told:
    """What the usual sizes of a column say of a mark: one of both readings is usual, and the other is not."""
    sizes = counts.lone_sizes[mark]
    if not sizes.count:
        return NOTHING
    low, high = usual[0] / _LIKE_OTHERS, usual[1] * _LIKE_OTHERS
    decimal, thousands = sizes.share_within(low, high), sizes.share_within(low / 1000, high / 1000)
    if thousands >= _SHARE and decimal <= 1 - _SHARE:
        return Told("thousands")
    return Told("decimal", (low, high), strict=True) if decimal >= _SHARE and thousands <= 1 - _SHARE else NOTHING
