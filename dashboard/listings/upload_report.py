"""What became of the rows of a file that was loaded: taken, skipped and why, and what the checks say of those taken."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard.parts.chosen_words import CHECK_WORDS
from dashboard.parts.text import in_words, known, t, tn
from dashboard.parts.views import note
from pricing_core import Example, Found, IngestReport, KeptOut, Message, csv_bytes


def show(report: IngestReport) -> None:
    """The counts, then both groups of rows, each with three of them as the file has them, and what to do next."""
    _counts(report)
    for sentence in report.notes:
        note(in_words(sentence), "info")
    if report.kept_out:
        _skipped(report.kept_out)
        _download(report)
    if report.findings:
        _found(report.findings)


def _counts(report: IngestReport) -> None:
    if not report.changed:
        note(t("Nothing was changed: these listings are in use already."), "info")
        return
    taken = tn(
        "{count:integer} listing was taken.", "{count:integer} listings were taken.", "count", count=report.accepted
    )
    skipped = tn(
        "{count:integer} row was skipped.", "{count:integer} rows were skipped.", "count", count=report.rejected
    )
    note(f"{taken} {skipped}", "good")


def _skipped(groups: Sequence[KeptOut]) -> None:
    rows = [
        {"reason": in_words(each.reason), "rows": each.rows, "examples": _examples(each.examples)} for each in groups
    ]
    _table("upload_reasons", rows, t("Why rows were skipped"), 36)


def _found(groups: Sequence[Found]) -> None:
    count, errors = (
        sum(each.rows for each in some) for some in (groups, [each for each in groups if each.severity == "error"])
    )
    told = tn(
        "{count:integer} finding on the listings that were taken, {errors:integer} of them an error: training leaves "
        "out what has an error until somebody reviews it below.",
        "{count:integer} findings on the listings that were taken, {errors:integer} of them errors: training leaves "
        "out what has an error until somebody reviews it below.",
        "count",
        count=count,
        errors=errors,
    )
    note(told, "warning" if errors else "info")
    rows = [
        {
            "reason": known(CHECK_WORDS, each.check),
            "severity": t("Error") if each.severity == "error" else t("Warning"),
            "rows": each.rows,
            "examples": _examples(each.examples),
        }
        for each in groups
    ]
    _table("upload_findings", rows, t("What looks wrong"), 84)
    for fix in dict.fromkeys(each.fix for each in groups if each.fix is not None):
        note(in_words(fix), "info")


def _examples(examples: Sequence[Example]) -> str:
    told = [(in_words(each.place), in_words(Message.of(each.text))) for each in examples]
    return "  ·  ".join(f"{place}: {text}" if text else place for place, text in told)


def _table(key: str, rows: list[dict[str, object]], reason: str, height: int) -> None:
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        key=key,
        row_height=height,
        column_config={
            "reason": st.column_config.TextColumn(reason, width="medium"),
            "severity": st.column_config.TextColumn(t("Severity"), width="small"),
            "rows": st.column_config.NumberColumn(t("Rows"), width="small"),
            "examples": st.column_config.TextColumn(t("For example"), width="large"),
        },
    )


def _download(report: IngestReport) -> None:
    rows = [
        {"row": item.row, "line": item.line, "reason": in_words(item.reason), **item.content}
        for item in report.rejections
    ]
    st.download_button(
        tn("Download {count:integer} rejected row", "Download {count:integer} rejected rows", "count", count=len(rows)),
        csv_bytes(pd.DataFrame(rows)),
        "rejected_rows.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
        key="upload_rejected",
    )
