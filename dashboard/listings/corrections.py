"""The fields to write corrected values of a listing in."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import streamlit as st

from dashboard.parts.column_names import column_name
from dashboard.parts.declared_values import declared_text
from dashboard.parts.text import t
from dashboard.state import avm
from pricing_core import COLUMN, COORDINATES, LISTING_COLUMNS, Json, Settings

Values = Json


def ask(listing: pd.Series, suggestion: Values, units: Settings) -> Values:
    """Show fields for the values to correct, filled with what is suggested or else with what stands there."""
    key = int(listing["id"])
    chosen: list[str] = st.multiselect(
        t("What to correct"),
        [*LISTING_COLUMNS, *units.columns.names],
        default=list(suggestion),
        key=f"settle_columns_{key}",
        format_func=lambda name: _label(name, units),
        placeholder=t("Choose a column"),
    )
    fields = list(zip(chosen, _places(len(chosen)), strict=True))
    written = avm().listings.as_written(key) if chosen else {}
    values = {name: _field(place, name, listing, suggestion, units, written.get(name)) for name, place in fields}
    return {name: value for name, value in values.items() if value not in (None, "")}


def _places(count: int) -> Iterable[st.delta_generator.DeltaGenerator]:
    return [column for _ in range((count + 1) // 2) for column in st.columns(2)][:count]


def _field(
    place: st.delta_generator.DeltaGenerator,
    name: str,
    listing: pd.Series,
    suggestion: Values,
    units: Settings,
    written: str | None,
) -> str | float | None:
    told = None if written is None else t("In the file it says: {text}", text=written)
    now, label, key = suggestion.get(name, listing[name]), _label(name, units), f"settle_{name}_{int(listing['id'])}"
    known = not pd.isna(now)
    if name in units.columns:
        # Written as in a file: the declaration reads it, and says what it wants.
        text = declared_text(units.columns[name], now) if known else ""
        return place.text_input(label, value=text, key=key, help=told).strip()
    if COLUMN[name].role == "category":
        return place.text_input(label, value=str(now) if known else "", key=key).strip()
    on_earth = name in COORDINATES
    return place.number_input(
        label,
        value=float(now) if known else None,
        key=key,
        step=0.001 if on_earth else 1.0,
        format="%.6f" if on_earth else "%.10g",
        help=told,
    )


def _label(name: str, units: Settings) -> str:
    if name == "price":
        return f"{t('Price')} ({units.CURRENCY})"
    return column_name(name, units.AREA_UNIT)
