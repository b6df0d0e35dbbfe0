"""Checks of listings that are there twice: word for word, nearly, by another broker, or at another price.

Columns that a client declares tell homes apart where they measure the home: flats on different floors are two. A name
or a date there, such as a broker's, makes two offers of one home.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from pricing_core.listings.integrity.sentences import found
from pricing_core.listings.integrity.view import Flags, View
from pricing_core.nouns import Finding
from pricing_core.nouns.arrays import Codes, Numbers, Rows
from pricing_core.nouns.schema import AREAS, CATEGORIES, COLUMNS, COORDINATES, SECTOR, TARGET

# So many cells must be filled before equal rows mean anything.
_TOLD: Final = 4
# Ten metres: coordinates of one address differ by less.
_DECIMALS: Final = 4
_SAME_AREA: Final = 0.02
# More homes than that at several prices: the file holds re-sales, or flats that its columns cannot tell apart.
_COMMON_SHARE: Final = 0.003
_COMMON_ROWS: Final = 10
_CONTRADICTION: Final = 2.0
# So many equal homes in one place are the flats of a building, each at its own price.
_BUILDING: Final = 3


def repeated_homes(view: View, estimate: Numbers, foreign: Flags) -> Iterator[Finding]:
    """``duplicate``, ``near_duplicate`` and ``same_home_other_price``; the first listing of each stays without.

    Parameters
    ----------
    view
        The listings.
    estimate
        What each should cost, NaN where that is not known: of several prices the nearest to it counts as right.
    foreign
        Prices in another currency, which is found already: one home in two currencies has one price.
    """
    core = pd.DataFrame({column.name: view.number(column.name) for column in COLUMNS if column.role != "category"})
    core = core.assign(type=view.type, sector=view.sector)
    told = core.drop(columns=list(CATEGORIES)).notna().sum(axis=1).to_numpy() >= _TOLD
    cells = core.assign(**view.measured)
    again, first = _repeated(cells, told)
    copied, original = _repeated(cells.assign(**view.named), told & again | np.isin(np.arange(view.rows), first[again]))
    for row in np.flatnonzero(copied):
        yield found(row, "duplicate", "error", "twin.same", {"twin": view.called(original[row])})
    yield from _offers(view, np.flatnonzero(again & ~copied), first)
    placed = np.isfinite(view.place).all(axis=1) & told & ~again
    yield from _nearly(view, cells, placed)
    yield from _other_price(view, cells, placed & ~foreign, estimate)


def _offers(view: View, rows: Rows, first: Codes) -> Iterator[Finding]:
    """The same home, price included, where only names or dates differ."""
    for row in rows:
        columns = [name for name, column in view.named.items() if column[row] != column[first[row]]]
        facts = {"twin": view.called(first[row]), "columns": columns}
        yield found(row, "near_duplicate", "warning", "twin.offers", facts)


def _repeated(keys: pd.DataFrame, rows: Flags) -> tuple[Flags, Codes]:
    """Which of the rows repeat an earlier one, and which is the first of each."""
    again, first = np.zeros(len(keys), dtype=bool), np.arange(len(keys))
    some = keys[rows]
    alike = some[some.duplicated(keep=False)]
    if len(alike):
        group = alike.groupby(list(keys.columns), dropna=False, sort=False).ngroup().to_numpy()
        place = alike.index.to_numpy()
        earliest = np.full(group.max() + 1, len(keys))
        np.minimum.at(earliest, group, place)
        first[place] = earliest[group]
        again[place] = first[place] != place
    return again, first


def _nearly(view: View, cells: pd.DataFrame, rows: Flags) -> Iterator[Finding]:
    """The same price, place and rooms, and areas that differ by little or are missing in one of the two."""
    point = {name: view.allowed(name).round(_DECIMALS) for name in COORDINATES}
    keys = cells.drop(columns=[*AREAS, SECTOR]).assign(**point)
    again, first = _repeated(keys, rows & cells[TARGET].notna().to_numpy())
    some = np.flatnonzero(again)
    close = np.ones(len(some), dtype=bool)
    shared = np.zeros(len(some), dtype=bool)
    for name in AREAS:
        here, there = view.log(name)[some], view.log(name)[first[some]]
        close &= ~(np.abs(here - there) > _SAME_AREA)
        shared |= np.isfinite(here - there)
    for row in some[close & shared]:
        yield found(row, "near_duplicate", "warning", "twin.near", {"twin": view.called(first[row])})


def _other_price(view: View, cells: pd.DataFrame, rows: Flags, estimate: Numbers) -> Iterator[Finding]:
    """The same in every column but the price."""
    keys = cells.drop(columns=TARGET)
    again, first = _repeated(keys, rows & (view.number(TARGET) > 0))
    members = np.flatnonzero(again | np.isin(np.arange(len(first)), first[again]))
    if not len(members):
        return
    best = _most_plausible(members, first, view.log(TARGET), estimate)
    ratio = np.exp(np.minimum(np.abs(view.log(TARGET)[members] - view.log(TARGET)[best]), 50))
    differ = members != best
    several = np.bincount(first[members], minlength=view.rows)[first[members]] >= _BUILDING
    is_usual = differ.sum() > max(_COMMON_ROWS, _COMMON_SHARE * view.rows)
    differ &= (ratio >= _CONTRADICTION) | ~(several | is_usual)
    for row, other in zip(members[differ], best[differ], strict=True):
        price, its = view.number(TARGET)[row], view.number(TARGET)[other]
        facts = {"price": price, "its": its, "currency": view.currency, "twin": view.called(other)}
        yield found(row, "same_home_other_price", "warning", "twin.price", facts, None, TARGET)


def _most_plausible(members: Codes, first: Codes, log_price: Numbers, estimate: Numbers) -> Codes:
    """For each member of a group the one whose price is nearest to its estimate; without one, the first."""
    off = np.nan_to_num(np.abs(log_price[members] - np.log(estimate[members])), nan=np.inf)
    table = pd.DataFrame({"group": first[members], "off": off, "row": members})
    best = table.sort_values(["group", "off", "row"]).drop_duplicates("group").set_index("group")["row"]
    return best.loc[table["group"]].to_numpy()
