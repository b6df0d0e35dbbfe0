"""What a dot or a comma means: told by the column's own cells, by the other area, by a person - never guessed."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing_core.errors import ListingsError
from pricing_core.listings.ingestion import Hints
from tests.listings.reading import notes_of, read_case, read_rows, reasons_of


def column(name: str, cells: list[str], others: dict[str, list[str]] | None = None, **options: Any) -> list[float]:
    beside = others or {}
    rows = [{name: cell, **{other: beside[other][place] for other in beside}} for place, cell in enumerate(cells)]
    return read_rows(rows, **options)[0][name].tolist()


def test_prices_with_dots_before_three_digits_alone_are_asked_about() -> None:
    with pytest.raises(ListingsError, match=r"price holds '5.210' \(5.21 or 5,210\), '4.870'") as caught:
        read_case("k1_uf_dots_areas_decimal")
    assert "--decimal" in str(caught.value)


@pytest.mark.parametrize(
    ("hints", "prices"),
    [
        (Hints(decimal=","), [5210, 4870, 12640, 3990]),
        (Hints(decimal="."), [5.21, 4.87, 12.64, 3.99]),
        (Hints(usual={"price": (1500, 20000)}.get), [5210, 4870, 12640, 3990]),
        (Hints(usual={"price": (1.5, 20)}.get), [5.21, 4.87, 12.64, 3.99]),
    ],
)
def test_a_persons_word_and_the_listings_in_use_settle_them(hints: Hints, prices: list[float]) -> None:
    frame, reader = read_case("k1_uf_dots_areas_decimal", hints=hints)
    assert frame["price"].tolist() == prices
    assert frame["net_usable_area"].tolist() == [85.5, 92.0, 140.25, 61.0]
    assert "price: numbers like 5.210 were read as" in notes_of(reader)


def test_listings_in_use_that_fit_both_readings_settle_nothing() -> None:
    with pytest.raises(ListingsError, match="two ways"):
        read_case("k1_uf_dots_areas_decimal", hints=Hints(usual={"price": (1, 20000)}.get))


def test_a_plain_number_beside_zeros_at_the_end_tells_thousands() -> None:
    frame, reader = read_case("k1_uf_dots_float_bathrooms")
    assert frame["price"].tolist() == [5210, 4870, 12640, 980]
    assert frame["n_bathroom"].tolist() == [2, 1, 3, 1]
    assert "price: numbers like 5.210 were read as 5210, in 3 cells" in notes_of(reader)


def test_a_total_area_is_not_smaller_than_the_usable_one() -> None:
    frame, reader = read_case("k1_net_area_dots")
    assert frame["net_area"].tolist() == [5200, 2450]
    assert frame["net_usable_area"].tolist() == [85.5, 92]
    assert json.loads(frame["as_written"][0]) == {"net_area": "5.200"}
    assert "so that no total area is smaller than the usable one" in notes_of(reader)


def test_nobody_writes_one_and_a_fifth_with_two_zeros_beside_other_decimals() -> None:
    frame, reader = read_case("k1_same_column_trailing_zero")
    assert frame["net_usable_area"].tolist() == [85.5, 158.2]
    assert list(reasons_of(reader)) == [1, 3]


@pytest.mark.parametrize(
    ("cells", "read"),
    [
        (["1.234", "1.234,5"], [1234, 1234.5]),
        (["1,234", "1,234.5"], [1234, 1234.5]),
        (["1.234", "1.234.567"], [1234, 1234567]),
        (["1,23,456", "2,500"], [123456, 2500]),
        (["85.500", "1200.250", "92.125"], [85.5, 1200.25, 92.125]),
        (["85.5", "92.125", "101.25"], [85.5, 92.125, 101.25]),
        (["2.850", "1.430", "960"], [2850, 1430, 960]),
        (["2.851", "1.433", "3.127", "960"], [2851, 1433, 3127, 960]),
        (["1'234", "1 234"], [1234, 1234]),
    ],
)
def test_the_cells_of_a_column_tell_what_its_marks_mean(cells: list[str], read: list[float]) -> None:
    assert column("price", cells) == read


@pytest.mark.parametrize(
    "cells",
    [
        ["5.210", "4.870"],
        ["5.213", "980"],
        ["85.125", "92.375", "110", "97"],
        ["1.234", "1,234"],
        ["31.500", "85", "92"],
        ["1.234", "1.234,5", "1234.5"],
    ],
)
def test_what_they_leave_open_is_not_read(cells: list[str]) -> None:
    try:
        read = column("price", cells)
    except ListingsError:
        return
    assert len(read) < len(cells)


def test_decimals_that_are_odd_beside_the_others_are_kept_out() -> None:
    _, reader = read_rows([{"net_usable_area": cell} for cell in ("85.5", "92.5", "1.255", "101.5")])
    assert reasons_of(reader) == {
        2: "net_usable_area can have decimals or thousands, and the table does not tell which: '1.255'"
    }


@pytest.mark.parametrize(
    ("cells", "kept_out"),
    [
        (["100,9", "74,7", "96.000", "49.000"], [2, 3]),
        (["5545,000", "5740,000", "7,410", "3,880"], [2, 3]),
        (["99,00", "107.000"], [1]),
        (["120,5", "85", "5.200", "98,25"], []),
    ],
)
def test_a_second_writer_shows_in_numbers_of_the_wrong_size(cells: list[str], kept_out: list[int]) -> None:
    _, reader = read_rows([{"net_area": cell, "net_usable_area": ""} for cell in cells])
    assert list(reasons_of(reader)) == kept_out


@pytest.mark.parametrize(
    ("usable", "total", "read"),
    [
        (["85,5", "92,5"], ["1.250", "2.400"], [1250, 2400]),
        (["85", "92"], ["1.250", "2.400"], [1250, 2400]),
        (["1.250", "980"], ["2.400", "1.900"], [2400, 1900]),
    ],
)
def test_the_usable_area_tells_what_marks_of_the_total_area_mean(
    usable: list[str], total: list[str], read: list[float]
) -> None:
    assert column("net_area", total, {"net_usable_area": usable}) == read


def test_the_total_area_tells_what_marks_of_the_usable_area_mean() -> None:
    assert column("net_usable_area", ["85.500", "92.250"], {"net_area": ["120", "130"]}) == [85.5, 92.25]


def test_areas_of_two_writers_do_not_tell_of_one_another() -> None:
    with pytest.raises(ListingsError, match="net_area holds"):
        column("net_area", ["250.800", "410.000"], {"net_usable_area": ["60,90", "111,50"]})


def test_a_price_says_nothing_of_an_area() -> None:
    with pytest.raises(ListingsError, match="net_usable_area holds"):
        column("net_usable_area", ["1.250", "2.400"], {"price": ["4.500,5", "3.900"], "net_area": ["", ""]})


def test_money_without_cents_has_no_decimals() -> None:
    frame, reader = read_rows([{"price": "185.000"}, {"price": "92.500"}], currency="CLP")
    assert frame["price"].tolist() == [185000, 92500]
    assert "the currency has no cents, in 2 cells" in notes_of(reader)
    assert json.loads(frame["as_written"][0]) == {"price": "185.000"}


def test_a_home_to_be_valued_is_not_refused_for_its_price() -> None:
    frame, _ = read_rows([{"price": "5.210"}, {"price": "x"}], require_price=False)
    assert len(frame) == 2


def test_one_open_cell_among_many_is_kept_out_alone() -> None:
    frame, reader = read_rows([{"price": "1.234"}] + [{"price": str(price)} for price in range(20, 60)])
    assert (len(frame), list(reasons_of(reader))) == (40, [0])


def test_numbers_shortened_by_a_spreadsheet_are_said() -> None:
    frame, reader = read_rows([{"price": "1.9E+08"}, {"price": "185000000"}], currency="CLP")
    assert frame["price"].tolist() == [190000000, 185000000]
    assert "a spreadsheet may have cut digits off" in notes_of(reader)


_amounts = st.lists(st.integers(1, 9_999_999), min_size=1, max_size=12)


@settings(max_examples=150, deadline=None)
@given(_amounts, st.sampled_from([(".", ","), (",", "."), (" ", ","), ("'", "."), ("", ".")]), st.integers(0, 3))
def test_amounts_are_read_as_they_were_written_or_not_at_all(
    amounts: list[int], marks: tuple[str, str], digits: int
) -> None:
    grouping, decimal = marks
    true = [amount / 10**digits for amount in amounts]
    written = [f"{value:,.{digits}f}".replace(",", "_").replace(".", decimal).replace("_", grouping) for value in true]
    try:
        frame, _ = read_rows([{"price": cell} for cell in written])
    except ListingsError:
        return
    expected = np.array(true)[frame["row_number"].to_numpy()]
    assert np.allclose(frame["price"], expected)


_ways = st.tuples(st.sampled_from([(".", ","), (",", "."), ("", "."), ("", ",")]), st.integers(0, 3))


def _written(value: float, way: tuple[tuple[str, str], int]) -> tuple[str, float]:
    (grouping, decimal), digits = way
    text = f"{value:,.{digits}f}"
    return text.replace(",", "_").replace(".", decimal).replace("_", grouping), float(text.replace(",", ""))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.floats(20, 400), st.booleans()), min_size=1, max_size=10), _ways, _ways)
def test_areas_of_two_writers_are_read_as_they_were_written_or_not_at_all(
    areas: list[tuple[float, bool]],
    one: tuple[tuple[str, str], int],
    two: tuple[tuple[str, str], int],
) -> None:
    cells = [_written(area, two if second else one) for area, second in areas]
    try:
        frame, _ = read_rows([{"net_usable_area": text, "net_area": ""} for text, _ in cells])
    except ListingsError:
        return
    expected = np.array([value for _, value in cells])[frame["row_number"].to_numpy()]
    assert np.allclose(frame["net_usable_area"], expected)


# A program writes 2076.0, 12.5 and 10.875: the mark is the decimal mark of all its numbers.


@pytest.mark.parametrize(
    "cells",
    [
        ["10.875", "2.125", "2076.0", "12.5"],
        ["10.875", "340.25", "2076.0", "1800.75", "99.5"],
        ["2.375", "1999.0", "3.5", "0.125"],
    ],
)
def test_numbers_as_programs_write_them_are_read(cells: list[str]) -> None:
    assert column("price", cells) == [float(cell) for cell in cells]


@pytest.mark.parametrize(
    ("cells", "kept_out"),
    [
        (["5210.0", "4870.5", "5.213", "4.871", "6105.0"], [2, 3]),
        (["5210.0", "4870.5", "5.210", "6105.0"], [2]),
        (["5210.0", "4870.5", "5.213", "980", "6105.0"], [2]),
        (
            [*[f"{number}.0" for number in range(3000, 9000, 100)], *[f"{each}.213" for each in range(3, 9)]],
            range(60, 66),
        ),
    ],
)
def test_thousands_of_a_person_among_them_are_kept_out(cells: list[str], kept_out: list[int]) -> None:
    _, reader = read_rows([{"price": cell} for cell in cells])
    assert list(reasons_of(reader)) == list(kept_out)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 32_000), min_size=400, max_size=600, unique=True))
def test_prices_in_eighths_are_read_as_they_are(eighths: list[int]) -> None:
    prices = [each / 8 for each in eighths]
    frame, _ = read_rows([{"price": str(price)} for price in prices])
    assert frame["price"].tolist() == prices
