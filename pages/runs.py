"""The MLflow runs, one run in full, and several side by side."""

from __future__ import annotations

import streamlit as st

from dashboard import compare_views, login, run_studies, run_views, verdict_views
from dashboard.state import avm, settings
from dashboard.text import t
from dashboard.views import empty, head, notes, small

actor = login.require("agent")
head("runs")
st.space("small")

with notes():
    with st.spinner(t("runs.loading")):
        runs = avm().runs(limit=200)
    if runs.empty:
        empty("chart", t("runs.empty_title"), t("runs.empty_text"))
        st.stop()
    shown = run_views.summary(runs)
    matching, columns = run_views.narrow(shown)
    if matching.empty:
        small(t("runs.found_none"))
    else:
        run_views.table(matching, columns, settings().CURRENCY)
    st.space("small")
    views = {"one": t("runs.one"), "compare": t("runs.compare")}
    view = st.segmented_control(
        t("runs.view"), list(views), default="one", key="runs_view", format_func=views.__getitem__, required=True,
        label_visibility="collapsed",
    )  # fmt: skip
    if view == "compare":
        compare_views.show(runs, run_views.labels_of(shown), settings().CURRENCY)
        st.stop()
    left, right = st.columns([7, 4], gap="large")
    with left:
        run = avm().run(run_views.choose(shown))
        run_views.details(run, settings().CURRENCY)
    with right:
        run_views.chart(shown)
        if actor.may("admin"):
            run_views.move_champion(run)
    st.space("small")
    run_studies.tabs(run, settings().CURRENCY)
    verdict_views.ledger()
