"""The form that describes a home."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import streamlit as st

from dashboard.parts.cache import declared_names, position
from dashboard.parts.column_names import column_name
from dashboard.parts.text import language, t
from dashboard.state import avm, settings
from dashboard.value import declared_fields
from pricing_core import (
    BATHROOMS,
    BEDROOMS,
    CATEGORIES,
    COLUMN,
    COORDINATES,
    KIND,
    LATITUDE,
    LONGITUDE,
    SECTOR,
    TOTAL_AREA,
    USABLE_AREA,
    DeclaredValue,
)

_KEY: Final = "subject_"
AS_OF: Final = "as_of"
"""The day of the value among what the form asks for."""
_PROPOSED: Final = "subject_proposed_position"
# The two of a row stand side by side: name, step, format.
_NUMBERS: Final = (
    ((USABLE_AREA, 5.0, "%.8g"), (TOTAL_AREA, 5.0, "%.8g")),
    ((BEDROOMS, 1.0, "%.0f"), (BATHROOMS, 1.0, "%.2g")),
    ((LATITUDE, 0.001, "%.5f"), (LONGITUDE, 0.001, "%.5f")),
)
_LIMITS: Final = {name: (COLUMN[name].minimum, COLUMN[name].maximum) for name in COORDINATES}
Subject = dict[str, DeclaredValue | date | None]


def property_form(choices: Mapping[str, Sequence[str]], area_unit: str) -> Subject:
    """Ask for the eight features, and for what is declared beside them. What is left empty is ``None``."""
    kind = _choice(KIND, choices.get(KIND, ()))
    sector = _choice(SECTOR, choices.get(SECTOR, ()), propose=True)
    subject: Subject = {KIND: kind, SECTOR: sector}
    for pair in _NUMBERS:
        with st.container(key=f"pair_{pair[0][0]}", horizontal=True, vertical_alignment="bottom", gap="small"):
            for name, step, style in pair:
                subject[name] = _number(name, step, style, area_unit)
    columns = settings().columns.asked
    if columns:
        used = avm().versions.declared_in_use()
        subject |= declared_fields.ask(columns, used, declared_names(avm().listings.data_version()), _KEY)
    last_day = avm().versions.last_day_in_use()
    return subject if last_day is None else subject | {AS_OF: _day(last_day)}


def _day(last_day: date) -> date | None:
    day: date | None = st.date_input(
        t("Value as of"),
        value=None,
        min_value=date(1900, 1, 1),
        max_value=date(2199, 12, 31),
        key=_KEY + AS_OF,
        format="DD-MM-YYYY" if language() == "es" else "YYYY-MM-DD",
        persist_state="session",
        help=t(
            "Today when left empty. The champion knows the market until {last_day:date}; after that the level follows "
            "its trend for twelve weeks and then stays.",
            last_day=last_day,
        ),
    )
    return day


def missing(subject: Subject) -> list[str]:
    """What a value cannot be given without, in words."""
    names = [column_name(name) for name in CATEGORIES if not subject[name]]
    if not subject[USABLE_AREA] and not subject[TOTAL_AREA]:
        names.append(t("one of the two areas"))
    return names


def _choice(name: str, options: Sequence[str], *, propose: bool = False) -> str | None:
    chosen = st.selectbox(
        column_name(name),
        list(options),
        index=None,
        key=_KEY + name,
        persist_state="session",
        placeholder=t("Choose or type"),
        accept_new_options=True,
        on_change=_propose_position if propose else None,
        help=t(
            "Choose from the list, or type a sector that is not on it. A known sector proposes its middle as position."
        )
        if propose
        else None,
    )
    return str(chosen) if chosen else None


def _propose_position() -> None:
    state, names = st.session_state, [f"{_KEY}{name}" for name in COORDINATES]
    proposed = position(str(state.get(f"{_KEY}{SECTOR}") or "")) or (None, None)
    present = tuple(state.get(name) for name in names)
    # What a person typed stays; what another sector proposed must not be taken for this one's position.
    if present in ((None, None), state.get(_PROPOSED)) or proposed != (None, None):
        state[names[0]], state[names[1]] = proposed
        state[_PROPOSED] = proposed


def _number(name: str, step: float, style: str, area_unit: str) -> float | None:
    low, high = _LIMITS.get(name, (0.0, None))
    return st.number_input(
        column_name(name, area_unit),
        min_value=low,
        max_value=high,
        value=None,
        step=step,
        format=style,
        key=_KEY + name,
        persist_state="session",
        placeholder=t("Not known"),
    )
