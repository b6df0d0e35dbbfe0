"""The words of the dashboard in the language of the person, and how numbers and moments are written in it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pandas as pd
import streamlit as st

from dashboard.parts.words_en import WORDS as ENGLISH
from dashboard.parts.words_es import WORDS as SPANISH

Language = Literal["en", "es"]
LANGUAGES: Final[Mapping[Language, str]] = {"en": "English", "es": "Español"}
_WORDS: Final[Mapping[Language, Mapping[str, str]]] = {"en": ENGLISH, "es": SPANISH}
_STATE: Final = "language"
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|$~<>:])")
NOTHING: Final = "–"


def language() -> Language:
    """The language chosen in the sidebar, or else the one settled by `start`."""
    return "es" if st.session_state.get(_STATE) == "es" else "en"


def start(setting: Literal["auto", "en", "es"]) -> None:
    """Settle the language of a new session: the setting, or with ``auto`` the browser's."""
    if st.session_state.get(_STATE) is None:
        spanish = setting == "es" or (setting == "auto" and (st.context.locale or "").lower().startswith("es"))
        st.session_state[_STATE] = "es" if spanish else "en"


def switch(key: str) -> None:
    """Show the choice of language."""

    def choose() -> None:
        st.session_state[_STATE] = st.session_state[key]

    st.session_state[key] = language()
    st.segmented_control(
        t("language"),
        list(LANGUAGES),
        key=key,
        format_func=str.upper,
        required=True,
        on_change=choose,
        label_visibility="collapsed",
    )


def t(key: str, **values: object) -> str:
    """The words of that key, with the values put in."""
    words = _WORDS[language()][key]
    return words.format(**values) if values else words


def known(prefix: str, name: str) -> str:
    """The words of ``prefix.name``, or the name itself where it has none."""
    return _WORDS[language()].get(f"{prefix}.{name}", name)


def plain(text: object) -> str:
    """Text from outside, made harmless for Markdown: no links, images or formulas come of it."""
    return _MARKDOWN.sub(r"\\\1", str(text))


def number(value: float | None, digits: int = 0) -> str:
    """A number as the language writes it: 5,280 or 5.280."""
    if value is None or not math.isfinite(value):
        return NOTHING
    english = f"{round(value, digits) + 0.0:,.{digits}f}"  # never -0
    return english.translate(str.maketrans(",.", ".,")) if language() == "es" else english


def short_number(value: float | None) -> str:
    """A number with as many digits as tell something: 5,280 or 74.5 or 2."""
    if value is None or not math.isfinite(value):
        return NOTHING
    return number(value, 0 if abs(value) >= 100 or value == round(value) else 1 if abs(value) >= 10 else 2)


def with_unit(value: float | None, unit: str) -> str:
    """A number with its unit: 5,280 UF, 74.5 m²."""
    return NOTHING if value is None or not math.isfinite(value) else f"{short_number(value)} {unit}"


def name_of(value: object) -> str:
    """A name from a listing, or a dash where it is missing."""
    return value if isinstance(value, str) and value else NOTHING


def percent(share: float | None, digits: int = 1) -> str:
    """A share as a percentage: 9.4 %."""
    return NOTHING if share is None or not math.isfinite(share) else f"{number(share * 100, digits)} %"


def signed(value: float, digits: int = 0) -> str:
    """A change, with its sign: +312 or −58."""
    sign = "+" if value > 0 else "−" if round(value, digits) < 0 else ""
    return f"{sign}{number(abs(value), digits)}"


def distance(metres: float | None) -> str:
    """A distance as people say it: 345 m, 1.2 km."""
    if metres is None or not math.isfinite(metres):
        return NOTHING
    return f"{number(metres)} m" if metres < 995 else f"{number(metres / 1000, 1 if metres < 99_500 else 0)} km"


def zone() -> ZoneInfo:
    """The time zone of the browser, or else UTC."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def moment(value: datetime | None) -> str:
    """A moment in the time zone of the browser: 2026-11-23 14:05."""
    if value is None or pd.isna(value):
        return NOTHING
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return aware.astimezone(zone()).strftime("%Y-%m-%d %H:%M")
