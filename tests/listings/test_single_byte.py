"""Telling Windows, Mac and DOS apart by few accents, as in a file that holds one comuna."""

from __future__ import annotations

import pytest

from pricing_core.listings.ingestion.single_byte import likeliest_code
from pricing_core.listings.sample.comunas import COMUNAS

ACCENTED = [comuna.name for comuna in COMUNAS if not comuna.name.isascii()]
ELSEWHERE = ["Viña del Mar", "Concepción", "Los Ángeles", "Nicolás Pérez", "São Paulo", "Besançon", "Köln", "PEÑALOLÉN"]


@pytest.mark.parametrize("codec", ["cp1252", "mac_roman", "cp850"])
@pytest.mark.parametrize("name", ACCENTED)
def test_one_comuna_is_enough(name: str, codec: str) -> None:
    assert likeliest_code(f"casa,{name},80\n".encode(codec)) == codec


@pytest.mark.parametrize("name", ELSEWHERE)
def test_windows_is_recognised_by_names_of_other_places(name: str) -> None:
    assert likeliest_code(f"casa,{name},80\n".encode("cp1252")) == "cp1252"


@pytest.mark.parametrize("text", ["Depto Nº 4, 80 m²", "San Martín – O’Higgins", "“Jardín” €"])
def test_signs_of_windows_do_not_make_it_a_mac(text: str) -> None:
    assert likeliest_code(text.encode("cp1252")) == "cp1252"
