"""Listings on a map and in a table, with what looks wrong about them."""

from __future__ import annotations

import streamlit as st

from dashboard import cache, inspection, listing_filters, listing_views, login, uploads
from dashboard.state import avm, settings
from dashboard.text import t
from dashboard.views import empty, head, notes

actor = login.require("agent")
head("listings")
st.space("small")
if actor.may("analyst"):
    uploads.section(actor)

with notes():
    version = avm().data_version()
    with st.spinner(t("listings.loading"), show_time=True):
        frame, findings = cache.checked(version), cache.findings(version)
    if frame.empty:
        empty("map", t("listings.empty_title"), t("listings.empty_text"))
        st.stop()
    filters = listing_filters.ask(frame, settings().CURRENCY)
    shown = filters.apply(frame)
    listing_views.counts(shown, frame, settings())
    left, right = st.columns([7, 4], gap="medium")
    with left:
        listing_views.map_of(version, filters, shown)
    with right:
        inspection.panel(frame, findings, settings())
    listing_views.table(shown, settings())
