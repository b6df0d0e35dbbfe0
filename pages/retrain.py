"""Queue a training, and watch it until the new version is there."""

from __future__ import annotations

import streamlit as st

from dashboard import login
from dashboard.parts import gate_verdict
from dashboard.parts.text import t, tn
from dashboard.parts.views import empty, head, note, notes, small
from dashboard.retrain import training_jobs
from dashboard.state import avm, settings

actor = login.require("analyst")
head(
    t("Retrain"),
    t(
        "Train a new version on the listings in use. It is compared with the champion on listings that neither has "
        "seen, and you decide with the verdict before you."
    ),
)
st.space("small")

with notes():
    rows = sum(dataset.rows for dataset in avm().listings.datasets() if dataset.active)
    if not rows:
        empty(
            "list",
            t("No listings yet"),
            t("Load listings on the Listings page or with `tasador ingest FILE.csv` first."),
        )
        st.stop()
    jobs = avm().jobs.newest(limit=20, kind="train")
    active = next((job for job in jobs if job.active), None)
    if active is None and not avm().jobs.worker_alive():
        note(
            t(
                "A training that is queued now waits until one runs: start it with `tasador worker`, or everything "
                "with `tasador run`."
            ),
            "warning",
            title=t("No worker is running"),
        )
    left, right = st.columns([5, 6], gap="large")
    with left:
        training_jobs.order(active)
        small(tn("{count:integer} listing is in use.", "{count:integer} listings are in use.", "count", count=rows))
        training_jobs.planned()
    with right:
        training_jobs.watch(jobs)
    if active is None:
        gate_verdict.challenger(actor, settings().CURRENCY)
    training_jobs.history(jobs)
