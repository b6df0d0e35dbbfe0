"""The look at the first lines of a file says what reading all of it would say, without reading it."""

from __future__ import annotations

import gzip
import io
import json
import time
from datetime import date
from pathlib import Path

import pytest

from pricing_core.errors import ListingsError
from pricing_core.listings.ingestion import look_at_listings, read_frame
from pricing_core.listings.ingestion.matching import nothing_said
from pricing_core.listings.ingestion.outcome_preview import preview_outcomes
from pricing_core.nouns import ANY_TABLE, Json
from pricing_core.nouns.schema import LISTING_COLUMNS

HOSTILE = Path(__file__).parents[1] / "hostile"
EXPECTED = json.loads((HOSTILE / "expected.json").read_text(encoding="utf-8"))
HEADER = ",".join(LISTING_COLUMNS)
ROW = "casa,Ñuñoa,80.5,120,3,2,-33.51,-70.76,4500\n"
RULES: Json = {
    "currency": "UF",
    "area_unit": "m²",
    "hints": None,
    "uf": None,
    "columns": nothing_said,
    "choice": ANY_TABLE,
    "today": date(2026, 6, 1),
}
# What only the rows tell, not the first lines.
OF_THE_ROWS = ("No row of", "has a header but no rows", "perhaps cut off", "broken quotes", "a line of more than")


def look(content: bytes, name: str = "homes.csv") -> str:
    try:
        look_at_listings(io.BytesIO(content), name, require_price=True)
    except ListingsError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_it_refuses_what_reading_refuses_in_the_same_words(name: str) -> None:
    content = (HOSTILE / name).read_bytes()
    try:
        read_frame(io.BytesIO(content), file_name=name)
        whole = ""
    except ListingsError as error:
        whole = str(error)
    found = look(content, name)
    assert found == whole or (not found and any(words in whole for words in OF_THE_ROWS))


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
@pytest.mark.parametrize("longer", range(4))
def test_a_long_file_passes_wherever_its_start_is_cut_off(codec: str, longer: int) -> None:
    content = (HEADER + "\n" + "x" * longer + ROW * 5_000).encode(codec)
    assert look(content) == look(gzip.compress(content)) == ""


def test_half_a_character_at_the_cut_spoils_nothing() -> None:
    for longer in range(8):
        assert look((HEADER + "\n" + "x" * longer + ROW.replace("casa", "🏠") * 5_000).encode("utf-16")) == ""


def test_a_large_packed_file_is_not_unpacked_to_be_looked_at() -> None:
    packed = gzip.compress((HEADER + "\n" + ROW * 1_000_000).encode(), 1)
    started = time.process_time()
    assert look(packed) == ""
    assert time.process_time() - started < 0.1


def test_the_file_is_left_at_its_start() -> None:
    file = io.BytesIO((HEADER + "\n" + ROW).encode())
    look_at_listings(file, "homes.csv", require_price=True)
    assert file.tell() == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"a,b\n1,2\n", "is no file of outcomes"), (b"PK\x03\x04", "damaged zip file or workbook"), (b"", "is empty")],
)
def test_what_is_no_file_of_prices_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(ListingsError, match=words):
        preview_outcomes(io.BytesIO(content), "prices.csv", RULES)
    assert preview_outcomes(io.BytesIO(b"log_id,price\nx,1\n"), "prices.csv", RULES).problem is None


def test_a_file_of_prices_is_shown_as_it_would_be_read() -> None:
    text = "log_id;price;fecha;kind\nx;5.200,5;31-03-2026;sold\ny;many;31-03-2026;sold\n"
    found = preview_outcomes(io.BytesIO(text.encode()), "prices.csv", RULES)
    read = {each.column: each.readings for each in found.columns}
    assert read["price"] == (("5.200,5", 5200.5),)
    assert read["date"] == (("31-03-2026", "2026-03-31"),)
    assert [(each.row, each.line) for each in found.refused] == [(1, 3)]
    open_entry = preview_outcomes(io.BytesIO(b"entrada;price;fecha;kind\nx;1;2026-03-31;sold\n"), "prices.csv", RULES)
    assert [each.column for each in open_entry.columns] == ["", "price", "date", "kind"]
    half = preview_outcomes(io.BytesIO(b"type;price;n_rooms\ncasa;5200;3\n"), "prices.csv", RULES)
    assert half.problem is not None
    assert "sector" in half.missing
