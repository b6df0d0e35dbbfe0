"""Values against prices that became known later, and against what people would ask."""

from __future__ import annotations

from html import escape
from typing import Final

import pandas as pd
import streamlit as st

from dashboard.monitoring import monitoring_charts
from dashboard.parts.cells import Labels, change, digits, per_cent, written
from dashboard.parts.chosen_words import KIND_WORDS
from dashboard.parts.text import in_words, known, language, moment, name_of, percent, signed_percent, t, tn
from dashboard.parts.views import empty, small
from pricing_core import KIND, Accuracy, LiveAccuracy, Override, Settings, WatchReport, marked

_LIVE_WORDS: Final = {
    "type": marked("Type"),
    "kind": marked("Kind of price"),
    "version": marked("Version"),
}

_LIVE_BIAS_WORDS: Final = {
    "high": marked("Values tend to be {share:percent} too high."),
    "low": marked("Values tend to be {share:percent} too low."),
}

# A bias that nobody would notice.
_EVEN: Final = 0.005


def section(live: LiveAccuracy, settings: Settings) -> None:
    """The chart, three numbers, and the same by kind, type or version."""
    st.subheader(t("Values against prices known later"))
    if live.overall is None:
        empty(
            "chart",
            t("No later prices yet"),
            t(
                "Attach the prices at which valued homes were listed or sold, with the upload below or with "
                "`tasador outcomes FILE.csv`: then the live error appears here."
            ),
        )
    else:
        with st.container(key="watch_live_sides"):
            left, right = st.columns([6, 5], gap="medium")
        with left, st.container(border=True, height="stretch"):
            _chart(live, settings)
        with right, st.container(border=True, height="stretch"):
            _numbers(live.overall)
            _groups(live)
    if live.learned_from:
        small(
            tn(
                "{count:integer} price does not count: the model had learned from that very listing.",
                "{count:integer} prices do not count: the model had learned from those very listings.",
                "count",
                count=live.learned_from,
            )
        )


def _chart(live: LiveAccuracy, settings: Settings) -> None:
    frame = pd.DataFrame(live.points)
    groups = [
        (name_of(kind), group["price"].tolist(), group["value"].tolist())
        for kind, group in frame.groupby(KIND, dropna=False)
    ]
    labels = (
        t("Price known later ({currency})", currency=settings.CURRENCY),
        t("Value ({currency})", currency=settings.CURRENCY),
    )
    figure = monitoring_charts.value_against_price(groups, labels)
    st.plotly_chart(
        figure, key=f"watch_live_{language()}", config={"displayModeBar": False}, alt=t("Values against later prices")
    )


def _numbers(found: Accuracy) -> None:
    coverage = found.coverage_90
    words = t("Should be about 90 %." if coverage is not None else "No ranges were kept.")
    tiles = (
        (
            t("Median error"),
            percent(found.mdape),
            t("Half of the {rows:integer} values are closer than this.", rows=found.rows),
        ),
        (t("Bias"), signed_percent(found.bias), _bias(found.bias)),
        (t("In the 90 % range"), percent(coverage, 0), words),
    )
    content = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd><p>{escape(note)}</p></div>"
        for name, value, note in tiles
    )
    st.html(f'<div class="t-tiles">{content}</div>')


def _bias(bias: float) -> str:
    if abs(bias) < _EVEN:
        return t("Values are neither too high nor too low.")
    return t(_LIVE_BIAS_WORDS["high" if bias > 0 else "low"], share=abs(bias))


def _groups(live: LiveAccuracy) -> None:
    groups = {"type": live.by_type, "kind": live.by_kind, "version": live.by_version}
    by = st.segmented_control(
        t("By"),
        list(groups),
        default="type",
        required=True,
        key="watch_live_by",
        format_func=lambda name: t(_LIVE_WORDS[name]),
        label_visibility="collapsed",
    )
    rows = [
        {
            "name": known(KIND_WORDS, row.name),
            "rows": row.rows,
            "mdape": row.mdape * 100,
            "bias": row.bias * 100,
            "coverage": None if row.coverage_90 is None else row.coverage_90 * 100,
        }
        for row in groups[by]
    ]
    labels: Labels = {
        "name": t(_LIVE_WORDS[by]),
        "rows": t("Homes"),
        "mdape": t("Median error"),
        "bias": t("Bias"),
        "coverage": t("In range"),
    }
    writers = {"rows": digits(), "mdape": per_cent(), "bias": change(), "coverage": per_cent(0)}
    frame = written(pd.DataFrame(rows), writers)
    st.dataframe(frame, hide_index=True, column_config=labels, key=f"watch_live_{by}", height="content")


def overrides(found: WatchReport, settings: Settings) -> None:
    """What people would ask instead, and who was closer where the price became known."""
    st.subheader(t("Where people would ask another price"))
    judged = found.live.judgement
    if judged is not None:
        small(in_words(judged.summary))
    if not found.overrides:
        small(t("Nobody has overridden a value in these days. On a valuation, choose “I would ask another price”."))
        return
    money = settings.CURRENCY
    writers = {"model": digits(), "person": digits(), "change": change()}
    st.dataframe(
        written(override_frame(found.overrides), writers),
        hide_index=True,
        key="watch_overrides",
        height="content" if len(found.overrides) < 8 else 320,
        column_config={
            "when": t("When"),
            "type": t("Type"),
            "sector": t("Sector"),
            "model": f"{t('Model')} ({money})",
            "person": f"{t('Person')} ({money})",
            "change": t("Change"),
            "reason": st.column_config.TextColumn(t("Reason"), width="large"),
            "by": t("By"),
        },
    )


def override_frame(rows: list[Override]) -> pd.DataFrame:
    """A row for each override that counts."""
    return pd.DataFrame(
        [
            {
                "when": moment(row.created_at),
                "type": row.type,
                "sector": row.sector,
                "model": round(row.model_value),
                "person": round(row.value),
                "change": (row.value / row.model_value - 1) * 100,
                "reason": row.reason,
                "by": row.overridden_by,
            }
            for row in rows
        ]
    )
