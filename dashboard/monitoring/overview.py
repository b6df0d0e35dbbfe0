"""The figures of the Watch page: what was asked, how it was answered, and whether the homes have changed."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

import streamlit as st

from dashboard.monitoring import monitoring_charts
from dashboard.parts.text import name_of, number, percent, t, tn
from dashboard.parts.views import small
from dashboard.state import avm
from pricing_core import NOTHING, AskedSector, Settings, WatchReport

_WINDOWS: Final = (7, 30, 90)
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
    low = found.confidence.get("low", 0)
    of = t("{count:integer} of {rows:integer}", count=low, rows=found.watched) if found.watched else None
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


def values(found: WatchReport, settings: Settings) -> None:
    """The values by day."""
    with st.container(border=True, height="stretch"):
        st.markdown(f"##### {t('Values by day')}")
        days = found.values_by_day
        if len(days) < 2:
            small(t("It is drawn as soon as homes have been valued on two days."))
            return
        at = [day["day"] for day in days]
        low, median, high = zip(*((day["low"], day["median"], day["high"]) for day in days), strict=True)
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
                    "Every sector asked for was in the listings that the model learned from."
                    if found.watched
                    else "No home has been valued in these days."
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


def _counted(sectors: Sequence[AskedSector]) -> None:
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
