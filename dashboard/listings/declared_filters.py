"""Filters of the Listings page by what the client declares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd
import streamlit as st

from dashboard.parts.column_names import column_name
from dashboard.parts.text import language, t
from dashboard.state import settings
from pricing_core import Declaration, DeclaredColumn, folded, one_name_each

_KEY = "filter_declared_"


@dataclass(frozen=True)
class Condition:
    """What a listing must have in one declared column: one of some values, or one between two ends."""

    name: str
    chosen: tuple[str | bool, ...] = ()
    low: float | date | None = None
    high: float | date | None = None

    def holds(self, frame: pd.DataFrame) -> pd.Series[bool]:
        """Which rows have it; what is not known has nothing."""
        column = frame[self.name]
        low, high = (pd.Timestamp(end) if isinstance(end, date) else end for end in (self.low, self.high))
        keep = pd.Series(True, index=frame.index)
        if self.chosen:
            keep &= column.isin(self._spellings(column))
        if low is not None:
            keep &= (column >= low).fillna(False)
        if high is not None:
            keep &= (column <= high).fillna(False)
        return keep.astype(bool)

    def _spellings(self, column: pd.Series) -> list[str | bool]:
        """What was chosen, names in all their spellings."""
        chosen = {_key(each) for each in self.chosen}
        return [each for each in column.dropna().unique().tolist() if _key(each) in chosen]


def _key(value: str | bool) -> str | bool:
    return folded(value) if isinstance(value, str) else value


def ask(frame: pd.DataFrame, columns: Declaration) -> tuple[Condition, ...]:
    """Show a filter for each declared column; those that narrow nothing are left out."""
    asked = [_ask(frame, column) for column in columns if column.name in frame]
    return tuple(condition for condition in asked if condition != Condition(condition.name))


def _ask(frame: pd.DataFrame, column: DeclaredColumn) -> Condition:
    label, key = column_name(column.name), _KEY + column.name
    if column.role == "yes/no":
        return Condition(column.name, _several(label, [True, False], key))
    if column.role == "category":
        names = one_name_each(frame[column.name]).value_counts().index
        return Condition(column.name, _several(label, [str(each) for each in names], key))
    if column.role == "date":
        return Condition(column.name, (), *_days(label, key))
    left, right = st.columns(2)
    ends = [
        place.number_input(
            words, value=None, key=f"{key}_{end}", placeholder=t("Any"), persist_state="session", format="%.8g"
        )
        for place, end, words in (
            (left, "low", t("{name} from", name=label)),
            (right, "high", t("{name} to", name=label)),
        )
    ]
    return Condition(column.name, (), *ends)


def _several(label: str, options: list[str | bool] | list[str] | list[bool], key: str) -> tuple[str | bool, ...]:
    chosen = st.multiselect(
        label,
        list(options),
        key=key,
        placeholder=t("All"),
        persist_state="session",
        format_func=lambda each: each if isinstance(each, str) else t("yes") if each else t("no"),
    )
    return tuple(chosen)


def _days(label: str, key: str) -> tuple[date | None, date | None]:
    style = "DD-MM-YYYY" if language() == "es" else "YYYY-MM-DD"
    days = st.date_input(label, value=[], key=key, format=style, persist_state="session")
    found = list(days) if isinstance(days, list | tuple) else []
    return (found[0] if found else None), (found[1] if len(found) > 1 else None)


def clear() -> None:
    """Take these filters away."""
    for column in settings().columns:
        key = _KEY + column.name
        empty: dict[str, object] = {f"{key}_low": None, f"{key}_high": None} if column.is_measured else {key: []}
        for name, nothing in empty.items():
            st.session_state[name] = nothing
