"""Amounts of money as they are given out: rounded to cents, in every answer by the same rule."""

from __future__ import annotations

from typing import Final

CENT: Final = 0.01


def to_cents(amount: float) -> float:
    """An amount rounded to cents."""
    return round(float(amount), 2)


def count_cents(amount: float) -> int:
    """The cents of an amount, for sums that must come out exactly."""
    return round(to_cents(amount) * 100)
