"""The figures of the Watch page: what was asked, how it was answered, and whether the homes have changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

import pandas as pd
import streamlit as st

from dashboard.monitoring import monitoring_charts
from dashboard.monitoring.alerts import feature_name
from dashboard.parts.cells import digits, written
from dashboard.parts.text import NOTHING, language, name_of, number, percent, t
from dashboard.parts.views import no_champion, note, small
from dashboard.state import avm
from pricing_core import CATEGORIES, Drift, Settings, WatchReport

_WINDOWS: Final = (7, 30, 90)
BOX: Final = "watch_feature"
_TABLE: Final = "watch_drift"
_STILL: Final = {"displayModeBar": False}


def choose_days(settings: Settings) -> int:
    """How far to look back; the alerts always look at ``WATCH_DAYS``."""
    choices = sorted({*_WINDOWS, settings.WATCH_DAYS})
    chosen = st.segmented_control(
        t("watch.days"),
        choices,
        default=settings.WATCH_DAYS,
        required=True,
        key="watch_days",
        width="stretch",
        format_func=lambda days: t("watch.days_n", days=days),
        label_visibility="collapsed",
    )
    return int(chosen)


@st.cache_resource(ttl=20, max_entries=8, show_spinner=False)
def report(days: int, usual: int) -> WatchReport:
    """The report, measured at most every twenty seconds; that of the usual window evaluates the alerts too."""
    return avm().monitoring.watched() if days == usual else avm().monitoring.report(days)


def metrics(found: WatchReport) -> None:
    """Four numbers: volume, confidence, time taken, live error.

    Each with its course as a line: Streamlit draws these small pictures from the least amount on and without an axis,
    and there a bar or an area would say with its length what is not so.
    """
    columns = st.columns(4, gap="small")
    volume = [day["single"] for day in found.by_day]
    bulk = t("watch.asked_bulk", count=number(found.bulk)) if found.bulk else None
    columns[0].metric(
        t("watch.asked"),
        number(found.single),
        bulk,
        delta_color="off",
        delta_arrow="off",
        border=True,
        height="stretch",
        help=t("watch.asked_help"),
        chart_data=volume if len(volume) > 1 else None,
    )
    low = number(found.confidence.get("low", 0))
    of = t("watch.low_of", count=low, rows=number(found.watched)) if found.watched else None
    shares = [day["low"] / day["single"] for day in found.by_day if day["single"]]
    columns[1].metric(
        t("watch.low"),
        percent(found.low_share),
        of,
        delta_color="off",
        delta_arrow="off",
        border=True,
        height="stretch",
        chart_data=shares if len(shares) > 1 else None,
    )
    times = {name: number(value, 0 if value >= 10 else 1) for name, value in found.milliseconds.items()}
    columns[2].metric(
        t("watch.p95"),
        f"{times['p95']} ms" if times else NOTHING,
        t("watch.p95_more", p50=times["p50"]) if times else None,
        delta_color="off",
        delta_arrow="off",
        border=True,
        height="stretch",
        help=t("watch.p95_help", p99=times["p99"]) if times else None,
        chart_data=found.slow_by_day if len(found.slow_by_day) > 1 else None,
    )
    live = found.live.overall
    columns[3].metric(
        t("watch.live"),
        percent(live.mdape if live else None),
        t("watch.live_n", rows=number(live.rows)) if live else t("watch.live_none"),
        delta_color="off",
        delta_arrow="off",
        border=True,
        height="stretch",
        help=t("watch.live_help"),
        chart_data=found.live.course or None,
    )


def drift(found: WatchReport, settings: Settings) -> None:
    """The table of features with their verdicts, and both sides of the chosen one."""
    st.subheader(t("watch.drift"))
    of = st.segmented_control(
        t("watch.drift"),
        ["asked", "listed"],
        default="asked",
        required=True,
        key="watch_drift_of",
        format_func=lambda name: t(f"watch.drift_{name}"),
        label_visibility="collapsed",
    )
    drifted = found.drift if of == "asked" else avm().monitoring.listing_drift()
    homes = number(drifted.homes)
    if drifted.missing == "no_champion":
        no_champion()
    elif drifted.missing == "no_reference":
        note(t("watch.no_reference", version=drifted.version), "info")
    elif all(row.psi is None for row in drifted.rows):
        note(t(f"watch.{of}_few", homes=homes, days=found.days, version=drifted.version), "info")
    else:
        small(t(f"watch.{of}_lead", homes=homes, days=found.days, version=drifted.version))
        measured = [row for row in drifted.rows if row.psi is not None]
        with st.container(key="watch_sides"):
            left, right = st.columns([6, 5], gap="medium")
        with left:
            _drift_table(drifted.rows, settings)
        with right, st.container(border=True, height="stretch"):
            _both_sides(measured, settings)


def drift_frame(rows: list[Drift], settings: Settings) -> pd.DataFrame:
    """A row for each feature, in words."""
    return pd.DataFrame(
        [
            {
                "feature": feature_name(row.feature, settings),
                "verdict": t(f"verdict.{row.verdict}"),
                "psi": number(row.psi, 3),
                "critical": number(row.critical, 3),
                "p": NOTHING if row.p is None else number(row.p, 3) if row.p >= 0.001 else "< " + number(0.001, 3),
                "homes": row.rows,
            }
            for row in rows
        ]
    )


def _drift_table(rows: list[Drift], settings: Settings) -> None:
    names = [row.feature for row in rows]
    st.dataframe(
        written(drift_frame(rows, settings), {"homes": digits()}),
        hide_index=True,
        key=_TABLE,
        height="content",
        selection_mode="single-row",
        on_select=lambda: _choose(names),
        column_order=_order(rows),
        column_config={
            "feature": t("watch.feature"),
            "verdict": t("watch.verdict"),
            "psi": st.column_config.TextColumn(t("watch.psi"), help=t("watch.psi_help"), alignment="right"),
            "critical": st.column_config.TextColumn(t("watch.chance"), help=t("watch.chance_help"), alignment="right"),
            "p": st.column_config.TextColumn(t("watch.p"), help=t("watch.p_help"), alignment="right"),
            "homes": t("watch.homes"),
        },
    )


def _order(rows: list[Drift]) -> list[str]:
    """How many homes is said where it differs: the values are those of one version alone."""
    few = any(row.verdict == "few" for row in rows)
    return ["feature", "verdict", "psi", "critical", "p", *(["homes"] if few else [])]


def _choose(names: list[str]) -> None:
    rows = st.session_state[_TABLE]["selection"].get("rows") or []
    if rows and rows[0] < len(names):
        st.session_state[BOX] = names[rows[0]]


def _both_sides(rows: list[Drift], settings: Settings) -> None:
    by_name = {row.feature: row for row in rows}
    if st.session_state.get(BOX) not in by_name:
        # What has moved farthest beyond chance is looked at first.
        st.session_state[BOX] = max(rows, key=lambda row: (row.verdict != "same", row.psi or 0)).feature
    name = st.selectbox(
        t("watch.feature"), list(by_name), key=BOX, format_func=lambda feature: feature_name(feature, settings)
    )
    row = by_name[name]
    words = {"": t("watch.missing"), "…": t("watch.others"), "+": t("watch.new")}
    names = [words.get(each, each) for each in row.bins]
    sides = (t("watch.in_training"), t("watch.recently"))
    ordered = name not in CATEGORIES
    figure = monitoring_charts.both_sides(names, row.reference, row.now, sides, t("watch.share"), ordered=ordered)
    st.plotly_chart(figure, key=f"watch_sides_{language()}", config=_STILL, alt=t("watch.drift_alt"))


def values(found: WatchReport, settings: Settings) -> None:
    """The values by day."""
    with st.container(border=True, height="stretch"):
        st.markdown(f"##### {t('watch.values')}")
        days = found.values_by_day
        if len(days) < 2:
            small(t("watch.values_few"))
            return
        at = [day["day"] for day in days]
        low, median, high = zip(*((day["low"], day["median"], day["high"]) for day in days), strict=True)
        figure = monitoring_charts.values_by_day(at, low, median, high, settings.CURRENCY)
        st.plotly_chart(figure, key="watch_values", config=_STILL, alt=t("watch.values_alt"))
        small(t("watch.values_note"))


def unknown(found: WatchReport) -> None:
    """The sectors that the model has never seen, and the homes that got no value."""
    with st.container(border=True, height="stretch"):
        st.markdown(f"##### {t('watch.sectors')}")
        if found.unknown_sectors:
            _counted(found.unknown_sectors)
            small(t("watch.sectors_note", count=number(found.unknown), share=percent(found.unknown_share)))
        else:
            small(t("watch.sectors_none" if found.watched else "watch.sectors_nobody"))
        if found.refused or found.failed:
            small(t("watch.failures", refused=number(found.refused), failed=number(found.failed)))


def _counted(sectors: Sequence[Mapping[str, Any]]) -> None:
    """A table whose names may be long in a narrow place."""
    rows = "".join(
        f'<tr><th scope="row">{escape(name_of(each["sector"]))}</th><td>{number(each["count"])}</td></tr>'
        for each in sectors
    )
    st.html(
        f'<div class="t-scroll t-tall" tabindex="0"><table class="t-table t-names"><thead><tr>'
        f"<th>{escape(t('field.sector'))}</th><th>{escape(t('watch.times'))}</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )
