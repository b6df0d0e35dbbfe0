"""A whole file of homes valued: upload, progress, counts, the rows that failed, and the file with the values."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.login import acting
from dashboard.parts import chosen_file, decimal_mark, file_preview
from dashboard.parts.cells import Labels, short, written
from dashboard.parts.chosen_words import GRADE_WORD_WORDS
from dashboard.parts.text import in_words, known, language, money, number, t, tn
from dashboard.parts.views import empty, facts, note, notes, small
from dashboard.state import avm, settings
from dashboard.value import file_jobs
from pricing_core import KIND, SECTOR, Actor, ColumnChoice, Job, Json, Message, TableChoice, excel_bytes

_STATE: Final = "file_values"
_FORGOTTEN: Final = "file_job_forgotten"
_SHOWN: Final = 200


@dataclass(frozen=True)
class Result:
    """The file with the values, and the counts."""

    person: str
    name: str
    rows: int
    valued: int
    failed: int
    content: bytes
    frame: pd.DataFrame


def section(actor: Actor) -> None:
    """Upload a file, value it, and read what became of its rows."""
    with st.container(key="part_form"):
        form, answer = st.columns([5, 9], gap="medium")
    with form, st.container(border=True):
        chosen_file.offer_template("values_template")
        choice = chosen_file.ask(t("File of homes"), "values_file", _look, lambda: _forget(actor))
        file = choice.file
        meant = ColumnChoice(decimal=decimal_mark.ask("values_decimal"), table=choice.table)
        chosen = file_preview.ask(file, "values_file", meant, read=file_preview.of_homes, may_save=actor.may("analyst"))
        pressed = st.button(
            t("Value the file"),
            type="primary",
            key="values_run",
            disabled=chosen is None,
            width="stretch",
            icon=":material/calculate:",
        )
        small(
            t(
                "A table with the columns type, sector, net_usable_area, net_area, n_rooms, "
                "n_bathroom, latitude and longitude, in any order; cells may be empty. Every row is valued with its "
                "90 % range and confidence and written to the log; a row that cannot be valued says why and stops "
                "no other."
            )
        )
        if columns := settings().columns.names:
            small(t("What you declare is read too, where the file has it: {names:list}.", names=list(columns)))
    # One place for progress and report: what an earlier file came to is gone as soon as the next one begins.
    place = answer.empty()
    if pressed and file is not None and chosen is not None:
        with place.container(), notes():
            st.session_state.pop(_STATE, None)
            if file_jobs.is_large(file):
                file_jobs.queue(file, chosen)
            else:
                _value(file, chosen)
            st.rerun()
        return
    with place.container(), notes():
        _answer(actor, cleared=choice.refused)


def _forget(actor: Actor) -> None:
    st.session_state.pop(_STATE, None)
    job = file_jobs.newest(actor)
    # One that is still being valued was not taken back: its values are shown when they are there.
    if job is not None and not job.active:
        st.session_state[_FORGOTTEN] = job.id


def _look(file: UploadedFile, table: TableChoice) -> None:
    file_preview.look(file, ColumnChoice(table=table), read=file_preview.of_homes)


def _answer(actor: Actor, *, cleared: bool) -> None:
    """What was valued last, what is being valued, or how to begin; of earlier files nothing when it was cleared."""
    if cleared:
        st.session_state.pop(_STATE, None)
    result: Result | None = st.session_state.get(_STATE)
    job = file_jobs.newest(actor)
    if result is not None and result.person == actor.name:
        show(result)
    elif job is not None and job.active:
        file_jobs.watch(job)
    elif cleared or job is None or job.status == "cancelled" or job.id == st.session_state.get(_FORGOTTEN):
        empty(
            "list",
            t("The values appear here"),
            t(
                "Choose a file and start: the counts, the rows that could not be valued and the file with the "
                "values follow."
            ),
        )
    elif job.status == "failed":
        note(in_words(job.message), "error", title=Path(job.parameters["source"]).name)
    else:
        st.session_state[_STATE] = _read(job, actor)
        show(st.session_state[_STATE])


def _read(job: Job, actor: Actor) -> Result:
    return _result(Path(job.parameters["source"]).name, Path(job.parameters["out"]), job.result, actor)


def _value(file: UploadedFile, columns: ColumnChoice) -> None:
    bar = st.progress(0.0, text=t("Opening the file …"))

    def progress(stage: Message, done: float) -> None:
        bar.progress(min(max(done, 0.0), 1.0), text=in_words(stage))

    try:
        with acting() as actor, TemporaryDirectory(prefix="tasador-") as folder:
            source, out = Path(folder) / file_jobs.safe_name(file.name), Path(folder) / "values" / "values.csv"
            out.parent.mkdir()
            source.write_bytes(file.getbuffer())
            counts = avm().value_file(source, out, actor=actor, columns=columns, progress=progress, language=language())
            st.session_state[_STATE] = _result(file.name, out, counts, actor)
    finally:
        bar.empty()


def _result(name: str, out: Path, counts: Json, actor: Actor) -> Result:
    frame = pd.read_csv(out, encoding="utf-8-sig", dtype={"error": str, "confidence": str}, low_memory=False)
    rows, valued, failed = (int(counts[key]) for key in ("rows", "valued", "failed"))
    return Result(actor.name, name, rows, valued, failed, out.read_bytes(), frame)


def show(result: Result) -> None:
    """The counts, the file, the rows that could not be valued, and the first that were."""
    _outcome(result)
    _counts(result)
    with st.container(horizontal=True):
        st.download_button(
            t("Download the values"),
            lambda: result.content,
            "values.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
            key="values_download",
            type="primary",
        )
        st.download_button(
            t("As Excel"),
            lambda: excel_bytes(result.frame),
            "values.xlsx",
            icon=":material/download:",
            on_click="ignore",
            key="values_download_excel",
        )
    _failures(result)
    _first_values(result)


def _outcome(result: Result) -> None:
    rows, valued, failed, name = result.rows, result.valued, result.failed, result.name
    if not failed:
        note(
            tn(
                "The one home in {name} was valued: {valued:integer} of {rows:integer}.",
                "{valued:integer} of {rows:integer} homes in {name} were valued.",
                "rows",
                valued=valued,
                rows=rows,
                name=name,
            ),
            "good",
        )
    elif valued:
        words = tn(
            "{valued:integer} of {rows:integer} homes in {name} were valued; one could not be.",
            "{valued:integer} of {rows:integer} homes in {name} were valued; {failed:integer} could not be.",
            "failed",
            valued=valued,
            rows=rows,
            failed=failed,
            name=name,
        )
        note(words, "warning")
    else:
        note(
            tn(
                "The one home in {name} could not be valued.",
                "None of the {rows:integer} homes in {name} could be valued.",
                "rows",
                rows=rows,
                name=name,
            ),
            "error",
        )


def _counts(result: Result) -> None:
    currency, values = settings().CURRENCY, result.frame["value"].dropna()
    total = float(values.sum()) if len(values) else None
    with st.container(border=True):
        facts(
            [
                (t("Valued"), number(result.valued)),
                (t("Not valued"), number(result.failed)),
                (t("Sum of values"), money(total, currency)),
            ]
        )


def _failures(result: Result) -> None:
    failed = result.frame[result.frame["error"].notna()]
    if failed.empty:
        return
    shown = failed.head(_SHOWN)
    has_lines = "line" in shown and bool(shown["line"].notna().all())
    counted = t("Line") if has_lines else t("Row")
    places = shown["line"].astype(int) if has_lines else shown["row"]
    rows = "".join(
        f'<tr><th scope="row">{row}</th><td>{escape(error)}</td></tr>'
        for row, error in zip(places, shown["error"], strict=True)
    )
    st.html(
        f'<h3 class="t-part">{escape(t("What could not be valued"))}</h3><div class="t-scroll t-tall" tabindex="0">'
        f'<table class="t-table t-words"><thead><tr><th>{escape(counted)}</th><th>{escape(t("Why"))}</th>'
        f"</tr></thead><tbody>{rows}</tbody></table></div>"
    )
    meaning = t("Lines are those of your file.") if has_lines else t("Rows are counted from 0.")
    small(f"{meaning} " + t("Shown here: {shown:integer} of {count:integer}.", shown=len(shown), count=len(failed)))


def _first_values(result: Result) -> None:
    valued = result.frame[result.frame["value"].notna()]
    if valued.empty:
        return
    st.html(f'<h3 class="t-part">{escape(t("The first values"))}</h3>')
    shown = valued[["row", KIND, SECTOR, "value", "low_90", "high_90", "confidence"]].head(_SHOWN)
    shown = shown.assign(confidence=[known(GRADE_WORD_WORDS, str(grade)) for grade in shown["confidence"]])
    amounts = written(shown, dict.fromkeys(("value", "low_90", "high_90"), short))
    st.dataframe(amounts, hide_index=True, key="values_table", column_config=_columns())


def _columns() -> Labels:
    currency = settings().CURRENCY
    numbers = st.column_config.NumberColumn
    return {
        "row": numbers(t("Row"), width=60),
        "type": t("Type"),
        "sector": t("Sector"),
        "value": numbers(f"{t('Value')} ({currency})", width="small"),
        "low_90": numbers(t("From (90 %)"), width=105),
        "high_90": numbers(t("To (90 %)"), width=105),
        "confidence": st.column_config.Column(t("Confidence"), width="small"),
    }
