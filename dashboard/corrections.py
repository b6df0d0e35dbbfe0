"""Corrected values of a listing: what the findings suggest, and the fields to write them in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.text import t
from pricing_core import COLUMN, LISTING_COLUMNS, Settings

Values = dict[str, Any]


def suggested(findings: pd.DataFrame) -> dict[int, Values]:
    """The corrections that the findings suggest, by listing; listings without any are left out."""
    found: dict[int, Values] = {}
    columns = (findings[name].tolist() for name in ("listing_id", "column", "suggestion"))
    for key, column, suggestion in zip(*columns, strict=True):
        if values := _values(column, suggestion):
            found.setdefault(int(key), {}).update(values)
    return found


def _values(column: object, suggestion: object) -> Values:
    if isinstance(suggestion, Mapping):
        return {name: value for name, value in suggestion.items() if name in LISTING_COLUMNS}
    missing = suggestion is None or suggestion != suggestion  # noqa: PLR0124 - NaN, which a frame holds for none
    return {} if missing or column not in LISTING_COLUMNS else {str(column): suggestion}


def alike(by_listing: Mapping[int, Values]) -> list[tuple[list[int], Values]]:
    """The listings gathered by equal corrections: each group can be settled at once."""
    groups: dict[str, list[int]] = {}
    for key, values in by_listing.items():
        groups.setdefault(json.dumps(values, sort_keys=True), []).append(key)
    return [(ids, json.loads(values)) for values, ids in groups.items()]


def ask(listing: pd.Series, suggestion: Values, units: Settings) -> Values:
    """Show fields for the values to correct, filled with what is suggested or else with what stands there."""
    key = int(listing["id"])
    chosen: list[str] = st.multiselect(
        t("reviews.columns"), list(LISTING_COLUMNS), default=list(suggestion), key=f"settle_columns_{key}",
        format_func=lambda name: _label(name, units), placeholder=t("reviews.columns_none"),
    )  # fmt: skip
    fields = list(zip(chosen, _places(len(chosen)), strict=True))
    values = {name: _field(place, name, listing, suggestion, units) for name, place in fields}
    return {name: value for name, value in values.items() if value not in (None, "")}


def _places(count: int) -> Iterable[st.delta_generator.DeltaGenerator]:
    return [column for _ in range((count + 1) // 2) for column in st.columns(2)][:count]


def _field(
    place: st.delta_generator.DeltaGenerator, name: str, listing: pd.Series, suggestion: Values, units: Settings
) -> Any:
    now, label, key = suggestion.get(name, listing[name]), _label(name, units), f"settle_{name}_{int(listing['id'])}"
    known = not pd.isna(now)
    if COLUMN[name].kind == "category":
        return place.text_input(label, value=str(now) if known else "", key=key).strip()
    on_earth = name in ("latitude", "longitude")
    return place.number_input(
        label, value=float(now) if known else None, key=key, step=0.001 if on_earth else 1.0,
        format="%.6f" if on_earth else "%.10g",
    )  # fmt: skip


def _label(name: str, units: Settings) -> str:
    if name == "price":
        return f"{t('price')} ({units.CURRENCY})"
    return t(f"field.{name}", unit=units.AREA_UNIT)
