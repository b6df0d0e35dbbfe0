"""Files that are no listing tables, or hold rows that cannot be used: each says what is wrong, none does harm."""

from __future__ import annotations

import gzip
import io
import json
import re
import time
from pathlib import Path
from typing import Any

import pytest

from pricing_core.errors import ListingsError
from pricing_core.listings.ingestion import read_frame, unpacking
from pricing_core.nouns.schema import LISTING_COLUMNS

HOSTILE = Path(__file__).parents[1] / "hostile"
EXPECTED: dict[str, dict[str, Any]] = json.loads((HOSTILE / "expected.json").read_text(encoding="utf-8"))
HEADER = ",".join(LISTING_COLUMNS)
ROW = "casa,Maipú,80.5,120,3,2,-33.51,-70.76,4500"


def refused(content: bytes) -> str:
    with pytest.raises(ListingsError) as caught:
        read_frame(io.BytesIO(content), file_name="big.csv")
    return str(caught.value)


def test_every_hostile_file_has_its_expected_message() -> None:
    assert {path.name for path in HOSTILE.iterdir()} - {"expected.json"} == set(EXPECTED)


@pytest.mark.parametrize("name", [name for name, expected in EXPECTED.items() if "error" in expected])
def test_a_file_that_is_no_listing_table_says_why(name: str) -> None:
    with pytest.raises(ListingsError, match=EXPECTED[name]["error"]) as caught:
        read_frame(HOSTILE / name)
    assert name in str(caught.value)


@pytest.mark.parametrize("name", [name for name, expected in EXPECTED.items() if "error" not in expected])
def test_rows_that_cannot_be_used_are_kept_out_with_their_numbers_and_reasons(name: str) -> None:
    frame, reader = read_frame(HOSTILE / name)
    assert {str(rejection.row): str(rejection.reason) for rejection in reader.rejections} == EXPECTED[name]["rejected"]
    assert len(frame) == reader.accepted == EXPECTED[name]["accepted"]
    assert reader.rows == reader.accepted + reader.rejected == len(frame) + sum(reader.reasons.values())


def test_twenty_thousand_equal_headers_are_refused_at_once() -> None:
    started = time.process_time()
    assert "20,009 columns, and at most 1,000" in refused((HEADER + ",a" * 20_000 + "\n" + ROW).encode())
    assert time.process_time() - started < 1


def test_a_header_without_an_end_is_refused() -> None:
    assert "no line break in its first 65,536 characters" in refused(b"a" * 200_000)


def test_a_line_without_an_end_is_refused() -> None:
    assert "a line of more than 1,000,000 characters" in refused(f"{HEADER}\n{ROW}\ncasa,{'x' * 3_000_000}".encode())


def test_a_gzip_bomb_is_refused_before_it_is_unpacked() -> None:
    assert "unpacks to more than 200 times" in refused(gzip.compress(bytes(70 << 20), 1))


def test_a_file_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "LARGEST_FILE", 1000)
    content = gzip.compress(f"{HEADER}\n{(ROW + chr(10)) * 50}".encode())
    assert "split it into smaller files" in refused(content)


def test_a_cell_that_is_far_too_long_spoils_its_row_only() -> None:
    content = f'{HEADER}\n{ROW}\ncasa,"{"x" * 200_000}",80,120,3,2,-33,-70,4500\n{ROW}\n'
    frame, reader = read_frame(io.BytesIO(content.encode()))
    assert len(frame) == 2
    assert [(r.row, str(r.reason)) for r in reader.rejections] == [(1, "a cell of the row is too long")]


def test_many_open_quotes_end_the_reading_soon() -> None:
    started = time.process_time()
    content = f"{HEADER}\n" + 'casa,"Maipú,80\n' * 200_000
    assert "more than 1,000 rows with broken quotes" in refused(content.encode())
    assert time.process_time() - started < 20


@pytest.mark.parametrize("path", ["missing.csv", "folder", "bad\0name.csv"])
def test_a_path_that_is_no_file_is_said(path: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(ListingsError, match=r"does not exist|is a folder|cannot be opened"):
        read_frame(tmp_path / path)


def test_messages_never_carry_unprintable_characters() -> None:
    message = refused(b"\x1b[31mtype,\x07sector\n1,2\n")
    assert message.isprintable()
    assert re.search("lacks", message)
