"""Whether the homes are still those that the model learned from: the table of features, and both sides of one."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st

from dashboard.monitoring import monitoring_charts
from dashboard.monitoring.alerts import feature_name
from dashboard.parts.cells import digits, written
from dashboard.parts.text import language, number, t, tn
from dashboard.parts.views import no_champion, note, small
from dashboard.state import avm
from pricing_core import CATEGORIES, NOTHING, Drift, Settings, WatchReport, marked

BOX: Final = "watch_feature"
_TABLE: Final = "watch_drift"
_STILL: Final = {"displayModeBar": False}

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


def section(found: WatchReport, settings: Settings) -> None:
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
    role = settings.columns.roles.get(name)
    words = {"": t("not stated"), "…": t("others"), "+": t("never seen")}
    if role == "yes/no":
        words |= {"yes": t("yes"), "no": t("no")}
    names = [words.get(each, each) for each in row.bins]
    sides = (t("In training"), t("Now"))
    ordered = name not in CATEGORIES and role != "category"
    figure = monitoring_charts.both_sides(
        names, row.reference, row.now, sides, t("Share of homes (%)"), ordered=ordered
    )
    st.plotly_chart(figure, key=f"watch_sides_{language()}", config=_STILL, alt=t("Shares in training and now"))
