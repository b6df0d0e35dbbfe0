"""One run in full: its figures, parameters, tags and artefacts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.parts.chosen_words import METRIC_WORDS, RUN_STATUS_WORDS
from dashboard.parts.text import duration, known, moment, money, number, percent, short_number, t
from dashboard.parts.views import facts, small
from pricing_core import NOTHING, Json


def details(run: Json, currency: str) -> None:
    """One run: figures, parameters, tags, artefacts."""
    # MLflow's own duration is that of writing the run down.
    seconds = (run.get("metrics") or {}).get("training_seconds")
    champion = [t("Champion")] if run.get("is_champion") else []
    facts(
        [
            (t("Version"), " · ".join([str(run.get("version") or NOTHING), *champion])),
            (t("Run name"), str(run.get("name") or NOTHING)),
            (t("Outcome"), known(RUN_STATUS_WORDS, str(run.get("status")))),
            (t("Started"), moment(run.get("start_time"))),
            (t("Took"), duration(seconds)),
            (t("Run"), str(run["run_id"])),
        ]
    )
    tabs = st.tabs([t("Metrics"), t("Parameters"), t("Tags"), t("Artefacts")])
    with tabs[0]:
        _metrics(run.get("metrics") or {}, currency)
    for tab, name in ((tabs[1], "params"), (tabs[2], "tags")):
        with tab:
            _pairs(run.get(name) or {}, name)
    with tabs[3]:
        _list(run.get("artifacts") or [])


def _metrics(metrics: Mapping[str, float], currency: str) -> None:
    # How long it took stands above, with its unit.
    names = sorted({name.removesuffix("_train").removesuffix("_test") for name in metrics} - {"training_seconds"})
    if not names:
        small(t("Nothing was recorded."))
        return
    rows = [
        {
            "metric": known(METRIC_WORDS, name),
            **{part: metric_in_words(name, metrics.get(f"{name}_{part}"), currency) for part in ("train", "test")},
            "plain": metric_in_words(name, metrics.get(name), currency),
        }
        for name in names
    ]
    frame = pd.DataFrame(rows)
    frame = frame.drop(columns=[name for name in ("train", "test", "plain") if (frame[name] == NOTHING).all()])
    labels = {"metric": t("Metric"), "train": t("Train"), "test": t("Test"), "plain": t("Value")}
    st.dataframe(frame, hide_index=True, key="run_metrics", column_config=labels, height="content")


def metric_in_words(name: str, value: float | None, currency: str) -> str:
    """A metric as it is written in its unit."""
    if value is None:
        return NOTHING
    if "percentage" in name or name.startswith(("within", "coverage", "median_width")):
        return percent(value)
    if name in ("mean_absolute_error", "root_mean_squared_error"):
        return money(value, currency)
    if name.endswith("seconds"):
        return number(value, 1)
    return short_number(value) if abs(value) >= 10 else number(value, 3)


def _pairs(values: Json, name: str) -> None:
    frame = pd.DataFrame({"name": list(values), "value": [str(value) for value in values.values()]})
    if frame.empty:
        small(t("Nothing was recorded."))
        return
    labels: Json = {
        "name": t("Name"),
        "value": st.column_config.TextColumn(t("Value"), width="large"),
    }
    height: Any = "content" if len(frame) < 16 else 560
    st.dataframe(frame, hide_index=True, key=f"run_{name}", column_config=labels, height=height)


def _list(artifacts: list[str]) -> None:
    if artifacts:
        st.code("\n".join(artifacts), language=None)
    else:
        small(t("Nothing was recorded."))
