"""Attaching later prices: the upload, and what became of its rows."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.login import acting
from dashboard.monitoring.overview import report as watch_report
from dashboard.parts import chosen_file
from dashboard.parts.refusals import said
from dashboard.parts.text import known, language, number, t
from dashboard.parts.views import note, notes, small
from dashboard.state import avm
from pricing_core import OutcomeReport, csv_bytes

_REPORT: Final = "outcomes_report"


def section() -> None:
    """Upload a file of prices, attach them, and read the report."""
    report: OutcomeReport | None = st.session_state.get(_REPORT)
    with st.expander(t("outcomes.title"), icon=":material/sell:", key="outcomes", expanded=report is not None):
        small(t("outcomes.lead"))
        choice = chosen_file.ask(t("outcomes.file"), "outcomes_file", _look, _forget)
        file = choice.file
        if choice.refused:
            report = None
            _forget()
        if st.button(t("outcomes.run"), type="primary", key="outcomes_run", disabled=file is None) and file is not None:
            st.session_state.pop(_REPORT, None)
            with notes(), acting() as actor:
                st.session_state[_REPORT] = avm().monitoring.add_outcomes(file, actor=actor, file_name=file.name)
                watch_report.clear()
                st.rerun()
        elif report is not None:
            show(report)


def _forget() -> None:
    st.session_state.pop(_REPORT, None)


def _look(file: UploadedFile) -> None:
    avm().monitoring.look_at(file, file_name=file.name)


def show(report: OutcomeReport) -> None:
    """The counts, and the rows that were not attached."""
    sentences = [t("outcomes.done", attached=number(report.attached), rows=number(report.rows))]
    if report.known:
        sentences.append(t("outcomes.known", count=number(report.known)))
    if report.learned_from:
        sentences.append(t("outcomes.learned", count=number(report.learned_from)))
    note(" ".join(sentences), "good" if report.attached else "info")
    for sentence in report.notes:
        note(said(sentence), "info")
    left = report.not_matched + report.invalid
    if not left:
        return
    st.markdown(f"##### {t('outcomes.left', count=number(left))}")
    frame = pd.DataFrame([problem.to_dict(language()) for problem in report.problems])
    shown = frame.assign(kind=frame["kind"].map(lambda kind: known("problem", kind)))
    labels: dict[str, Any] = {
        "row": st.column_config.NumberColumn(t("outcomes.row"), format="%d", width=60),
        "kind": st.column_config.TextColumn(t("outcomes.kind"), width=150),
        "reason": st.column_config.TextColumn(t("outcomes.reason"), width=700),
    }
    st.dataframe(
        shown, hide_index=True, column_config=labels, key="outcomes_left", height="content" if len(shown) < 8 else 300
    )
    st.download_button(
        t("download"),
        csv_bytes(frame),
        "not_attached.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
        key="outcomes_download",
    )
