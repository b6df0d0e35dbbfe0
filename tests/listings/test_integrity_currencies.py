"""Files that mix currencies: the rows in the other currency are named, and no other price is accused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pricing_core.listings.ingestion import read_frame
from pricing_core.listings.integrity import check
from pricing_core.listings.integrity.currencies import mixed_currencies
from pricing_core.listings.integrity.view import View
from pricing_core.nouns import Finding
from tests.factories import listings

SAMPLE = Path(__file__).parents[2] / "data/sample/train.csv"
PESOS, DOLLARS = 38_000.0, 40.0


@pytest.fixture(scope="module")
def sample() -> pd.DataFrame:
    return read_frame(SAMPLE)[0].drop(columns="row_number").head(300)


def mixed(frame: pd.DataFrame, factor: float, every: int) -> tuple[pd.DataFrame, set[int]]:
    rows = np.arange(len(frame)) % every == 0
    return frame.assign(price=frame["price"] * np.where(rows, factor, 1.0)), set(np.flatnonzero(rows).tolist())


def foreign(frame: pd.DataFrame, currency: str) -> set[int]:
    view = View.of(frame, "m²", currency)
    return set(view.origin[mixed_currencies(view).foreign].tolist())


def about_prices(findings: list[Finding]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for finding in findings:
        if finding.column == "price":
            found.setdefault(finding.row, set()).add(finding.check)
    return found


def test_every_fifth_price_in_pesos_is_named_and_no_other_price_is(sample: pd.DataFrame) -> None:
    file, rows = mixed(sample, PESOS, 5)
    assert about_prices(check(file)) == {row: {"price_in_pesos"} for row in rows}


@pytest.mark.parametrize("every", [100, 10, 5, 3, 2])
@pytest.mark.parametrize(
    ("currency", "unit", "factor"),
    [
        ("UF", 1.0, PESOS),
        ("UF", 1.0, DOLLARS),
        ("CLP", PESOS, 1 / PESOS),
        ("CLP", PESOS, DOLLARS / PESOS),
        ("USD", DOLLARS, PESOS / DOLLARS),
        ("USD", DOLLARS, 1 / DOLLARS),
    ],
)
def test_exactly_the_rows_in_the_other_currency_are_told_apart(
    sample: pd.DataFrame, currency: str, unit: float, factor: float, every: int
) -> None:
    file, rows = mixed(sample.assign(price=sample["price"] * unit), factor, every)
    assert foreign(file, currency) == rows


@pytest.mark.parametrize("rows", [2, 5, 12])
def test_a_handful_of_listings_is_enough_to_tell_pesos_from_uf(rows: int) -> None:
    file, foreign_rows = mixed(listings(rows), PESOS, 2)
    assert foreign(file, "UF") == foreign_rows
    assert {row for row, names in about_prices(check(file)).items() if "price_in_pesos" in names} == foreign_rows


def test_three_currencies_in_one_file_are_told_apart(sample: pd.DataFrame) -> None:
    third = np.arange(len(sample)) % 3
    file = sample.assign(price=sample["price"] * np.choose(third, [1.0, PESOS, DOLLARS]))
    found = about_prices(check(file))
    assert {row for row, names in found.items() if "price_in_pesos" in names} == set(np.flatnonzero(third == 1))
    assert {row for row, names in found.items() if "price_in_dollars" in names} == set(np.flatnonzero(third == 2))


@pytest.mark.parametrize("currency", ["UF", "CLP", "USD", "EUR", ""])
def test_a_file_of_one_currency_has_no_other(sample: pd.DataFrame, currency: str) -> None:
    assert not foreign(sample, currency)


def test_areas_and_residuals_of_a_mixed_file_are_those_of_the_right_one(sample: pd.DataFrame) -> None:
    file, _ = mixed(sample, PESOS, 2)
    assert {finding.row for finding in check(file) if finding.column != "price"} == {
        finding.row for finding in check(sample) if finding.column != "price"
    }


def test_a_home_priced_in_both_currencies_is_told_once() -> None:
    home = listings(1).iloc[0]
    file = pd.concat([listings(30), pd.DataFrame([home.to_dict(), home.to_dict() | {"price": home["price"] * PESOS}])])
    found = [finding.check for finding in check(file.reset_index(drop=True)) if finding.row == 31]
    assert found == ["price_in_pesos"]
