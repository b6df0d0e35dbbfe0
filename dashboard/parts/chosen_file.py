"""Choosing a file: what is chosen takes the place of what was there, and what cannot be read says why at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.parts.refusals import refusal
from dashboard.parts.text import number, t
from dashboard.parts.views import note, small
from dashboard.state import settings
from pricing_core import (
    ANY_TABLE,
    PricingError,
    SeveralSheetsError,
    SeveralTablesError,
    TableChoice,
    marked,
    template_excel,
)

# Megabytes. What the browser itself turns away, by its name or its size, never reaches us, and the file before it
# would stay chosen. So the browser takes everything, and the server refuses what is over `server.maxUploadSize`.
_NO_LIMIT: Final = 1_000_000
# A file in an archive, and a sheet in it.
_TURNS: Final = 3
_ANY_FORMAT: Final = marked(
    "CSV, Excel (also .ods), Parquet, JSON or JSON Lines, plain or packed with gzip or zip, of at most {size} MB."
)
_ONLY_CSV: Final = marked("CSV, plain or packed with gzip, of at most {size} MB.")


@dataclass(frozen=True)
class Choice:
    """The file, where it can be read, and which table in it; ``refused`` where one was chosen that cannot."""

    file: UploadedFile | None = None
    refused: bool = False
    table: TableChoice = ANY_TABLE


# Streamlit's own word, which stays English, and its limit, which is none of ours.
_STYLE: Final = (
    '<style>[class*="st-key-pick_"] [data-testid="stFileUploaderDropzone"] button p {{ font-size: 0 }}'
    '[class*="st-key-pick_"] [data-testid="stFileUploaderDropzone"] button p::after '
    "{{ font-size: 0.875rem; content: {words} }}</style>"
)


def ask(
    label: str,
    key: str,
    look: Callable[[UploadedFile, TableChoice], None],
    forget: Callable[[], None],
    *,
    only_csv: bool = False,
) -> Choice:
    """Ask for a file, and look at it as soon as it is there.

    Parameters
    ----------
    look
        Raises a `PricingError` for what cannot be read; it leaves the file at its start. Where the file holds several
        tables, the person chooses one.
    forget
        Drops what an earlier file came to. It is called as soon as the file goes and no other arrives: the person took
        it away, or chose one that the server refused.
    only_csv
        Whether no other format can be read here.
    """

    def changed() -> None:
        if st.session_state[key] is None:
            forget()

    with st.container(key=f"pick_{key}"):
        file = st.file_uploader(label, key=key, max_upload_size=_NO_LIMIT, on_change=changed)
        most = number(st.get_option("server.maxUploadSize"))
        st.html(_STYLE.format(words=json.dumps(t("Choose a file"))))
        small(t(_ONLY_CSV if only_csv else _ANY_FORMAT, size=most))
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
            return Choice(file, table=_looked(file, key, look))
        except PricingError as error:
            note(refusal(error), "error")
            return Choice(refused=True)


def _looked(file: UploadedFile, key: str, look: Callable[[UploadedFile, TableChoice], None]) -> TableChoice:
    """Look at the file; where it holds several tables, at the one that the person chooses."""
    choice = ANY_TABLE
    for turn in range(_TURNS):
        try:
            look(file, choice)
            break
        except SeveralTablesError as error:
            are_sheets = isinstance(error, SeveralSheetsError)
            label = t("Sheet with the table") if are_sheets else t("Table in the file")
            name = st.selectbox(label, error.tables, key=f"{key}_table_{turn}")
            choice = replace(choice, sheet=name) if are_sheets else replace(choice, table=name)
    return choice


def offer_template(key: str) -> None:
    """A file to fill in, with the columns of a listing and two examples."""
    st.download_button(
        t("Download a template (Excel)"),
        partial(template_excel, settings().columns),
        "template.xlsx",
        icon=":material/download:",
        on_click="ignore",
        key=key,
    )
