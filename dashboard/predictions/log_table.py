"""The prediction log: its filters, its table, its file."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

import pandas as pd
import streamlit as st

from dashboard.login import HAS_ENDED, session_id
from dashboard.parts.cells import Labels, digits, short, written
from dashboard.parts.chosen_words import GRADE_WORD_WORDS
from dashboard.parts.declared_values import declared_labels, declared_writers
from dashboard.parts.text import known, language, plain, t, zone
from dashboard.parts.views import small
from dashboard.predictions import opened
from dashboard.state import avm
from pricing_core import (
    BATHROOMS,
    BEDROOMS,
    CATEGORIES,
    COORDINATES,
    KIND,
    LATITUDE,
    LONGITUDE,
    SECTOR,
    SIZES,
    SOURCE_WORDS,
    TOTAL_AREA,
    USABLE_AREA,
    AccessError,
    Actor,
    Json,
    Language,
    LoggedPrediction,
    Message,
    Settings,
    csv_bytes,
    marked,
    say,
)

_LOG_WORDS: Final = {
    "requested_by": marked("Requested by"),
    "sector": marked("Sector"),
    "source": marked("Through"),
    "version": marked("Version"),
    "confidence": marked("Confidence"),
}

PAGE_ROWS: Final = 25
DOWNLOAD_ROWS: Final = 100_000
_CHUNK: Final = 5_000
_ORDER: Final = (
    "created_at",
    "value",
    "confidence",
    *CATEGORIES,
    *SIZES,
    "requested_by",
    "source",
    "version",
    LATITUDE,
    LONGITUDE,
    "notes",
    "milliseconds",
    "id",
)
# Where what the client declares stands.
_AFTER: Final = _ORDER.index("requested_by")
# What the values of a filter are called in words.
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {"source": SOURCE_WORDS, "confidence": GRADE_WORD_WORDS}
_WRITERS: Final = {
    **dict.fromkeys(("value", *SIZES), short),
    **dict.fromkeys(COORDINATES, digits(5)),
    "milliseconds": digits(1),
}
Criteria = Json


def ask(actor: Actor) -> Criteria:
    """Show the filters. An agent sees his or her own valuations only, so there is no choice of person."""
    choices = avm().log.choices()
    everyone = actor.log_of is None
    columns = iter(st.columns([5, 3, 3, 3, 2, 3] if everyone else [5, 3, 3, 2, 3]))
    days = next(columns).date_input(t("Days"), value=[], key="log_dates", format=_day_format(), persist_state="session")
    criteria: Criteria = dict(zip(("since", "until"), between(days), strict=True))
    criteria["requested_by"] = _one(next(columns), "requested_by", choices) if everyone else actor.log_of
    for name in ("sector", "source", "version", "confidence"):
        criteria[name] = _one(next(columns), name, choices)
    return criteria


def _day_format() -> Literal["DD-MM-YYYY", "YYYY-MM-DD"]:
    return "DD-MM-YYYY" if language() == "es" else "YYYY-MM-DD"


def between(days: Sequence[date]) -> tuple[datetime | None, datetime | None]:
    """From the beginning of the first day to the end of the last, in the time zone of the browser."""
    if not days:
        return None, None
    midnight = time(tzinfo=zone())
    last = datetime.combine(days[1], midnight) + timedelta(days=1) if len(days) > 1 else None
    return datetime.combine(days[0], midnight), last


def _one(column: st.delta_generator.DeltaGenerator, name: str, choices: Mapping[str, Sequence[object]]) -> object:
    return column.selectbox(
        t(_LOG_WORDS[name]),
        list(choices.get(name, ())),
        index=None,
        key=f"log_{name}",
        placeholder=t("All"),
        format_func=lambda value: known(_WORDS.get(name, {}), str(value)),
        persist_state="session",
    )


def table(criteria: Criteria, count: int, units: Settings) -> None:
    """One page of the log, with the ways to the other pages and to the file."""
    pages = max(1, math.ceil(count / PAGE_ROWS))
    place = st.container()
    left, right = st.columns([4, 1], vertical_alignment="center")
    with left:
        page = st.pagination(pages, key=f"log_page_{hash(str(criteria))}") if pages > 1 else 1
    rows = avm().log.find(limit=PAGE_ROWS, offset=(page - 1) * PAGE_ROWS, **criteria)
    with place:
        frame = to_frame(rows, language())
        for name, table in _WORDS.items():
            frame[name] = [known(table, value or "") for value in frame[name]]
        ids, declared = [item.id for item in rows], [name for name in units.columns.names if name in frame]
        st.dataframe(
            written(frame, {**_WRITERS, **declared_writers(declared)}),
            hide_index=True,
            key=opened.table_key(),
            column_config={**_column_config(units), **declared_labels(declared)},
            height="content",
            column_order=[*_ORDER[:_AFTER], *declared, *_ORDER[_AFTER:]],
            placeholder="",
            selection_mode="single-row",
            on_select=lambda: opened.choose(ids),
        )
    chosen, login = language(), session_id()  # the file is made outside of the session
    right.download_button(
        t("Download CSV"),
        lambda: file_for(login, criteria, chosen),
        "prediction_log.csv",
        "text/csv",
        width="stretch",
        icon=":material/download:",
        on_click="ignore",
        key="log_download",
    )
    first = (page - 1) * PAGE_ROWS + 1
    shown = t(
        "{first:integer} to {last:integer} of {count:integer}, newest first.",
        first=first,
        last=first + len(rows) - 1,
        count=count,
    )
    small(f"{shown} {t('Choose a row to open the valuation as it was shown.')}")
    if count > DOWNLOAD_ROWS:
        small(t("A download holds at most {limit:integer} rows: narrow the filters for the rest.", limit=DOWNLOAD_ROWS))


def file_for(login: str | None, criteria: Criteria, chosen: Language) -> bytes:
    """The log as a file, for a login that is in force at this moment.

    Raises
    ------
    AccessError
        When it has ended since the page was drawn.
    """
    if login is None or avm().access.session(login) is None:
        raise AccessError(say(Message(HAS_ENDED), chosen))
    return csv_bytes(to_frame(every(criteria), chosen))


def every(criteria: Criteria) -> Iterator[LoggedPrediction]:
    """The rows of all pages, up to `DOWNLOAD_ROWS`, read in pieces."""
    for offset in range(0, DOWNLOAD_ROWS, _CHUNK):
        rows = avm().log.find(limit=_CHUNK, offset=offset, **criteria)
        yield from rows
        if len(rows) < _CHUNK:
            return


def to_frame(rows: Iterable[LoggedPrediction], chosen: Language) -> pd.DataFrame:
    """The log as a table: the value first, then the home, then where it came from."""
    return pd.DataFrame(
        [
            {
                "created_at": item.created_at.astimezone(zone()).replace(tzinfo=None),
                "value": item.value,
                **item.subject,
                "requested_by": item.requested_by,
                "source": item.source,
                "version": item.version,
                "confidence": item.confidence,
                "milliseconds": item.milliseconds,
                "notes": " ".join(say(note, chosen) for note in item.detail.get("notes", [])),
                "id": item.id,
            }
            for item in rows
        ]
    )


def _column_config(units: Settings) -> Labels:
    unit = units.AREA_UNIT

    return {
        "created_at": st.column_config.DatetimeColumn(t("When"), format=f"{_day_format()} HH:mm"),
        "value": f"{t('Value')} ({units.CURRENCY})",
        KIND: t("Type"),
        SECTOR: t("Sector"),
        USABLE_AREA: f"{t('Usable')} ({unit})",
        TOTAL_AREA: f"{t('Total')} ({unit})",
        BEDROOMS: t("Bedrooms"),
        BATHROOMS: t("Bathrooms"),
        LATITUDE: t("Latitude"),
        LONGITUDE: t("Longitude"),
        "requested_by": t("Requested by"),
        "source": t("Through"),
        "version": st.column_config.NumberColumn(t("Version"), format="%d"),
        "confidence": t("Confidence"),
        "milliseconds": "ms",
        "notes": st.column_config.TextColumn(t("Notes"), width="medium"),
        "id": st.column_config.TextColumn(t("Log entry"), width="medium"),
    }


def who_sees_what(actor: Actor) -> str:
    """A sentence on whose valuations are shown."""
    return (
        t("You see the valuations of everyone.")
        if actor.log_of is None
        else t("You see your own valuations, {name}.", name=plain(actor.name))
    )
