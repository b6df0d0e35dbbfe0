"""The table of UF values: what is known of it, and a file that brings more."""

from __future__ import annotations

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.login import acting
from dashboard.parts import chosen_file
from dashboard.parts.text import in_words, language, t
from dashboard.parts.views import note, notes, small
from dashboard.state import avm, settings
from pricing_core import TableChoice, dates

_SHOWN = 31


def section() -> None:
    """See which days have a value, and bring a file of values."""
    if settings().CURRENCY.upper() not in ("UF", "CLP", "CLF"):
        return
    with st.expander(t("UF values"), icon=":material/currency_exchange:", key="uf_values"), notes():
        small(
            t(
                "Prices in pesos and UF together are converted by this table: each by the value of its own day, where "
                "the file has a column for it, else by the newest value up to today. A CSV file with a day and a "
                "value in each line brings more."
            )
        )
        _known()
        file = chosen_file.ask(t("File of UF values"), "uf_file", _look, lambda: None, only_csv=True).file
        if st.button(t("Take in the values"), key="uf_import", disabled=file is None) and file is not None:
            with acting() as actor:
                report = avm().uf.add_file(file, actor=actor, file_name=file.name)
            note(in_words(report.message), "good")


def _look(file: UploadedFile, _table: TableChoice) -> None:
    avm().uf.look_at(file, file_name=file.name)


def _known() -> None:
    newest = avm().uf.newest(_SHOWN)
    if not newest:
        note(t("No UF values are known yet."), "info")
        return
    rows = pd.DataFrame(
        {"day": [dates.day(each.day, language()) for each in newest], "value": [each.value for each in newest]}
    )
    st.dataframe(
        rows,
        hide_index=True,
        height=180,
        key="uf_rows",
        column_config={"day": t("Day"), "value": st.column_config.NumberColumn(t("Pesos"), format="localized")},
    )
