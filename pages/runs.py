"""The MLflow runs, one run in full, and several side by side."""

from __future__ import annotations

import streamlit as st

from dashboard import login
from dashboard.parts import gate_verdict
from dashboard.parts.text import t
from dashboard.parts.views import empty, head, notes, small
from dashboard.runs import compare, overview, studies
from dashboard.state import avm, settings

actor = login.require("agent")
head("runs")
st.space("small")

with notes():
    with st.spinner(t("runs.loading")):
        runs = avm().versions.runs(limit=200)
    if runs.empty:
        empty("chart", t("runs.empty_title"), t("runs.empty_text"))
        st.stop()
    shown = overview.summary(runs)
    matching, columns = overview.narrow(shown)
    if matching.empty:
        small(t("runs.found_none"))
    else:
        overview.table(matching, columns, settings().CURRENCY)
    st.space("small")
    views = {"one": t("runs.one"), "compare": t("runs.compare")}
    view = st.segmented_control(
        t("runs.view"),
        list(views),
        default="one",
        key="runs_view",
        format_func=views.__getitem__,
        required=True,
        label_visibility="collapsed",
    )
    if view == "compare":
        compare.show(runs, overview.labels_of(shown), settings().CURRENCY)
        st.stop()
    left, right = st.columns([7, 4], gap="large")
    with left:
        run = avm().versions.run(overview.choose(shown))
        overview.details(run, settings().CURRENCY)
    with right:
        overview.chart(shown)
        if actor.may("admin"):
            overview.move_champion(run)
    st.space("small")
    studies.tabs(run, settings().CURRENCY)
    gate_verdict.ledger()
