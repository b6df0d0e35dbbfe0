"""A table reads back the same from whatever file it is written to, in any dialect that people use."""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable, Sequence
from datetime import date

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing_core.errors import ListingsError, SeveralSheetsError, SeveralTablesError
from pricing_core.listings.export import TABLE_ENDINGS, save_table
from pricing_core.listings.ingestion import ListingsReader, look_at_listings, read_frame
from pricing_core.listings.ingestion.json_rows import open_json
from pricing_core.listings.ingestion.outcomes import read_outcomes
from pricing_core.listings.template import template_csv, template_excel, template_frame
from pricing_core.nouns import ANY_TABLE, TableChoice
from pricing_core.nouns.schema import LISTING_COLUMNS, NUMBERS, TARGET

HEADER = list(LISTING_COLUMNS)
Cell = str | float | int | bool | date | None
LISTINGS: list[list[Cell]] = [
    ["casa", "Ñuñoa", 80.5, 120, 3, 2, -33.4512, -70.6, 14500.25],
    ["departamento", "Maipú", 61, None, 2, 1, -33.51, -70.7604, 3900],
    ["casa", "Las Condes", 71.25, 120, 3, 2, -33.45, -70.12, 5000.5],
]


def read(content: bytes, choice: TableChoice = ANY_TABLE) -> tuple[pd.DataFrame, ListingsReader]:
    look_at_listings(io.BytesIO(content), "homes", require_price=True, choice=choice)
    return read_frame(io.BytesIO(content), file_name="homes", choice=choice)


def refused(content: bytes, choice: TableChoice = ANY_TABLE) -> str:
    with pytest.raises(ListingsError) as caught:
        read_frame(io.BytesIO(content), file_name="homes", choice=choice)
    return str(caught.value)


def workbook(rows: Sequence[Sequence[Cell]], **others: Sequence[Sequence[Cell]]) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"strings_to_formulas": False}) as book:
        for name, sheet_rows in {"Hoja1": rows, **others}.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(sheet_rows):
                sheet.write_row(number, 0, row)
    return content.getvalue()


def parquet(rows: Sequence[Sequence[Cell]], header: Sequence[str] = HEADER) -> bytes:
    content = io.BytesIO()
    pd.DataFrame(list(rows), columns=list(header)).to_parquet(content)
    return content.getvalue()


def objects(rows: Sequence[Sequence[Cell]]) -> list[dict[str, Cell]]:
    return [dict(zip(HEADER, row, strict=True)) for row in rows]


def as_json(rows: Sequence[Sequence[Cell]]) -> bytes:
    return json.dumps(objects(rows), ensure_ascii=False).encode()


def json_lines(rows: Sequence[Sequence[Cell]]) -> bytes:
    return "\n".join(json.dumps(each) for each in objects(rows)).encode()


def as_csv(rows: Sequence[Sequence[Cell]], delimiter: str = ",", quoting: int = 0, line_end: str = "\n") -> str:
    content = io.StringIO()
    writer = csv.writer(content, delimiter=delimiter, quoting=quoting, lineterminator=line_end)  # type: ignore[arg-type]
    writer.writerows([HEADER, *rows])
    return content.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, each in files.items():
            archive.writestr(name, each)
    return content.getvalue()


PLAIN = read(as_csv(LISTINGS).encode())[0]
CSV = as_csv(LISTINGS).encode()
WRITERS: dict[str, Callable[[Sequence[Sequence[Cell]]], bytes]] = {
    "excel": lambda rows: workbook([HEADER, *rows]),
    "parquet": parquet,
    "json": as_json,
    "json lines": json_lines,
    "wrapped": lambda rows: b'{"count": 3, "data": {"listings": ' + as_json(rows) + b'}, "next": null}',
    "zip": lambda rows: zipped({"a.csv": as_csv(rows).encode(), "__MACOSX/a.csv": b"x", "readme.md": b"x"}),
    "zip of excel": lambda rows: zipped({"folder/a.xlsx": workbook([HEADER, *rows])}),
    "gzip of json": lambda rows: gzip.compress(json_lines(rows)),
    "zip of gzip": lambda rows: zipped({"a.csv.gz": gzip.compress(as_csv(rows).encode())}),
    "utf-16 without mark": lambda rows: as_csv(rows).encode("utf-16-le"),
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_file_of_any_format_is_read_like_csv(name: str) -> None:
    pd.testing.assert_frame_equal(read(WRITERS[name](LISTINGS))[0], PLAIN)


NAMES = st.text(st.sampled_from("abz ÑñéíãüçÁ'.-/º"), min_size=1, max_size=12).filter(
    lambda name: any(map(str.isalpha, name)) and name[0].isalpha()
)
NUMERALS = st.one_of(st.integers(1, 10**6), st.floats(0.001, 1e6).map(lambda number: round(number, 6)))
ROWS = st.lists(
    st.tuples(
        NAMES,
        NAMES,
        NUMERALS,
        NUMERALS,
        st.integers(1, 9),
        st.integers(1, 9),
        st.floats(-89, 89).map(lambda n: round(n, 6)),
        st.floats(-179, 179).map(lambda n: round(n, 6)),
        NUMERALS,
    ).map(list),
    min_size=1,
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(ROWS, st.sampled_from(["parquet", "json", "json lines", "wrapped", "gzip of json"]))
def test_numbers_that_are_typed_need_no_guessing(rows: list[list[Cell]], name: str) -> None:
    frame, reader = read(WRITERS[name](rows))
    assert reader.rejected == 0
    for column in (*NUMBERS, TARGET):
        assert frame[column].tolist() == [row[HEADER.index(column)] for row in rows]


DIALECTS = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from([",", ";", "\t", "|"]),
        "quoting": st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
        "line_end": st.sampled_from(["\n", "\r\n"]),
    }
)


@settings(max_examples=150, deadline=None)
@given(
    ROWS,
    DIALECTS,
    st.sampled_from([[], ["Cartera"], ["", "Cartera de mayo", ""]]),
    st.sampled_from([[], ["Total{0}{0}{0}{0}{0}{0}{0}{0}9"], ["", "Fuente: Portal"]]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.booleans(),
    st.booleans(),
)
def test_a_table_in_any_dialect_reads_back_the_same(
    rows: list[list[Cell]],
    dialect: dict[str, object],
    above: list[str],
    below: list[str],
    codec: str,
    wraps: bool,
    trails: bool,
) -> None:
    plain, _ = read(as_csv(rows).encode())
    end, delimiter = str(dialect["line_end"]), str(dialect["delimiter"])
    lines = as_csv(rows, **dialect).removesuffix(end).split(end)  # type: ignore[arg-type]
    if trails:
        lines = [line + delimiter * 2 for line in lines]
    if wraps:
        lines = ['"' + line.replace('"', '""') + '"' for line in lines]
    text = end.join([*above, *lines, *[line.format(delimiter) for line in below]]) + end
    frame, _ = read(text.encode(codec))
    pd.testing.assert_frame_equal(frame, plain)


# Excel


def test_text_beside_typed_numbers_is_not_read_by_their_marks() -> None:
    odd: list[Cell] = ["casa", "x", 85, "1.250", 3, 2, -33, -70, "5.200"]
    frame, _ = read(workbook([HEADER, *LISTINGS, odd]))
    # By the whole numbers beside them; the decimals of the typed numbers tell nothing of what a dot means in text.
    assert frame[["net_area", "price"]].iloc[-1].tolist() == [1250, 5200]


def test_typed_numbers_of_a_sheet_need_no_guessing() -> None:
    frame, _ = read(workbook([HEADER, ["casa", "x", 1.234, 2.5, 3, 2, -33.451, -70.123, 5.21]]))
    assert frame[["net_usable_area", "price"]].to_numpy().tolist() == [[1.234, 5.21]]


def test_titles_blank_rows_and_totals_of_a_sheet_are_said_with_its_rows() -> None:
    rows = [["Cartera"], [], HEADER, LISTINGS[0], [], LISTINGS[1], ["Total", *[None] * 7, 9]]
    frame, reader = read(workbook(rows))
    assert len(frame) == 2
    assert [reader.line(row) for row in range(3)] == [4, 6, 7]
    assert list(map(str, reader.notes)) == [
        "The header was found on line 3; what stands above it was skipped: 'Cartera'.",
        "Empty lines skipped: 1.",
        "1 row is a total, an average or a note, and was kept out: line 7.",
    ]


def test_formulas_dates_yes_and_errors_of_a_sheet_are_read_by_their_values() -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, [*HEADER, "is_train", "listed_on"])
        sheet.write_row(1, 0, [*LISTINGS[0][:8], None, True])
        sheet.write_formula(1, 8, "=2*100", None, 200)
        sheet.write_formula(1, 3, "=1/0", None, "#DIV/0!")
        sheet.write_datetime(1, 10, date(2026, 5, 1), day)  # type: ignore[arg-type]
    frame, _ = read(content.getvalue())
    assert frame[["price", "is_train"]].to_numpy().tolist() == [[200, True]]
    assert frame["net_area"].isna().all()


def test_the_sheet_with_the_table_is_taken_and_of_several_one_is_asked_for() -> None:
    table = [HEADER, *LISTINGS]
    frame, reader = read(workbook([["Leer antes de usar"]], Datos=table))
    assert (len(frame), str(reader.notes[0])) == (3, "Read from the sheet 'Datos'.")
    two = workbook(table, Otra=[HEADER, LISTINGS[0]])
    with pytest.raises(SeveralSheetsError) as caught:
        read(two)
    assert caught.value.tables == ["Hoja1", "Otra"]
    assert len(read(two, TableChoice(sheet="otra"))[0]) == 1
    assert "no sheet 'x'" in refused(two, TableChoice(sheet="x"))


def test_cells_too_far_apart_are_refused_before_memory_is_gone() -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "x")
        sheet.write(1_048_575, 16_383, 1)
    assert "too far apart" in refused(content.getvalue())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (workbook([HEADER])[:3_000], "damaged"),
        (b"\xd0\xcf\x11\xe0" + bytes(2_000), "damaged workbook"),
        (workbook([]), "without a filled cell"),
        (parquet(LISTINGS)[:-40], "damaged Parquet"),
        (as_json(LISTINGS)[:-9], "no valid JSON"),
        (json_lines(LISTINGS)[:-9], "line 3 is no object"),
        (b"[" * 100_000, "no valid JSON"),
        (b'{"a": ' * 100_000, "no valid JSON"),
        (b'[{"a": 1}, {"a": ' + b"9" * 9_000_000 + b"}]", "no valid JSON"),
        (b"[]", "without a list of objects"),
        (zipped({}), "without a file"),
        (zipped({"a.csv": CSV * 99})[:-60], "damaged zip"),
        (zipped({"a.zip": zipped({"a.csv": CSV})}), "holds another archive"),
        (zipped({"word/document.xml": b"x"}), "a Word document"),
        (zipped({"a.csv": bytes(70 << 20)}), "unpacks to more than 200 times"),
        (zipped({"xl/workbook.xml": bytes(70 << 20)}), "unpacks to more than 200 times"),
    ],
)
def test_what_is_damaged_or_a_bomb_says_so(content: bytes, words: str) -> None:
    assert words in refused(content)


def test_a_large_parquet_file_is_refused_by_what_it_says_of_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pricing_core.listings.ingestion.parquet_rows._MOST_ROWS", 2)
    assert "says that it holds 3 rows" in refused(parquet(LISTINGS))


def test_a_long_text_in_every_row_of_a_parquet_file_is_held_once() -> None:
    content = io.BytesIO()
    rows = [["casa", "x" * 5_000_000, *LISTINGS[0][2:]]] * 200
    pq.write_table(pa.Table.from_pandas(pd.DataFrame(rows, columns=HEADER)), content)
    assert "more than 120 characters" in refused(content.getvalue())


def test_of_several_tables_in_a_file_one_is_asked_for() -> None:
    for content in (
        zipped({"a.csv": CSV, "b.csv": CSV}),
        b'{"a": ' + as_json(LISTINGS) + b', "b": ' + as_json([]) + b"}",
    ):
        assert len(read(content, TableChoice(table="a.csv" if content.startswith(b"PK") else "a"))[0]) == 3
    with pytest.raises(SeveralTablesError) as caught:
        read(zipped({"a.csv": CSV, "b.csv": CSV}))
    assert caught.value.tables == ["a.csv", "b.csv"]


def test_objects_within_objects_and_points_of_geojson_are_columns() -> None:
    flat = objects(LISTINGS[:1])[0]
    place = {name: flat.pop(name) for name in ("latitude", "longitude")}
    nested = [flat | {"place": place}]
    feature = {
        "type": "Feature",
        "properties": flat,
        "geometry": {"type": "Point", "coordinates": [place["longitude"], place["latitude"]]},
    }
    for document in (nested, {"type": "FeatureCollection", "features": [feature]}):
        pd.testing.assert_frame_equal(read(json.dumps(document).encode())[0], PLAIN[:1])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=4), each, max_size=3),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None)
@given(JSON)
def test_any_json_gives_rows_or_a_clear_error(document: object) -> None:
    with contextlib.suppress(ListingsError):
        open_json(io.BytesIO(json.dumps(document).encode()), "homes.json", None).heads()


# Out, and back in


@pytest.mark.parametrize("ending", TABLE_ENDINGS)
def test_a_table_that_was_written_reads_back(ending: str, tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / f"out{ending}"
    save_table(pd.DataFrame(LISTINGS, columns=HEADER), path)
    pd.testing.assert_frame_equal(read(path.read_bytes())[0], PLAIN)


def test_no_text_in_a_workbook_becomes_a_formula_or_a_link(tmp_path) -> None:  # type: ignore[no-untyped-def]
    texts = ["=1+1", "+1", "-x", "@a", "https://x.cl", "{=1}"]
    save_table(pd.DataFrame({"a": texts}), tmp_path / "out.xlsx")
    with zipfile.ZipFile(tmp_path / "out.xlsx") as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet


@pytest.mark.parametrize("content", [template_csv(), template_excel()])
def test_the_template_reads_back_as_it_is(content: bytes) -> None:
    frame, reader = read(content)
    assert (reader.accepted, reader.rejected) == (2, 0)
    assert frame[HEADER].to_numpy().tolist() == template_frame().to_numpy().tolist()


def test_later_prices_come_in_the_same_formats() -> None:
    rows: list[list[Cell]] = [["Precios de mayo"], ["log_id", "price", "date"], ["x", 5200.5, "2026-05-01"]]
    for content in (workbook(rows), b'[{"log_id": "x", "price": 5200.5, "date": "2026-05-01"}]'):
        found, _ = read_outcomes(io.BytesIO(content), file_name="prices", currency="UF", today=date(2026, 6, 1))
        assert [(row.log_id, row.price, row.happened_on, row.problem) for row in found] == [
            ("x", 5200.5, date(2026, 5, 1), None)
        ]
