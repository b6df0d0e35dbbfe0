"""The listings as one line of figures, and as a map with its legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

import pandas as pd
import streamlit as st

from dashboard.listings import filtering, inspection, listing_map, map_cells
from dashboard.listings.filtering import Filters
from dashboard.parts import cache, declared_measures, maps, measures
from dashboard.parts.chosen_words import REVIEWS_STATE_WORDS
from dashboard.parts.column_names import column_name
from dashboard.parts.measures import Measure, Mode
from dashboard.parts.text import language, money, number, percent, rate, short_number, t, tn
from dashboard.parts.views import empty, small
from dashboard.state import is_dark, settings
from pricing_core import COORDINATES, LATITUDE, TARGET, marked

_REVIEWS_MEASURE_WORDS: Final = {
    "price": marked("Price per area"),
    "finding": marked("Finding"),
    "residual": marked("Price and estimate"),
}

_REVIEWS_MAP_ALT_WORDS: Final = {
    "price": marked("Map of the listings, coloured by price per area"),
    "finding": marked("Map of the listings, coloured by whether something looks wrong"),
    "residual": marked("Map of the listings, coloured by how far the price lies from the estimate"),
}

_MEASURE: Final = "map_measure"
_ANY_MEASURE: Final = "map_any_measure"


def summary(shown: pd.DataFrame, frame: pd.DataFrame, filters: Filters) -> None:
    """What the filters leave, in one line; and the way back to all listings."""
    units = settings()
    figures = (
        (t("Listings shown"), t("{shown:integer} of {count:integer}", shown=len(shown), count=len(frame))),
        (t("Median price"), money(shown[TARGET].median(), units.CURRENCY)),
        (
            t("Median price per area"),
            rate(shown[cache.PRICE_PER_AREA].median(), f"{units.CURRENCY}/{units.AREA_UNIT}"),
        ),
        (t("With findings"), number(int((shown[cache.FINDINGS] > 0).sum()))),
    )
    line, way_back = st.columns([9, 2], vertical_alignment="center")
    content = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in figures)
    line.html(f'<dl class="t-line">{content}</dl>')
    if filters.are_set:
        way_back.button(
            t("Clear filters"),
            key="filters_clear",
            icon=":material/filter_alt_off:",
            on_click=filtering.clear,
            width="stretch",
        )


@dataclass(frozen=True)
class Drawn:
    """A map, and what its legend needs: the limits of the colours, how many listings it has, whether as squares.

    ``names`` are those of a declared column that have a colour.
    """

    spec: str
    span: measures.Limits | None
    placed: int
    as_cells: bool
    names: tuple[str, ...] = ()


@st.cache_resource(max_entries=24, show_spinner=False)
def _drawn(at: cache.Stamp, filters: Filters, look: listing_map.Look, words: str) -> Drawn:
    shown = filters.apply(cache.checked(at), cache.findings(at))
    placed = shown.dropna(subset=list(COORDINATES))
    as_cells = len(placed) > listing_map.POINT_LIMIT
    coloured = map_cells.cells(placed, look.measure)["value"] if as_cells else measures.values(placed, look.measure)
    spec = listing_map.listings_spec(placed, cache.sectors(at.listings), cache.outlines(at.listings), look)
    column = declared_measures.column_of(look.measure)
    names = declared_measures.names(placed, column) if column and column.role == "category" else ()
    return Drawn(spec, measures.limits(coloured, look.measure), len(placed), as_cells, names)


def map_of(at: cache.Stamp, filters: Filters, shown: pd.DataFrame) -> None:
    """The map; a click on a point chooses the listing, one on a square opens that part."""
    if shown.empty:
        empty(
            "map",
            t("No listing passes these filters"),
            t("Take a filter away, or widen the range of prices and areas."),
        )
        return
    measure = _measure(shown, filters)
    if shown[LATITUDE].notna().sum() == 0:
        empty(
            "map",
            t("None of these listings has a position"),
            t("They cannot be drawn on the map; the table below has them."),
        )
        return
    units = settings()
    look = listing_map.Look(measure, "dark" if is_dark() else "light", units.MAP_STYLE, units.CURRENCY, units.AREA_UNIT)
    key = inspection.chosen(shown)
    listing = None if key is None else shown.loc[[key]].iloc[0]
    drawn = _drawn(at, filters, look, language())
    spec = listing_map.with_mark(drawn.spec, listing)
    st.pydeck_chart(
        maps.deck(spec, look.mode),
        height=520,
        on_select=inspection.from_map,
        selection_mode="single-object",
        key=inspection.MAP,
        alt=_alt(measure),
    )
    _legend(drawn, shown, look)


def _alt(measure: Measure) -> str:
    column = declared_measures.column_of(measure)
    if column is None:
        return t(_REVIEWS_MAP_ALT_WORDS[measure])
    return t("Map of the listings, coloured by {name}", name=column_name(column.name))


def _called(measure: Measure) -> str:
    column = declared_measures.column_of(measure)
    return t(_REVIEWS_MEASURE_WORDS[measure]) if column is None else column_name(column.name)


def _measure(shown: pd.DataFrame, filters: Filters) -> Measure:
    # The choice takes the whole width unless there is a way back to offer beside it.
    choice, whole = st.columns([8, 4], vertical_alignment="bottom") if filters.area else (st.container(), None)
    with choice:
        chosen = _chosen()
    if whole is not None:
        whole.button(
            t("Whole map"),
            key="area_clear",
            icon=":material/zoom_out_map:",
            width="stretch",
            on_click=filtering.show_area,
            args=(None,),
        )
    if chosen == "residual" and not measures.has(shown, chosen):
        small(t("There are no estimates yet, so nothing can be coloured: they need more listings, or a trained model."))
    return chosen


def _chosen() -> Measure:
    declared = declared_measures.offered()
    if declared:  # more than stand side by side
        options = [*measures.MEASURES, *declared]
        one: Measure = st.selectbox(
            t("Colour by"), options, key=_ANY_MEASURE, format_func=_called, persist_state="session"
        )
        return one
    usual: Measure = st.segmented_control(
        t("Colour by"),
        measures.MEASURES,
        key=_MEASURE,
        default="price",
        required=True,
        format_func=_called,
        persist_state="session",
    )
    return usual


def _legend(drawn: Drawn, shown: pd.DataFrame, look: listing_map.Look) -> None:
    by_state = look.measure == "finding" and not drawn.as_cells
    parts = [_states(look.mode) if by_state else _names(drawn, look) if drawn.names else _ramp(drawn.span, look)]
    if drawn.as_cells:
        words = t("Each square holds several listings: click one to open that part of the map.")
        parts.append(f"<span>{escape(words)}</span>")
    elif not by_state and (shown[cache.OPEN] > 0).any():
        parts.append(f'<span><i class="t-ring"></i>{escape(t("finding not reviewed"))}</span>')
    st.html(f'<div class="t-legend">{"".join(parts)}</div>')
    if unplaced := len(shown) - drawn.placed:
        small(
            tn(
                "{count:integer} of them has no position and is in the table only.",
                "{count:integer} of them have no position and are in the table only.",
                "count",
                count=unplaced,
            )
        )


def _states(mode: Mode) -> str:
    names = [t(REVIEWS_STATE_WORDS[name]) for name in ("none", "settled", "warning", "error")]
    return _dots(names, measures.STATUS_COLOURS[mode])


def _names(drawn: Drawn, look: listing_map.Look) -> str:
    return f"<span>{escape(_called(look.measure))}</span>{_dots(drawn.names, measures.ramp(look.measure, look.mode))}"


def _dots(names: Sequence[str], colours: Sequence[str]) -> str:
    return "".join(
        f'<span><i class="t-dot" style="background:{colour}"></i>{escape(name)}</span>'
        for name, colour in zip(names, colours, strict=False)
    )


def _ramp(span: measures.Limits | None, look: listing_map.Look) -> str:
    if span is None:
        return ""
    low, high, words = _ends(span, look)
    ramp = f"linear-gradient(90deg, {', '.join(measures.ramp(look.measure, look.mode))})"
    return (
        f'<span class="t-ramp"><span>{escape(low)}</span><i style="background:{ramp}"></i>'
        f"<span>{escape(high)}</span></span><span>{escape(words)}</span>"
    )


def _ends(span: measures.Limits, look: listing_map.Look) -> tuple[str, str, str]:
    """The words at the two ends of the colours, and what they mean."""
    if column := declared_measures.column_of(look.measure):
        low, high = (declared_measures.end(value, column) for value in span)
        return low, high, column_name(column.name)
    if look.measure == "price":
        return short_number(span[0]), rate(span[1], look.per_area), t("price per area")
    if look.measure == "residual":
        return (
            f"≤ {number(span[0])}".replace("-", "−"),
            f"≥ +{number(span[1])}",
            t("robust standard deviations (SD): blue is cheap for what it is, red is dear"),
        )
    return percent(span[0], 0), percent(span[1]), t("share with findings not reviewed")
