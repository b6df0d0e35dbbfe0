"""What brokers really have is read as it is meant, and what cannot be known is refused rather than guessed."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing_core.errors import ListingsError
from pricing_core.listings.ingestion import ListingsReader, read_frame, read_listings
from pricing_core.nouns.schema import LISTING_COLUMNS, TARGET

HEADER = ",".join(LISTING_COLUMNS)
LISTINGS = [
    ["casa", "Ñuñoa", "80.5", "120", "3", "2", "-33.4512", "-70.6", "14500.25"],
    ["departamento", "Maipú", "61", "", "2", "1", "-33.51", "-70.7604", "3900"],
]
SHARED = Path(__file__).parents[3] / "shared/data"


def table(*rows: list[str], delimiter: str = ",", header: str = HEADER) -> str:
    return "\n".join([header.replace(",", delimiter), *(delimiter.join(row) for row in rows)]) + "\n"


def read(text: str | bytes, **options: object) -> tuple[pd.DataFrame, ListingsReader]:
    content = text.encode() if isinstance(text, str) else text
    return read_frame(io.BytesIO(content), file_name="listings.csv", **options)  # type: ignore[arg-type]


def prices(*cells: str, delimiter: str = ";", latitude: str = "-33,45") -> list[float]:
    rows = [["casa", "Maipú", "80", "120", "3", "2", latitude, "", f'"{cell}"'] for cell in cells]
    frame, _ = read(table(*rows, delimiter=delimiter))
    return frame[TARGET].tolist()


PLAIN = read(table(*LISTINGS))[0]


def test_a_plain_file_is_read_as_it_is() -> None:
    assert PLAIN["sector"].tolist() == ["Ñuñoa", "Maipú"]
    assert PLAIN["price"].tolist() == [14500.25, 3900.0]
    assert np.isnan(PLAIN["net_area"][1])
    assert PLAIN["is_train"].tolist() == [True, True]
    assert PLAIN["row_number"].tolist() == [0, 1]


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-be-mark", "latin-1", "cp1252", "cp850", "mac_roman"])
def test_the_encoding_does_not_matter(codec: str) -> None:
    text = table(*LISTINGS, *[["casa", "Peñalolén", *LISTINGS[0][2:]], ["casa", "Conchalí", *LISTINGS[0][2:]]] * 5)
    content = b"\xfe\xff" + text.encode("utf-16-be") if codec == "utf-16-be-mark" else text.encode(codec)
    frame, reader = read(content)
    assert frame["sector"].tolist() == ["Ñuñoa", "Maipú", *["Peñalolén", "Conchalí"] * 5]
    assert codec == "utf-8-sig" or str(reader.notes[0]).startswith("Read as ")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_the_delimiter_and_the_line_ends_do_not_matter(delimiter: str, line_end: str) -> None:
    frame, _ = read(table(*LISTINGS, delimiter=delimiter).replace("\n", line_end))
    pd.testing.assert_frame_equal(frame, PLAIN)


def test_a_packed_file_is_read_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "listings.csv"
    path.write_bytes(gzip.compress(table(*LISTINGS).encode()))
    pd.testing.assert_frame_equal(read_frame(path)[0], PLAIN)


def test_decimal_commas_are_read_and_said() -> None:
    rows = [[cell.replace(".", ",") for cell in row] for row in LISTINGS]
    frame, reader = read(table(*rows, delimiter=";"))
    pd.testing.assert_frame_equal(frame, PLAIN)
    assert "Decimal commas were read in net_usable_area, latitude" in " ".join(map(str, reader.notes))


def test_columns_come_in_any_order_case_and_language() -> None:
    header = "Precio,Lng,LAT,N_Bathrooms,N Rooms,Net Área,net-usable-area,Comuna,Tipo"
    frame, _ = read(table(*[row[::-1] for row in LISTINGS], header=header))
    pd.testing.assert_frame_equal(frame, PLAIN)


def test_extra_columns_are_kept_out_and_said() -> None:
    frame, reader = read(table(*[[*row, "red", "9"] for row in LISTINGS], header=HEADER + ",Colour,"))
    pd.testing.assert_frame_equal(frame, PLAIN)
    assert str(reader.notes[0]) == "Columns kept out: Colour and (without a name)."


def test_a_quoted_line_break_does_not_end_its_row() -> None:
    header, rows = HEADER + ",text", [[*row, '"Sunny\nand ""quiet"""'] for row in LISTINGS]
    pd.testing.assert_frame_equal(read(table(*rows, header=header))[0], PLAIN)


def test_what_spreadsheets_put_before_the_header_is_skipped() -> None:
    frame, _ = read("sep=;\r\n" + table(*LISTINGS, delimiter=";"))
    pd.testing.assert_frame_equal(frame, PLAIN)


def test_empty_lines_are_skipped_and_do_not_count_as_rows() -> None:
    frame, reader = read(table(*LISTINGS).replace("\ndep", "\n\n\ndep"))
    pd.testing.assert_frame_equal(frame, PLAIN)
    assert str(reader.notes[0]) == "Empty lines skipped: 2."


@pytest.mark.parametrize("marker", ["", " ", "NA", "n/a", "#N/A", "NaN", "NULL", "None", "-", "S/I"])
def test_missing_cells_are_missing_values(marker: str) -> None:
    frame, reader = read(table(["casa", *[marker] * 7, "4500"]))
    assert frame.loc[0, "sector":"longitude"].isna().all()  # type: ignore[misc]
    assert reader.rejected == 0


def test_a_wholly_empty_column_is_missing_values() -> None:
    frame, _ = read(table(*[[*row[:2], "", *row[3:]] for row in LISTINGS]))
    assert frame["net_usable_area"].isna().all()
    assert frame["net_usable_area"].dtype == np.float64


def test_a_sector_of_digits_stays_text() -> None:
    frame, _ = read(table(["house", "00981", *LISTINGS[0][2:]], ["house", "98178", *LISTINGS[0][2:]]))
    assert frame["sector"].tolist() == ["00981", "98178"]


def test_white_space_and_the_spelling_of_accents_are_normalised_in_names() -> None:
    frame, _ = read(
        table(["casa", "\u200b  Las\u00a0\t Condes ", *LISTINGS[0][2:]], ["casa", "N\u0303uble", *LISTINGS[0][2:]])
    )
    assert frame["sector"].tolist() == ["Las Condes", "Ñuble"]


@pytest.mark.parametrize(
    ("train", "test"), [("1", "0"), ("True", "FALSE"), ("yes", "no"), ("train", "test"), ("Sí", "no"), ("1.0", "0.0")]
)
def test_the_column_is_train_is_understood(train: str, test: str) -> None:
    frame, _ = read(table([*LISTINGS[0], train], [*LISTINGS[1], test], header=HEADER + ",Is Train"))
    assert frame["is_train"].tolist() == [True, False]


def test_the_caller_says_what_a_file_without_is_train_is() -> None:
    with read_listings(io.BytesIO(table(*LISTINGS).encode()), is_train=False) as reader:
        assert not pd.concat(list(reader))["is_train"].any()


def test_an_empty_column_is_train_is_left_aside_and_said() -> None:
    frame, reader = read(table(*[[*row, ""] for row in LISTINGS], header=HEADER + ",is_train"))
    assert frame["is_train"].all()
    assert str(reader.notes[-1]) == "The column is_train is empty: it was left aside."


def test_the_column_as_a_whole_decides_what_a_lone_mark_means() -> None:
    assert prices("1.234", "1.234,56") == [1234, 1234.56]
    assert prices("1,234", "1,234.5", latitude="-33.45", delimiter=",") == [1234, 1234.5]
    assert prices("4.500", "980") == prices("4,500", "980") == [4500, 980]


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("latitude", ["-33.45", '"-33,45"'])
@pytest.mark.parametrize("price", ["4.500", "4,500"])
def test_neither_the_delimiter_nor_another_kind_of_column_tells_what_a_mark_means(
    delimiter: str, latitude: str, price: str
) -> None:
    with pytest.raises(ListingsError, match="can be read in two ways: price holds"):
        prices(price, delimiter=delimiter, latitude=latitude)


def test_a_column_that_mixes_marks_is_read_where_it_is_clear_and_said() -> None:
    rows = [[*LISTINGS[0][:8], f'"{price}"'] for price in ("1.234,5", "1234.5", "4.500")]
    frame, reader = read(table(*rows))
    assert frame["price"].tolist() == [1234.5, 1234.5]
    assert [rejection.row for rejection in reader.rejections] == [2]
    assert "price mixes decimal dots (1 cells) and decimal commas (1 cells)." in map(str, reader.notes)


def test_coordinates_and_rooms_never_have_thousands() -> None:
    frame, _ = read(table(["casa", "Maipú", "80", "120", "3", "1,500", "-33,456", "-70,123", "4500"], delimiter=";"))
    assert frame.loc[0, ["n_bathroom", "latitude", "longitude"]].tolist() == [1.5, -33.456, -70.123]


def test_units_are_taken_off_where_that_is_safe() -> None:
    row = ["casa", "Maipú", "80 m2", "120m²", "3", "2", "-33.45", "-70.6", "UF 4500.5"]
    frame, reader = read(table(row, [*row[:8], "4500"]))
    assert frame[["net_usable_area", "net_area", "price"]].to_numpy().tolist() == [[80, 120, 4500.5], [80, 120, 4500]]
    assert "price was written with UF in 1 cell." in map(str, reader.notes)


@pytest.mark.parametrize(
    ("price", "currency", "kept"),
    [("UF 4500", "UF", 1), ("$ 120000", "CLP", 1), ("$ 120000", "UF", 0), ("€ 5", "UF", 0)],
)
def test_a_price_in_another_currency_is_kept_out(price: str, currency: str, kept: int) -> None:
    _, reader = read(table(LISTINGS[0], [*LISTINGS[0][:8], price]), currency=currency)
    assert reader.accepted == 1 + kept


def test_prices_at_or_below_the_limit_are_kept_out() -> None:
    frame, reader = read(table(*LISTINGS), minimum_price=3900)
    assert len(frame) == 1
    assert {str(reason): count for reason, count in reader.reasons.items()} == {
        "price is at or below MIN_TARGET_THRESHOLD (3,900)": 1
    }


def test_a_file_to_be_valued_needs_no_price() -> None:
    text = table(*[row[:8] for row in LISTINGS], header=HEADER.removesuffix(",price"))
    frame, _ = read(text, require_price=False)
    assert frame["price"].isna().all()
    with pytest.raises(ListingsError, match="lacks the columns price"):
        read(text)


def test_what_arrived_is_kept_with_a_rejection() -> None:
    _, reader = read(table(LISTINGS[0], [*LISTINGS[1][:8], "much"]))
    assert reader.rejections[0].content == dict(zip(LISTING_COLUMNS, [*LISTINGS[1][:8], "much"], strict=True))


def test_chunks_do_not_change_what_is_read() -> None:
    text = table(*([*LISTINGS, ["casa"], [*LISTINGS[0][:8], "0"]]) * 5)
    whole, reader = read(text)
    with read_listings(io.BytesIO(text.encode()), chunk_rows=3) as small:
        pd.testing.assert_frame_equal(pd.concat(list(small), ignore_index=True), whole)
        assert list(small.each_rejection()) == reader.rejections
        assert [rejection.row for rejection in reader.rejections] == [2, 3, 6, 7, 10, 11, 14, 15, 18, 19]


def test_progress_ends_at_one_and_never_turns_back() -> None:
    told: list[float] = []
    text = table(*LISTINGS * 50)
    with read_listings(io.BytesIO(text.encode()), chunk_rows=10, progress=lambda _, done: told.append(done)) as reader:
        list(reader)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400) | st.binary(max_size=200).map(lambda tail: table(*LISTINGS).encode() + tail))
def test_any_bytes_give_listings_or_a_clear_error(content: bytes) -> None:
    try:
        frame, reader = read(content)
    except ListingsError:
        return
    assert len(frame) == reader.accepted == reader.rows - reader.rejected
    assert (frame["price"] > 0).all()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.text(max_size=12), min_size=9, max_size=9), min_size=1, max_size=5))
def test_any_cells_give_listings_or_a_clear_error(rows: list[list[str]]) -> None:
    quoted = [['"' + cell.replace('"', '""') + '"' for cell in row] for row in rows]
    try:
        frame, _ = read(table(*quoted).encode("utf-8", "surrogatepass"))
    except ListingsError:
        return
    assert (frame["price"] > 0).all()


@pytest.mark.skipif(not SHARED.is_dir(), reason="the public listings are not here")
@pytest.mark.parametrize("name", ["melbourne", "king_county", "santiago_apartments"])
def test_public_listings_are_read_whole(name: str) -> None:
    path = SHARED / f"{name}.csv"
    frame, reader = read_frame(path)
    expected = pd.read_csv(path, dtype={"sector": str})
    pd.testing.assert_series_equal(frame["price"], expected["price"], check_dtype=False)
    pd.testing.assert_series_equal(frame["net_usable_area"], expected["net_usable_area"], check_dtype=False)
    assert reader.rejected == 0
