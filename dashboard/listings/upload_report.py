"""What became of the rows of a file that was loaded: taken, skipped and why, and what the checks say of those taken."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import pandas as pd
import streamlit as st

from dashboard.parts.chosen_words import CHECK_WORDS
from dashboard.parts.text import in_words, known, t, tn
from dashboard.parts.views import note, written
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
    items = [_item(in_words(each.reason), [_rows(each.rows)], each.examples) for each in groups]
    _list(t("Why rows were skipped"), items)


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
    names = {"error": t("Error"), "warning": t("Warning")}
    items = [
        _item(known(CHECK_WORDS, each.check), [names[each.severity], _rows(each.rows)], each.examples)
        for each in groups
    ]
    _list(t("What looks wrong"), items)
    for fix in dict.fromkeys(each.fix for each in groups if each.fix is not None):
        note(in_words(fix), "info")


def _examples(examples: Sequence[Example]) -> str:
    told = [(in_words(each.place), in_words(Message.of(each.text))) for each in examples]
    return "  ·  ".join(f"{place}: {text}" if text else place for place, text in told)


def _list(title: str, items: Sequence[str]) -> None:
    """Each reason on a line of its own, whatever room there is: a table would cut the sentences."""
    st.html(f'<h3 class="t-part">{escape(title)}</h3><div class="t-reasons" role="list">{"".join(items)}</div>')


def _item(reason: str, told: Sequence[str], examples: Sequence[Example]) -> str:
    count = escape(" · ".join(told))
    words, rows = written(reason), written(_examples(examples))
    return f'<div role="listitem"><b>{words}</b> <span>{count}</span><p>{rows}</p></div>'


def _rows(count: int) -> str:
    return tn("{count:integer} row", "{count:integer} rows", "count", count=count)


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
