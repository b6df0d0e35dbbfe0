"""Two to five runs side by side: figures, the parameters that differ, and all of it at a glance."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st

from dashboard.parts import bar_rows
from dashboard.parts.chosen_words import METRIC_WORDS
from dashboard.parts.text import known, number, t
from dashboard.parts.views import small
from dashboard.runs.one_run import metric_in_words
from pricing_core import NOTHING

MOST: Final = 5
_PLOTTED: Final = (
    "median_absolute_percentage_error_test",
    "mean_absolute_error_test",
    "root_mean_squared_error_test",
    "r2_test",
    "coverage_90_test",
    "median_width_90_test",
    "training_seconds",
)

# Below the one, figures are written with three decimals; from the other on with none.
_SMALL, _LARGE = 2, 200


def show(runs: pd.DataFrame, labels: dict[str, str], currency: str) -> None:
    """Choose runs and lay them side by side."""
    newest = list(labels)[:2]
    chosen = st.multiselect(
        t("Runs to compare, two to five"),
        list(labels),
        default=newest if len(newest) == 2 else [],
        key="compare_runs",
        max_selections=MOST,
        format_func=lambda run_id: labels.get(run_id, run_id),
    )
    if len(chosen) < 2:
        small(t("Choose at least two runs to see them side by side."))
        return
    rows = runs.set_index("run_id").loc[chosen]
    names = _short([labels[run_id] for run_id in chosen])
    st.markdown(f"##### {t('Figures side by side')}")
    st.dataframe(
        metric_table(rows, names, currency),
        hide_index=True,
        key="compare_metrics",
        height="content",
        column_config={"name": t("Metric")},
    )
    _at_a_glance(rows, names, currency)
    st.markdown(f"##### {t('Parameters that differ')}")
    different = differing(rows, names)
    if different.empty:
        small(t("All parameters are the same."))
        return
    st.dataframe(different, hide_index=True, key="compare_params", height="content", column_config={"name": t("Name")})


def metric_table(rows: pd.DataFrame, names: list[str], currency: str) -> pd.DataFrame:
    """A row for each test metric, a column for each run."""
    metrics = [name for name in rows.columns if name.startswith("metrics_") and not name.endswith("_train")]
    found = []
    for column in sorted(metrics):
        name = column.removeprefix("metrics_").removesuffix("_test")
        cells = {label: metric_in_words(name, _number(rows[column].iloc[i]), currency) for i, label in enumerate(names)}
        if any(cell != NOTHING for cell in cells.values()):
            found.append({"name": known(METRIC_WORDS, name)} | cells)
    return pd.DataFrame(found)


def differing(rows: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """A row for each parameter that is not the same in all runs."""
    found = []
    for column in sorted(name for name in rows.columns if name.startswith("params_")):
        cells = [NOTHING if pd.isna(value) else str(value) for value in rows[column]]
        if len(set(cells)) > 1:
            found.append({"name": column.removeprefix("params_")} | dict(zip(names, cells, strict=True)))
    return pd.DataFrame(found)


def _short(labels: list[str]) -> list[str]:
    """The version and the recipe of each label, where these tell the runs apart."""
    short = [" · ".join(label.split(" · ")[:2]) for label in labels]
    return short if len(set(short)) == len(short) else labels


def _number(value: float | None) -> float | None:
    return None if pd.isna(value) else float(value)


def _at_a_glance(rows: pd.DataFrame, names: list[str], currency: str) -> None:
    """A picture for each figure that all the runs have, with a bar from 0 for each run."""
    short_words = (t("In range (%)"), t("Width (%)"), t("Time (s)"))
    headings = ("MdAPE (%)", f"MAE ({currency})", f"RMSE ({currency})", "R²", *short_words)
    pictures = []
    for heading, metric in zip(headings, _PLOTTED, strict=True):
        values = pd.to_numeric(rows.get(f"metrics_{metric}", pd.Series(dtype=float)), errors="coerce")
        if len(values) and values.notna().all():
            scale = 100 if metric.startswith(("median", "coverage")) else 1
            pictures.append(_bars(heading, names, [scale * float(value) for value in values]))
    if pictures:
        st.markdown(f"##### {t('All at a glance')}")
        st.html(f'<div class="t-pictures">{"".join(pictures)}</div>')


def _bars(heading: str, names: list[str], values: list[float]) -> str:
    digits = 3 if max(map(abs, values)) < _SMALL else 1 if max(map(abs, values)) < _LARGE else 0
    texts = [number(value, digits) for value in values]
    bars = bar_rows.lengths(names, values, texts, ["band"] * len(values))
    return f"<div>{bar_rows.drawn(bars, bar_rows.from_zero(bars), heading, heading)}</div>"
