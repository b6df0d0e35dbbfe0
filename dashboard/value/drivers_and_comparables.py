"""What a value rests on: the drivers as a waterfall, the comparables as a table and as pins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape

import streamlit as st

from dashboard.parts import bar_rows
from dashboard.parts.axes import in_unit
from dashboard.parts.column_names import column_name
from dashboard.parts.declared_values import declared_value, declared_words
from dashboard.parts.maps import Pin
from dashboard.parts.text import area, distance, money, name_of, number, percent, short_number, signed, t
from dashboard.parts.views import small
from dashboard.state import settings
from pricing_core import AREAS, BATHROOMS, BEDROOMS, LATITUDE, LONGITUDE, NOTHING, Json, Valuation

# Prices from here on are shown in thousands.
_WIDE, _THOUSAND = 100_000, 1_000


def drivers(valuation: Valuation) -> None:
    """From the typical listing to the value, one bar a feature."""
    _title(t("What moves the value"))
    if valuation.reference_value is None:
        small(t("What moved the value was not kept: it was valued in bulk or by an older version."))
        return
    moving = [driver for driver in valuation.drivers if driver["amount"]]
    amounts = [valuation.reference_value, *(float(driver["amount"]) for driver in moving), valuation.value]
    digits = 0 if valuation.value >= 100 else 2
    texts = [signed(amount, digits) for amount in amounts]
    texts[0], texts[-1] = number(amounts[0], digits), number(amounts[-1], digits)
    names = [_typical_words(valuation), *(_driver_words(driver, valuation.area_unit) for driver in moving)]
    bars = bar_rows.waterfall([*names, (t("This home"), "")], amounts, texts)
    st.html(
        bar_rows.drawn(
            bars, bar_rows.from_zero(bars), valuation.currency, t("Waterfall from the typical listing to the value")
        )
    )
    _unmoved(valuation)


def _typical_words(valuation: Valuation) -> tuple[str, str]:
    """What kind of home the typical listing is, and where: elsewhere, when the home's own sector is not known."""
    reference = {driver["feature"]: driver["reference_value"] for driver in valuation.drivers}
    sector = (reference.get("location") or {}).get("sector") or valuation.subject.sector
    kind = reference.get("type") or valuation.subject.type
    return t("Typical {type}", type=kind), t("in {sector}", sector=sector)


def _title(words: str) -> None:
    st.html(f'<h3 class="t-part">{escape(words)}</h3>')


def _unmoved(valuation: Valuation) -> None:
    still = [driver for driver in valuation.drivers if not driver["amount"] and driver["feature"] != "location"]
    if still:
        unit = valuation.area_unit
        pairs = (f"{column_name(x['feature'])} {_size(x['feature'], x['subject_value'], unit)}" for x in still)
        small(t("As in the typical listing: {names:list}.", names=list(pairs)))


def _driver_words(driver: Json, unit: str) -> tuple[str, str]:
    feature, own, typical = driver["feature"], driver["subject_value"], driver["reference_value"]
    if feature == "location":
        return t("Location"), _place_words(own, typical)
    words = t("{own} instead of {typical}", own=_size(feature, own, unit), typical=_size(feature, typical, unit))
    return column_name(feature), words


def _place_words(own: Json, typical: Json) -> str:
    sector, usual = name_of(own.get("sector")), name_of(typical.get("sector"))
    if usual in (sector, NOTHING):
        return t("this spot in {sector}", sector=sector)
    return t("{own} instead of {typical}", own=sector, typical=usual)


def _size(feature: str, value: object, unit: str) -> str:
    if feature in settings().columns and value is not None:
        return declared_value(feature, value)
    if isinstance(value, str):
        return value
    if not isinstance(value, int | float):
        return t("not stated")
    return area(value, unit) if feature in AREAS else short_number(value)


def comparables(valuation: Valuation) -> None:
    """The most similar listings, numbered as on the map, and the median of their adjusted values."""
    _title(t("Comparable listings"))
    if not valuation.comparables:
        small(t("No comparable listings were kept with this value."))
        return
    share = _share_shown(valuation)
    heads = _heads(valuation, in_unit(valuation.currency, share))
    head = "".join(f"<th>{_head(*each)}</th>" for each in heads)
    rows = "".join(_row(place, home, share, heads) for place, home in enumerate(valuation.comparables, 1))
    st.html(
        f'<div class="t-cards"><table class="t-table" data-testid="comparables"><thead><tr><th></th>{head}</tr></thead>'
        f"<tbody>{rows}</tbody>{_foot(valuation, share)}</table></div>"
    )


def _heads(valuation: Valuation, money: str) -> tuple[tuple[str, str], ...]:
    """What each column holds, and in which unit."""
    area = valuation.area_unit
    like = ((t("Similarity"), ""), (t("Distance"), ""), (t("Usable / total"), area))
    rate = (f"{valuation.currency}/{area}", "")
    return (*like, (t("Price"), money), rate, (t("Adjusted"), money))


def _head(name: str, unit: str) -> str:
    return escape(name) + (f"<small>{escape(unit)}</small>" if unit else "")


def _row(place: int, home: Json, share: int, heads: Sequence[tuple[str, str]]) -> str:
    about = t(
        "Listing {id}: {type:name} in {sector:name}, {rooms:number} bedrooms, {baths:number} bathrooms",
        id=home.get("listing_id"),
        type=home.get("type"),
        sector=home.get("sector"),
        rooms=home.get(BEDROOMS),
        baths=home.get(BATHROOMS),
    )
    if home.get("dated"):
        about += " · " + t("price of {day:date}", day=date.fromisoformat(home["dated"]))
    areas = " / ".join(short_number(home.get(name)) for name in AREAS)
    cells = (
        percent(home.get("similarity"), 0),
        distance(home.get("distance_metres")),
        areas,
        _money(home.get("price"), share),
        short_number(home.get("price_per_area")),
        _money(home.get("adjusted_value"), share),
    )
    # On a narrow screen each home is a card, in which every number stands below its heading.
    named = zip(heads, cells, strict=True)
    body = "".join(f"<td><span>{_head(*head)}</span>{escape(cell)}</td>" for head, cell in named)
    beside = escape(declared_words(home.get("declared") or {}))
    more = f'<tr class="t-beside"><td colspan="{len(heads) + 1}">{beside}</td></tr>' if beside else ""
    return f'<tr title="{escape(about)}"><th scope="row"><i>{place}</i></th>{body}</tr>{more}'


def _foot(valuation: Valuation, share: int) -> str:
    if valuation.second_opinion is None:
        return ""
    words, value = escape(t("Median of prices adjusted to this home")), escape(_money(valuation.second_opinion, share))
    return f'<tfoot><tr><td colspan="6">{words}</td><td>{value}</td></tr></tfoot>'


def _share_shown(valuation: Valuation) -> int:
    """By what the prices of the table are divided, so that those of any currency fit beside each other."""
    amounts = (home.get(name) or 0 for home in valuation.comparables for name in ("price", "adjusted_value"))
    return _THOUSAND if max(amounts, default=0) >= _WIDE else 1


def _money(amount: float | None, share: int) -> str:
    return short_number(None if amount is None else round(amount / share, 2 if share == 1 else 0))


def home_pin(subject: Mapping[str, object], valuation: Valuation | None) -> Pin | None:
    """The home itself, where its position is known."""
    latitude, longitude = subject[LATITUDE], subject[LONGITUDE]
    if not isinstance(latitude, int | float) or not isinstance(longitude, int | float):
        return None
    value = money(valuation.value, valuation.currency) if valuation else ""
    return Pin(latitude, longitude, "", t("This home\n{value}", value=value).strip())


def pins(valuation: Valuation | None) -> list[Pin]:
    """The comparables that have a position, numbered as in the table."""
    homes = enumerate(valuation.comparables if valuation else [], 1)
    return [
        Pin(home[LATITUDE], home[LONGITUDE], str(place), _pin_words(place, home, valuation.currency))
        for place, home in homes
        if valuation and home.get(LATITUDE) is not None and home.get(LONGITUDE) is not None
    ]


def _pin_words(place: int, home: Json, currency: str) -> str:
    return t(
        "{number} · {price:money currency}\n{alike:percent} similar · {away:distance} away",
        number=place,
        price=home.get("price"),
        currency=currency,
        alike=home.get("similarity"),
        away=home.get("distance_metres"),
    )
