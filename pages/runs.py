"""The MLflow runs, one run in full, and several side by side."""

from __future__ import annotations

import streamlit as st

from dashboard import login
from dashboard.parts import gate_verdict
from dashboard.parts.text import t
from dashboard.parts.views import empty, head, notes, small
from dashboard.runs import compare, one_run, overview, studies
from dashboard.state import avm, settings

actor = login.require("agent")
head(t("Model runs"), t("Every training: how well it did, what it was made of, and which version answers now."))
st.space("small")

with notes():
    with st.spinner(t("Reading the runs …")):
        runs = avm().versions.runs(limit=200)
    if runs.empty:
        empty(
            "chart",
            t("No model yet"),
            t("Train one on the Retrain page or with `tasador train`; its figures appear here."),
        )
        st.stop()
    shown = overview.summary(runs)
    matching, columns = overview.narrow(shown)
    if matching.empty:
        small(t("No run fits that search."))
    else:
        overview.table(matching, columns, settings().CURRENCY)
    st.space("small")
    views = {"one": t("One run"), "compare": t("Compare runs")}
    view = st.segmented_control(
        t("View"),
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
        one_run.details(run, settings().CURRENCY)
    with right:
        overview.chart(shown)
        if actor.may("admin"):
            overview.move_champion(run)
    st.space("small")
    studies.tabs(run, settings().CURRENCY)
    gate_verdict.ledger()
