"""Queue a training, and watch it until the new version is there."""

from __future__ import annotations

import streamlit as st

from dashboard import login
from dashboard.parts import gate_verdict
from dashboard.parts.text import number, t
from dashboard.parts.views import empty, head, note, notes, small
from dashboard.retrain import training_jobs
from dashboard.state import avm, settings

actor = login.require("analyst")
head("retrain")
st.space("small")

with notes():
    rows = sum(dataset.rows for dataset in avm().listings.datasets() if dataset.active)
    if not rows:
        empty("list", t("retrain.no_data_title"), t("retrain.no_data_text"))
        st.stop()
    jobs = avm().jobs.newest(limit=20, kind="train")
    active = next((job for job in jobs if job.active), None)
    if active is None and not avm().jobs.worker_alive():
        note(t("retrain.no_worker"), "warning", title=t("retrain.no_worker_title"))
    left, right = st.columns([5, 6], gap="large")
    with left:
        training_jobs.order(active)
        small(t("retrain.rows", count=number(rows)))
        training_jobs.planned()
    with right:
        training_jobs.watch(jobs)
    if active is None:
        gate_verdict.challenger(actor, settings().CURRENCY)
    training_jobs.history(jobs)
