"""Checks of what stands in the cells: empty, outside the contract, misspelt, or listed twice."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from pricing_core.integrity.view import Flags, View, folded, is_common
from pricing_core.integrity.words import exact
from pricing_core.nouns import Finding
from pricing_core.schema import AREAS, CATEGORIES, COLUMNS, TARGET, Column


def missing_value(view: View) -> Iterator[Finding]:
    """What no home can be valued without: a type, a sector, an area, and for a listing its price."""
    for name in (*CATEGORIES, TARGET):
        empty = view.frame[name].isna().to_numpy()
        if not is_common(empty):
            for row in np.flatnonzero(empty):
                yield Finding(int(row), "missing_value", "warning", f"{name} is empty: fill it in.")
    empty = np.logical_and.reduce([~(view.number(name) > 0) for name in AREAS])
    if not is_common(empty):
        for row in np.flatnonzero(empty):
            message = f"None of {' and '.join(AREAS)} is known: give at least one, in {view.area_unit}."
            yield Finding(int(row), "missing_value", "error", message)


def outside_limits(view: View) -> Iterator[Finding]:
    """Numbers that the contract does not allow, and text where a number belongs."""
    for column in COLUMNS:
        if column.kind == "category":
            continue
        values = view.number(column.name)
        wrong = view.frame[column.name].notna().to_numpy() & ~_allowed(column, values)
        # Many files write an area that is not known as 0.
        unknown = wrong & (values == 0) & (column.unit == "area")
        if is_common(unknown):
            wrong &= ~unknown
        for row in np.flatnonzero(wrong):
            yield Finding(int(row), "outside_limits", "error", _outside(view, column, int(row)))


def _allowed(column: Column, values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Flags:
    """The limits of `Column.allows` over a whole column; NaN is not allowed."""
    allowed = np.isfinite(values)
    if column.minimum is not None:
        allowed &= values > column.minimum if column.above_minimum else values >= column.minimum
    if column.maximum is not None:
        allowed &= values <= column.maximum
    return allowed


def _outside(view: View, column: Column, row: int) -> str:
    value = view.number(column.name)[row]
    if np.isnan(value):
        arrived = view.text(column.name, row)[:60]
        return f"{column.name} holds {arrived!r}, which is no finite number: it must be {column.limits}."
    unit = {"area": f" {view.area_unit}", "price": f" {view.currency}"}.get(column.unit, "")
    return f"{column.name} is {exact(value)}{unit}: it must be {column.limits}."


def sector_spelling(view: View) -> Iterator[Finding]:
    """Spellings of one sector that differ in accents, capitals, blanks or signs; the most common one is suggested."""
    written = view.names("sector")
    counts = written.dropna().value_counts()
    spellings: dict[str, list[str]] = {}
    for name in counts.index:
        spellings.setdefault(folded(name), []).append(name)
    odd: dict[str, str] = {}
    for names in spellings.values():
        best = max(names, key=lambda name: (counts[name], name == name.strip(), name.istitle(), name))
        odd |= {name: best for name in names if name != best}
    rows = np.flatnonzero(written.isin(list(odd)).to_numpy())
    for row in rows:
        name = written.iloc[int(row)]
        message = f"sector {name!r} is another spelling of {odd[name]!r}, which {counts[odd[name]]:,} listings use."
        yield Finding(int(row), "sector_spelling", "warning", message, odd[name])


def duplicate(view: View) -> Iterator[Finding]:
    """Rows that say the same as an earlier row in every column, however their names are spelt."""
    cells = pd.DataFrame({column.name: view.number(column.name) for column in COLUMNS if column.kind == "number"})
    told = cells.notna().sum(axis=1).to_numpy() >= 4
    keys = cells.assign(type=view.type, sector=view.sector)[told]
    again = keys.index[keys.duplicated()]
    if not len(again):
        return
    alike = keys[keys.duplicated(keep=False)].reset_index(names="row")
    first = alike.groupby(list(keys.columns), dropna=False, sort=False)["row"].transform("min")
    first.index = pd.Index(alike["row"])
    for row in again:
        message = f"This listing says the same as row {int(first[row]):,} (counted from 0) in every column."
        yield Finding(int(row), "duplicate", "error", message)
