"""A ratio study: its measures with range, verdict and sentence, then its charts and its groups."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final, Literal

import pandas as pd
import streamlit as st

from dashboard.parts.cells import digits, written
from dashboard.parts.column_names import column_name
from dashboard.parts.text import in_words, language, number, short_number, t, tn
from dashboard.parts.views import note, small
from dashboard.runs import study_charts
from pricing_core import NOTHING, Json, Message, marked

_STUDY_HELP_WORDS: Final = {
    "median_ratio": marked("The level: value over asking price of the middle home. 1 is even."),
    "cod": marked("The evenness: how far the ratios lie from the middle one on average, in percent of it."),
    "prd": marked(
        "The mean ratio over the mean ratio weighted by price. Above 1, dear homes are valued low; scatter alone "
        "lifts it a little."
    ),
    "prb": marked("By what share the ratio changes when a home is twice as dear. Below 0, dear homes are valued low."),
}

_STUDY_SHORT_WORDS: Final = {
    "median_ratio": marked("Median ratio"),
    "cod": marked("COD"),
    "prd": marked("PRD"),
    "prb": marked("PRB"),
}

_STUDY_MET_WORDS: Final = {
    "yes": marked("Within the range"),
    "no": marked("Outside the range"),
    "open": marked("Cannot be said"),
}

_STUDY_WORDS: Final = {
    "median_ratio": marked("Median ratio"),
    "cod": marked("Coefficient of dispersion (COD)"),
    "prd": marked("Price-related differential (PRD)"),
    "prb": marked("Price-related bias (PRB)"),
}

MEASURES: Final = ("median_ratio", "cod", "prd", "prb")
_DIGITS: Final = {"median_ratio": 3, "cod": 1, "prd": 3, "prb": 3}
_ASKED_DIGITS: Final = {"median_ratio": 2, "cod": 0, "prd": 2, "prb": 2}
_COLOURS: Final[dict[str, Literal["green", "red", "gray"]]] = {"yes": "green", "no": "red", "open": "gray"}
_SIGNS: Final = {"yes": ":material/check:", "no": ":material/close:", "open": ":material/question_mark:"}


def show_study(study: Json, currency: str) -> None:
    """Lay out a study as `RatioStudy.to_dict` gives it.

    Parameters
    ----------
    currency : str
        Of the limits of the price groups.
    """
    sentences = [
        t(
            "{rows:integer} homes: the ratio is the value over the asking price. This study is against asking "
            "prices of listings; it says nothing of sales.",
            rows=study["rows"],
        )
    ]
    if study["outliers"]:
        sentences.append(
            tn(
                "{count:integer} more home is left out: its ratio is an extreme outlier, most often a wrong price.",
                "{count:integer} more homes are left out: their ratio is an extreme outlier, most often a wrong price.",
                "count",
                count=study["outliers"],
            )
        )
    note(" ".join(sentences))
    for left, right in (MEASURES[:2], MEASURES[2:]):
        for column, name in zip(st.columns(2), (left, right), strict=True):
            with column:
                _measure(name, study)
    _charts(study, currency)
    _groups(study)
    small(
        t(
            "Intervals by {resamples:integer} bootstrap resamples, fewer for groups. Price groups are of the mean "
            "of price and value over median ratio, so that errors of either do not look like a bias. Ranges: IAAO, "
            "Standard on Ratio Studies, 2013, for homes.",
            resamples=study["resamples"],
        )
    )


def _measure(name: str, study: Json) -> None:
    found = study["overall"]["statistics"][name]
    with st.container(border=True, height="stretch"):
        st.metric(t(_STUDY_WORDS[name]), _written(name, found["estimate"]), help=t(_STUDY_HELP_WORDS[name]))
        st.badge(t(_STUDY_MET_WORDS[found["met"]]), color=_COLOURS[found["met"]], icon=_SIGNS[found["met"]])
        st.html(f"<p>{escape(_unbroken(_sentence(name, study['sentences'])))}</p>")
        low, high = (_written(name, found[edge]) for edge in ("low", "high"))
        asked_low, asked_high = (_asked(name, found[edge]) for edge in ("asked_low", "asked_high"))
        small(
            _unbroken(
                t(
                    "95 % interval {low} to {high}. The IAAO asks for {asked_low} to {asked_high}.",
                    low=low,
                    high=high,
                    asked_low=asked_low,
                    asked_high=asked_high,
                )
            )
        )


def _sentence(name: str, told: Json) -> str:
    # A study of a former release holds finished sentences by language.
    return in_words(Message.from_json(told.get(language(), told)[name]))


def _unbroken(text: str) -> str:
    """The text with each per cent sign kept on the line of its number."""
    return text.replace(" %", "\N{NO-BREAK SPACE}%")


def _written(name: str, value: float) -> str:
    return f"{number(value, _DIGITS[name])}{' %' if name == 'cod' else ''}"


def _asked(name: str, value: float) -> str:
    return f"{number(value, _ASKED_DIGITS[name])}{' %' if name == 'cod' else ''}"


def _charts(study: Json, currency: str) -> None:
    median = study["overall"]["statistics"]["median_ratio"]
    asked = (median["asked_low"], median["asked_high"])
    by_price, histogram = st.columns(2)
    with by_price:
        st.markdown(f"##### {t('Ratio by price')}")
        if study["by_price"]:
            _by_price(study["by_price"], asked, currency)
        else:
            small(t("Too few homes to group them by price: 60 are needed."))
    with histogram:
        st.markdown(f"##### {t('Ratios of all homes')}")
        counted, labels = study["histogram"], (t("Ratio of value to asking price"), t("Homes"))
        figure = study_charts.ratio_histogram(counted["edges"], counted["counts"], median["estimate"], asked, labels)
        st.plotly_chart(figure, key="study_histogram", config={"displayModeBar": False})


def _by_price(groups: Sequence[Json], asked: tuple[float, float], currency: str) -> None:
    medians = [group["statistics"]["median_ratio"] for group in groups]
    # The number keeps apart two groups whose middle prices are written alike.
    names = [f"{group['name']} · {short_number((group['worth_from'] + group['worth_to']) / 2)}" for group in groups]
    estimates, lows, highs = ([each[field] for each in medians] for field in ("estimate", "low", "high"))
    labels = (t("Price group and its middle ({currency})", currency=currency), t("Median ratio"))
    figure = study_charts.ratio_by_price(names, estimates, lows, highs, asked, labels)
    st.plotly_chart(figure, key="study_by_price", config={"displayModeBar": False})


def _groups(study: Json) -> None:
    tabs = st.tabs([t("By sector"), t("By type")])
    for tab, kind in zip(tabs, ("sector", "type"), strict=True):
        with tab:
            groups = study[f"by_{kind}"]
            if groups:
                _table(group_table(groups), kind)
            left_out = study["left_out"][kind]
            if left_out:
                small(
                    tn(
                        "{count:integer} home is in no group here: groups need 30 homes.",
                        "{count:integer} homes are in no group here: groups need 30 homes.",
                        "count",
                        count=left_out,
                    )
                )


def group_table(groups: Sequence[Json]) -> pd.DataFrame:
    """A row for each group: its measures, the interval of its median ratio in words, and what misses the range."""
    rows = []
    for group in groups:
        found = group["statistics"]
        median = found["median_ratio"]
        missed = [t(_STUDY_SHORT_WORDS[name]) for name in MEASURES if found[name]["met"] == "no"]
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
    height: Literal["content"] | int = "content" if len(frame) < 12 else 440
    numbers = {
        name: st.column_config.NumberColumn(t(_STUDY_SHORT_WORDS[name]), help=t(_STUDY_HELP_WORDS[name]))
        for name in MEASURES
    }
    writers = {name: digits(_DIGITS[name]) for name in MEASURES} | {"rows": digits()}
    st.dataframe(
        written(frame, writers),
        hide_index=True,
        key=f"study_{kind}",
        height=height,
        column_order=["name", "rows", "median_ratio", "interval", "cod", "prd", "prb", "missed"],
        column_config={
            "name": column_name(kind),
            "rows": t("Homes"),
            "interval": t("95 % interval"),
            "missed": t("Outside the range"),
            **numbers,
        },
    )
