"""Queue a training, and watch it until the new version is there."""

from __future__ import annotations

import streamlit as st

from dashboard import job_views, login, verdict_views
from dashboard.state import avm, settings
from dashboard.text import number, t
from dashboard.views import empty, head, note, notes, small

actor = login.require("analyst")
head("retrain")
st.space("small")

with notes():
    rows = sum(dataset.rows for dataset in avm().datasets() if dataset.active)
    if not rows:
        empty("list", t("retrain.no_data_title"), t("retrain.no_data_text"))
        st.stop()
    jobs = avm().jobs(limit=20, kind="train")
    active = next((job for job in jobs if job.active), None)
    if active is None and not avm().worker_alive():
        note(t("retrain.no_worker"), "warning", title=t("retrain.no_worker_title"))
    left, right = st.columns([5, 6], gap="large")
    with left:
        job_views.order(active)
        small(t("retrain.rows", count=number(rows)))
        job_views.planned()
    with right:
        job_views.watch(jobs)
    if active is None:
        verdict_views.challenger(actor, settings().CURRENCY)
    job_views.history(jobs)
