"""What the findings of `tasador check` say, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard.parts.chosen_words import CHECK_WORDS
from pricing_core import Finding, say
from pricing_core.listings.integrity import check, inspect
from pricing_core.listings.integrity.sentences import found
from pricing_core.listings.sample import generate, planted_errors

DOCUMENT = Path(__file__).parents[2] / "docs" / "integrity.md"


@pytest.fixture(scope="module")
def flawless() -> pd.DataFrame:
    """Too few for trees, so that the models take no time."""
    everything = generate(400, 8)
    return everything[planted_errors(400, 8) == ""].reset_index(drop=True)


def says(sentence: str, **facts: object) -> tuple[str, str]:
    message = found(0, "a_check", "warning", sentence, facts).message
    return say(message, "en"), say(message, "es")


def test_numbers_are_written_as_each_language_does() -> None:
    facts = {"price": 3.2, "ratio": 0.00102, "expected": 3_137.4, "currency": "UF", "peers": "San Ramón"}
    english, spanish = says("price.thousands", meant=3_200.0, **facts)
    assert english == (
        "The price of UF 3.2 is 0.1 % of the UF 3,137 expected from similar homes in San Ramón: was 3,200 meant "
        "(a thousands separator read wrongly)?"
    )
    assert "El precio de UF 3,2 es el 0,1 % de los UF 3.137" in spanish
    assert "¿debía ser 3.200" in spanish


@pytest.mark.parametrize(("ratio", "words"), [(12.34, "12 times"), (1.26, "1.3 times"), (0.24, "24 % of")])
def test_what_is_less_than_expected_is_told_as_a_part_of_it(ratio: float, words: str) -> None:
    facts = {"called": "net_area", "area": 5.0, "expected": 5.0, "unit": "m²", "peers": ""}
    assert (
        f"The total area of 5 m² is {words} the 5 m² expected from similar homes."
        == says("area.odd", ratio=ratio, **facts)[0]
    )


def test_limits_are_those_of_the_contract_in_both_languages() -> None:
    english, spanish = says("cell.limits", column="latitude", limits="latitude", value=-95.5, unit="")
    assert english == "latitude is -95.5: it must be at least -90 and at most 90."
    assert spanish == "latitude es -95,5: debe ser al menos -90 y a lo más 90."


def test_other_listings_are_named_by_their_numbers_where_they_have_one(flawless: pd.DataFrame) -> None:
    listings = pd.concat([flawless, flawless.iloc[[7]]])
    numbers = np.arange(len(listings), dtype=np.int64) + 1_000
    (twin,) = [one for one in inspect(listings, kind="listing", numbers=numbers).findings if one.check == "duplicate"]
    assert "the same as listing 1007 in every column" in say(twin.message, "en")
    assert "lo mismo que la publicación 1007 en" in say(twin.message, "es")


def of_check(findings: list[Finding], name: str) -> dict[int, Finding]:
    return {finding.row: finding for finding in findings if finding.check == name}


@pytest.mark.parametrize(
    ("name", "units", "column", "factor"),
    [
        ("area_thousands_separator", {}, "net_usable_area", 1_000),
        ("area_not_plausible", {}, "net_usable_area", 40),
        ("price_in_uf", {"currency": "CLP"}, "price", 1 / 38_500),
    ],
)
def test_a_slip_that_depends_on_units_is_found_under_its_name(
    flawless: pd.DataFrame, name: str, units: dict[str, str], column: str, factor: float
) -> None:
    listings = flawless.copy()
    listings.loc[12, column] *= factor
    assert 12 in of_check(check(listings, **units), name)  # type: ignore[arg-type]


def test_no_fraction_is_suggested_where_all_areas_are_whole(flawless: pd.DataFrame) -> None:
    listings = flawless.assign(net_usable_area=flawless["net_usable_area"].round())
    listings.loc[12, "net_usable_area"] = 10 * listings.loc[12, "net_usable_area"] + 7
    (finding,) = (
        one for one in check(listings) if one.row == 12 and one.column == "net_usable_area" and "area_" in one.check
    )
    assert (finding.check, finding.suggestion) == ("area_not_plausible", None)


def test_metres_in_a_file_of_feet_are_found_and_converted(flawless: pd.DataFrame) -> None:
    listings = flawless.copy()
    for name in ("net_usable_area", "net_area"):
        listings[name] = (listings[name].round() * 10.7639).round()
    metres = round(flawless.loc[12, "net_area"])
    listings.loc[12, "net_area"] = (listings.loc[12, "net_area"] / 10.7639).round(4)
    found_there = of_check(check(listings, area_unit="ft²"), "area_in_square_metres")
    assert found_there[12].suggestion == pytest.approx(metres * 10.7639, rel=0.01)


def test_every_check_of_the_document_has_a_name_in_words() -> None:
    lines = DOCUMENT.read_text(encoding="utf-8").split("## The checks")[1].splitlines()
    documented = {
        name for line in lines if line.startswith("| `") for name in re.findall(r"`(\w+)`", line.split("|")[1])
    }
    assert documented == set(CHECK_WORDS)
