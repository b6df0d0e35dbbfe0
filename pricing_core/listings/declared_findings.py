"""What looks wrong in the columns that a client declares: outside the limits, far from all others, dates reversed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from pricing_core.nouns import Finding
from pricing_core.nouns.arrays import Numbers
from pricing_core.nouns.declared import LISTED_ON, SOLD_ON, Declaration, DeclaredColumn
from pricing_core.nouns.declared_frames import plain
from pricing_core.words import Message

_FEWEST: Final = 30
# Of the distance between the quartiles: beyond that lie slips, not tails.
_FAR: Final = 10.0


def declared_findings(frame: pd.DataFrame, columns: Declaration) -> list[Finding]:
    """Warnings on declared columns; a row is its position in the frame.

    They leave no listing out of a training: what a model may not believe there, it may not use.
    """
    found = [finding for column in columns if column.name in frame for finding in _of_column(frame, column)]
    if {LISTED_ON, SOLD_ON} <= set(columns.names) & set(frame.columns):
        found += _reversed_dates(frame)
    return sorted(found, key=lambda finding: (finding.row, finding.check, finding.column or ""))


def _of_column(frame: pd.DataFrame, column: DeclaredColumn) -> Iterator[Finding]:
    values = plain(column.role, frame[column.name])
    outside = [row for row, value in enumerate(values) if value is not None and not column.allows(value)]
    for row in outside:
        told = Message(
            "{called}: {value} is outside what is declared: it must be {wanted}.",
            called=column.called,
            value=values[row],
            wanted=column.wanted,
        )
        yield Finding(row, "outside_limits", "warning", told, None, column.name)
    if column.is_measured:
        yield from _far_off(column, frame[column.name].to_numpy(dtype=float), frozenset(outside))


def _far_off(column: DeclaredColumn, values: Numbers, told: frozenset[int]) -> Iterator[Finding]:
    known = values[np.isfinite(values)]
    if len(known) < _FEWEST:
        return
    low, middle, high = np.quantile(known, (0.25, 0.5, 0.75))
    if low == high:
        return
    far = (values < low - _FAR * (high - low)) | (values > high + _FAR * (high - low))
    for row in np.flatnonzero(far).tolist():
        if row not in told:
            words = Message(
                "{called}: {value} lies far from the others, whose middle is {middle}.",
                called=column.called,
                value=_figure(column, values[row]),
                middle=_figure(column, middle),
            )
            yield Finding(row, "declared_far_off", "warning", words, None, column.name)


def _figure(column: DeclaredColumn, value: float) -> str | Message:
    return f"{value:.0f}" if column.role == "year" else Message("{value:exact}", value=float(value))


def _reversed_dates(frame: pd.DataFrame) -> Iterator[Finding]:
    listed, sold = (pd.to_datetime(frame[name]) for name in (LISTED_ON, SOLD_ON))
    for row in np.flatnonzero((sold < listed).to_numpy()).tolist():
        words = Message(
            "It was sold on {sold:date}, before it was listed on {listed:date}: are the dates exchanged?",
            sold=sold.iloc[row].date(),
            listed=listed.iloc[row].date(),
        )
        yield Finding(row, "sold_before_listed", "warning", words, None, SOLD_ON)
