"""Choosing a file: what is chosen takes the place of what was there, and what cannot be read says why at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.parts.refusals import refusal
from dashboard.parts.text import number, t
from dashboard.parts.views import note, small
from pricing_core import PricingError

# Megabytes. What the browser itself turns away, by its name or its size, never reaches us, and the file before it
# would stay chosen. So the browser takes everything, and the server refuses what is over `server.maxUploadSize`.
_NO_LIMIT: Final = 1_000_000


@dataclass(frozen=True)
class Choice:
    """The file, where it can be read; ``refused`` where one was chosen that cannot."""

    file: UploadedFile | None = None
    refused: bool = False


def ask(label: str, key: str, look: Callable[[UploadedFile], None], forget: Callable[[], None]) -> Choice:
    """Ask for a file, and look at it as soon as it is there.

    Parameters
    ----------
    look
        Raises a `PricingError` for what cannot be read; it leaves the file at its start.
    forget
        Drops what an earlier file came to. It is called as soon as the file goes and no other arrives: the person took
        it away, or chose one that the server refused.
    """

    def changed() -> None:
        if st.session_state[key] is None:
            forget()

    with st.container(key=f"pick_{key}"):
        file = st.file_uploader(label, key=key, max_upload_size=_NO_LIMIT, on_change=changed)
        most = number(st.get_option("server.maxUploadSize"))
        small(t("CSV, TSV or TXT, plain or packed with gzip, of at most {size} MB.", size=most))
        # The browser alone knows of a file that did not arrive: the style sheet shows this beside its red mark.
        with st.container(key=f"pick_failed_{key}"):
            note(
                t(
                    "The file marked in red did not arrive, so there is nothing to work with: it may be larger than "
                    "{size} MB, or the connection broke. Choose it again, or another one; if that does not help, "
                    "load the page anew.",
                    size=most,
                ),
                "error",
            )
        if file is None:
            return Choice()
        try:
            look(file)
        except PricingError as error:
            note(refusal(error), "error")
            return Choice(refused=True)
        return Choice(file)
