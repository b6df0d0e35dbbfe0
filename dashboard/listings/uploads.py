"""Bringing in a file of listings, and the report on it."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.login import acting
from dashboard.parts import chosen_file
from dashboard.parts.refusals import refused
from dashboard.parts.text import language, number, t, zone
from dashboard.parts.views import note, notes, small
from dashboard.state import avm
from pricing_core import IngestReport, Message, csv_bytes, say

_REPORT: Final = "ingest_report"


def section() -> None:
    """Upload a file, load it, and read what became of its rows."""
    with st.expander(t("upload.title"), icon=":material/upload_file:", key="upload"):
        small(t("upload.lead"))
        choice = chosen_file.ask(t("upload.file"), "upload_file", _look, _forget)
        file = choice.file
        if choice.refused:
            _forget()
        replace = st.radio(
            t("upload.how"),
            [False, True],
            key="upload_replace",
            horizontal=True,
            format_func=lambda replaces: t("upload.replace") if replaces else t("upload.add"),
        )
        if st.button(t("upload.load"), type="primary", key="upload_load", disabled=file is None) and file is not None:
            with notes():
                _load(file, replace)
        report: IngestReport | None = st.session_state.get(_REPORT)
        if report is not None:
            show(report)


def _forget() -> None:
    st.session_state.pop(_REPORT, None)


def _look(file: UploadedFile) -> None:
    avm().listings.look_at(file, file_name=file.name)


def _load(file: UploadedFile, replace: bool) -> None:
    st.session_state.pop(_REPORT, None)
    bar = st.progress(0.0, text=t("upload.reading"))

    def progress(stage: Message, done: float) -> None:
        bar.progress(min(max(done, 0.0), 1.0), text=say(stage, language(), zone()))

    try:
        with acting() as actor:
            report = avm().listings.ingest(
                file, actor=actor, file_name=file.name, replace=replace, queue_check=True, progress=progress
            )
    finally:
        bar.empty()
    st.session_state[_REPORT] = report


def show(report: IngestReport) -> None:
    """The counts, the reasons, and the rows that were kept out."""
    if report.changed:
        note(t("upload.done", accepted=number(report.accepted), rejected=number(report.rejected)), "good")
    else:
        note(t("upload.same"), "info")
    for sentence in report.notes:
        note(refused(sentence), "info")
    if not report.rejected:
        return
    st.dataframe(
        pd.DataFrame({"reason": list(map(refused, report.reasons)), "rows": list(report.reasons.values())}),
        hide_index=True,
        key="upload_reasons",
        column_config={"reason": t("upload.reason"), "rows": st.column_config.NumberColumn(t("rows"), width="small")},
    )
    rows = [{"row": item.row, "reason": refused(item.reason), **item.content} for item in report.rejections]
    st.download_button(
        t("upload.rejected", count=number(len(rows))),
        csv_bytes(pd.DataFrame(rows)),
        "rejected_rows.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
        key="upload_rejected",
    )
