"""Whether the model still does its work: alerts, drift, and values against later prices."""

from __future__ import annotations

import streamlit as st

from dashboard import login
from dashboard.monitoring import accuracy, alerts, drifted, later_prices, market, overview
from dashboard.parts.text import t
from dashboard.parts.views import head, notes
from dashboard.state import settings

login.require("analyst")
title, choice = st.columns([8, 3], vertical_alignment="bottom")
with title:
    head(
        t("Watch"),
        t("Whether the model still does its work: what is asked of it, what came of it, and what needs a look."),
    )
with choice:
    days = overview.choose_days(settings())
st.space("small")

with notes():
    with st.spinner(t("Reading the log …"), show_time=True):
        report = overview.report(days, settings().WATCH_DAYS)
    alerts.show(report, settings())
    overview.metrics(report)
    drifted.section(report, settings())
    left, right = st.columns([7, 4], gap="medium")
    with left:
        overview.values(report, settings())
    with right:
        overview.unknown(report)
    market.section()
    accuracy.section(report.live, settings())
    later_prices.section()
    accuracy.overrides(report, settings())
    usual = settings().WATCH_DAYS
    alerts.rules(report if days == usual else overview.report(usual, usual), settings())
