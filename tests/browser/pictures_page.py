"""A page of pictures as hard as they come: long names, prices of 1 UF and of 190,000,000 CLP, changes of all sizes.

Served by Streamlit for the test in a browser; ``?lang=es`` shows it in Spanish.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

import streamlit as st

from dashboard.parts import bar_rows
from dashboard.parts.text import signed
from dashboard.state import STATIC
from dashboard.value import answer, drivers_and_comparables
from pricing_core import Property, Valuation

LONG = "Pedro Aguirre Cerda y alrededores de la Gran Avenida José Miguel Carrera, paradero 14, Región Metropolitana"
UNBROKEN = "Departamentodúplexconterrazapanorámica" * 3
NUMBERS = {"net_usable_area": 1234.5, "net_area": 12345.6, "n_rooms": 12, "n_bathroom": 11}


def valuation(value: float, currency: str, shares: tuple[float, ...]) -> Valuation:
    """A valuation of a home with long names; ``shares`` of the value are what its features moved it by."""
    place = {"latitude": -33.4, "longitude": -70.6}
    amounts = [share * value for share in shares]
    pairs: list[tuple[str, Any, Any]] = [
        ("location", place | {"sector": LONG}, place | {"sector": LONG[::-1]}),
        ("type", UNBROKEN, LONG),
        *((name, number, None) for name, number in NUMBERS.items()),
    ]
    drivers = [
        {"feature": name, "amount": amount, "subject_value": own, "reference_value": typical}
        for (name, own, typical), amount in zip(pairs, amounts, strict=True)
    ]
    return Valuation(
        log_id="x",
        value=value,
        currency=currency,
        area_unit="m²",
        value_per_area=value / 100,
        version=1,
        recipe="champion",
        subject=Property(type=UNBROKEN[:120], sector=LONG, **place, **NUMBERS),
        ranges={level: [value * (1 - share), value * (1 + share)] for level, share in (("50", 0.1), ("90", 0.4))},
        confidence="high",
        notes=[],
        reference_value=value - sum(amounts),
        drivers=drivers,
        comparables=[home(value, place) for place in range(6)],
        second_opinion=value * 1.1,
        created_at=datetime.now(UTC),
        milliseconds=1.0,
    )


def home(value: float, place: int) -> dict[str, Any]:
    """One of the comparables."""
    money = {"price": value * (1 + place / 10), "adjusted_value": value * 1.1, "price_per_area": value / 100}
    return NUMBERS | money | {"listing_id": place, "similarity": 0.99, "distance_metres": 98_765.0 / (place + 1)}


def main() -> None:
    """Draw everything."""
    st.set_page_config(layout="wide")
    st.html(STATIC / "tasador.css")
    st.session_state["language"] = st.query_params.get("lang", "en")
    for value, currency, shares in (
        (190_000_000.0, "CLP", (-0.3, 0.5, -0.02, 0.0001, 0.1, -0.1)),
        (1.0, "UF", (0.3, -0.2, 0.05, 0.01, 0.0, 0.3)),
        (9_585.0, "UF", (0.4, 0.3, 0.2, 0.25, 0.1, -0.5)),
    ):
        made = valuation(value, currency, shares)
        for column in (*st.columns([2, 1]), st.container(border=True)):
            with column:
                cast(Any, answer)._ranges(made)
                drivers_and_comparables.drivers(made)
                drivers_and_comparables.comparables(made)
    amounts = [7_708.0, 1e-3, -7_000.0, 12_000.0, 1.0, -2_500.0, 340.0, -1_000.0, 26.999]
    names = [(LONG, UNBROKEN), *((f"{LONG} {place}", LONG) for place in range(8)), ("Value", "")]
    bars = bar_rows.waterfall(names, [*amounts, sum(amounts)], [signed(amount, 2) for amount in [*amounts, 9_575]])
    st.html(bar_rows.drawn(bars, bar_rows.from_zero(bars), "UF", "Eight drivers"))
    versions = [f"v{number}" for number in range(981, 1001)]
    errors = bar_rows.lengths(versions, [9.0] * 20, ["9.0 %"] * 20, ["band"] * 20)
    st.html(bar_rows.drawn(errors, bar_rows.from_zero(errors), "MdAPE, test (%)", "Versions", short=True))


main()
