"""The market over time on the Watch page: what typical homes are worth from month to month."""

from __future__ import annotations

from typing import Final

import streamlit as st

from dashboard.monitoring import market_charts
from dashboard.parts.text import in_words, money, signed_percent, t
from dashboard.parts.views import note, small
from dashboard.state import avm
from pricing_core import KIND, SECTOR, InputError, MarketCourse, MarketReport

_STILL: Final = {"displayModeBar": False}


def section() -> None:
    """Choose a type and a sector, and see their course; nothing where the champion knows no days."""
    if avm().versions.last_day_in_use() is None:
        return
    st.subheader(t("The market over time"))
    choices = avm().versions.choices()
    left, right = st.columns(2)
    kind = left.selectbox(t("Type"), choices[KIND], key="market_type")
    sector = right.selectbox(
        t("Sector"), choices[SECTOR], index=None, key="market_sector", placeholder=t("The whole market")
    )
    try:
        # Without a sector it is the home that is typical of the type, wherever most of them are.
        found = avm().market_report(kind, sector) if sector else avm().market_report()
    except InputError as error:
        note(in_words(error.message), "info")
        return
    course = next((each for each in found.courses if each.type == kind), found.courses[0])
    _show(found, course)


def _show(found: MarketReport, course: MarketCourse) -> None:
    figure = market_charts.course(course, found.currency)
    st.plotly_chart(figure, key="market_course", config=_STILL, alt=t("Value of the typical home by month"))
    now = next(point for point in course.points if point.day == found.last_day)
    written = [money(now.value, found.currency)]
    if found.currency != "CLP" and now.pesos is not None:
        written.append(money(now.pesos, "CLP"))
    elif found.currency == "CLP" and now.uf is not None:
        written.append(money(now.uf, "UF"))
    told = [
        t(
            "The typical {type:name} in {sector:name}: {value} on {day:date}.",
            type=course.type,
            sector=course.sector,
            value=" · ".join(written),
            day=found.last_day,
        )
    ]
    if course.change is not None:
        told.append(t("{change} in the twelve months before.", change=signed_percent(course.change)))
    if not course.own:
        told.append(t("It follows the whole market: its own listings do not show another way."))
    told.append(
        t(
            "Learned from listings of {first:date} to {last:date}; then the trend goes on until {reaches:date}.",
            first=found.first_day,
            last=found.last_day,
            reaches=found.reaches,
        )
    )
    small(" ".join(told))
