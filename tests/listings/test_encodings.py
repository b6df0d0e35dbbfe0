"""Which characters the bytes of a file mean: line by line where they differ, and where they were misread before."""

from __future__ import annotations

import io

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pricing_core.listings.ingestion import read_frame
from pricing_core.listings.ingestion.misread import repaired
from pricing_core.nouns.schema import LISTING_COLUMNS

HEADER = ",".join(LISTING_COLUMNS)
NAMES = ["Ñuñoa", "Peñalolén", "MAIPÚ", "São Paulo", "Besançon", "Viña del Mar", "Nº 4, 80 m²", "Conchalí"]
TRULY = ["São", "JOÃO", "IRMÃ", "IRMÃ\xa0DULCE", "Âncora", "Ãngulo", "¿Qué?", "Côté", "Â", "Ã", "“IRMÔ", "A±B"]


def line(sector: str) -> str:
    return f'casa,"{sector}",80.5,120,3,2,-33.51,-70.76,4500\n'


def sectors(content: bytes) -> tuple[list[str], str]:
    frame, reader = read_frame(io.BytesIO(content), file_name="homes.csv")
    return frame["sector"].tolist(), " ".join(map(str, reader.notes))


@pytest.mark.parametrize("codec", ["cp1252", "mac_roman", "cp850"])
def test_lines_of_two_encodings_are_decoded_each(codec: str) -> None:
    utf8, other = NAMES[:4] * 20, [*NAMES[4:6], NAMES[7]] * 3
    mixed = b"".join([line(name).encode() for name in utf8] + [line(name).encode(codec) for name in other])
    found, notes = sectors(f"{HEADER}\n".encode() + mixed)
    assert found == utf8 + other
    assert "The file is in two encodings" in notes


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(NAMES), st.booleans()), min_size=2, max_size=12))
def test_whichever_lines_are_not_utf8_the_names_are_read(lines: list[tuple[str, bool]]) -> None:
    content = b"".join(line(name).encode("cp1252" if old else "utf-8") for name, old in lines)
    assert sectors(f"{HEADER}\n".encode() + content)[0] == [name for name, _ in lines]


def test_bytes_that_are_no_letters_in_any_code_still_keep_their_row_out() -> None:
    content = f"{HEADER}\n{line('Ñuñoa')}".encode() + line("a\udc81\udc9d\udcffb").encode("utf-8", "surrogateescape")
    frame, reader = read_frame(io.BytesIO(content), file_name="homes.csv")
    assert len(frame) == 1
    assert "no text in the encoding" in str(reader.rejections[0].reason)


@pytest.mark.parametrize("codec", ["latin-1", "cp1252", "mac_roman", "cp850"])
@pytest.mark.parametrize("name", NAMES)
def test_utf8_that_was_read_in_another_code_is_put_right(name: str, codec: str) -> None:
    try:
        wrong = name.encode().decode(codec)
    except UnicodeDecodeError:
        pytest.skip("this code has no such character")
    assert repaired(wrong) == name


@pytest.mark.parametrize("name", NAMES + TRULY)
def test_names_that_hold_such_signs_stay_as_they_are(name: str) -> None:
    assert repaired(name) == name


@given(st.text(st.sampled_from("abcABC áéíóúñçãõÁÉÍÓÚÑÇÃÕâêôÂÊÔ"), max_size=20))
def test_words_of_letters_alone_are_never_changed(name: str) -> None:
    assert repaired(name) == name


def test_what_was_put_right_is_said_with_how_many_cells() -> None:
    content = HEADER + "\n" + line("Ñuñoa") + line("PeÃ±alÃ©n") * 2
    found, notes = sectors(content.encode())
    assert found == ["Ñuñoa", "Peñalén", "Peñalén"]
    assert "2 cells had been read in a wrong encoding once, as Ã± for ñ: put right." in notes


def test_names_of_columns_are_put_right_too() -> None:
    header = HEADER.replace("net_usable_area", "Superficie Ãºtil")
    frame, _ = read_frame(io.BytesIO((header + "\n" + line("x")).encode()), file_name="homes.csv")
    assert frame["net_usable_area"].tolist() == [80.5]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["utf-16-le", "utf-16-be"]), st.lists(st.sampled_from(NAMES), min_size=1, max_size=5))
def test_utf_16_without_its_mark_is_read_and_said(codec: str, names: list[str]) -> None:
    found, notes = sectors((HEADER + "\n" + "".join(map(line, names))).encode(codec))
    assert found == names
    assert "Read as UTF-16, though its mark is missing." in notes


@given(st.binary(max_size=300))
def test_any_bytes_of_a_name_do_no_harm(content: bytes) -> None:
    assume(b"\n" not in content)
    repaired(content.decode("utf-8", "surrogateescape"))
