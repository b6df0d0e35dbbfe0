"""Numbers as the messages of the checks write them."""

from __future__ import annotations


def exact(value: float) -> str:
    """Write a number as it was given: ``45,000``, ``62.5``."""
    return f"{value:,.10g}" if abs(value) < 1e15 else f"{value:.3g}"


def rounded(value: float) -> str:
    """Write an estimate with three digits that count: ``4,580``, ``0.0312``."""
    return exact(float(f"{value:.3g}"))


def times(ratio: float) -> str:
    """Write how large something is beside another: ``9.8 times``, ``0.13 times``."""
    return f"{exact(float(f'{ratio:.2g}'))} times"
