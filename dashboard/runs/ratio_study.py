"""A ratio study: its measures with range, verdict and sentence, then its charts and its groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final, Literal

import pandas as pd
import streamlit as st

from dashboard.parts.cells import digits, written
from dashboard.parts.text import NOTHING, language, number, short_number, t, zone
from dashboard.parts.views import note, small
from dashboard.runs import study_charts
from pricing_core import Message, say

MEASURES: Final = ("median_ratio", "cod", "prd", "prb")
_DIGITS: Final = {"median_ratio": 3, "cod": 1, "prd": 3, "prb": 3}
_ASKED_DIGITS: Final = {"median_ratio": 2, "cod": 0, "prd": 2, "prb": 2}
_COLOURS: Final[dict[str, Literal["green", "red", "gray"]]] = {"yes": "green", "no": "red", "open": "gray"}
_SIGNS: Final = {"yes": ":material/check:", "no": ":material/close:", "open": ":material/question_mark:"}


def show_study(study: Mapping[str, Any], currency: str) -> None:
    """Lay out a study as `RatioStudy.to_dict` gives it.

    Parameters
    ----------
    currency : str
        Of the limits of the price groups.
    """
    trimmed = f" {t('study.outliers', count=number(study['outliers']))}" if study["outliers"] else ""
    note(t("study.against", rows=number(study["rows"])) + trimmed)
    for left, right in (MEASURES[:2], MEASURES[2:]):
        for column, name in zip(st.columns(2), (left, right), strict=True):
            with column:
                _measure(name, study)
    _charts(study, currency)
    _groups(study)
    small(t("study.method", resamples=number(study["resamples"])))


def _measure(name: str, study: Mapping[str, Any]) -> None:
    found = study["overall"]["statistics"][name]
    with st.container(border=True, height="stretch"):
        st.metric(t(f"study.{name}"), _written(name, found["estimate"]), help=t(f"study.{name}_help"))
        st.badge(t(f"study.met_{found['met']}"), color=_COLOURS[found["met"]], icon=_SIGNS[found["met"]])
        st.html(f"<p>{escape(_unbroken(_sentence(name, study['sentences'])))}</p>")
        edges = {edge: _written(name, found[edge]) for edge in ("low", "high")}
        asked = {edge: _asked(name, found[edge]) for edge in ("asked_low", "asked_high")}
        small(_unbroken(t("study.ranges", **edges, **asked)))


def _sentence(name: str, told: Mapping[str, Any]) -> str:
    # A study of a former release holds finished sentences by language.
    return say(Message.from_json(told.get(language(), told)[name]), language(), zone())


def _unbroken(text: str) -> str:
    """The text with each per cent sign kept on the line of its number."""
    return text.replace(" %", "\N{NO-BREAK SPACE}%")


def _written(name: str, value: float) -> str:
    return f"{number(value, _DIGITS[name])}{' %' if name == 'cod' else ''}"


def _asked(name: str, value: float) -> str:
    return f"{number(value, _ASKED_DIGITS[name])}{' %' if name == 'cod' else ''}"


def _charts(study: Mapping[str, Any], currency: str) -> None:
    median = study["overall"]["statistics"]["median_ratio"]
    asked = (median["asked_low"], median["asked_high"])
    by_price, histogram = st.columns(2)
    with by_price:
        st.markdown(f"##### {t('study.by_price')}")
        if study["by_price"]:
            _by_price(study["by_price"], asked, currency)
        else:
            small(t("study.no_price_groups"))
    with histogram:
        st.markdown(f"##### {t('study.histogram')}")
        counted, labels = study["histogram"], (t("study.ratio"), t("study.homes"))
        figure = study_charts.ratio_histogram(counted["edges"], counted["counts"], median["estimate"], asked, labels)
        st.plotly_chart(figure, key="study_histogram", config={"displayModeBar": False})


def _by_price(groups: Sequence[Mapping[str, Any]], asked: tuple[float, float], currency: str) -> None:
    medians = [group["statistics"]["median_ratio"] for group in groups]
    # The number keeps apart two groups whose middle prices are written alike.
    names = [f"{group['name']} · {short_number((group['worth_from'] + group['worth_to']) / 2)}" for group in groups]
    estimates, lows, highs = ([each[field] for each in medians] for field in ("estimate", "low", "high"))
    labels = (t("study.price_axis", currency=currency), t("study.median_ratio"))
    figure = study_charts.ratio_by_price(names, estimates, lows, highs, asked, labels)
    st.plotly_chart(figure, key="study_by_price", config={"displayModeBar": False})


def _groups(study: Mapping[str, Any]) -> None:
    tabs = st.tabs([t("study.by_sector"), t("study.by_type")])
    for tab, kind in zip(tabs, ("sector", "type"), strict=True):
        with tab:
            groups = study[f"by_{kind}"]
            if groups:
                _table(group_table(groups), kind)
            left_out = study["left_out"][kind]
            if left_out:
                small(t("study.left_out", count=number(left_out)))


def group_table(groups: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """A row for each group: its measures, the interval of its median ratio in words, and what misses the range."""
    rows = []
    for group in groups:
        found = group["statistics"]
        median = found["median_ratio"]
        missed = [t(f"study.{name}_short") for name in MEASURES if found[name]["met"] == "no"]
        rows.append(
            {
                "name": group["name"],
                "rows": group["rows"],
                **{name: found[name]["estimate"] for name in MEASURES},
                "interval": f"{number(median['low'], 3)} – {number(median['high'], 3)}",
                "missed": ", ".join(missed) or NOTHING,
            }
        )
    return pd.DataFrame(rows)


def _table(frame: pd.DataFrame, kind: str) -> None:
    height: Any = "content" if len(frame) < 12 else 440
    numbers = {
        name: st.column_config.NumberColumn(t(f"study.{name}_short"), help=t(f"study.{name}_help")) for name in MEASURES
    }
    writers = {name: digits(_DIGITS[name]) for name in MEASURES} | {"rows": digits()}
    st.dataframe(
        written(frame, writers),
        hide_index=True,
        key=f"study_{kind}",
        height=height,
        column_order=["name", "rows", "median_ratio", "interval", "cod", "prd", "prb", "missed"],
        column_config={
            "name": t(f"field.{kind}"),
            "rows": t("study.homes"),
            "interval": t("study.interval"),
            "missed": t("study.missed"),
            **numbers,
        },
    )
