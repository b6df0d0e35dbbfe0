"""What lives once in a process: the library, and the files that the look is made of."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st

from pricing_core import AVM, Settings, load_settings

_HERE: Final = Path(__file__).resolve().parent
STATIC: Final = _HERE / "static"
# Never a folder called pages beside the entry: Streamlit would serve what is in it to people who have not logged in.
PAGE_FILES: Final = (_HERE / "page_files").resolve()


def _close(avm: AVM) -> None:
    avm.close()


@st.cache_resource(show_spinner=False, on_release=_close)
def avm() -> AVM:
    """The one library object of this process, started."""
    return AVM(load_settings()).start()


def settings() -> Settings:
    """The settings that this process was started with."""
    return avm().settings


def is_dark() -> bool:
    """Whether this person's browser shows the dark theme."""
    return st.context.theme.type == "dark"


def ink() -> str:
    """The colour of words in this person's theme, for figures that draw their own."""
    return "#e7ecec" if is_dark() else "#1f2a2e"
