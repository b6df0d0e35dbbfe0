"""Listings on a map and in a table: what looks wrong with them, and settling it."""

from __future__ import annotations

import streamlit as st

from dashboard import login
from dashboard.listings import (
    check_progress,
    filtering,
    inspection,
    listing_table,
    overview,
    review_queue,
    settle_form,
    settling,
    uf_values,
    uploads,
)
from dashboard.parts import cache
from dashboard.parts.text import t
from dashboard.parts.views import empty, head, notes
from dashboard.state import settings
from pricing_core import bundled

actor = login.require("agent")
head(t("Listings"), t("What the model learns from: where it lies, what is asked for it, and what looks wrong."))
st.space("small")
if actor.may("analyst"):
    uploads.section()
    uf_values.section()

with notes():
    if check_progress.waits(actor):
        st.stop()
    with st.spinner(t("Reading the listings and checking them …"), show_time=True):
        at = cache.stamp()
        frame, findings = cache.checked(at), cache.findings(at)
    if frame.empty:
        empty(
            "map",
            t("No listings yet"),
            t("An analyst can upload a CSV file above, or load one with `tasador ingest FILE.csv`."),
        )
        st.stop()
    header = st.container(key="listings_head")
    with st.container(key="listings_filters"):
        filters = filtering.ask(frame, findings, settings())
    shown = filters.apply(frame, findings)
    queue = review_queue.waiting(shown)
    with header:
        review_queue.head(bundled(findings), queue, inspection.chosen(frame), actor)
    with st.container(key="listings_summary"):
        overview.summary(shown, frame, filters)
    left, right = st.container(key="listings_body").columns([7, 4], gap="medium")
    with left:
        overview.map_of(at, filters, shown)
        with st.container(key="listings_rows"):
            listing_table.show(shown, findings, at, filters, queue, actor, settings())
    with right:
        listing = inspection.opened(frame)
        settling.said()
        if listing is not None:
            inspection.show(listing, findings)
            settle_form.show(listing, findings, shown, at, queue, actor)
            inspection.details(listing, frame, at)
