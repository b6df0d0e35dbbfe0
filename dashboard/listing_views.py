"""The listings as counts, as a map with its legend, and as a table."""

from __future__ import annotations

from html import escape
from typing import Any, Final

import pandas as pd
import streamlit as st

from dashboard import cache, inspection, map_points, maps
from dashboard.listing_filters import Filters
from dashboard.state import is_dark, settings
from dashboard.text import language, number, short_number, t, with_unit
from dashboard.views import empty, small
from pricing_core import Settings, csv_bytes

TABLE_ROWS: Final = 1_000
_COLUMNS: Final = (
    "id", "type", "sector", "price", cache.PRICE_PER_AREA, "net_usable_area", "net_area", "n_rooms", "n_bathroom",
    cache.FINDINGS,
)  # fmt: skip


def counts(shown: pd.DataFrame, frame: pd.DataFrame, units: Settings) -> None:
    """Four figures on what the filters leave."""
    per_area = f"{units.CURRENCY}/{units.AREA_UNIT}"
    found = int((shown[cache.FINDINGS] > 0).sum())
    cards = (
        (t("listings.count"), number(len(shown)), t("listings.of", count=number(len(frame)))),
        (t("listings.median_price"), with_unit(shown["price"].median(), units.CURRENCY), None),
        (t("listings.median_per_area"), with_unit(shown[cache.PRICE_PER_AREA].median(), per_area), None),
        (t("listings.found"), number(found), t("listings.of_shown", share=number(100 * found / max(len(shown), 1), 1))),
    )
    for column, (label, value, help_) in zip(st.columns(4), cards, strict=True):
        column.metric(label, value, help=help_, border=True)


@st.cache_resource(max_entries=24, show_spinner=False)
def _spec(version: str, filters: Filters, mode: map_points.Mode, words: str, currency: str, unit: str) -> str:
    shown = filters.apply(cache.checked(version))
    return maps.listings_spec(shown, cache.sectors(version), mode, currency, unit)


def map_of(version: str, filters: Filters, shown: pd.DataFrame) -> None:
    """The map; a click on a point chooses the listing."""
    if shown["latitude"].notna().sum() == 0:
        empty("map", t("listings.none_title"), t("listings.none_text"))
        return
    units = settings()
    mode: map_points.Mode = "dark" if is_dark() else "light"
    spec = _spec(version, filters, mode, language(), units.CURRENCY, units.AREA_UNIT)
    st.pydeck_chart(
        maps.deck(spec, mode), height=520, on_select=inspection.from_map, selection_mode="single-object",
        key=inspection.MAP, alt=t("listings.map_alt"),
    )  # fmt: skip
    _legend(shown, mode, f"{units.CURRENCY}/{units.AREA_UNIT}")


def _legend(shown: pd.DataFrame, mode: map_points.Mode, per_area: str) -> None:
    limits = map_points.colour_limits(shown[cache.PRICE_PER_AREA]) or (0.0, 0.0)
    ramp = f"linear-gradient(90deg, {', '.join(map_points.RAMPS[mode])})"
    cells = f"<span>{escape(t('listings.cells'))}</span>" if len(shown) > maps.POINT_LIMIT else ""
    st.html(
        f'<div class="t-legend"><span class="t-ramp"><span>{escape(short_number(limits[0]))}</span>'
        f'<i style="background:{ramp}"></i><span>{escape(with_unit(limits[1], per_area))}</span></span>'
        f'<span><i class="t-ring"></i>{escape(t("listings.ring"))}</span>{cells}</div>'
    )
    if unplaced := int(shown["latitude"].isna().sum() + 0):
        small(t("listings.unplaced", count=number(unplaced)))


def table(shown: pd.DataFrame, units: Settings) -> None:
    """The first rows; choosing one looks at it closely."""
    if shown.empty:
        return
    top = shown.sort_values([cache.FINDINGS, "id"], ascending=[False, True], kind="stable").head(TABLE_ROWS)
    ids = top["id"].tolist()
    st.dataframe(
        top[list(_COLUMNS)], hide_index=True, height=380, placeholder="", key=inspection.TABLE,
        selection_mode="single-row", on_select=lambda: inspection.from_table(ids), column_config=_column_config(units),
    )  # fmt: skip
    line, button = st.columns([4, 1], vertical_alignment="center")
    with line:
        small(t("listings.table_note", shown=number(len(top)), count=number(len(shown))))
    button.download_button(
        t("download"), lambda: csv_bytes(shown), "listings.csv", "text/csv", icon=":material/download:",
        on_click="ignore", key="listings_download", width="stretch",
    )  # fmt: skip


def _column_config(units: Settings) -> dict[str, Any]:
    def numbers(label: str, style: str = "localized") -> Any:
        return st.column_config.NumberColumn(label, format=style)

    return {
        "id": numbers(t("inspect.number_short"), "%d"),
        "type": t("field.type"),
        "sector": t("field.sector"),
        "price": numbers(f"{t('price')} ({units.CURRENCY})"),
        cache.PRICE_PER_AREA: numbers(f"{units.CURRENCY}/{units.AREA_UNIT}", "%.1f"),
        "net_usable_area": numbers(f"{t('short.net_usable_area')} ({units.AREA_UNIT})"),
        "net_area": numbers(f"{t('short.net_area')} ({units.AREA_UNIT})"),
        "n_rooms": numbers(t("field.n_rooms")),
        "n_bathroom": numbers(t("field.n_bathroom")),
        cache.FINDINGS: numbers(t("listings.findings")),
    }
