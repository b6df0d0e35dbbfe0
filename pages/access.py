"""People and keys."""

from __future__ import annotations

import streamlit as st

from dashboard import access_views, login
from dashboard.text import t
from dashboard.views import head, notes

login.require("admin")
head("access")
st.space("small")
access_views.said()
people, keys = st.tabs([t("access.people"), t("access.keys")], key="access_tab")
with people, notes():
    access_views.people()
with keys, notes():
    access_views.keys()
