"""How a value of a declared column is written, and how a table shows the column."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Final

import pandas as pd
import streamlit as st

from dashboard.parts.cells import Labels, Writer, short
from dashboard.parts.column_names import column_name
from dashboard.parts.text import in_words, language, short_number, t
from dashboard.state import settings
from pricing_core import NOTHING, DeclaredColumn, dates

_IN_A_TOOLTIP: Final = 5


def declared_value(name: str, value: Any) -> str:
    """A value as a person writes it: 1995, yes, 31-03-2024, 2.5."""
    if value is None or pd.isna(value):
        return NOTHING
    columns = settings().columns
    role = columns[name].role if name in columns else ""
    if role == "yes/no":
        return t("yes") if value else t("no")
    if role == "year":
        return f"{float(value):.0f}"
    if role == "date":
        return dates.day(date.fromisoformat(str(value)[:10]), language())
    return value if isinstance(value, str) else short_number(float(value))


def declared_words(values: Mapping[str, Any]) -> str:
    """What is known of a home in these columns, in one line: ``Year built 1995 · Pool yes``."""
    known = [name for name in settings().columns.names if not (values.get(name) is None or pd.isna(values[name]))]
    return " · ".join(_told(name, values[name]) for name in known)


def declared_lines(frame: pd.DataFrame) -> list[str]:
    """What is known of each listing in the first of these columns, a line for each."""
    lines: list[list[str]] = [[] for _ in range(len(frame))]
    for name in [name for name in settings().columns.names if name in frame][:_IN_A_TOOLTIP]:
        codes, found = pd.factorize(frame[name])
        words = [_told(name, value) for value in found]
        for line, code in zip(lines, codes.tolist(), strict=True):
            if code >= 0:
                line.append(words[code])
    return ["\n".join(line) for line in lines]


def _told(name: str, value: Any) -> str:
    column = settings().columns[name]
    title = in_words(column.called)
    return f"{title[:1].upper()}{title[1:]} {declared_value(name, value)} {column.unit}".rstrip()


def declared_text(column: DeclaredColumn, value: Any) -> str:
    """A value as a field of text holds it, which `Declaration.read` reads again."""
    if column.role == "date":
        return str(value)[:10]
    if column.role == "yes/no":
        return t("yes") if value else t("no")
    return value if isinstance(value, str) else f"{float(value):.10g}"


def declared_writers(names: Collection[str]) -> dict[str, Writer]:
    """How a table writes the numbers of these columns."""
    roles = settings().columns.roles
    return {name: short for name in names if roles.get(name) in ("number", "count")}


def declared_labels(names: Collection[str]) -> Labels:
    """What a table writes above these columns, and how it shows their cells."""
    config = st.column_config
    shown: dict[str, Any] = {
        "date": lambda label: config.DateColumn(label, format="DD-MM-YYYY" if language() == "es" else "YYYY-MM-DD"),
        "yes/no": config.CheckboxColumn,
        "year": lambda label: config.NumberColumn(label, format="%d"),
        "category": config.TextColumn,
    }
    roles = settings().columns.roles
    return {name: shown.get(roles.get(name, ""), config.Column)(column_name(name)) for name in names}
