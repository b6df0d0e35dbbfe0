"""Numbers that are typed alone: read where there is one way to read them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing_core.listings.ingestion.single_numbers import sure_number
from tests.declared import declaration


@pytest.mark.parametrize(
    ("text", "column", "value"),
    [
        ("121,7", "net_area", 121.7),
        ("1.234,5", "net_area", 1234.5),
        ("1,234.5", "net_area", 1234.5),
        ("1 234,5", "net_area", 1234.5),
        ("1'234", "net_area", 1234.0),
        ("1.234.567", "net_area", 1_234_567.0),
        ("-33,456", "latitude", -33.456),
        ("2,5", "n_bathroom", 2.5),
        ("3 dormitorios", "n_rooms", 3.0),
        ("1.250", "net_area", None),
        ("1,250", "net_area", None),
        ("85 m²", "net_area", None),
        ("many", "net_area", None),
        ("1,2,3", "net_area", None),
        ("s/i", "net_area", None),
        ("casa", "type", None),
    ],
)
def test_a_number_is_read_where_its_marks_leave_nothing_open(text: str, column: str, value: float | None) -> None:
    assert sure_number(text, column) == value


def test_numbers_of_declared_columns_are_read_alike(tmp_path: Path) -> None:
    columns = declaration(tmp_path)
    assert sure_number("12,5 km", "to_centre", columns) == 12.5
    assert sure_number("1,250", "to_centre", columns) is None
    assert sure_number("2,000", "parking", columns) == 2.0
    assert sure_number("sí", "pool", columns) is None


@given(st.text(max_size=30), st.sampled_from(["net_area", "n_rooms", "latitude", "sector", "else"]))
def test_any_text_is_a_finite_number_or_none(text: str, column: str) -> None:
    value = sure_number(text, column)
    assert value is None or abs(value) < float("inf")
