"""The MLflow runs, and one run in full."""

from __future__ import annotations

import streamlit as st

from dashboard import login, run_views, study_views
from dashboard.state import avm, settings
from dashboard.text import t
from dashboard.views import empty, head, notes

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
    run_views.table(shown, settings().CURRENCY)
    st.space("small")
    left, right = st.columns([7, 4], gap="large")
    with left:
        run = avm().run(run_views.choose(shown))
        run_views.details(run, settings().CURRENCY)
    with right:
        run_views.chart(shown)
        if actor.may("admin"):
            run_views.move_champion(actor, run)
    study = avm().run_study(run["run_id"])
    if study is not None:
        st.subheader(t("study.title"))
        study_views.show_study(study, settings().CURRENCY)
