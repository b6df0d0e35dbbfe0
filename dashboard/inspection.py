"""One listing looked at closely, and the ways to choose it: a point, a row, the box, the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd
import streamlit as st

from dashboard import cache, charts
from dashboard.text import known, name_of, number, short_number, t, with_unit
from dashboard.views import Tone, empty, facts, note, small
from pricing_core import Settings

_CHOSEN: Final = "listing"
MAP, TABLE, BOX = "listings_map", "listings_table", "listings_box"


def clicked_id(selection: Mapping[str, Any]) -> int | None:
    """The id of the point that was clicked, from what the map reports."""
    points = selection.get("objects", {}).get("listings") or []
    return int(points[0]["i"]) if points and "i" in points[0] else None


def row_id(selection: Mapping[str, Any], shown: Sequence[int]) -> int | None:
    """The id of the row that was chosen, from what the table reports and the ids that it shows."""
    rows = selection.get("rows") or []
    return int(shown[rows[0]]) if rows and rows[0] < len(shown) else None


def choose(listing_id: int | None) -> None:
    """Look at this listing; the address then names it."""
    if listing_id is None:
        st.query_params.pop(_CHOSEN, None)
    else:
        st.query_params[_CHOSEN] = str(listing_id)


def chosen(frame: pd.DataFrame) -> int | None:
    """The listing that the address names, where there is one of that number."""
    text = st.query_params.get(_CHOSEN, "")
    number_ = int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
    return number_ if number_ in frame.index else None


def from_map() -> None:
    """Take over a click on the map."""
    choose(clicked_id(st.session_state[MAP]["selection"]))


def from_table(shown: Sequence[int]) -> None:
    """Take over a row of the table."""
    choose(row_id(st.session_state[TABLE]["selection"], shown))


def box(frame: pd.DataFrame) -> None:
    """The way without a map or a mouse: the number of a listing."""

    def take() -> None:
        choose(st.session_state[BOX])

    st.session_state[BOX] = chosen(frame)
    st.number_input(
        t("inspect.number"), min_value=0, step=1, value=None, key=BOX, on_change=take, placeholder=t("inspect.example")
    )


def panel(frame: pd.DataFrame, findings: pd.DataFrame, settings: Settings) -> None:
    """What is known of the chosen listing, and what looks wrong with it."""
    box(frame)
    listing_id = chosen(frame)
    if listing_id is None:
        asked_for = st.query_params.get(_CHOSEN)
        title = t("inspect.none_title") if not asked_for else t("inspect.gone_title", id=asked_for[:20])
        empty("search", title, t("inspect.none_text"))
        return
    listing = frame.loc[[listing_id]].iloc[0]
    with st.container(border=True):
        _describe(listing, settings)
        _findings(findings[findings["listing_id"] == listing_id])
        _compare(frame, listing, settings)


def _describe(listing: pd.Series, settings: Settings) -> None:
    unit, money = settings.AREA_UNIT, settings.CURRENCY
    facts(
        [
            (t("field.sector"), name_of(listing["sector"])),
            (t("field.type"), name_of(listing["type"])),
            (t("price"), with_unit(listing["price"], money)),
            (t("price_per_area", unit=unit), with_unit(listing[cache.PRICE_PER_AREA], f"{money}/{unit}")),
            (t("short.net_usable_area"), with_unit(listing["net_usable_area"], unit)),
            (t("short.net_area"), with_unit(listing["net_area"], unit)),
            (t("field.n_rooms"), short_number(listing["n_rooms"])),
            (t("field.n_bathroom"), short_number(listing["n_bathroom"])),
            (t("field.latitude"), number(listing["latitude"], 5)),
            (t("field.longitude"), number(listing["longitude"], 5)),
            (t("inspect.row"), t("inspect.row_of", row=listing["row_number"], dataset=listing["dataset_id"])),
        ]
    )


def _findings(findings: pd.DataFrame) -> None:
    if findings.empty:
        note(t("inspect.clean"), "good")
    for item in findings.itertuples():
        tone: Tone = "error" if item.severity == "error" else "warning"
        title = known("check", str(item.check)).replace("_", " ").capitalize()
        note(f"{item.message}{_suggested(item.suggestion)}", tone, title=title)


def _suggested(value: object) -> str:
    if value is None or value != value:  # noqa: PLR0124 - NaN, which a frame holds where there is none
        return ""
    if isinstance(value, Mapping):
        words = ", ".join(f"{known('field', str(name)).lower()} {_figure(item)}" for name, item in value.items())
    else:
        words = _figure(value)
    return " " + t("inspect.suggestion", value=words)


def _figure(value: object) -> str:
    if not isinstance(value, int | float):
        return str(value)
    return number(value, 5 if abs(value) <= 180 and value != round(value, 3) else 0 if value == round(value) else 2)


def _compare(frame: pd.DataFrame, listing: pd.Series, settings: Settings) -> None:
    near = frame[(frame["sector"] == listing["sector"]) & (frame["type"] == listing["type"])][cache.PRICE_PER_AREA]
    if near.notna().sum() < 10:
        return
    label = f"{settings.CURRENCY}/{settings.AREA_UNIT}"
    figure = charts.spread(near, listing[cache.PRICE_PER_AREA], label)
    st.plotly_chart(figure, key="inspect_spread", config={"displayModeBar": False})
    median = with_unit(float(near.median()), label)
    small(t("inspect.compare", count=number(len(near)), type=listing["type"], sector=listing["sector"], median=median))
