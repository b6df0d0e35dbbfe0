"""Numbers are read under each decimal mark, in bulk as one by one, and never guessed."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pricing_core.listings.ingestion.mark_meanings import Rule
from pricing_core.listings.ingestion.numerals import read_numerals, readings
from pricing_core.nouns.schema import COLUMN


@pytest.mark.parametrize(
    ("text", "dot", "comma"),
    [
        ("4500", 4500, 4500),
        ("1.234,56", None, 1234.56),
        ("1,234.56", 1234.56, None),
        ("1.234.567", None, 1234567),
        ("12,5", None, 12.5),
        ("0.125", 0.125, None),
        ("-33,456", -33456, -33.456),
        ("1.234", 1.234, 1234),
        ("1 234 567,5", None, 1234567.5),
        ("1’234.5", 1234.5, None),
        ("1 234", 1234, 1234),
        ("−5", -5, -5),
        ("1,5E+03", None, 1500),
        (".5", 0.5, None),
        ("1,23,456", 123456, None),
        ("12,50,000.5", 1250000.5, None),
        ("1.23.456", None, None),
        ("12.34.567", None, None),
        ("1.234,567.8", None, None),
        ("1e999", None, None),
        ("٣", None, None),
        ("", None, None),
    ],
)
def test_a_number_is_read_under_each_decimal_mark(text: str, dot: float | None, comma: float | None) -> None:
    found = readings(text, groups=True)
    assert (found.get("."), found.get(",")) == (dot, comma)


@given(st.text(alphabet="0123456789.,-+e ' ", max_size=14))
def test_bulk_reading_agrees_with_reading_cell_by_cell(text: str) -> None:
    assume(not re.search(r"[.,]\s*-+$", text.strip()))  # 185.000.- is an amount, and no number to a program
    for name in ("price", "latitude"):
        expected = readings(text, groups=name == "price")
        for cells in ([text], [text, "x"], [text, "1,5"]):
            numerals = read_numerals(pa.array(cells, pa.string()), COLUMN[name])
            assert numerals.dot[0] == pytest.approx(expected.get(".", np.nan), nan_ok=True)
            assert numerals.comma[0] == pytest.approx(expected.get(",", np.nan), nan_ok=True)


def test_rules_that_know_nothing_give_no_number() -> None:
    assert np.isnan(read_numerals(pa.array(["1.234"]), COLUMN["price"]).values(Rule())).all()
