"""Attaching later prices: the upload, and what became of its rows."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.login import acting
from dashboard.monitoring.overview import report as watch_report
from dashboard.parts import chosen_file, decimal_mark, file_preview
from dashboard.parts.cells import Labels
from dashboard.parts.text import in_words, known, language, t, tn
from dashboard.parts.views import note, notes, small
from dashboard.state import avm
from pricing_core import ColumnChoice, OutcomeReport, TableChoice, csv_bytes, marked

_PROBLEM_WORDS: Final = {
    "not_matched": marked("No such valuation"),
    "invalid": marked("Cannot be used"),
}

_REPORT: Final = "outcomes_report"


def section() -> None:
    """Upload a file of prices, attach them, and read the report."""
    report: OutcomeReport | None = st.session_state.get(_REPORT)
    with st.expander(t("Attach later prices"), icon=":material/sell:", key="outcomes", expanded=report is not None):
        small(
            t(
                "A table with the column price, and either log_id or the eight features of a home; date and kind "
                "(listed or sold) are optional. Without log_id a row is attached when exactly one logged valuation "
                "has its features. The same file twice changes nothing."
            )
        )
        choice = chosen_file.ask(t("File of prices"), "outcomes_file", _look, _forget)
        file = choice.file
        if choice.refused:
            report = None
            _forget()
        meant = ColumnChoice(decimal=decimal_mark.ask("outcomes_decimal"), table=choice.table)
        columns = file_preview.ask(file, "outcomes_file", meant, read=file_preview.of_outcomes, may_save=True)
        pressed = st.button(t("Attach the prices"), type="primary", key="outcomes_run", disabled=columns is None)
        if pressed and file is not None and columns is not None:
            st.session_state.pop(_REPORT, None)
            with notes(), acting() as actor:
                st.session_state[_REPORT] = avm().monitoring.add_outcomes(
                    file,
                    actor=actor,
                    file_name=file.name,
                    columns=columns,
                )
                watch_report.clear()
                st.rerun()
        elif report is not None:
            show(report)


def _forget() -> None:
    st.session_state.pop(_REPORT, None)


def _look(file: UploadedFile, table: TableChoice) -> None:
    file_preview.look(file, ColumnChoice(table=table), read=file_preview.of_outcomes)


def show(report: OutcomeReport) -> None:
    """The counts, and the rows that were not attached."""
    note(in_words(report.summary), "good" if report.attached else "info")
    for sentence in report.notes:
        note(in_words(sentence), "info")
    left = report.not_matched + report.invalid
    if not left:
        return
    title = tn("{count:integer} row was not attached", "{count:integer} rows were not attached", "count", count=left)
    st.markdown(f"##### {title}")
    frame = pd.DataFrame([problem.to_dict(language()) for problem in report.problems])
    shown = frame.assign(kind=frame["kind"].map(lambda kind: known(_PROBLEM_WORDS, kind)))
    labels: Labels = {
        "row": st.column_config.NumberColumn(t("Row"), format="%d", width=60),
        "kind": st.column_config.TextColumn(t("Problem"), width=150),
        "reason": st.column_config.TextColumn(t("Reason"), width=700),
    }
    st.dataframe(
        shown, hide_index=True, column_config=labels, key="outcomes_left", height="content" if len(shown) < 8 else 300
    )
    st.download_button(
        t("Download CSV"),
        csv_bytes(frame),
        "not_attached.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
        key="outcomes_download",
    )
