"""The fields of the form for what the client declares beside the eight features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import streamlit as st

from dashboard.parts.column_names import column_name
from dashboard.parts.text import in_words, language, t
from dashboard.parts.views import small
from pricing_core import DeclaredColumn, DeclaredValue

Values = dict[str, DeclaredValue | date | None]
_LONG: Final = ("category", "date")


def ask(
    columns: Sequence[DeclaredColumn], used: Mapping[str, str] | None, choices: Mapping[str, Sequence[str]], key: str
) -> Values:
    """Ask for the columns, and say which of them the champion uses.

    Parameters
    ----------
    used
        The columns that the champion uses; ``None`` where there is no champion yet.
    choices
        The names that the listings have in columns of categories.
    key
        What the keys of the fields begin with.
    """
    values: Values = {}
    for pair in _rows(columns):
        with st.container(key=f"pair_{pair[0].name}", horizontal=True, vertical_alignment="bottom", gap="small"):
            for column in pair:
                values[column.name] = _field(column, choices.get(column.name, ()), key + column.name)
    _say_what_is_used(columns, used)
    return values


def _rows(columns: Sequence[DeclaredColumn]) -> list[list[DeclaredColumn]]:
    """Two numbers stand beside each other; a name or a date is cut in half of a narrow form."""
    rows: list[list[DeclaredColumn]] = []
    for column in columns:
        if rows and len(rows[-1]) == 1 and all(each.role not in _LONG for each in (column, *rows[-1])):
            rows[-1].append(column)
        else:
            rows.append([column])
    return rows


def _say_what_is_used(columns: Sequence[DeclaredColumn], used: Mapping[str, str] | None) -> None:
    if used is None or not columns:
        return
    names = [in_words(column.called) for column in columns if column.name in used]
    others = [in_words(column.called) for column in columns if column.name not in used]
    said = [t("Of these the champion uses {names:list}.", names=names)] if names else []
    if others:
        said.append(t("It does not use {names:list}: kept in the log, without effect on the value.", names=others))
    small(" ".join(said))


def _field(column: DeclaredColumn, choices: Sequence[str], key: str) -> DeclaredValue | date | None:
    label, told = column_name(column.name), in_words(column.description) or None
    if column.is_measured:
        return _number(column, label, told, key)
    if column.role == "date":
        return _day(column, label, told, key)
    if column.role == "yes/no":
        return st.selectbox(
            label,
            [True, False],
            index=None,
            key=key,
            persist_state="session",
            placeholder=t("Not known"),
            format_func=lambda yes: t("yes") if yes else t("no"),
            help=told,
        )
    chosen = st.selectbox(
        label,
        list(choices),
        index=None,
        key=key,
        persist_state="session",
        placeholder=t("Choose or type"),
        accept_new_options=True,
        help=told,
    )
    return str(chosen) if chosen else None


def _number(column: DeclaredColumn, label: str, told: str | None, key: str) -> float | None:
    whole = column.role == "year"
    low, high = (None if limit is None else int(limit) if whole else float(limit) for limit in _limits(column))
    number: float | None = st.number_input(
        label,
        min_value=low,
        max_value=high,
        value=None,
        step=1 if whole else 1.0,
        format="%d" if whole else "%.8g",
        key=key,
        persist_state="session",
        placeholder=t("Not known"),
        help=told,
    )
    return number


def _limits(column: DeclaredColumn) -> tuple[float | str | None, float | str | None]:
    return column.minimum, column.maximum


def _day(column: DeclaredColumn, label: str, told: str | None, key: str) -> date | None:
    low, high = (None if limit is None else date.fromisoformat(str(limit)) for limit in _limits(column))
    chosen: date | None = st.date_input(
        label,
        value=None,
        min_value=low or date(1900, 1, 1),
        max_value=high or date(2100, 12, 31),
        format="DD-MM-YYYY" if language() == "es" else "YYYY-MM-DD",
        key=key,
        persist_state="session",
        help=told,
    )
    return chosen
