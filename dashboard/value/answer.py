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
from dashboard.parts.refusals import said
from dashboard.parts.text import moment, number, percent, short_number, signed, t, with_unit
from dashboard.parts.views import Tone, note, small
from dashboard.state import avm, is_dark, settings
from dashboard.value import evidence
from pricing_core import Valuation

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
        evidence.drivers(valuation)
    with st.container(border=True):
        evidence.comparables(valuation)
    _small_print(valuation)


def _headline(valuation: Valuation, before: Valuation | None) -> None:
    home, money = valuation.subject, valuation.currency
    label = t("value.label", type=home.type, sector=home.sector)
    since = (
        f'<div class="t-sub t-since" data-testid="since">{escape(_since(valuation, before))}</div>' if before else ""
    )
    st.html(
        f'<div class="t-value"><div class="t-label">{escape(label)}</div><div class="t-top">'
        f'<div class="t-big" data-testid="value">{escape(number(valuation.value, _digits(valuation)))}'
        f"<small> {escape(money)}</small></div>{_grade(valuation)}</div>{since}"
        f'<div class="t-tiles">{_per_area(valuation)}{_opinion(valuation)}</div></div>'
    )


def _digits(valuation: Valuation) -> int:
    return 0 if valuation.value >= 100 else 2


def _grade(valuation: Valuation) -> str:
    if valuation.confidence not in _TONES:
        return ""
    words = escape(t(f"grade.{valuation.confidence}"))
    return f'<span class="t-grade {valuation.confidence}" data-testid="confidence">{words}</span>'


def _since(valuation: Valuation, before: Valuation) -> str:
    moved, first = valuation.value - before.value, with_unit(before.value, before.currency)
    if abs(moved) < 0.005 * 10 ** -_digits(valuation):
        return t("value.since_same", value=first)
    amount = f"{signed(moved, _digits(valuation))} {valuation.currency}"
    return t("value.since", amount=amount, share=_signed_percent(moved / before.value), value=first)


def _signed_percent(share: float) -> str:
    return f"{signed(share * 100, 1)} %"


def _tile(name: str, value: str, words: str) -> str:
    return f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd><p>{escape(words)}</p></div>"


def _per_area(valuation: Valuation) -> str:
    rate = f"{valuation.currency}/{valuation.area_unit}"
    value = with_unit(valuation.value_per_area, rate)
    return _tile(t("value.per_area", unit=valuation.area_unit), value, _against_sector(valuation))


def _against_sector(valuation: Valuation) -> str:
    version = avm().listings.data_version()
    sector, known = cache.sector_names(version).meant(valuation.subject.sector), cache.sectors(version)
    median = float(known[cache.PRICE_PER_AREA].get(sector, float("nan")))
    if not median > 0 or valuation.value_per_area is None:
        return t("value.per_area_unknown", sector=sector)
    share, written = valuation.value_per_area / median - 1, with_unit(median, "").strip()
    if abs(share) < _EVEN:
        return t("value.per_area_even", sector=sector, median=written)
    side = "above" if share > 0 else "below"
    return t(f"value.per_area_{side}", share=percent(abs(share), 0), sector=sector, median=written)


def _opinion(valuation: Valuation) -> str:
    opinion, count = valuation.second_opinion, len(valuation.comparables)
    if opinion is None:
        return _tile(t("value.opinion"), with_unit(None, ""), t("value.opinion_none"))
    share = _signed_percent(opinion / valuation.value - 1)
    words = t("value.opinion_note", count=count, share=share)
    return _tile(t("value.opinion"), with_unit(opinion, valuation.currency), words)


def _ranges(valuation: Valuation) -> None:
    levels = sorted(valuation.ranges, key=int)
    if not levels:
        small(t("value.ranges_none"))
        return
    tones = dict(zip(levels, _BANDS, strict=False))
    bars = [_band(level, valuation, tones.get(level, _BANDS[-1])) for level in levels]
    # A band lies between two amounts and has no length from 0: its axis need not begin there.
    ends = [valuation.value, *(end for bar in bars for end in (bar.start, bar.end))]
    axis = axis_over(min(ends), max(ends))
    st.html(bar_rows.drawn(bars, axis, valuation.currency, t("value.ranges_alt"), mark=valuation.value))
    small(t("value.ranges_note"))


def _band(level: str, valuation: Valuation, tone: bar_rows.Tone) -> bar_rows.Bar:
    low, high = valuation.ranges[level]
    # Where both limits have no room on one line, the upper one goes below.
    text = f"{short_number(low)} –\N{NO-BREAK SPACE}{short_number(high)}\N{NO-BREAK SPACE}{valuation.currency}"
    return bar_rows.Bar(f"{level} %", "", text, low, high, tone)


def _reasons(valuation: Valuation) -> None:
    tone = _TONES.get(valuation.confidence)
    if valuation.notes:
        title = t(f"value.why_{valuation.confidence}") if tone == "warning" else ""
        note("\n".join(map(said, valuation.notes)), tone or "warning", title=title)


def _small_print(valuation: Valuation) -> None:
    details = t(
        "value.print",
        version=valuation.version,
        recipe=valuation.recipe,
        when=moment(valuation.created_at),
        milliseconds=number(valuation.milliseconds, 1),
        id=valuation.log_id,
    )
    small(f"{details}. {t('value.honest')}")


def map_of(subject: Mapping[str, object], key: str, valuation: Valuation | None = None) -> None:
    """Where the home stands, with its comparables, among the listings of its sector."""
    version = avm().listings.data_version()
    frame, sectors = cache.listings(version), cache.sectors(version)
    here, pins = evidence.home_pin(subject, valuation), evidence.pins(valuation)
    if here is None and not pins:
        small(t("value.map_none"))
        return
    names = cache.sector_names(version)
    here_too = [each for name in _sectors(subject, valuation) for each in names.alike(name)]
    around = frame[frame["sector"].isin(here_too)]
    mode: Mode = "dark" if is_dark() else "light"
    others = sectors.drop(index=names.alike(str(subject["sector"] or "")), errors="ignore")
    deck = maps.place_deck(here, pins, around, others, mode, settings().MAP_STYLE)
    st.pydeck_chart(deck, height=300 if valuation else 260, key=f"{key}_map", alt=t("value.map_alt"))
    small(_map_words(around, len(valuation.comparables) if valuation and pins else 0, here is not None))


def _sectors(subject: Mapping[str, object], valuation: Valuation | None) -> list[str]:
    comparables = valuation.comparables if valuation else []
    return [str(name) for name in (subject["sector"], *(home.get("sector") for home in comparables)) if name]


def _map_words(around: pd.DataFrame, last: int, placed: bool) -> str:
    if last:
        return t("value.map_pins" if placed else "value.map_pins_only", last=last)
    return t("value.map_note_new") if around.empty else t("value.map_note", count=number(len(around)))
