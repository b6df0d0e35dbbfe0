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
from dashboard.parts.text import NOTHING, language, name_of, number, percent, t, tn
from dashboard.parts.views import no_champion, note, small
from dashboard.state import avm
from pricing_core import CATEGORIES, Drift, Settings, WatchReport, marked

_VERDICT_WORDS: Final = {
    "few": marked("Too few to tell"),
    "same": marked("As in training"),
    "slight": marked("Certain, but small"),
    "moderate": marked("Moved"),
    "strong": marked("Drifted"),
}

_WATCH_DRIFT_WORDS: Final = {
    "asked": marked("Homes valued"),
    "listed": marked("New listings"),
}

_WINDOWS: Final = (7, 30, 90)
BOX: Final = "watch_feature"
_TABLE: Final = "watch_drift"
_STILL: Final = {"displayModeBar": False}


def choose_days(settings: Settings) -> int:
    """How far to look back; the alerts always look at ``WATCH_DAYS``."""
    choices = sorted({*_WINDOWS, settings.WATCH_DAYS})
    chosen = st.segmented_control(
        t("Days looked back"),
        choices,
        default=settings.WATCH_DAYS,
        required=True,
        key="watch_days",
        width="stretch",
        format_func=lambda days: tn("{days} day", "{days} days", "days", days=days),
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
    bulk = t("and {count:integer} in bulk", count=found.bulk) if found.bulk else None
    columns[0].metric(
        t("Homes valued"),
        number(found.single),
        bulk,
        delta_color="off",
        delta_arrow="off",
        border=True,
        height="stretch",
        help=t(
            "Valued one by one. Files and batches are counted apart: confidence, drift and time are those of homes "
            "valued one by one, unless WATCH_BULK is on."
        ),
        chart_data=volume if len(volume) > 1 else None,
    )
    low = number(found.confidence.get("low", 0))
    of = t("{count} of {rows:integer}", count=low, rows=found.watched) if found.watched else None
    shares = [day["low"] / day["single"] for day in found.by_day if day["single"]]
    columns[1].metric(
        t("Low confidence"),
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
        t("95 of 100 take at most"),
        f"{times['p95']} ms" if times else NOTHING,
        t("half take {p50} ms", p50=times["p50"]) if times else None,
        delta_color="off",
        delta_arrow="off",
        border=True,
        height="stretch",
        help=t(
            "Milliseconds of the newest 10,000 homes valued one by one: 95th percentile, and below it the median. "
            "One in a hundred takes longer than {p99} ms.",
            p99=times["p99"],
        )
        if times
        else None,
        chart_data=found.slow_by_day if len(found.slow_by_day) > 1 else None,
    )
    live = found.live.overall
    columns[3].metric(
        t("Live median error"),
        percent(live.mdape if live else None),
        tn("against {rows:integer} later price", "against {rows:integer} later prices", "rows", rows=live.rows)
        if live
        else t("no later price yet"),
        delta_color="off",
        delta_arrow="off",
        border=True,
        height="stretch",
        help=t("Half of the values are closer to the price that became known later than this."),
        chart_data=found.live.course or None,
    )


def drift(found: WatchReport, settings: Settings) -> None:
    """The table of features with their verdicts, and both sides of the chosen one."""
    st.subheader(t("Are the homes still those it learned from?"))
    of = st.segmented_control(
        t("Are the homes still those it learned from?"),
        ["asked", "listed"],
        default="asked",
        required=True,
        key="watch_drift_of",
        format_func=lambda name: t(_WATCH_DRIFT_WORDS[name]),
        label_visibility="collapsed",
    )
    drifted = found.drift if of == "asked" else avm().monitoring.listing_drift()
    if drifted.missing == "no_champion":
        no_champion()
    elif drifted.missing == "no_reference":
        note(
            t(
                (
                    "Version {version} kept no reference of its training rows, because an older release trained it. "
                    "To measure drift, train again on the Retrain page or with `tasador train --force`."
                ),
                version=drifted.version,
            ),
            "info",
        )
    elif all(row.psi is None for row in drifted.rows):
        note(_few(of, drifted.homes, found.days, drifted.version), "info")
    else:
        small(_lead(of, drifted.homes, found.days, drifted.version))
        measured = [row for row in drifted.rows if row.psi is not None]
        with st.container(key="watch_sides"):
            left, right = st.columns([6, 5], gap="medium")
        with left:
            _drift_table(drifted.rows, settings)
        with right, st.container(border=True, height="stretch"):
            _both_sides(measured, settings)


def _few(of: str, homes: int, days: int, version: int | None) -> str:
    if of == "asked":
        return tn(
            "{homes:integer} home was valued one by one in {days} days: drift is measured from 100 on, so that "
            "chance cannot alarm.",
            "{homes:integer} different homes were valued one by one in {days} days: drift is measured from 100 on, "
            "so that chance cannot alarm.",
            "homes",
            homes=homes,
            days=days,
        )
    return tn(
        "{homes:integer} listing has come since version {version} was trained: drift is measured from 100 on, so "
        "that chance cannot alarm.",
        "{homes:integer} listings have come since version {version} was trained: drift is measured from 100 on, so "
        "that chance cannot alarm.",
        "homes",
        homes=homes,
        version=version,
    )


def _lead(of: str, homes: int, days: int, version: int | None) -> str:
    if of == "asked":
        return t(
            "{homes:integer} different homes of the last {days} days against the training rows of version "
            "{version}. Choose a row to see both sides.",
            homes=homes,
            days=days,
            version=version,
        )
    return t(
        "{homes:integer} listings that came after version {version} was trained, against its training rows. Choose "
        "a row to see both sides.",
        homes=homes,
        version=version,
    )


def drift_frame(rows: list[Drift], settings: Settings) -> pd.DataFrame:
    """A row for each feature, in words."""
    return pd.DataFrame(
        [
            {
                "feature": feature_name(row.feature, settings),
                "verdict": t(_VERDICT_WORDS[row.verdict]),
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
            "feature": t("Feature"),
            "verdict": t("Result"),
            "psi": st.column_config.TextColumn(
                t("PSI"),
                help=t(
                    "Population stability index. The rule of thumb: below 0.1 nothing has moved, above 0.25 it matters."
                ),
                alignment="right",
            ),
            "critical": st.column_config.TextColumn(
                t("By chance"),
                help=t("The PSI that 99 of 100 such windows stay below when nothing has moved (Yurdakul 2018)."),
                alignment="right",
            ),
            "p": st.column_config.TextColumn(
                t("Test p"),
                help=t(
                    "Kolmogorov-Smirnov for numbers, chi-square for categories, corrected by Holm for all features. "
                    "Small means: not by chance."
                ),
                alignment="right",
            ),
            "homes": t("Homes"),
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
        t("Feature"), list(by_name), key=BOX, format_func=lambda feature: feature_name(feature, settings)
    )
    row = by_name[name]
    words = {"": t("not stated"), "…": t("others"), "+": t("never seen")}
    names = [words.get(each, each) for each in row.bins]
    sides = (t("In training"), t("Now"))
    ordered = name not in CATEGORIES
    figure = monitoring_charts.both_sides(
        names, row.reference, row.now, sides, t("Share of homes (%)"), ordered=ordered
    )
    st.plotly_chart(figure, key=f"watch_sides_{language()}", config=_STILL, alt=t("Shares in training and now"))


def values(found: WatchReport, settings: Settings) -> None:
    """The values by day."""
    with st.container(border=True, height="stretch"):
        st.markdown(f"##### {t('Values by day')}")
        days = found.values_by_day
        if len(days) < 2:
            small(t("It is drawn as soon as homes have been valued on two days."))
            return
        at, low, median, high = ([day[name] for day in days] for name in ("day", "low", "median", "high"))
        figure = monitoring_charts.values_by_day(at, low, median, high, settings.CURRENCY)
        st.plotly_chart(figure, key="watch_values", config=_STILL, alt=t("Median value of each day"))
        small(t("Median, and the middle half, of the homes valued one by one."))


def unknown(found: WatchReport) -> None:
    """The sectors that the model has never seen, and the homes that got no value."""
    with st.container(border=True, height="stretch"):
        st.markdown(f"##### {t('Sectors it has never seen')}")
        if found.unknown_sectors:
            _counted(found.unknown_sectors)
            small(
                tn(
                    "{count:integer} home ({share:percent}) was in a sector that the model has never seen: its "
                    "value leans on neighbours. Listings from there would help.",
                    "{count:integer} homes ({share:percent}) were in sectors that the model has never seen: their "
                    "values lean on neighbours. Listings from there would help.",
                    "count",
                    count=found.unknown,
                    share=found.unknown_share,
                )
            )
        else:
            small(
                t(
                    ("Every sector asked for was in the listings that the model learned from.")
                    if found.watched
                    else ("No home has been valued in these days.")
                )
            )
        if found.refused or found.failed:
            small(
                t(
                    "Homes without a value: {refused:integer} refused for how they were described, {failed:integer} "
                    "failed for reasons of ours.",
                    refused=found.refused,
                    failed=found.failed,
                )
            )


def _counted(sectors: Sequence[Mapping[str, Any]]) -> None:
    """A table whose names may be long in a narrow place."""
    rows = "".join(
        f'<tr><th scope="row">{escape(name_of(each["sector"]))}</th><td>{number(each["count"])}</td></tr>'
        for each in sectors
    )
    st.html(
        f'<div class="t-scroll t-tall" tabindex="0"><table class="t-table t-names"><thead><tr>'
        f"<th>{escape(t('Sector'))}</th><th>{escape(t('Asked'))}</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )
