"""Which listings are shown: the filters of the Listings page, and the rows that they leave."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from dashboard.cache import FINDINGS
from dashboard.text import number, t


@dataclass(frozen=True)
class Filters:
    """An empty tuple or ``None`` leaves every listing in. Prices are in ``Settings.CURRENCY``."""

    types: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    with_findings: bool = False

    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows that pass."""
        keep = pd.Series(True, index=frame.index)
        if self.types:
            keep &= frame["type"].isin(self.types)
        if self.sectors:
            keep &= frame["sector"].isin(self.sectors)
        if self.low is not None:
            keep &= frame["price"] >= self.low
        if self.high is not None:
            keep &= frame["price"] <= self.high
        if self.with_findings:
            keep &= frame[FINDINGS] > 0
        return frame[keep]


def ask(frame: pd.DataFrame, currency: str) -> Filters:
    """Show the filters in one row."""
    types, sectors = frame["type"].value_counts(), frame["sector"].value_counts()
    with_findings = int((frame[FINDINGS] > 0).sum())
    columns = st.columns([3, 5, 3, 3], vertical_alignment="bottom")
    chosen_types = columns[0].multiselect(
        t("field.type"), types.index.tolist(), key="filter_type", placeholder=t("all"),
        format_func=lambda name: f"{name} ({number(types[name])})", persist_state="session",
    )  # fmt: skip
    chosen_sectors = columns[1].multiselect(
        t("field.sector"), sorted(sectors.index), key="filter_sector", placeholder=t("all"),
        format_func=lambda name: f"{name} ({number(sectors[name])})", persist_state="session",
    )  # fmt: skip
    low = _price(columns[2], "low", t("listings.price_from", currency=currency))
    high = _price(columns[3], "high", t("listings.price_to", currency=currency))
    only = st.toggle(
        t("listings.only_findings", count=number(with_findings)), key="filter_findings", persist_state="session"
    )
    return Filters(tuple(chosen_types), tuple(chosen_sectors), low, high, only)


def _price(column: st.delta_generator.DeltaGenerator, name: str, label: str) -> float | None:
    return column.number_input(
        label, min_value=0.0, value=None, step=100.0, format="%.0f", key=f"filter_{name}", placeholder=t("any"),
        persist_state="session",
    )  # fmt: skip
