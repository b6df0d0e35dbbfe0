"""Words, signs and units beside numbers are read as people mean them, and what is no number stays none."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing_core.nouns.schema import COORDINATES, COUNTS
from tests.listings.reading import notes_of, read_case, read_rows, reasons_of


def test_areas_with_words() -> None:
    frame, reader = read_case("k5_areas_with_words")
    assert frame["net_usable_area"].tolist() == [85, 90, 92]
    assert frame["net_area"].tolist() == [120, 130, 130]
    assert json.loads(frame["as_written"][0]) == {"net_usable_area": "85 m² útiles", "net_area": "120 mts²"}
    assert "net_area was written with m² in 3 cells." in notes_of(reader)


def test_counts_with_words() -> None:
    frame, _ = read_case("k5_counts_with_words")
    assert frame[[*COUNTS]].to_numpy().tolist() == [[3, 2], [1, 1], [0, 1]]


def test_missing_marks() -> None:
    frame, reader = read_case("k5_missing_markers")
    assert len(frame) == 5
    assert frame["net_area"].isna().all()
    assert reader.rejected == 0


def test_degrees_and_signs() -> None:
    frame, _ = read_case("k6_degrees_and_signs")
    assert frame[[*COORDINATES]].to_numpy().tolist() == [[-33.51, -70.71]] * 3


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[(text, 85) for text in ("85 m2", "85m²", "85 M2.", "85 mts", "85 mts. cuadrados", "85 m^2", "85 metros")],
        *[(text, 85.5) for text in ("85,5 m² útiles", "85.5 m2 UTILES", "85,5 mt2 const.", "85.5 sqm")],
        ("0,012 ha", 120),
        ("1.5 acres", 6070.2846336),
        ("1000 sq ft", 92.90304),
    ],
)
def test_an_area_may_have_its_unit(text: str, value: float) -> None:
    assert read_rows([{"net_usable_area": text}])[0]["net_usable_area"][0] == pytest.approx(value)


@pytest.mark.parametrize("text", ["85 m2 totales", "85 m3", "85 km", "120²", "85 m2 o 90 m2", "85 m2 aprox 3", "85 kg"])
def test_an_area_with_anything_else_is_none(text: str) -> None:
    _, reader = read_rows([{"net_usable_area": text}, {}])
    assert "net_usable_area is not a number" in reasons_of(reader)[0]


def test_a_converted_area_is_said_and_kept_as_it_was_written() -> None:
    frame, reader = read_rows([{"net_area": "1,2 ha"}, {}])
    assert frame["net_area"].tolist() == [12000, 120]
    assert "net_area was written with ha in 1 cell: it was converted to m²." in notes_of(reader)
    assert json.loads(frame["as_written"][0]) == {"net_area": "1,2 ha"}


@pytest.mark.parametrize(
    ("text", "bedrooms", "bathrooms"),
    [
        *[(text, 3, 2) for text in ("3D2B", "3d 2b", "3D/2B", "3D + 2B", "3 dorm, 2 baños", "3 hab. y 2 baños")],
        *[(text, 3, None) for text in ("3 dormitorios", "3 Dorm.", "3D", "3 bedrooms", "3 BR", "3 habitaciones")],
        *[(text, 0, None) for text in ("Estudio", "studio", "Depto. estudio", "Monoambiente")],
    ],
)
def test_rooms_may_be_counted_in_words(text: str, bedrooms: float, bathrooms: float | None) -> None:
    frame, _ = read_rows([{"n_rooms": text, "n_bathroom": ""}, {}])
    assert frame["n_rooms"][0] == bedrooms
    assert frame["n_bathroom"][0] == pytest.approx(np.nan if bathrooms is None else bathrooms, nan_ok=True)


@pytest.mark.parametrize("text", ["3 ambientes", "3 perros", "2 baños", "3D3D", "3 dorm 2", "tres"])
def test_what_counts_no_bedrooms_is_none(text: str) -> None:
    _, reader = read_rows([{"n_rooms": text}, {}])
    assert "n_rooms is not a number" in reasons_of(reader)[0]


def test_two_columns_that_contradict_one_another_are_kept_out() -> None:
    frame, reader = read_rows([{"n_rooms": "3D2B", "n_bathroom": each} for each in ("2", "3D2B", "1")])
    assert len(frame) == 2
    assert reasons_of(reader) == {2: "n_rooms says something else than the column beside it"}


@pytest.mark.parametrize(
    "text",
    [
        *["$ 185.000.000.-", "$185.000.000", "185.000.000 pesos", "CLP 185.000.000", "185.000.000,-", "$18,50,00,000"],
        *["$ 185 000 000", "Ch$185.000.000", "$185'000.000".replace("'", "."), "185000000.00"],
    ],
)
def test_an_amount_in_pesos_is_read(text: str) -> None:
    assert read_rows([{"price": text}], currency="CLP")[0]["price"][0] == 185_000_000


@pytest.mark.parametrize("text", ["5200 UF", "UF 5200", "U.F. 5.200,00", "5200 uf.-", "UF5200", "5,200.00 CLF"])
def test_an_amount_in_uf_is_read(text: str) -> None:
    assert read_rows([{"price": text}])[0]["price"][0] == 5200


@pytest.mark.parametrize("text", ["desde UF 5200", "UF 5200 + 100", "5200 - 5400", "UF 5200/m2", "UF 5200 CLP"])
def test_an_amount_with_anything_else_is_none(text: str) -> None:
    _, reader = read_rows([{"price": text}, {}])
    assert list(reasons_of(reader)) == [0]


@pytest.mark.parametrize(
    "marker",
    [
        *["#N/D", "#N/A", "<NA>", "NaN", "\\N", "NULL", "(null)", "None", "--", "—", "-", "s/i", "S/I", "n/d", "N.D."],
        *["sin información", "Sin Informacion", "sin informacio\u0301n", "no aplica", "No informado", "#¡REF!", "?"],
    ],
)
def test_marks_of_programs_and_people_mean_not_known(marker: str) -> None:
    frame, reader = read_rows([{"sector": marker, "net_area": marker, "n_rooms": marker, "latitude": marker}, {}])
    assert frame.loc[0, ["sector", "net_area", "n_rooms", "latitude"]].isna().all()
    assert reader.rejected == 0


@pytest.mark.parametrize(
    "cells",
    [
        *[("-33.51°", "-70.71°"), ("33.51 S", "70.71 W"), ("33,51 S", "70,71 O"), ("S 33.51", "W 70.71")],
        *[("33°30'36\"S", "70°42'36\"O"), ("33º 30’ 36” Sur", "70º 42’ 36” Oeste"), ("33°30.6'S", "70°42.6'W")],
        *[("-33.51, -70.71", ""), ("(-33.51,-70.71)", ""), ("-33,51; -70,71", ""), ("-33.51 -70.71", "")],
        *[("POINT(-70.71 -33.51)", ""), ("33°30'36\"S 70°42'36\"O", ""), ("-33.51, -70.71", "-70.71")],
    ],
)
def test_a_place_may_be_written_in_many_ways(cells: tuple[str, str]) -> None:
    frame, _ = read_rows([{"latitude": cells[0], "longitude": cells[1]}])
    assert frame[[*COORDINATES]].to_numpy().tolist() == [[-33.51, -70.71]]


@pytest.mark.parametrize("text", ["33.51 W", "33°75'S", "-33.51 N", "33 30 36", "POINT(-33.51)", "-33.451.234"])
def test_what_is_no_latitude_is_kept_out(text: str) -> None:
    _, reader = read_rows([{"latitude": text}, {}])
    assert list(reasons_of(reader)) == [0]


def test_a_column_of_places_stands_for_both_coordinates() -> None:
    frame, _ = read_rows([{"latitude": "-33.51, -70.71"}], names={"latitude": "Coordenadas"}, without=("longitude",))
    assert frame[[*COORDINATES]].to_numpy().tolist() == [[-33.51, -70.71]]


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 89), st.integers(0, 59), st.integers(0, 599), st.sampled_from("NS"))
def test_degrees_minutes_and_seconds_are_what_they_say(degree: int, minute: int, tenths: int, side: str) -> None:
    text = f"{degree}°{minute}'{tenths / 10}\"{side}"
    value = (degree + minute / 60 + tenths / 36_000) * (1 if side == "N" else -1)
    assert read_rows([{"latitude": text}])[0]["latitude"][0] == pytest.approx(value, abs=1e-8)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 999),
            st.sampled_from(["", " ", "\u00a0"]),
            st.sampled_from(["", "m2", "m²", "mts", "Mt2", "m^2", "metros", "m² útiles"]),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_any_mixture_of_units_of_one_kind_reads_the_same(cells: list[tuple[int, str, str]]) -> None:
    frame, _ = read_rows([{"net_usable_area": f"{value}{blank}{unit}"} for value, blank, unit in cells])
    assert frame["net_usable_area"].tolist() == [value for value, _, _ in cells]
