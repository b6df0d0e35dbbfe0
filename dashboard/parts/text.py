"""The words of the dashboard in the language of the person, on the clock of the browser."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pandas as pd
import streamlit as st

from pricing_core import LANGUAGES, NOTHING, Fact, Language, Message, dates, numbers, plural, say

_STATE: Final = "language"
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|$~<>:])")


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
        t("Language"),
        list(LANGUAGES),
        key=key,
        format_func=str.upper,
        required=True,
        on_change=choose,
        label_visibility="collapsed",
    )


def in_words(message: Message) -> str:
    """A message of the library in the language of the person."""
    return say(message, language(), zone())


def t(template: str, /, **facts: Fact) -> str:
    """A sentence of the page, with its facts."""
    return in_words(Message(template, **facts))


def tn(one: str, many: str, by: str, /, **facts: Fact) -> str:
    """A sentence with a form for one and a form for many, chosen by the fact named ``by``."""
    return in_words(plural(one, many, by, **facts))


def known(table: Mapping[str, str], name: str) -> str:
    """The words that a table has for a name, or the name itself where it has none."""
    return t(table[name]) if name in table else name


def plain(text: object) -> str:
    """Text from outside, made harmless for Markdown: no links, images or formulas come of it."""
    return _MARKDOWN.sub(r"\\\1", str(text))


def number(value: float | None, digits: int = 0) -> str:
    """A number with so many decimals: 5,280 or 74.5."""
    return numbers.number(value, language(), digits)


def short_number(value: float | None) -> str:
    """A number with as many digits as tell something: 5,280 or 74.5 or 2."""
    return numbers.number(value, language())


def money(value: float | None, currency: str) -> str:
    """An amount: UF 5,280."""
    return numbers.money(value, currency, language())


def signed_money(value: float, currency: str) -> str:
    """A change of an amount, with its sign: +UF 312 or −UF 58."""
    return numbers.signed_money(value, currency, language())


def area(value: float | None, unit: str) -> str:
    """An area: 74.5 m²."""
    return numbers.area(value, unit, language())


def rate(value: float | None, per_area: str) -> str:
    """A price per area, in a unit such as UF/m²: UF 85.2/m²."""
    currency, _, unit = per_area.partition("/")
    written = money(value, currency)
    return written if written == NOTHING else f"{written}/{unit}"


def name_of(value: object) -> str:
    """A name from a listing, or a dash where it is missing."""
    return value if isinstance(value, str) and value else NOTHING


def percent(share: float | None, digits: int | None = None) -> str:
    """A share as a percentage: 9.4 %."""
    return numbers.percent(share, language(), digits)


def signed(value: float, digits: int | None = None) -> str:
    """A change, with its sign: +312 or −58."""
    return numbers.signed(value, language(), digits)


def signed_percent(share: float) -> str:
    """A change of an amount as a percentage: +9.4 %."""
    return f"{signed(100 * share, 1)} %"


def points(difference: float | None) -> str:
    """A difference of shares in percentage points: +1.2."""
    return numbers.points(difference, language())


def distance(metres: float | None) -> str:
    """A distance as people say it: 345 m, 1.2 km."""
    return numbers.distance(metres, language())


def duration(seconds: float | None) -> str:
    """How long something takes: 2.3 seconds, 1 minute 30 seconds."""
    return dates.duration(seconds, language())


def zone() -> ZoneInfo:
    """The time zone of the browser, or else UTC."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def moment(value: datetime | None) -> str:
    """A moment on the clock of the browser: 23 Nov 2026 14:05."""
    return NOTHING if value is None or pd.isna(value) else dates.moment(value, language(), zone())
