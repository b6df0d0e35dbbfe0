"""Value one home, or a whole file of them."""

from __future__ import annotations

from typing import Final

import streamlit as st

from dashboard import login
from dashboard.parts.text import t
from dashboard.parts.views import head
from dashboard.value import asking, file_of_homes
from pricing_core import marked

_VALUE_MODE_WORDS: Final = {
    "one": marked("One home"),
    "file": marked("A whole file"),
}

actor = login.require("agent")
with st.container(key="part_head"):
    title, choice = st.columns([3, 1], vertical_alignment="bottom")
with title:
    head(
        t("Value a property"),
        t("Describe a home. The answer is an estimate of its asking price, written to the log before you see it."),
    )
with choice:
    mode = st.segmented_control(
        t("What to value"),
        ["one", "file"],
        default="one",
        required=True,
        key="value_mode",
        width="stretch",
        format_func=lambda name: t(_VALUE_MODE_WORDS[name]),
        label_visibility="collapsed",
    )
if mode == "file":
    file_of_homes.section(actor)
else:
    asking.section(actor)
