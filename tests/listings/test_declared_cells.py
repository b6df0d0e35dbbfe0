"""Cells of declared columns in a file: read as the column is written, or left empty and said."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pricing_core.listings.declared_findings import declared_findings
from pricing_core.listings.ingestion import read_frame
from pricing_core.listings.ingestion.matching import ColumnsSaid
from pricing_core.listings.template import template_csv, template_excel
from pricing_core.nouns.declared import Declaration
from pricing_core.nouns.declared_frames import plain
from pricing_core.nouns.profiles import ColumnSettings
from pricing_core.nouns.schema import LISTING_COLUMNS
from tests.declared import declaration, declared_listings

HEADER = ";".join(LISTING_COLUMNS)
HOME = "casa;Maipú;80;90;3;2;-33.5;-70.7;3900"


def read(folder: Path, header: str, cells: list[str]) -> tuple[dict[str, list[object]], list[str]]:
    text = "\n".join([f"{HEADER};{header}", *(f"{HOME};{cell}" for cell in cells)])
    columns = declaration(folder)
    frame, reader = read_frame(io.BytesIO(text.encode()), declared=columns)
    assert len(frame) == len(cells)
    found = {name: plain(role, frame[name]) for name, role in columns.roles.items() if name in frame}
    return found, [str(note) for note in reader.notes]


@pytest.mark.parametrize("header", ["year_built", "Year built", "AÑO DE CONSTRUCCION", "built", "Year-Built"])
def test_a_header_is_known_by_name_label_and_header_names(tmp_path: Path, header: str) -> None:
    assert read(tmp_path, header, ["1995"])[0] == {"year_built": [1995]}


def test_a_column_that_is_not_declared_is_kept_out_and_said(tmp_path: Path) -> None:
    found, notes = read(tmp_path, "colour", ["red"])
    assert found == {}
    assert "Columns kept out: colour." in notes


@pytest.mark.parametrize(
    ("header", "cells", "values"),
    [
        ("pool", ["sí", "NO", "1", "false", "s/i", ""], [True, False, True, False, None, None]),
        ("view", ["Park", " sea  side", "-"], ["Park", "sea side", None]),
        ("to_centre", ["2,5", "1,250", "3"], [2.5, 1.25, 3.0]),
        ("to_centre", ["2.5", "1.250", "3 km"], [2.5, 1.25, 3.0]),
        ("to_centre", ["1.234,5", "1.250", "n/a"], [1234.5, 1250.0, None]),
        ("parking", ["1.0", "2", "1,5"], [1.0, 2.0, 1.5]),
        ("sold_on", ["2024-03-31", "31-03-2024", "31/3/2024"], ["2024-03-31"] * 3),
        ("sold_on", ["03/31/2024", "04/05/2024"], ["2024-03-31", "2024-04-05"]),
        ("sold_on", ["31/03/2024", "04/05/2024"], ["2024-03-31", "2024-05-04"]),
        ("sold_on", ["31/03/2024", "03/31/2024", "04/05/2024"], ["2024-03-31", "2024-03-31", None]),
    ],
)
def test_cells_are_read_as_their_column_is_written(
    tmp_path: Path, header: str, cells: list[str], values: list[object]
) -> None:
    assert read(tmp_path, header, cells)[0] == {header: values}


@pytest.mark.parametrize(
    ("header", "cells", "said"),
    [
        ("year_built", ["1700", "abc", "1995"], "year_built: 2 cells were left empty, for it must be a year"),
        ("parking", ["21"], "parking: 1 cell was left empty, for it must be a count, at least 0 and at most 20"),
        ("to_centre", ["1.250"], "to_centre: 1 cell was left empty, for it can have decimals or thousands"),
        ("sold_on", ["31/12/2024", "12/31/2024", "1/2/2024"], "sold_on: 1 cell was left empty, for day and month"),
        ("pool", ["perhaps"], "(line 2: 'perhaps')"),
        ("sold_on", ["04/05/2024"], "sold_on: dates were read with the day first."),
        ("sold_on", ["04/05/2024", "12/31/2024"], "sold_on: dates were read with the month first"),
    ],
)
def test_what_is_left_empty_or_could_mean_something_else_is_said(
    tmp_path: Path, header: str, cells: list[str], said: str
) -> None:
    assert any(said in note for note in read(tmp_path, header, cells)[1])


def test_what_is_declared_is_not_taken_for_a_column_of_the_core(tmp_path: Path) -> None:
    columns = declaration(tmp_path, "columns: [{name: land_area, role: number, headers: [superficie terreno]}]")
    text = f"{HEADER};Superficie Terreno\n{HOME};5000"
    frame, reader = read_frame(io.BytesIO(text.encode()), declared=columns)
    assert (frame["land_area"].tolist(), frame["net_area"].tolist()) == ([5000.0], [90.0])
    assert not [note for note in map(str, reader.notes) if "kept out" in note or "by their names" in note]


def test_what_a_person_says_of_a_column_goes_before_its_name(tmp_path: Path) -> None:
    columns = declaration(tmp_path)
    text = f"{HEADER};year built;Antigüedad\n{HOME};1;1995"
    fields = {"Antigüedad": "year_built", "year built": ""}
    said = ColumnsSaid(ColumnSettings(fields))
    frame, _ = read_frame(io.BytesIO(text.encode()), declared=columns, columns=lambda _names: said)
    assert frame["year_built"].tolist() == [1995]


def test_a_reviewer_sees_what_stood_in_cells_that_say_more_than_what_was_read(tmp_path: Path) -> None:
    columns = declaration(tmp_path)
    text = (
        f"{HEADER};parking;to centre;sold_on;year built\n{HOME};2;1.250 km;04-05-2024;old\n{HOME};1;3,5;31-05-2024;1990"
    )
    frame, _ = read_frame(io.BytesIO(text.encode()), declared=columns)
    assert frame["to_centre"].tolist() == [1250, 3.5]
    kept = [json.loads(each) if isinstance(each, str) else {} for each in frame["as_written"]]
    names = set(columns.names)
    assert [{name: cell for name, cell in cells.items() if name in names} for cells in kept] == [
        {"to_centre": "1.250 km", "sold_on": "04-05-2024", "year_built": "old"},
        {},
    ]


@pytest.mark.parametrize("write", [template_csv, template_excel])
def test_the_template_has_what_is_declared_with_an_example_that_is_read(
    tmp_path: Path, write: Callable[[Declaration], bytes]
) -> None:
    columns = declaration(tmp_path)
    frame, reader = read_frame(io.BytesIO(write(columns)), declared=columns)
    first = frame.iloc[0]
    assert (first["year_built"], first["parking"], bool(first["pool"])) == (2010, 1, False)
    assert str(first["sold_on"])[:10] == "2026-03-31"
    assert frame.iloc[1][[*columns.names]].isna().all()
    assert reader.rejected == 0


def test_a_slip_and_a_sale_before_the_listing_are_found(tmp_path: Path) -> None:
    columns = declaration(
        tmp_path,
        "columns: [{name: to_centre, role: number}, {name: listed_on}, {name: sold_on}, {name: pool, role: year}]",
    )
    frame = declared_listings(60).assign(listed_on="2024-01-01", pool="1990")
    frame.loc[3, "to_centre"] = 2500
    frame.loc[4, ["listed_on", "sold_on"]] = ["2024-06-01", "2024-05-01"]
    frame["sold_on"] = frame["sold_on"].where(frame.index == 4, "2025-12-31")
    read_again, _ = read_frame(io.BytesIO(frame.to_csv(index=False).encode()), declared=columns)
    found = [(finding.row, finding.check, finding.column) for finding in declared_findings(read_again, columns)]
    assert found == [(3, "declared_far_off", "to_centre"), (4, "sold_before_listed", "sold_on")]


def test_a_value_outside_limits_that_were_narrowed_is_found(tmp_path: Path) -> None:
    wide = declaration(tmp_path, "columns: [{name: parking, role: count}]")
    text = f"{HEADER};parking\n{HOME};30\n{HOME};2"
    frame, _ = read_frame(io.BytesIO(text.encode()), declared=wide)
    (finding,) = declared_findings(frame, declaration(tmp_path))
    assert (finding.row, finding.check, finding.severity) == (0, "outside_limits", "warning")
    assert "at most 20" in str(finding.message)
