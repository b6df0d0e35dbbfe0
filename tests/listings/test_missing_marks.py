"""Marks that were read as "not known" are said, by column, with how often each was there."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from pricing_core.listings.ingestion import read_frame
from pricing_core.nouns.declared import CORE_ALONE, Declaration
from tests.declared import declaration

HEADER = "type,sector,net_usable_area,net_area,n_rooms,n_bathroom,latitude,longitude,price"


def notes_of(text: str, declared: Declaration = CORE_ALONE) -> list[str]:
    _, reader = read_frame(BytesIO(text.encode()), file_name="a.csv", declared=declared)
    return [str(note) for note in reader.notes if "not known" in str(note)]


def row(net_area: str = "80", rooms: str = "3") -> str:
    return f"casa,Maipú,70,{net_area},{rooms},2,-33.5,-70.7,5000"


def test_each_mark_is_said_as_it_was_written() -> None:
    rows = [row("s/i"), row("S/I"), row("--"), row("--", "#N/D"), row("90")]
    (note,) = notes_of("\n".join([HEADER, *rows]))
    assert note == "Read as not known: '--' (2), 's/i' (1) and 'S/I' (1) in net_area; '#N/D' (1) in n_rooms."


@pytest.mark.parametrize("cell", ["", "   ", "0", "85.5"])
def test_empty_cells_and_numbers_are_nothing_to_say(cell: str) -> None:
    assert notes_of("\n".join([HEADER, row(cell), row()])) == []


def test_of_many_marks_the_commonest_are_said() -> None:
    marks = ["s/i", "--", "n/d", "null", "none", "nan", "\\N"]
    (note,) = notes_of("\n".join([HEADER, *[row(mark) for mark in marks for _ in range(2)], row("s/i")]))
    assert note.count("(") == 5
    assert "'s/i' (3)" in note


def test_types_and_sectors_say_theirs() -> None:
    rows = [row().replace("Maipú", "s/i"), row().replace("casa", "--"), row()]
    assert notes_of("\n".join([HEADER, *rows])) == ["Read as not known: '--' (1) in type; 's/i' (1) in sector."]


def test_declared_columns_say_theirs(tmp_path: Path) -> None:
    columns = declaration(tmp_path, "columns: [{name: floor, role: number}]")
    text = "\n".join([HEADER + ",floor", row() + ",s/i", row() + ",3"])
    assert notes_of(text, columns) == ["Read as not known: 's/i' (1) in floor."]
