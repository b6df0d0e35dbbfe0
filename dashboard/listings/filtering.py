"""Which listings are shown: the filters of the Listings page, and the rows that they leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd
import streamlit as st

from dashboard.listings import declared_filters
from dashboard.listings.declared_filters import Condition
from dashboard.listings.map_cells import Area
from dashboard.parts.cache import OPEN, STATUS
from dashboard.parts.chosen_words import CHECK_WORDS
from dashboard.parts.text import known, number, t
from pricing_core import CATEGORIES, KIND, SECTOR, TARGET, TOTAL_AREA, USABLE_AREA, Settings, marked

_REVIEWS_WORDS: Final = {
    "low": marked("{name} from ({unit})"),
    "high": marked("{name} to ({unit})"),
}

AREA: Final = "area"
_SIZE: Final = USABLE_AREA


@dataclass(frozen=True)
class Filters:
    """An empty tuple or ``None`` leaves every listing in. Prices are in ``Settings.CURRENCY``, sizes in its area unit.

    ``checks`` keeps listings with any of these findings, reviewed or not; ``waiting`` those with a finding that nobody
    has reviewed. ``area`` is a part of the map.
    """

    types: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    smallest: float | None = None
    largest: float | None = None
    waiting: bool = False
    area: Area | None = None
    declared: tuple[Condition, ...] = ()

    def apply(self, frame: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
        """The rows that pass."""
        keep = pd.Series(True, index=frame.index)
        for name, chosen in (("type", self.types), ("sector", self.sectors)):
            if chosen:
                keep &= frame[name].isin(chosen)
        size = frame[_SIZE].where(frame[_SIZE] > 0, frame[TOTAL_AREA])
        for column, low, high in ((frame[TARGET], self.low, self.high), (size, self.smallest, self.largest)):
            if low is not None:
                keep &= column >= low
            if high is not None:
                keep &= column <= high
        if self.checks:
            keep &= frame["id"].isin(findings.loc[findings["check"].isin(self.checks), "listing_id"])
        if self.waiting:
            keep &= frame[OPEN] > 0
        if self.area is not None:
            keep &= self.area.holds(frame)
        for condition in self.declared:
            keep &= condition.holds(frame)
        return frame if keep.all() else frame[keep]

    @property
    def are_set(self) -> bool:
        """Whether any listing can be kept out."""
        return replace(self, area=None) != Filters() or self.area is not None


def counts(frame: pd.DataFrame, findings: pd.DataFrame) -> dict[str, Mapping[str, int]]:
    """How many listings there are of each type, sector and check, the most first."""
    by_check = findings.drop_duplicates(["listing_id", "check"])["check"].value_counts()
    named = {name: frame[name].value_counts() for name in CATEGORIES}
    found = named | {"check": by_check}
    return {name: {str(choice): int(count) for choice, count in each.items()} for name, each in found.items()}


def ask(frame: pd.DataFrame, findings: pd.DataFrame, units: Settings) -> Filters:
    """Show the filters in one row, and what part of the map is open."""
    offered = counts(frame, findings)
    columns = st.columns([3, 4, 5, 3, 4], vertical_alignment="bottom")
    types = _several(columns[0], "type", t("Type"), offered[KIND])
    sectors = _several(columns[1], "sector", t("Sector"), dict(sorted(offered[SECTOR].items())))
    checks = _several(columns[2], "check", t("Finding"), offered["check"])
    with columns[3].popover(t("More filters"), icon=":material/tune:", width="stretch"):
        low, high = _range("price", t("Price"), units.CURRENCY, 100.0)
        smallest, largest = _range("size", t("Area"), units.AREA_UNIT, 5.0)
        declared = declared_filters.ask(frame, units.columns)
    waiting = columns[4].toggle(
        t("Not reviewed ({count:integer})", count=int((frame[STATUS] >= 2).sum())),
        key="filter_open",
        persist_state="session",
    )
    return Filters(types, sectors, checks, low, high, smallest, largest, waiting, open_area(), declared)


def _several(
    column: st.delta_generator.DeltaGenerator, name: str, label: str, offered: Mapping[str, int]
) -> tuple[str, ...]:
    def say(choice: str) -> str:
        count = number(offered.get(choice, 0))
        # The names of checks are long, and a list cuts off what stands behind them.
        return f"{count} · {known(CHECK_WORDS, choice)}" if name == "check" else f"{choice} ({count})"

    chosen = column.multiselect(
        label,
        list(offered),
        key=f"filter_{name}",
        placeholder=t("All"),
        format_func=say,
        persist_state="session",
        disabled=not offered,
    )
    return tuple(chosen)


def _range(name: str, label: str, unit: str, step: float) -> tuple[float | None, float | None]:
    asked = []
    for column, end in zip(st.columns(2), ("low", "high"), strict=True):
        words = t(_REVIEWS_WORDS[end], name=label, unit=unit)
        asked.append(
            column.number_input(
                words,
                min_value=0.0,
                value=None,
                step=step,
                format="%.0f",
                key=f"filter_{name}_{end}",
                placeholder=t("Any"),
                persist_state="session",
            )
        )
    return asked[0], asked[1]


def open_area() -> Area | None:
    """The part of the map that the address names."""
    return Area.parse(st.query_params.get(AREA, ""))


def show_area(area: str | None) -> None:
    """Open a part of the map, or all of it; the address then says so."""
    if area is None:
        st.query_params.pop(AREA, None)
    else:
        st.query_params[AREA] = area


def clear() -> None:
    """Take every filter away."""
    show_area(None)
    declared_filters.clear()
    for name in ("type", "sector", "check"):
        st.session_state[f"filter_{name}"] = []
    for name in ("price", "size"):
        for end in ("low", "high"):
            st.session_state[f"filter_{name}_{end}"] = None
    st.session_state["filter_open"] = False
