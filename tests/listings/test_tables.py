"""Where a table begins and ends in its file, and on which line each row stands."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from pricing_core.listings.ingestion import ListingsReader, read_frame
from pricing_core.nouns.schema import LISTING_COLUMNS

FILES = Path(__file__).parent / "files"
HEADER = ",".join(LISTING_COLUMNS)
ROW = "casa,Maipú,80.5,120,3,2,-33.51,-70.76,4500"


def read(*lines: str, ends: str = "\n") -> tuple[list[float], ListingsReader]:
    frame, reader = read_frame(io.BytesIO((ends.join(lines) + ends).encode()), file_name="homes.csv")
    return frame["price"].tolist(), reader


def said(reader: ListingsReader) -> str:
    return " ".join(map(str, reader.notes))


@pytest.mark.parametrize(
    ("name", "prices", "note"),
    [
        ("k4_title_rows", [5200], "The header was found on line 3; what stands above it was skipped: 'Cartera"),
        ("k4_footer", [5200, 4300], "2 rows are totals, averages or notes, and were kept out: lines 5 and 6."),
        ("k4_trailing_comma", [5200, 4300], ""),
        ("k4_whole_rows_quoted", [5200], "Each line of the file is wrapped in quotes"),
        ("k7_two_encodings", [5200, 5300], "The file is in two encodings: lines that are not UTF-8 were read as"),
    ],
)
def test_what_people_complained_about_is_read_and_said(name: str, prices: list[float], note: str) -> None:
    frame, reader = read_frame(FILES / f"{name}.csv")
    assert frame["price"].tolist() == prices
    assert note in said(reader)


@pytest.mark.parametrize(
    "above",
    [
        ["Mi cartera"],
        ["", "Corredora Sur; mayo", ""],
        ['"Una ""cartera""\nde dos líneas",,', ",,,,,,,,"],
        ["type and price list", "as of,2026-05-01"],
        ["Precios en UF,,,price,,,"],
        ["\ufeff"],
    ],
)
def test_whatever_stands_above_the_header_is_skipped_and_said(above: list[str]) -> None:
    prices, reader = read(*above, HEADER, "x", ROW)
    assert prices == [4500]
    assert reader.rejections[0].line == len("\n".join(above).split("\n")) + 2
    assert above == ["\ufeff"] or "The header was found on line" in said(reader)


@pytest.mark.parametrize(
    "below",
    [
        "Total,,,,,,,,9000",
        "TOTAL GENERAL:,,,,,,,,9000",
        ",Subtotal,,,,,,,9000",
        "Promedio,,80.5,120,3,2,-33.5,-70.7,4500",
        "Average,,80.5,120,3,2,,,4500",
        "Média,,80.5,120,3,2,,,4500",
        ",,161,240,6,4,,,9000",
        ",,,,,,,,9000",
        "Fuente: Portal Inmobiliario",
        "Fuente: Portal, consultado en mayo, 2026",
        "* precios sin IVA,,,,,,,,",
        "Nota: sin gastos comunes,,,,,,,,",
        HEADER,
    ],
)
def test_what_stands_below_the_rows_is_no_listing(below: str) -> None:
    prices, reader = read(HEADER, ROW, ROW, "", below)
    assert prices == [4500, 4500]
    (kept_out,) = reader.rejections
    assert (kept_out.row, kept_out.line) == (2, 5)
    assert "kept out: line 5." in said(reader)


@pytest.mark.parametrize("row", ["casa,,80.5,120,3,2,,,4500", "Media agua,,80,,,,,,90", ",Totalán,80,,,,-36.7,-4.3,9"])
def test_a_listing_with_empty_cells_is_a_listing(row: str) -> None:
    assert read(HEADER, row)[1].rejected == 0


def test_cells_of_a_total_do_not_decide_how_others_are_read() -> None:
    header, rows = (
        HEADER.replace(",", ";"),
        ["casa;Maipú;80;120;3;2;-33,51;-70,76;4.500", "casa;Maipú;80;120;3;2;-33,51;-70,76;4.500,5"],
    )
    prices, _ = read(header, *rows, "Promedio;;80.5;;;;;;4500.75")
    assert prices == [4500, 4500.5]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (HEADER + ",,", ROW + ",,"),
        (HEADER, ROW + ",,,"),
        (HEADER + ",,", ROW),
        ("," + HEADER, "," + ROW),
        (HEADER.replace(",price", ",,price"), ROW.replace(",4500", ",,4500")),
        (HEADER + ",", ROW + ",  "),
    ],
)
def test_blank_columns_and_trailing_delimiters_do_not_matter(header: str, row: str) -> None:
    prices, reader = read(header, row, row)
    assert (prices, reader.rejected) == ([4500, 4500], 0)
    assert "Columns kept out" not in said(reader)
    assert "header" not in said(reader)


def test_a_cell_too_many_or_too_few_is_still_refused() -> None:
    _, reader = read(HEADER, ROW, ROW + ",5", ROW.removesuffix(",4500"))
    assert [str(each.reason) for each in reader.rejections] == [
        "the row has 10 cells, but the header has 9",
        "the row has 8 cells, but the header has 9",
    ]


@pytest.mark.parametrize("doubled", [False, True])
def test_lines_wrapped_in_quotes_as_a_whole_are_read(doubled: bool) -> None:
    row = 'casa,"Maipú, centro",80.5,120,3,2,-33.51,-70.76,4500' if doubled else ROW
    wrapped = ['"' + line.replace('"', '""') + '"' for line in (HEADER, row)]
    frame, reader = read_frame(io.BytesIO("\n".join(wrapped).encode()), file_name="homes.csv")
    assert frame["sector"].tolist() == ["Maipú, centro" if doubled else "Maipú"]
    assert "wrapped in quotes" in said(reader)


def test_quotes_written_with_a_backslash_are_read_and_said() -> None:
    odd = r'"casa","Villa \"El Sol\", norte",80.5,120,3,2,-33.51,-70.76,4600'
    last = r'"casa","tubo de 5\"",80.5,120,3,2,-33.51,-70.76,4700'
    prices, reader = read(HEADER, ROW, odd, ROW, last, ROW)
    assert prices == [4500, 4600, 4500, 4700, 4500]
    assert r"In 2 lines quotes are written as \"" in said(reader)


def test_many_quotes_written_with_a_backslash_are_read_soon() -> None:
    row = r'casa,"El \"Sol\"",80.5,120,3,2,-33.51,-70.76,4500'
    assert len(read(HEADER, *[row] * 5_000)[0]) == 5_000


@pytest.mark.parametrize("says", ["sep=;", "SEP=;", '"sep=;"'])
def test_the_delimiter_that_excel_is_told_is_used(says: str) -> None:
    prices, reader = read(says, HEADER.replace(",", ";"), ROW.replace(",", ";"), ends="\r\n")
    assert prices == [4500]
    assert "header" not in said(reader)


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_a_row_is_found_on_its_line_whatever_stands_before_it(ends: str) -> None:
    over_two = f'casa,"Maipú{ends}centro",80.5,120,3,2,-33.51,-70.76,4500'
    open_quote = 'casa,"Maipú,80.5,120,3,2,-33.51,-70.76,4500'
    lines = ["title", HEADER, ROW, "", over_two, "bad", ROW, open_quote, "bad", *[ROW] * 3, "bad"]
    _, reader = read(*lines, ends=ends)
    text = ends.join(lines).split(ends)
    expected = [number for number, line in enumerate(text, 1) if line == "bad" or line == open_quote]
    assert [each.line for each in reader.rejections] == expected


def test_the_lines_are_known_before_and_after_all_rejections_are_asked_for() -> None:
    content = "\n".join(["", HEADER, *[ROW, "", "bad"] * 1_100]).encode()
    frame, reader = read_frame(io.BytesIO(content), file_name="homes.csv")
    assert reader.line(int(frame["row_number"].iloc[-1])) == 3 * 1_100
    assert reader.rejections[-1].line == 5 + 3 * 999
