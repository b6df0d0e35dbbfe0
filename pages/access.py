"""People and keys."""

from __future__ import annotations

import streamlit as st

from dashboard import login
from dashboard.access import people_and_keys
from dashboard.parts.text import t
from dashboard.parts.views import head, notes

login.require("admin")
head(t("Access"), t("Who may log in, and which programs may ask."))
st.space("small")
people_and_keys.said()
people, keys = st.tabs([t("People"), t("API keys")], key="access_tab")
with people, notes():
    people_and_keys.people()
with keys, notes():
    people_and_keys.keys()
