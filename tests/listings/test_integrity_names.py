"""Names of types and sectors: other spellings of one name, and names that a wrong encoding has damaged."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pricing_core.listings.integrity import check
from tests.factories import listings


def with_names(column: str, *names: str) -> pd.DataFrame:
    """Sixty homes, the first of them with other names."""
    homes = listings(60)
    usual = homes[column].mode()[0] if column == "type" else "Peñalolén"
    written = [*names, *[usual] * (len(homes) - len(names))]
    return homes.assign(**{column: written})


def test_a_type_in_three_spellings_is_found_with_the_usual_one_as_suggestion() -> None:
    homes = listings(300)
    spellings = np.array(["casa", "Casa", "CASA"])[np.arange(300) % 3]
    found = [each for each in check(homes.assign(type=spellings)) if each.check == "type_spelling"]
    assert len(found) == 200
    assert {each.suggestion for each in found} == {"Casa"}


@pytest.mark.parametrize(
    "damaged", ["PeÃ±alolÃ©n", "PEÃ‘ALOLÃ‰N", "Peñalol\ufffdn", "Pe\ufffd\ufffdalolén", "Pe?alol?n", "Peñalol?n"]
)
def test_a_sector_in_the_wrong_encoding_is_found_and_put_right(damaged: str) -> None:
    found = [each for each in check(with_names("sector", damaged)) if each.check == "name_encoding"]
    assert [(each.row, each.column, each.suggestion) for each in found] == [(0, "sector", "Peñalolén")]


def test_a_damaged_name_that_nothing_else_tells_is_found_without_a_suggestion() -> None:
    found = [each for each in check(with_names("sector", "Vi\ufffda del Mar")) if each.check == "name_encoding"]
    assert [each.suggestion for each in found] == [None]


@pytest.mark.parametrize("name", ["Ñuñoa", "São João", "IRMÃ DULCE", "Where?", "Łódź", "Çeşme", "Åre", "Â", "東京"])
def test_names_of_any_language_are_not_taken_for_damaged_ones(name: str) -> None:
    assert not [each for each in check(with_names("sector", name)) if each.check == "name_encoding"]


def test_a_damaged_type_is_found_too() -> None:
    found = [each for each in check(with_names("type", "MansiÃ³n")) if each.check == "name_encoding"]
    assert [(each.column, each.suggestion) for each in found] == [("type", "Mansión")]


@pytest.mark.parametrize("other", ["Departamentos", "DEPTO.", "dpto", "apartment"])
def test_the_plural_and_another_word_for_a_type_are_the_same_type_to_the_checks(other: str) -> None:
    homes = listings(60)
    flat = int(np.flatnonzero(homes["type"] == "departamento")[0])
    found = check(homes.assign(type=homes["type"].mask(homes.index == flat, other)))
    assert [(each.row, each.check, each.suggestion) for each in found] == [(flat, "type_spelling", "departamento")]
