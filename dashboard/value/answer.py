"""One valuation laid out: the value, its ranges, how far to trust it, where it stands, and the evidence."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Final

import pandas as pd
import streamlit as st

from dashboard.parts import bar_rows, cache, maps
from dashboard.parts.axes import axis_over
from dashboard.parts.measures import Mode
from dashboard.parts.text import in_words, money, number, rate, short_number, signed_money, signed_percent, t, tn
from dashboard.parts.views import Tone, note, small
from dashboard.state import avm, is_dark, settings
from dashboard.value import drivers_and_comparables
from pricing_core import NOTHING, SECTOR, Valuation, marked

_VALUE_WHY_WORDS: Final = {
    "medium": marked("Why the confidence is medium"),
    "low": marked("Why the confidence is low"),
}

_GRADE_WORDS: Final = {
    "high": marked("High confidence"),
    "medium": marked("Medium confidence"),
    "low": marked("Low confidence"),
}

_VALUE_PER_AREA_WORDS: Final = {
    "above": marked("{share:percent} above the median of {sector}, {median}"),
    "below": marked("{share:percent} below the median of {sector}, {median}"),
}

# Nearer to the median than this is at the median.
_EVEN: Final = 0.005
_TONES: Final[Mapping[str, Tone]] = {"high": "info", "medium": "warning", "low": "warning"}
_BANDS: Final[tuple[bar_rows.Tone, ...]] = ("band", "band wide", "band widest")


def show(valuation: Valuation, key: str, before: Valuation | None = None) -> None:
    """All that an answer carries; what an older valuation does not hold is said instead.

    Parameters
    ----------
    key
        Keeps the charts of two answers in one session apart.
    before
        The valuation that a what-if is measured against.
    """
    with st.container(key=f"part_value_{key}"):
        value, place = st.columns([11, 9], gap="small")
    with value, st.container(border=True, height="stretch"):
        _headline(valuation, before)
        _ranges(valuation)
    with place, st.container(border=True, height="stretch"):
        map_of(valuation.subject.model_dump(), key, valuation)
    _reasons(valuation)
    with st.container(border=True):
        drivers_and_comparables.drivers(valuation)
    with st.container(border=True):
        drivers_and_comparables.comparables(valuation)
    _small_print(valuation)


def _headline(valuation: Valuation, before: Valuation | None) -> None:
    home = valuation.subject
    label = t("Estimated value · {type} in {sector}", type=home.type, sector=home.sector)
    since = (
        f'<div class="t-sub t-since" data-testid="since">{escape(_since(valuation, before))}</div>' if before else ""
    )
    st.html(
        f'<div class="t-value"><div class="t-label">{escape(label)}</div><div class="t-top">'
        f'<div class="t-big" data-testid="value"><small>{escape(valuation.currency)} </small>'
        f"{escape(number(valuation.value, _digits(valuation)))}</div>{_grade(valuation)}</div>{since}"
        f'<div class="t-tiles">{_per_area(valuation)}{_opinion(valuation)}</div></div>'
    )


def _digits(valuation: Valuation) -> int:
    return 0 if valuation.value >= 100 else 2


def _grade(valuation: Valuation) -> str:
    if valuation.confidence not in _TONES:
        return ""
    words = escape(t(_GRADE_WORDS[valuation.confidence]))
    return f'<span class="t-grade {valuation.confidence}" data-testid="confidence">{words}</span>'


def _since(valuation: Valuation, before: Valuation) -> str:
    moved, first = valuation.value - before.value, money(before.value, before.currency)
    if abs(moved) < 0.005 * 10 ** -_digits(valuation):
        return t("As the first value, {value}", value=first)
    amount = signed_money(moved, valuation.currency)
    return t(
        "{amount} ({share}) since the first value, {value}",
        amount=amount,
        share=signed_percent(moved / before.value),
        value=first,
    )


def _tile(name: str, value: str, words: str) -> str:
    return f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd><p>{escape(words)}</p></div>"


def _per_area(valuation: Valuation) -> str:
    value = rate(valuation.value_per_area, f"{valuation.currency}/{valuation.area_unit}")
    return _tile(t("Value per {unit}", unit=valuation.area_unit), value, _against_sector(valuation))


def _against_sector(valuation: Valuation) -> str:
    version = avm().listings.data_version()
    sector, known = cache.sector_names(version).meant(valuation.subject.sector), cache.sectors(version)
    median = float(known[cache.PRICE_PER_AREA].get(sector, float("nan")))
    if not median > 0 or valuation.value_per_area is None:
        return t("No listing in {sector} to hold it against", sector=sector)
    share, written = valuation.value_per_area / median - 1, short_number(median)
    if abs(share) < _EVEN:
        return t("At the median of {sector}, {median}", sector=sector, median=written)
    side = "above" if share > 0 else "below"
    return t(_VALUE_PER_AREA_WORDS[side], share=abs(share), sector=sector, median=written)


def _opinion(valuation: Valuation) -> str:
    opinion, count = valuation.second_opinion, len(valuation.comparables)
    if opinion is None:
        return _tile(t("Second opinion"), NOTHING, t("It takes three comparables"))
    share = signed_percent(opinion / valuation.value - 1)
    words = t("Median of {count} adjusted comparables, {share} against the model", count=count, share=share)
    return _tile(t("Second opinion"), money(opinion, valuation.currency), words)


def _ranges(valuation: Valuation) -> None:
    levels = sorted(valuation.ranges, key=int)
    if not levels:
        small(t("No ranges were kept with this value."))
        return
    tones = dict(zip(levels, _BANDS, strict=False))
    bars = [_band(level, valuation, tones.get(level, _BANDS[-1])) for level in levels]
    # A band lies between two amounts and has no length from 0: its axis need not begin there.
    ends = [valuation.value, *(end for bar in bars for end in (bar.start, bar.end))]
    axis = axis_over(min(ends), max(ends))
    st.html(bar_rows.drawn(bars, axis, valuation.currency, t("The ranges of the value"), mark=valuation.value))
    small(t("The line is the value. About 90 of 100 such homes lie in the 90 % range."))


def _band(level: str, valuation: Valuation, tone: bar_rows.Tone) -> bar_rows.Bar:
    low, high = valuation.ranges[level]
    # Where both limits have no room on one line, the upper one goes below.
    text = f"{valuation.currency}\N{NO-BREAK SPACE}{short_number(low)} –\N{NO-BREAK SPACE}{short_number(high)}"
    return bar_rows.Bar(f"{level} %", "", text, low, high, tone)


def _reasons(valuation: Valuation) -> None:
    tone = _TONES.get(valuation.confidence)
    if valuation.notes:
        title = t(_VALUE_WHY_WORDS[valuation.confidence]) if tone == "warning" else ""
        note("\n".join(map(in_words, valuation.notes)), tone or "warning", title=title)


def _small_print(valuation: Valuation) -> None:
    if valuation.level_words is not None:
        small(in_words(valuation.level_words))
    details = t(
        "Version {version} ({recipe}) · {when:moment} · {milliseconds:number} ms · log entry {id}",
        version=valuation.version,
        recipe=valuation.recipe,
        when=valuation.created_at,
        milliseconds=valuation.milliseconds,
        id=valuation.log_id,
    )
    honest = t(
        "This is a model's estimate against asking prices of listings. It is neither a sale price nor an appraisal."
    )
    small(f"{details}. {honest}")


def map_of(subject: Mapping[str, object], key: str, valuation: Valuation | None = None) -> None:
    """Where the home stands, with its comparables, among the listings of its sector."""
    version = avm().listings.data_version()
    frame, sectors = cache.listings(version), cache.sectors(version)
    here, pins = drivers_and_comparables.home_pin(subject, valuation), drivers_and_comparables.pins(valuation)
    if here is None and not pins:
        small(t("There is no position to show: neither latitude nor longitude is known."))
        return
    names = cache.sector_names(version)
    here_too = [each for name in _sectors(subject, valuation) for each in names.alike(name)]
    around = frame[frame[SECTOR].isin(here_too)]
    mode: Mode = "dark" if is_dark() else "light"
    others = sectors.drop(index=names.alike(str(subject[SECTOR] or "")), errors="ignore")
    deck = maps.place_deck(here, pins, around, others, mode, settings().MAP_STYLE)
    st.pydeck_chart(
        deck,
        height=300 if valuation else 260,
        key=f"{key}_map",
        alt=t("Map of the home and the listings of its sector"),
    )
    small(_map_words(around, len(valuation.comparables) if valuation and pins else 0, here is not None))


def _sectors(subject: Mapping[str, object], valuation: Valuation | None) -> list[str]:
    comparables = valuation.comparables if valuation else []
    return [str(name) for name in (subject[SECTOR], *(home.get("sector") for home in comparables)) if name]


def _map_words(around: pd.DataFrame, last: int, placed: bool) -> str:
    if last:
        return t(
            "This home and its comparables 1 to {last}."
            if placed
            else "Comparables 1 to {last}; this home has no position.",
            last=last,
        )
    return (
        t("No listing lies in this sector yet.")
        if around.empty
        else tn(
            "The home, and the one listing of its sector.",
            "The home, and the {count:integer} listings of its sector.",
            "count",
            count=len(around),
        )
    )
