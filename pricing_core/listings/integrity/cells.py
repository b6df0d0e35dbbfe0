"""Checks of what stands in the cells: empty, outside the contract, or misspelt."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from pricing_core.listings.integrity.sentences import found
from pricing_core.listings.integrity.view import View, is_common, within_limits
from pricing_core.nouns import Finding
from pricing_core.nouns.names import cleaned, folded
from pricing_core.nouns.schema import AREAS, CATEGORIES, COLUMNS, KIND, SECTOR, TARGET, Column

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
                yield found(row, "missing_value", "warning", "cell.empty", {"called": name}, None, name)
    empty = np.logical_and.reduce([~(view.number(name) > 0) for name in AREAS])
    if not is_common(empty):
        for row in np.flatnonzero(empty):
            facts = {"unit": view.area_unit}
            yield found(row, "missing_value", "error", "cell.no_area", facts, None, AREAS[0])


def outside_limits(view: View) -> Iterator[Finding]:
    """Numbers that the contract does not allow, and text where a number belongs."""
    # Many files write an area that is not known as 0; one that does so for one area does so for the other.
    zero_is_unknown = any(is_common(view.number(name) == 0) for name in AREAS)
    for column in COLUMNS:
        if column.role == "category":
            continue
        values = view.number(column.name)
        wrong = view.frame[column.name].notna().to_numpy() & ~within_limits(column, values)
        if column.role == "area" and zero_is_unknown:
            wrong &= values != 0
        for row in np.flatnonzero(wrong):
            yield _outside(view, column, int(row))


def _outside(view: View, column: Column, row: int) -> Finding:
    value = view.number(column.name)[row]
    unit = {"area": f" {view.area_unit}", "price": f" {view.currency}"}.get(column.role, "")
    arrived = view.text(column.name, row)[:60]
    facts = {"column": column.name, "limits": column.name, "value": value, "unit": unit, "arrived": arrived}
    sentence = "cell.text" if np.isnan(value) else "cell.limits"
    return found(row, "outside_limits", "error", sentence, facts, None, column.name)


def sector_spelling(view: View) -> Iterator[Finding]:
    """Spellings of one sector that differ in accents, capitals, blanks or signs; the most common one is suggested."""
    return _spellings(view, SECTOR)


def type_spelling(view: View) -> Iterator[Finding]:
    """The same of types."""
    return _spellings(view, KIND)


def _spellings(view: View, column: str) -> Iterator[Finding]:
    written = view.names(column)
    usual, counts = view.usual[column], written.dropna().value_counts()
    # Blanks around all names of a file are no spelling.
    otherwise = usual.isin(counts.index) | (usual != written.map(cleaned, na_action="ignore"))
    for row in np.flatnonzero((written.notna() & (usual != written) & otherwise).to_numpy()):
        name, other = written.iloc[int(row)], usual.iloc[int(row)]
        facts = {"name": name, "other": other, "listings": int(counts.get(other, 0))}
        check, sentence = f"{column}_spelling", f"{column}.spelling"
        yield found(row, check, "warning", sentence, facts, other, column)


def sector_garbage(view: View) -> Iterator[Finding]:
    """Names that name nothing: signs alone, a lone letter, digits among words, or what people write for "unknown"."""
    written = view.names(SECTOR)
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
        facts = {"name": written.iloc[int(row)][:60]}
        yield found(row, "sector_garbage", "warning", "sector.garbage", facts, None, SECTOR)
