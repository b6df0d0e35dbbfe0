"""Checks of what stands in the cells: empty, outside the contract, or misspelt."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from pricing_core.integrity.view import View, folded, is_common, within_limits
from pricing_core.integrity.words import exact
from pricing_core.nouns import Finding
from pricing_core.schema import AREAS, CATEGORIES, COLUMNS, TARGET, Column

_UNKNOWN: Final = frozenset(
    (
        "na",
        "nan",
        "none",
        "null",
        "nn",
        "sd",
        "sn",
        "test",
        "xx",
        "xxx",
        "asdf",
        "unknown",
        "desconocido",
        "sininformacion",
    )
)


def missing_value(view: View) -> Iterator[Finding]:
    """What no home can be valued without: a type, a sector, an area, and for a listing its price."""
    for name in (*CATEGORIES, TARGET):
        empty = view.frame[name].isna().to_numpy()
        if not is_common(empty):
            for row in np.flatnonzero(empty):
                yield Finding(int(row), "missing_value", "warning", f"{name} is empty: fill it in.", None, name)
    empty = np.logical_and.reduce([~(view.number(name) > 0) for name in AREAS])
    if not is_common(empty):
        for row in np.flatnonzero(empty):
            message = f"None of {' and '.join(AREAS)} is known: give at least one, in {view.area_unit}."
            yield Finding(int(row), "missing_value", "error", message, None, AREAS[0])


def outside_limits(view: View) -> Iterator[Finding]:
    """Numbers that the contract does not allow, and text where a number belongs."""
    # Many files write an area that is not known as 0; one that does so for one area does so for the other.
    zero_is_unknown = any(is_common(view.number(name) == 0) for name in AREAS)
    for column in COLUMNS:
        if column.kind == "category":
            continue
        values = view.number(column.name)
        wrong = view.frame[column.name].notna().to_numpy() & ~within_limits(column, values)
        if column.unit == "area" and zero_is_unknown:
            wrong &= values != 0
        for row in np.flatnonzero(wrong):
            yield Finding(int(row), "outside_limits", "error", _outside(view, column, int(row)), None, column.name)


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
        yield Finding(int(row), "sector_spelling", "warning", message, odd[name].strip(), "sector")


def sector_garbage(view: View) -> Iterator[Finding]:
    """Names that name nothing: signs alone, a lone letter, digits among words, or what people write for "unknown"."""
    written = view.names("sector")
    counts = written.dropna().value_counts()
    wordless = {name for name in counts.index if not any(letter.isalpha() for letter in name)}
    # Postal codes are digits, and then all names of the file are.
    are_codes = counts[list(wordless)].sum() > 0.5 * counts.sum()
    empty_words = {name for name in counts.index if folded(name) in _UNKNOWN or not any(map(str.isalnum, name))}
    lone = {name for name in counts.index if len(name.strip()) == 1 and counts[name] == 1}
    odd = empty_words | ((wordless | lone) if not are_codes else set())
    rows = written.isin(list(odd)).to_numpy()
    if is_common(rows):
        return
    for row in np.flatnonzero(rows):
        message = f"sector {written.iloc[int(row)][:60]!r} names no place: give the comuna, suburb or postal code."
        yield Finding(int(row), "sector_garbage", "warning", message, None, "sector")
