"""A listing among its neighbours: a table of them, a map of the place, and the prices of its sector."""

from __future__ import annotations

from html import escape

import pandas as pd
import streamlit as st

from dashboard.listings import nearby_listings
from dashboard.parts import cache, charts, maps
from dashboard.parts.measures import Mode
from dashboard.parts.text import area, distance, money, rate, short_number, t
from dashboard.parts.views import small
from dashboard.state import is_dark, settings
from pricing_core import KIND, LATITUDE, LONGITUDE, SECTOR, TARGET


def show(frame: pd.DataFrame, listing: pd.Series, sectors: pd.DataFrame) -> None:
    """The nearest similar listings, and all of the same type and sector."""
    near = nearby_listings.nearest(frame, listing)
    if near.empty:
        small(t("No neighbours: this listing has no position, or none of its type lies near it."))
    else:
        _table(near, listing)
        _map(frame, listing, near, sectors)
    _spread(frame, listing)


def _rate() -> str:
    return f"{settings().CURRENCY}/{settings().AREA_UNIT}"


def _table(near: pd.DataFrame, listing: pd.Series) -> None:
    rows = "".join(_row(place, row) for place, (_, row) in enumerate(near.iterrows(), start=1))
    names = (t("Away"), t("Area"), t("Price"), _rate())
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    own = escape(short_number(listing[cache.PRICE_PER_AREA]))
    st.html(
        f'<div class="t-scroll"><table class="t-table"><thead><tr><th></th>{head}</tr></thead><tbody>{rows}</tbody>'
        f'<tfoot><tr><td colspan="4">{escape(t("This listing"))}</td><td>{own}</td></tr></tfoot></table></div>'
    )


def _row(place: int, row: pd.Series) -> str:
    units = settings()
    cells = (
        distance(row["metres"]),
        area(row["area"], units.AREA_UNIT),
        money(row[TARGET], units.CURRENCY),
        short_number(row[cache.PRICE_PER_AREA]),
    )
    content = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    return f'<tr><th scope="row"><i>{place}</i></th>{content}</tr>'


def _map(frame: pd.DataFrame, listing: pd.Series, near: pd.DataFrame, sectors: pd.DataFrame) -> None:
    pins = [
        maps.Pin(row[LATITUDE], row[LONGITUDE], str(place), rate(row[cache.PRICE_PER_AREA], _rate()))
        for place, (_, row) in enumerate(near.iterrows(), start=1)
    ]
    here = maps.Pin(listing[LATITUDE], listing[LONGITUDE], "", t("Listing {id}", id=listing["id"]))
    around = frame[frame[SECTOR] == listing[SECTOR]]
    mode: Mode = "dark" if is_dark() else "light"
    deck = maps.place_deck(here, pins, around, sectors, mode, settings().MAP_STYLE)
    st.pydeck_chart(deck, height=230, key="inspect_map", alt=t("Neighbours"))


def _spread(frame: pd.DataFrame, listing: pd.Series) -> None:
    near = frame[(frame[SECTOR] == listing[SECTOR]) & (frame[KIND] == listing[KIND])][cache.PRICE_PER_AREA]
    if near.notna().sum() < 10:
        return
    label = _rate()
    figure = charts.spread(near, listing[cache.PRICE_PER_AREA], label)
    st.plotly_chart(figure, key="inspect_spread", config={"displayModeBar": False})
    median = rate(float(near.median()), label)
    small(
        t(
            "Price per area of the {count:integer} listings of type {type} in {sector}; median {median}. This one "
            "is in red. The middle 98 % of them are drawn.",
            count=len(near),
            type=listing[KIND],
            sector=listing[SECTOR],
            median=median,
        )
    )
