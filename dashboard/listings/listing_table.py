"""The listings as a table: one row opens its listing, several are settled together."""

from __future__ import annotations

from typing import Any, Final
from zlib import crc32

import pandas as pd
import streamlit as st

from dashboard.listings import inspection, settle_form
from dashboard.listings.filtering import Filters
from dashboard.parts import cache
from dashboard.parts.cells import Labels
from dashboard.parts.chosen_words import REVIEWS_STATE_WORDS
from dashboard.parts.declared_values import declared_labels
from dashboard.parts.text import t
from dashboard.parts.views import small
from dashboard.state import settings
from pricing_core import (
    BATHROOMS,
    BEDROOMS,
    CATEGORIES,
    KIND,
    SECTOR,
    SIZES,
    TARGET,
    TOTAL_AREA,
    USABLE_AREA,
    Actor,
    Settings,
    csv_bytes,
)

PAGE_ROWS: Final = 200
_COLUMNS: Final = (
    "id",
    "state",
    *CATEGORIES,
    TARGET,
    cache.PRICE_PER_AREA,
    cache.ESTIMATE,
    *SIZES,
    cache.FINDINGS,
)


def page_of(shown: pd.DataFrame, page: int) -> pd.DataFrame:
    """The rows of a page, counted from 1: those that wait for a review first, errors before warnings."""
    order = shown.sort_values([cache.STATUS, "id"], ascending=[False, True], kind="stable")
    return order.iloc[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]


def show(
    shown: pd.DataFrame,
    findings: pd.DataFrame,
    at: cache.Stamp,
    filters: Filters,
    queue: list[int],
    actor: Actor,
    units: Settings,
) -> None:
    """The rows of one page, the bar for those that are chosen, and the file with all of them."""
    if shown.empty:
        return
    bar, pages = st.container(), -(-len(shown) // PAGE_ROWS)
    # Rows are chosen by their place: other rows in these places must not inherit the choice.
    key = f"{inspection.TABLE}_{crc32(repr((at, filters)).encode()):08x}"
    page = int(st.session_state.get(f"{key}_page", 1))
    rows = page_of(shown, min(page, pages))
    ids = rows["id"].tolist()
    state = st.dataframe(
        _cells(rows),
        hide_index=True,
        height=420,
        placeholder="",
        key=f"{key}_{page}",
        selection_mode="multi-row",
        on_select=lambda: inspection.from_table(f"{key}_{page}", ids),
        column_config=_column_config(units),
    )
    with bar:
        settle_form.bulk(inspection.row_ids(state["selection"], ids), findings, at, queue, actor)
    _below(shown, len(rows), page, pages, key, settles=actor.may("analyst"))


def _below(shown: pd.DataFrame, here: int, page: int, pages: int, key: str, *, settles: bool) -> None:
    line, choice, button = st.columns([5, 2, 3], vertical_alignment="bottom")
    first = (page - 1) * PAGE_ROWS + 1
    with line:
        last, count = first + here - 1, len(shown)
        small(
            t(
                (
                    "{first:integer} to {last:integer} of {count:integer}, those to review first. Tick one row to "
                    "inspect it, several to settle them together."
                )
                if settles
                else (
                    "{first:integer} to {last:integer} of {count:integer}, those to review first. Tick a row to "
                    "inspect it."
                ),
                first=first,
                last=last,
                count=count,
            )
        )
    if pages > 1:
        choice.number_input(t("Page (of {count:integer})", count=pages), 1, pages, key=f"{key}_page")
    button.download_button(
        t("Download CSV"),
        lambda: csv_bytes(shown.drop(columns=[cache.STATUS])),
        "listings.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
        key="listings_download",
        width="stretch",
    )


def _cells(rows: pd.DataFrame) -> pd.DataFrame:
    names = [t(REVIEWS_STATE_WORDS[name]) for name in ("none", "settled", "warning", "error")]
    columns = (*_COLUMNS, *settings().columns.names)
    shown = [name for name in columns if name != cache.ESTIMATE or rows[name].notna().any()]
    # Rounded here: a format of our own would write points and commas the English way in any language.
    written = rows.assign(
        **{cache.PRICE_PER_AREA: rows[cache.PRICE_PER_AREA].round(1), cache.ESTIMATE: rows[cache.ESTIMATE].round()}
    )
    return written.assign(state=[names[code] for code in rows[cache.STATUS]])[shown]


def _column_config(units: Settings) -> Labels:
    def numbers(label: str, style: str = "localized") -> Any:
        return st.column_config.NumberColumn(label, format=style)

    return {
        "id": numbers(t("No."), "%d"),
        "state": t("State"),
        KIND: t("Type"),
        SECTOR: t("Sector"),
        TARGET: numbers(f"{t('Price')} ({units.CURRENCY})"),
        cache.PRICE_PER_AREA: numbers(f"{units.CURRENCY}/{units.AREA_UNIT}"),
        cache.ESTIMATE: numbers(f"{t('Estimate')} ({units.CURRENCY})"),
        USABLE_AREA: numbers(f"{t('Usable')} ({units.AREA_UNIT})"),
        TOTAL_AREA: numbers(f"{t('Total')} ({units.AREA_UNIT})"),
        BEDROOMS: numbers(t("Bedrooms")),
        BATHROOMS: numbers(t("Bathrooms")),
        cache.FINDINGS: numbers(t("Findings")),
        **declared_labels(units.columns.names),
    }
