"""Which mark stands before decimals in a file: its own cells tell, or a person does."""

from __future__ import annotations

from typing import Final, Literal

import streamlit as st

from dashboard.parts.text import t
from pricing_core import DecimalMark, marked

_WORDS: Final[dict[DecimalMark | Literal[""], str]] = {
    "": marked("as the file shows"),
    "comma": marked("with a comma: 1.250,5"),
    "dot": marked("with a dot: 1,250.5"),
}


def ask(key: str) -> DecimalMark | None:
    """Ask for it; ``None`` leaves it to the file."""
    # A choice of None would get a cross of its own, which empties nothing.
    chosen: DecimalMark | Literal[""] = st.selectbox(
        t("Decimals are written"),
        list(_WORDS),
        key=key,
        format_func=lambda mark: t(_WORDS[mark]),
        help=t("Only for a file that leaves it open, such as one with 5.210 alone: then it is asked for."),
    )
    return chosen or None
