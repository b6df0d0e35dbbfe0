"""A file in which all listings are of one kind, and has no column for it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pricing_core import InputError, ListingsError
from pricing_core.listings.ingestion import read_frame
from pricing_core.listings.ingestion.matching import ColumnsSaid
from pricing_core.listings.ingestion.outcomes import read_outcomes
from pricing_core.nouns.profiles import ColumnSettings, read_constants
from tests.factories import listings


@pytest.fixture
def without_type(tmp_path: Path) -> Path:
    path = tmp_path / "flats.csv"
    listings(20).drop(columns="type").to_csv(path, index=False)
    return path


def read(path: Path, **constants: str) -> tuple[pd.DataFrame, list[str]]:
    said = ColumnsSaid(ColumnSettings(constants=constants))
    frame, reader = read_frame(path, columns=lambda _names: said)
    return frame, [str(note) for note in reader.notes]


def test_what_all_rows_are_is_taken_and_said(without_type: Path) -> None:
    frame, notes = read(without_type, type="departamento")
    assert frame["type"].tolist() == ["departamento"] * 20
    assert "type is 'departamento' in all rows, as you said." in notes


def test_a_total_below_becomes_no_listing_by_it(without_type: Path) -> None:
    with without_type.open("a", encoding="utf-8") as file:
        file.write("Total,,,,,,,123\n,,,,,,,\n")
    frame, _ = read(without_type, type="departamento")
    assert len(frame) == 20


def test_without_it_the_refusal_says_how(without_type: Path) -> None:
    with pytest.raises(ListingsError, match="--set type=NAME"):
        read_frame(without_type)


def test_a_file_that_has_the_column_is_refused(tmp_path: Path) -> None:
    listings(3).rename(columns={"type": "Tipo"}).to_csv(tmp_path / "a.csv", index=False)
    with pytest.raises(ListingsError, match=r"has a column for type, 'Tipo': leave 'casa' out"):
        read(tmp_path / "a.csv", type="casa")


@pytest.mark.parametrize("text", ["type", "type=", "price=3", "kind=casa", "=casa", "type=\x07", f"type={'x' * 121}"])
def test_what_is_no_such_word_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="type=departamento"):
        read_constants([text])


def test_two_values_for_one_column_are_refused() -> None:
    assert read_constants(["type=casa", " sector = Ñuñoa "]) == {"type": "casa", "sector": "Ñuñoa"}
    with pytest.raises(InputError, match="two values"):
        read_constants(["type=casa", "type=departamento"])


def test_later_prices_know_it_too(without_type: Path) -> None:
    said = ColumnsSaid(ColumnSettings(constants={"type": "casa"}))
    day = pd.Timestamp("2026-01-01").date()
    rows, _ = read_outcomes(without_type, file_name="a.csv", currency="UF", today=day, columns=lambda _names: said)
    assert {row.subject and row.subject["type"] for row in rows} == {"casa"}


def test_it_is_kept_in_a_profile_and_a_new_word_goes_before_it() -> None:
    kept = ColumnSettings(constants={"type": "casa", "sector": "Ñuñoa"})
    assert ColumnSettings.from_json(kept.to_json()) == kept
    assert ColumnSettings.from_json({"fields": {}, "absent": [], "units": {}, "decimals": {}}) == ColumnSettings()
    now = ColumnSettings({"Tipo": "type"}, constants={"sector": "Maipú"})
    assert now.over(kept).constants == {"sector": "Maipú"}
