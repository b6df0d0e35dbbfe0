"""Whether the model still does its work: alerts, drift, and values against later prices."""

from __future__ import annotations

import streamlit as st

from dashboard import alert_views, live_views, login, outcome_views, watch_views
from dashboard.state import settings
from dashboard.text import t
from dashboard.views import head, notes

login.require("analyst")
title, choice = st.columns([3, 1], vertical_alignment="bottom")
with title:
    head("watch")
with choice:
    days = watch_views.choose_days(settings())
st.space("small")

with notes():
    with st.spinner(t("watch.loading"), show_time=True):
        report = watch_views.report(days, settings().WATCH_DAYS)
    alert_views.show(report, settings())
    watch_views.metrics(report)
    watch_views.drift(report, settings())
    left, right = st.columns([7, 4], gap="medium")
    with left:
        watch_views.values(report, settings())
    with right:
        watch_views.unknown(report)
    live_views.section(report.live, settings())
    outcome_views.section()
    live_views.overrides(report, settings())
    usual = settings().WATCH_DAYS
    alert_views.rules(report if days == usual else watch_views.report(usual, usual), settings())
