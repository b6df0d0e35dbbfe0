"""Bringing in a file of listings, and the report on it."""

from __future__ import annotations

from typing import Final

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.listings import upload_report
from dashboard.login import acting
from dashboard.parts import chosen_file, decimal_mark, file_preview
from dashboard.parts.text import in_words, t
from dashboard.parts.views import notes, small
from dashboard.state import avm
from pricing_core import ColumnChoice, IngestReport, Message, TableChoice

_REPORT: Final = "ingest_report"


def section() -> None:
    """Upload a file, load it, and read what became of its rows."""
    with st.expander(t("Load listings from a file"), icon=":material/upload_file:", key="upload"):
        small(
            t(
                "A table with type, sector, net_usable_area, net_area, n_rooms, n_bathroom, latitude, longitude "
                "and price, in any order; an is_train column is optional. Rows that cannot be used are skipped and "
                "reported. Nothing is changed when the file is no listing table."
            )
        )
        chosen_file.offer_template("upload_template")
        choice = chosen_file.ask(t("File"), "upload_file", _look, _forget)
        file = choice.file
        if choice.refused:
            _forget()
        meant = ColumnChoice(decimal=decimal_mark.ask("upload_decimal"), table=choice.table)
        columns = file_preview.ask(file, "upload_file", meant, read=file_preview.of_listings, may_save=True)
        replace = st.radio(
            t("These listings"),
            [False, True],
            key="upload_replace",
            horizontal=True,
            format_func=lambda replaces: t("replace those in use") if replaces else t("are added to those in use"),
        )
        pressed = st.button(t("Load the file"), type="primary", key="upload_load", disabled=columns is None)
        if pressed and file is not None and columns is not None:
            with notes():
                _load(file, replace, columns)
        report: IngestReport | None = st.session_state.get(_REPORT)
        if report is not None:
            upload_report.show(report)


def _forget() -> None:
    st.session_state.pop(_REPORT, None)


def _look(file: UploadedFile, table: TableChoice) -> None:
    file_preview.look(file, ColumnChoice(table=table), read=file_preview.of_listings)


def _load(file: UploadedFile, replace: bool, columns: ColumnChoice) -> None:
    st.session_state.pop(_REPORT, None)
    bar = st.progress(0.0, text=t("Reading the file …"))

    def progress(stage: Message, done: float) -> None:
        bar.progress(min(max(done, 0.0), 1.0), text=in_words(stage))

    try:
        with acting() as actor:
            report = avm().listings.ingest(
                file,
                actor=actor,
                file_name=file.name,
                replace=replace,
                queue_check=True,
                columns=columns,
                progress=progress,
            )
    finally:
        bar.empty()
    st.session_state[_REPORT] = report
