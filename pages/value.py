"""Value one home, or a whole file of them."""

from __future__ import annotations

import streamlit as st

from dashboard import login
from dashboard.parts.text import t
from dashboard.parts.views import head
from dashboard.value import asking, whole_file

actor = login.require("agent")
with st.container(key="part_head"):
    title, choice = st.columns([3, 1], vertical_alignment="bottom")
with title:
    head("value")
with choice:
    mode = st.segmented_control(
        t("value.mode"),
        ["one", "file"],
        default="one",
        required=True,
        key="value_mode",
        width="stretch",
        format_func=lambda name: t(f"value.mode_{name}"),
        label_visibility="collapsed",
    )
if mode == "file":
    whole_file.section(actor)
else:
    asking.section(actor)
