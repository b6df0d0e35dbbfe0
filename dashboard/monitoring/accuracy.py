"""Values against prices that became known later, and against what people would ask."""

from __future__ import annotations

from html import escape
from typing import Any, Final

import pandas as pd
import streamlit as st

from dashboard.monitoring import monitoring_charts
from dashboard.parts.cells import change, digits, per_cent, written
from dashboard.parts.text import known, language, moment, name_of, number, percent, signed, t
from dashboard.parts.views import empty, small
from pricing_core import Accuracy, LiveAccuracy, Override, Settings, WatchReport

# A bias that nobody would notice.
_EVEN: Final = 0.005


def section(live: LiveAccuracy, settings: Settings) -> None:
    """The chart, three numbers, and the same by kind, type or version."""
    st.subheader(t("live.title"))
    if live.overall is None:
        empty("chart", t("live.none_title"), t("live.none_text"))
    else:
        with st.container(key="watch_live_sides"):
            left, right = st.columns([6, 5], gap="medium")
        with left, st.container(border=True, height="stretch"):
            _chart(live, settings)
        with right, st.container(border=True, height="stretch"):
            _numbers(live.overall)
            _groups(live)
    if live.learned_from:
        small(t("live.learned", count=number(live.learned_from)))


def _chart(live: LiveAccuracy, settings: Settings) -> None:
    frame = pd.DataFrame(live.points)
    groups = [
        (name_of(kind), group["price"].tolist(), group["value"].tolist())
        for kind, group in frame.groupby("type", dropna=False)
    ]
    labels = t("live.axis_price", currency=settings.CURRENCY), t("live.axis_value", currency=settings.CURRENCY)
    figure = monitoring_charts.value_against_price(groups, labels)
    st.plotly_chart(figure, key=f"watch_live_{language()}", config={"displayModeBar": False}, alt=t("live.alt"))


def _numbers(found: Accuracy) -> None:
    coverage = found.coverage_90
    words = t("live.coverage_words" if coverage is not None else "live.coverage_none")
    tiles = (
        (t("live.error"), percent(found.mdape), t("live.half", rows=number(found.rows))),
        (t("live.bias"), f"{signed(found.bias * 100, 1)} %", _bias(found.bias)),
        (t("live.coverage"), percent(coverage, 0), words),
    )
    content = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd><p>{escape(note)}</p></div>"
        for name, value, note in tiles
    )
    st.html(f'<div class="t-tiles">{content}</div>')


def _bias(bias: float) -> str:
    if abs(bias) < _EVEN:
        return t("live.bias_even")
    return t(f"live.bias_{'high' if bias > 0 else 'low'}", share=percent(abs(bias)))


def _groups(live: LiveAccuracy) -> None:
    groups = {"type": live.by_type, "kind": live.by_kind, "version": live.by_version}
    by = st.segmented_control(
        t("live.group"),
        list(groups),
        default="type",
        required=True,
        key="watch_live_by",
        format_func=lambda name: t(f"live.{name}"),
        label_visibility="collapsed",
    )
    rows = [
        {
            "name": known("kind", row.name),
            "rows": row.rows,
            "mdape": row.mdape * 100,
            "bias": row.bias * 100,
            "coverage": None if row.coverage_90 is None else row.coverage_90 * 100,
        }
        for row in groups[by]
    ]
    labels: dict[str, Any] = {
        "name": t(f"live.{by}"),
        "rows": t("live.rows"),
        "mdape": t("live.error"),
        "bias": t("live.bias"),
        "coverage": t("live.coverage_short"),
    }
    writers = {"rows": digits(), "mdape": per_cent(), "bias": change(), "coverage": per_cent(0)}
    frame = written(pd.DataFrame(rows), writers)
    st.dataframe(frame, hide_index=True, column_config=labels, key=f"watch_live_{by}", height="content")


def overrides(found: WatchReport, settings: Settings) -> None:
    """What people would ask instead, and who was closer where the price became known."""
    st.subheader(t("overrides.title"))
    judged = found.live.judgement
    if judged is not None:
        words = t(
            "overrides.judged",
            rows=number(judged.rows),
            agent=percent(judged.agent_mdape),
            model=percent(judged.model_mdape),
            closer=percent(judged.agent_closer, 0),
        )
        small(words)
    if not found.overrides:
        small(t("overrides.none"))
        return
    money = settings.CURRENCY
    writers = {"model": digits(), "person": digits(), "change": change()}
    st.dataframe(
        written(override_frame(found.overrides), writers),
        hide_index=True,
        key="watch_overrides",
        height="content" if len(found.overrides) < 8 else 320,
        column_config={
            "when": t("log.when"),
            "type": t("field.type"),
            "sector": t("field.sector"),
            "model": f"{t('overrides.model')} ({money})",
            "person": f"{t('overrides.person')} ({money})",
            "change": t("overrides.change"),
            "reason": st.column_config.TextColumn(t("overrides.reason"), width="large"),
            "by": t("overrides.by"),
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
