"""Columns that change what others mean are used, or their rows are kept out: currency, sale or rent, rooms, units."""

from __future__ import annotations

from datetime import date

import pytest

from pricing_core.errors import ListingsError
from pricing_core.nouns.uf import UfTable, UfValue
from tests.listings.reading import notes_of, read_case, read_rows, reasons_of

TODAY = date(2026, 11, 30)
UF = UfTable([UfValue(date(2026, 11, 1), 38_000.0), UfValue(date(2026, 11, 28), 40_000.0)], TODAY)


def test_a_price_in_another_currency_is_kept_out_with_its_currency() -> None:
    frame, reader = read_case("k2_currency_column")
    assert frame["price"].tolist() == [5200, 5600]
    assert "its price is in CLP, and prices in UF are wanted" in reasons_of(reader)[1]
    assert "tasador uf import" in reasons_of(reader)[1]


def test_it_is_converted_where_values_of_the_uf_are_known() -> None:
    frame, reader = read_case("k2_currency_column", uf=lambda: UF)
    assert frame["price"].tolist() == [5200, 4750, 5600]
    assert "1 price was converted to UF with the UF value of 28 Nov 2026 (40,000)." in notes_of(reader)


def test_each_price_is_converted_by_its_own_day() -> None:
    days = ["2026-11-01", "28/11/2026", "", "2026-11-02", "soon"]
    rows = [{"price": "$ 190.000.000", "currency": "CLP", "fecha": day} for day in days]
    frame, reader = read_rows([{"currency": "UF", "fecha": ""}, *rows], uf=lambda: UF)
    assert frame["price"].tolist() == [5200, 5000, 4750, 4750]
    assert "there is no UF value of 2 Nov 2026" in reasons_of(reader)[4]
    assert "its day 'soon' cannot be read" in reasons_of(reader)[5]


def test_prices_in_uf_become_pesos_where_pesos_are_expected() -> None:
    rows = [{"price": "UF 5.200,5"}, {"price": "$ 185.000"}, {"price": "95000000"}]
    frame, _ = read_rows(rows, currency="CLP", uf=lambda: UF)
    assert frame["price"].tolist() == [208_020_000, 185_000, 95_000_000]


@pytest.mark.parametrize("word", ["CLP", "$", "pesos", "Pesos chilenos", "clp"])
def test_pesos_have_many_names(word: str) -> None:
    rows = [{"price": "190.000.000", "moneda": word}, {"moneda": "UF"}]
    assert read_rows(rows, uf=lambda: UF)[0]["price"].tolist() == [4750, 5200]


@pytest.mark.parametrize(
    ("price", "currency", "reason"),
    [
        ("5200", "US$", "its price is in US$"),
        ("5200", "doblones", "its currency is not known"),
        ("UF 5200", "CLP", "two currencies"),
        ("5200", "", "does not say its currency"),
    ],
)
def test_a_currency_that_cannot_be_converted_keeps_its_row_out(price: str, currency: str, reason: str) -> None:
    _, reader = read_rows([{"price": price, "currency": currency}, {"currency": "UF"}], uf=lambda: UF)
    assert reason in reasons_of(reader)[0]


def test_an_empty_column_of_currencies_is_left_aside_and_said() -> None:
    frame, reader = read_rows([{"moneda": ""}])
    assert len(frame) == 1
    assert "The column moneda is empty: it was left aside." in notes_of(reader)


def test_pesos_say_nothing_of_the_marks_of_prices_in_uf() -> None:
    rows = [{"price": price, "moneda": "CLP"} for price in ("190.000", "185.500")]
    with pytest.raises(ListingsError, match=r"price holds '5\.210'"):
        read_rows([*rows, {"price": "5.210", "moneda": "UF"}, {"price": "4.870", "moneda": "UF"}], uf=lambda: UF)


@pytest.mark.parametrize("name", ["operation", "Operación", "tipo_operacion"])
def test_rents_are_kept_out(name: str) -> None:
    words = ["Venta", "en venta", "sale", "Arriendo", "rent", "Alquiler temporal", "venta y arriendo", "permuta", ""]
    frame, reader = read_rows([{"op": word} for word in words], names={"op": name})
    assert frame["row_number"].tolist() == [0, 1, 2]
    reasons = reasons_of(reader)
    assert all(reasons[row].startswith("it is for rent") for row in (3, 4))
    assert all(reasons[row].startswith("it is not plainly for sale") for row in (5, 6, 7))
    assert "does not say whether" in reasons[8]


def test_prices_that_are_kept_out_do_not_tell_how_the_others_are_written() -> None:
    sales = [{"price": price, "operacion": "venta"} for price in ("5.200", "4.870", "980")]
    rents = [{"price": price, "operacion": "arriendo"} for price in ("15", "18,5", "12.5", "14")]
    assert read_rows(sales + rents)[0]["price"].tolist() == [5200, 4870, 980]
    dollars = [{"price": "US$ 250,000"}, {"price": "US$ 310,000"}, {"price": "5200"}]
    frame, reader = read_rows(dollars)
    assert frame["price"].tolist() == [5200]
    assert reasons_of(reader)[0] == "its price is in US$, and prices in UF are wanted: 'US$ 250,000'"


def test_bedrooms_are_taken_where_rooms_of_any_kind_are_counted_too() -> None:
    frame, reader = read_case("k2_rooms_and_bedrooms")
    assert frame["n_rooms"].tolist() == [3, 2]
    assert "'bedrooms' as n_rooms" in notes_of(reader)
    assert "'rooms' was left aside: it counts all rooms" in notes_of(reader)
    assert "Columns kept out: rooms." in notes_of(reader)


def test_two_columns_for_one_are_refused() -> None:
    with pytest.raises(ListingsError, match="two columns for n_rooms"):
        read_rows([{"bedrooms": "3"}])


def test_the_expected_unit_in_a_header_is_taken_off() -> None:
    frame, _ = read_case("k3_units_in_header")
    assert frame[["net_usable_area", "price"]].to_numpy().tolist() == [[85, 5200]]


@pytest.mark.parametrize(
    "names",
    [
        {"price": "Precio UF", "net_usable_area": "m2_utiles", "net_area": "m2 totales"},
        {"price": "precio [UF]", "net_usable_area": "net_usable_area m²", "net_area": "net area (mts2)"},
        {"price": "price_uf", "net_usable_area": "(m2) net usable area", "net_area": "M² totales"},
    ],
)
def test_headers_name_units_in_many_ways(names: dict[str, str]) -> None:
    frame, _ = read_rows([{}], names=names)
    assert frame[["net_usable_area", "net_area", "price"]].to_numpy().tolist() == [[85, 120, 5200]]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ({"price": "Precio CLP"}, r"the column 'Precio CLP', in CLP, but UF is expected: .* set CURRENCY"),
        ({"price": "price (US$)"}, r"in US\$, but UF"),
        ({"net_area": "net_area (ft2)"}, r"in ft², but m² is expected: .* set AREA_UNIT"),
    ],
)
def test_another_unit_in_a_header_refuses_the_file_by_name(names: dict[str, str], message: str) -> None:
    with pytest.raises(ListingsError, match=message):
        read_rows([{}], names=names)


def test_a_price_by_area_is_no_price() -> None:
    with pytest.raises(ListingsError, match="lacks the columns price"):
        read_rows([{}], names={"price": "Precio (UF/m2)"})
