"""One listing looked at closely, and the ways to choose it: a point, a row, the box, the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

import pandas as pd
import streamlit as st

from dashboard.listings import filtering, nearby_section
from dashboard.parts import cache
from dashboard.parts.chosen_words import CHECK_WORDS
from dashboard.parts.column_names import column_name
from dashboard.parts.declared_values import declared_value, declared_words
from dashboard.parts.text import (
    area,
    in_words,
    known,
    moment,
    money,
    name_of,
    number,
    rate,
    short_number,
    signed_percent,
    t,
)
from dashboard.parts.views import Tone, empty, facts, note, small
from dashboard.state import avm, settings
from pricing_core import (
    BATHROOMS,
    BEDROOMS,
    DECISION_WORDS,
    KIND,
    LATITUDE,
    LONGITUDE,
    NOTHING,
    SECTOR,
    TOTAL_AREA,
    USABLE_AREA,
    Json,
    Message,
    Review,
    Settings,
)

_CHOSEN: Final = "listing"
MAP, TABLE, BOX = "listings_map", "listings_table", "listings_box"


def clicked(selection: Json) -> Json:
    """The point or square that was clicked, from what the map reports; empty where it was neither."""
    return next((layer[0] for layer in selection.get("objects", {}).values() if layer), {})


def row_ids(selection: Json, shown: Sequence[int]) -> list[int]:
    """The ids of the rows that are chosen, from what the table reports and the ids that it shows."""
    return [int(shown[row]) for row in selection.get("rows") or [] if row < len(shown)]


def choose(listing_id: int | None) -> None:
    """Look at this listing; the address then names it."""
    if listing_id is None:
        st.query_params.pop(_CHOSEN, None)
    else:
        st.query_params[_CHOSEN] = str(listing_id)


def chosen_number() -> int | None:
    """The number that the address names, whether or not there is such a listing."""
    text = st.query_params.get(_CHOSEN, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def chosen(frame: pd.DataFrame) -> int | None:
    """The listing that the address names, where there is one of that number."""
    key = chosen_number()
    return key if key in frame.index else None


def from_map() -> None:
    """Take over a click on the map: a point opens its listing, a square its part of the map."""
    item = clicked(st.session_state[MAP]["selection"])
    if "i" in item:
        choose(int(item["i"]))
    elif "a" in item:
        filtering.show_area(str(item["a"]))


def from_table(key: str, shown: Sequence[int]) -> None:
    """Take over a row of the table; several rows wait for what is to be done with all of them."""
    ids = row_ids(st.session_state[key]["selection"], shown)
    if len(ids) == 1:
        choose(ids[0])


def box(frame: pd.DataFrame) -> None:
    """The way without a map or a mouse: the number of a listing."""

    def take() -> None:
        choose(st.session_state[BOX])

    st.session_state[BOX] = chosen(frame)
    st.number_input(
        t("Inspect listing number"),
        min_value=0,
        step=1,
        value=None,
        key=BOX,
        on_change=take,
        placeholder=t("For example 120"),
    )


def opened(frame: pd.DataFrame) -> pd.Series | None:
    """The chosen listing; where there is none, how to choose one is said instead."""
    box(frame)
    key = chosen(frame)
    if key is None:
        asked_for = st.query_params.get(_CHOSEN)
        title = t("Choose a listing") if not asked_for else t("There is no listing {id} in use", id=asked_for[:20])
        empty("search", title, t("Click a point on the map, choose a row of the table, or type a number above."))
        return None
    return frame.loc[[key]].iloc[0]


def show(listing: pd.Series, findings: pd.DataFrame) -> None:
    """What a listing is, what looks wrong with it, and its price beside the estimate."""
    with st.container(border=True, key="inspect"):
        _title(listing)
        _findings(findings[findings["listing_id"] == int(listing["id"])])
        _prices(listing, settings())


def details(listing: pd.Series, frame: pd.DataFrame, at: cache.Stamp) -> None:
    """What helps to judge: its neighbours, all of its facts, and who settled it before."""
    with st.container(border=True, key="inspect_details"):
        tabs = st.tabs([t("Neighbours"), t("Facts"), t("History")])
        with tabs[0]:
            nearby_section.show(frame, listing, cache.sectors(at.listings))
        with tabs[1]:
            _describe(listing, settings())
        with tabs[2]:
            _history(cache.history(at, int(listing["id"])))


def _title(listing: pd.Series) -> None:
    words = f"{name_of(listing[KIND])} · {name_of(listing[SECTOR])}"
    unit = settings().AREA_UNIT
    figures = [
        t("{value:area unit} usable", value=listing[USABLE_AREA], unit=unit),
        t("{value:area unit} total", value=listing[TOTAL_AREA], unit=unit),
        t(
            "bedrooms {bedrooms:number}, bathrooms {bathrooms:number}",
            bedrooms=listing[BEDROOMS],
            bathrooms=listing[BATHROOMS],
        ),
    ]
    beside = declared_words({name: listing[name] for name in settings().columns.names})
    title = t("Listing {id}", id=listing["id"])
    st.html(
        f'<h3 class="t-part"><span>{escape(title)}</span>'
        f'<small>{escape(words)}</small></h3><div class="t-small t-muted">{escape(" · ".join(figures))}</div>'
        f'<div class="t-small t-muted">{escape(beside)}</div>'
    )


def _prices(listing: pd.Series, units: Settings) -> None:
    currency, per_area = units.CURRENCY, f"{units.CURRENCY}/{units.AREA_UNIT}"
    price, estimate, residual = (float(listing[name]) for name in ("price", cache.ESTIMATE, cache.RESIDUAL))
    known_one = estimate == estimate  # noqa: PLR0124 - NaN where there is no estimate
    away = signed_percent(price / estimate - 1) if known_one and price > 0 else NOTHING
    tiles = [
        (t("Price"), money(price, currency), rate(listing[cache.PRICE_PER_AREA], per_area)),
        (t("Estimate"), money(estimate, currency), "" if known_one else t("Too little is known of it")),
        (t("Difference"), away, t("{value:signed} robust SD", value=residual) if known_one else ""),
    ]
    st.html(f'<dl class="t-tiles t-three">{"".join(_tile(*tile) for tile in tiles)}</dl>')


def _tile(name: str, value: str, words: str) -> str:
    return f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd><p>{escape(words)}</p></div>"


def _describe(listing: pd.Series, settings: Settings) -> None:
    unit = settings.AREA_UNIT
    facts(
        [
            (t("Sector"), name_of(listing[SECTOR])),
            (t("Type"), name_of(listing[KIND])),
            (t("Usable"), area(listing[USABLE_AREA], unit)),
            (t("Total"), area(listing[TOTAL_AREA], unit)),
            (t("Bedrooms"), short_number(listing[BEDROOMS])),
            (t("Bathrooms"), short_number(listing[BATHROOMS])),
            (t("Latitude"), number(listing[LATITUDE], 5)),
            (t("Longitude"), number(listing[LONGITUDE], 5)),
            *((column_name(name), declared_value(name, listing[name])) for name in settings.columns.names),
            (
                t("Source row"),
                t("{row} of dataset {dataset}", row=listing["row_number"], dataset=listing["dataset_id"]),
            ),
            *_as_written(int(listing["id"])),
        ]
    )


def _as_written(listing_id: int) -> list[tuple[str, str]]:
    """What stood in the file for numbers that were more than plain digits."""
    cells = avm().listings.as_written(listing_id)
    written = "; ".join(f"{_field_name(name)}: {text}" for name, text in cells.items())
    return [(t("As written in the file"), written)] if cells else []


def _findings(findings: pd.DataFrame) -> None:
    if findings.empty:
        note(t("Nothing looks wrong with this listing."), "good")
    # A place and a sector that disagree are one thing to read, though either may be wrong.
    for item in in_order(findings).drop_duplicates(["check", "message"]).itertuples():
        tone: Tone = "error" if item.severity == "error" else "warning"
        title = known(CHECK_WORDS, str(item.check)).replace("_", " ").capitalize()
        if item.settled:
            tone, title = "good", t("{check} (settled)", check=title)
        message = in_words(Message.from_text(str(item.message)))
        note(f"{message}{_suggested(item.suggestion)}", tone, title=title)


def in_order(findings: pd.DataFrame) -> pd.DataFrame:
    """Errors before warnings, and those that say what was meant before those that only back them up."""
    order = pd.DataFrame({"warning": findings["severity"] != "error", "open": findings["suggestion"].isna()})
    return findings.loc[order.sort_values(["warning", "open"], kind="stable").index]


def _suggested(value: object) -> str:
    if value is None or value != value:  # noqa: PLR0124 - NaN, which a frame holds where there is none
        return ""
    if isinstance(value, Mapping):
        words = ", ".join(f"{_field_name(str(name)).lower()} {_figure(item)}" for name, item in value.items())
    else:
        words = _figure(value)
    return " " + t("Suggestion: {value}.", value=words)


def _figure(value: object) -> str:
    if not isinstance(value, int | float):
        return str(value)
    return number(value, 5 if abs(value) <= 180 and value != round(value, 3) else 0 if value == round(value) else 2)


def _history(lines: Sequence[Review]) -> None:
    if not lines:
        small(t("Nobody has reviewed this listing."))
        return
    st.html(f'<ol class="t-history">{"".join(map(_line, lines))}</ol>')


def _line(line: Any) -> str:
    done = t(DECISION_WORDS[line.verdict])
    return (
        f"<li><b>{escape(done)}</b> · {escape(line.reviewed_by)} · "
        f'<span class="t-muted">{escape(moment(line.created_at))}</span>'
        f"{_detail(line.reason)}{_detail(written(line.corrections))}</li>"
    )


def _detail(words: str) -> str:
    return f"<p>{escape(words)}</p>" if words else ""


def written(values: Json | None) -> str:
    """Corrected values in words: ``Price → 3,200``."""
    declared = settings().columns
    figures = {
        name: declared_value(name, value) if name in declared else _figure(value)
        for name, value in (values or {}).items()
    }
    return ", ".join(f"{_field_name(name)} → {figure}" for name, figure in figures.items())


def _field_name(name: str) -> str:
    return column_name(name, settings().AREA_UNIT)
