"""The MLflow runs: the table, one run in full, and moving the champion."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st

from dashboard.login import acting
from dashboard.parts import bar_rows
from dashboard.parts.cells import digits, per_cent, written
from dashboard.parts.chosen_words import RUN_STATUS_WORDS
from dashboard.parts.text import known, moment, number, t
from dashboard.parts.views import note, notes, small
from dashboard.state import avm
from pricing_core import NOTHING, Json, marked

TABLE, BOX, _SAID = "runs_table", "runs_box", "runs_said"
_MDAPE: Final = "metrics_median_absolute_percentage_error_test"
_MAE: Final = "metrics_mean_absolute_error_test"
_RMSE: Final = "metrics_root_mean_squared_error_test"
_MAPE: Final = "metrics_mean_absolute_percentage_error_test"
_COVERAGE: Final = "metrics_coverage_90_test"
_HEADINGS: Final = {"mdape": "MdAPE", "mape": "MAPE", "mae": "MAE", "rmse": "RMSE"}
_WORDS: Final = {
    "version": marked("Version"),
    "state": marked("State"),
    "recipe": marked("Recipe"),
    "coverage": marked("90 % range holds"),
    "seconds": marked("Training (s)"),
    "start_time": marked("Started"),
    "status": marked("Outcome"),
}
_FIRST_SHOWN: Final = ("version", "state", "recipe", "mdape", "mae", "coverage", "seconds", "start_time", "status")


def summary(runs: pd.DataFrame) -> pd.DataFrame:
    """The columns of the table, whichever of them MLflow has."""

    def column(name: str) -> pd.Series:
        return runs[name] if name in runs.columns else pd.Series(None, index=runs.index, dtype=object)

    champion = [_state(*flags) for flags in zip(column("is_champion"), column("passed"), strict=True)]
    recipe = column("params_recipe").fillna(column("tags_recipe")).fillna(column("tags_mlflow_runName"))
    return pd.DataFrame(
        {
            "version": pd.to_numeric(column("version"), errors="coerce"),
            "state": champion,
            "recipe": recipe,
            "mdape": pd.to_numeric(column(_MDAPE), errors="coerce") * 100,
            "mape": pd.to_numeric(column(_MAPE), errors="coerce") * 100,
            "mae": pd.to_numeric(column(_MAE), errors="coerce").round(),
            "rmse": pd.to_numeric(column(_RMSE), errors="coerce").round(),
            "coverage": pd.to_numeric(column(_COVERAGE), errors="coerce") * 100,
            "seconds": pd.to_numeric(column("metrics_training_seconds"), errors="coerce").round(1),
            "start_time": [moment(value) for value in column("start_time")],
            "status": [known(RUN_STATUS_WORDS, str(value)) for value in column("status")],
            "run_id": column("run_id"),
        },
        index=runs.index,
    )


def _state(is_champion: float | None, passed: float | None) -> str:
    if is_champion == 1:
        return t("Champion")
    if passed is None or pd.isna(passed):
        return ""
    return t("Passed" if passed else "Refused")


def narrow(shown: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """The search and the choice of columns; gives the rows and the columns that are left."""
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with left:
        wanted = st.text_input(t("Search"), key="runs_search", placeholder=t("Recipe, version, state …"))
    names = [name for name in shown.columns if name != "run_id"]
    with right, st.popover(t("Columns"), icon=":material/view_column:", width="stretch"):
        columns = st.multiselect(
            t("Columns"), names, default=list(_FIRST_SHOWN), key="runs_columns", format_func=heading
        )
    return found(shown, wanted), columns or list(_FIRST_SHOWN)


def found(shown: pd.DataFrame, wanted: str) -> pd.DataFrame:
    """The rows in whose words every word of the search occurs."""
    texts = shown.astype(str).agg(" ".join, axis=1).str.lower()
    keep = pd.Series(True, index=shown.index)
    for word in wanted.lower().split():
        keep &= texts.str.contains(word, regex=False)
    return shown[keep]


def heading(name: str) -> str:
    """The heading of a column of the table."""
    return _HEADINGS[name] if name in _HEADINGS else t(_WORDS[name])


def table(shown: pd.DataFrame, columns: list[str], currency: str) -> None:
    """The runs; choosing a row opens it below."""
    ids = shown["run_id"].tolist()

    def take() -> None:
        rows = st.session_state[TABLE]["selection"]["rows"]
        if rows and rows[0] < len(ids):
            st.session_state[BOX] = ids[rows[0]]

    writers = {name: per_cent() for name in ("mdape", "mape", "coverage")}
    writers |= {"mae": digits(), "rmse": digits(), "seconds": digits(1)}
    st.dataframe(
        written(shown, writers),
        hide_index=True,
        key=TABLE,
        on_select=take,
        selection_mode="single-row",
        height="content" if len(ids) < 12 else 440,
        column_order=[name for name in shown.columns if name in columns],
        column_config={
            "version": st.column_config.NumberColumn(t("Version"), format="%d", width="small"),
            "state": st.column_config.TextColumn(t("State"), width="small"),
            "recipe": t("Recipe"),
            "mdape": st.column_config.NumberColumn(
                "MdAPE",
                help=t(
                    "Median absolute percentage error on the test listings: half of the values are closer to the "
                    "asking price than this."
                ),
            ),
            "mape": st.column_config.NumberColumn(
                "MAPE", help=t("Mean absolute percentage error on the test listings; a few wrong prices can spoil it.")
            ),
            "mae": st.column_config.NumberColumn(
                f"MAE ({currency})", help=t("Mean absolute error on the test listings.")
            ),
            "rmse": st.column_config.NumberColumn(
                f"RMSE ({currency})", help=t("Root mean squared error on the test listings.")
            ),
            "coverage": t("90 % range holds"),
            "seconds": t("Training (s)"),
            "start_time": t("Started"),
            "status": t("Outcome"),
        },
    )
    small(t("Errors are measured on test listings against their asking prices. Choose a row to open it below."))


def chart(shown: pd.DataFrame) -> None:
    """The median error of each version; nothing where there are fewer than two."""
    known_ones = shown.dropna(subset=["version", "mdape"]).sort_values("version").tail(20)
    if len(known_ones) < 2:
        return
    names = [f"v{int(version)}" for version in known_ones["version"]]
    is_champion = [state == t("Champion") for state in known_ones["state"]]
    st.markdown(f"##### {t('Median error by version')}")
    errors = known_ones["mdape"].tolist()
    tones: list[bar_rows.Tone] = ["band" if champion else "band widest" for champion in is_champion]
    bars = bar_rows.lengths(names, errors, [f"{number(error, 1)} %" for error in errors], tones)
    axis, label = bar_rows.from_zero(bars), t("MdAPE, test (%)")
    st.html(bar_rows.drawn(bars, axis, label, t("Median error by version"), short=True))


def choose(shown: pd.DataFrame) -> str:
    """The box that chooses a run: the champion first, or else the newest."""
    ids = shown["run_id"].tolist()
    if st.session_state.get(BOX) not in ids:
        champions = shown.loc[shown["state"] == t("Champion"), "run_id"].tolist()
        st.session_state[BOX] = (champions or ids)[0]
    labels = labels_of(shown)
    return str(st.selectbox(t("Run in detail"), ids, key=BOX, format_func=lambda run_id: labels.get(run_id, run_id)))


def labels_of(shown: pd.DataFrame) -> dict[str, str]:
    """What each run is called in a box of choices, by its id."""
    return {str(row["run_id"]): _label(row) for _, row in shown.iterrows()}


def _label(row: pd.Series) -> str:
    version = NOTHING if pd.isna(row["version"]) else t("Version {version}", version=int(row["version"]))
    return " · ".join(str(part) for part in (version, row["recipe"], row["start_time"], row["state"]) if part)


def move_champion(run: Json) -> None:
    """Promote the chosen version, or go back to the former champion; admins alone.

    Of a version that did not pass the gate the reason counts as the reason to override it.
    """
    if said := st.session_state.pop(_SAID, None):
        note(said, "good")
    version = run.get("version")
    verdict = avm().versions.verdict(int(version)) if version else None
    with st.form("runs_move", border=True, clear_on_submit=True):
        st.markdown(f"##### {t('Change the champion')}")
        if verdict is not None and not verdict.passed and not run.get("is_champion"):
            small(t("It did not pass. You may promote it all the same; your reason stays with the change."))
        reason = st.text_input(
            t("Reason"), key="runs_reason", max_chars=300, placeholder=t("For example: checked by hand on ten homes")
        )
        with st.container(horizontal=True):
            promoted = st.form_submit_button(
                t("Promote version {version}", version=version or NOTHING),
                type="primary",
                key="runs_promote",
                disabled=version is None or bool(run.get("is_champion")),
            )
            back = st.form_submit_button(
                t("Roll back to the former champion"), key="runs_rollback", disabled=not _can_go_back()
            )
    if (promoted or back) and not reason.strip():
        note(t("Give a reason: it stays with the change."), "warning")
    elif promoted or back:
        _move(int(version) if promoted and version else None, reason)


def _can_go_back() -> bool:
    return len({promotion.version for promotion in avm().versions.ledger()}) > 1


def _move(version: int | None, reason: str) -> None:
    with notes(), acting() as actor:
        if version is None:
            moved = avm().versions.rollback(actor=actor, reason=reason)
        else:
            verdict = avm().versions.verdict(version)
            given = "reason" if verdict is None or verdict.passed else "override"
            moved = avm().versions.promote(version, actor=actor, **{given: reason})
        st.session_state[_SAID] = t(
            "Version {version} ({recipe}) is the champion now. The next valuation uses it.",
            version=moved.version,
            recipe=moved.recipe,
        )
        st.rerun()
