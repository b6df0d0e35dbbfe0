from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pricing_core.errors import InputError
from pricing_core.listings.sample import generate, planted_errors, write_sample
from pricing_core.listings.sample.comunas import COMUNAS
from pricing_core.nouns.schema import LISTING_COLUMNS

SHIPPED = Path(__file__).parents[2] / "data/sample"


@pytest.fixture(scope="module")
def listings() -> pd.DataFrame:
    return generate(6_000, 42)


@pytest.fixture(scope="module")
def errors() -> pd.Series[str]:
    return planted_errors(6_000, 42)


@pytest.fixture(scope="module")
def flawless(listings: pd.DataFrame, errors: pd.Series[str]) -> pd.DataFrame:
    return listings[errors == ""]


def test_the_columns_are_the_contract_and_the_split(listings: pd.DataFrame) -> None:
    assert list(listings) == [*LISTING_COLUMNS, "is_train"]
    assert len(listings) == 6_000
    assert 0.78 < listings["is_train"].mean() < 0.82


def test_the_same_seed_gives_the_same_rows_and_another_seed_others(listings: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(listings, generate(6_000, 42))
    assert not listings["price"].equals(generate(6_000, 43)["price"])


@pytest.mark.parametrize("rows", [1, 4_999, 5_000, 5_001])
def test_a_shorter_sample_is_the_beginning_of_a_longer_one(listings: pd.DataFrame, rows: int) -> None:
    pd.testing.assert_frame_equal(generate(rows, 42), listings.iloc[:rows])


def test_homes_are_believable(flawless: pd.DataFrame) -> None:
    assert set(flawless["type"]) == {"casa", "departamento"}
    assert set(flawless["sector"].dropna()) == {comuna.name for comuna in COMUNAS}
    assert flawless["net_usable_area"].dropna().between(18, 900).all()
    assert not (flawless["net_usable_area"] > flawless["net_area"]).any()
    assert flawless["n_rooms"].dropna().between(1, 9).all()
    assert not (flawless["n_bathroom"] > flawless["n_rooms"] + 1).any()


def test_every_home_stands_near_a_centre_of_its_comuna(flawless: pd.DataFrame) -> None:
    centres = {comuna.name: np.array(comuna.centres) for comuna in COMUNAS}
    placed = flawless.dropna(subset=["sector", "latitude", "longitude"])
    for name, homes in placed.groupby("sector"):
        latitude, longitude, spread = centres[str(name)].T
        north = (homes[["latitude"]].to_numpy() - latitude) * 111.32
        east = (homes[["longitude"]].to_numpy() - longitude) * 111.32 * np.cos(np.radians(latitude))
        assert (np.hypot(north, east) / spread).min(axis=1).max() <= 2.01


def test_price_levels_rise_from_the_poorest_to_the_dearest_comuna(flawless: pd.DataFrame) -> None:
    flats = flawless[flawless["type"] == "departamento"]
    level = (flats["price"] / flats["net_usable_area"]).groupby(flats["sector"]).median()
    assert 25 < level["La Pintana"] < 40
    assert 95 < level["Vitacura"] < 115
    assert level.loc[["Las Condes", "Lo Barnechea", "Providencia"]].min() > level["Maipú"] * 1.5


def test_prices_are_asked_in_round_numbers(flawless: pd.DataFrame) -> None:
    assert (flawless["price"] % 10 == 0).mean() > 0.85
    assert flawless["price"].between(300, 250_000).all()


def test_a_few_cells_are_empty_but_never_both_areas(flawless: pd.DataFrame) -> None:
    assert not flawless[["net_usable_area", "net_area"]].isna().all(axis=1).any()
    assert 0.02 < flawless["net_usable_area"].isna().mean() < 0.04
    assert flawless[["type", "price"]].notna().all(axis=None)


def test_one_to_two_percent_of_the_rows_carry_a_planted_error_of_every_kind(errors: pd.Series[str]) -> None:
    assert 0.01 < (errors != "").mean() < 0.02
    assert len(set(errors) - {""}) == 12


def test_planted_errors_do_what_their_name_says(listings: pd.DataFrame, errors: pd.Series[str]) -> None:
    assert (listings.loc[errors == "price zero", "price"] == 0).all()
    assert (listings.loc[errors == "coordinates zero", ["latitude", "longitude"]] == 0).all(axis=None)
    assert (listings.loc[errors == "coordinates swapped", "latitude"] < -70).all()
    again = np.flatnonzero(errors == "listed twice")
    assert (listings["price"].to_numpy()[again] == listings["price"].to_numpy()[again - 1]).all()


def test_the_written_files_hold_the_generated_rows(tmp_path: Path) -> None:
    told: list[float] = []
    train, test = write_sample(tmp_path / "new", 5_500, 7, lambda stage, done: told.append(done))
    expected = generate(5_500, 7)
    for path, chosen in ((train, expected["is_train"]), (test, ~expected["is_train"])):
        rows = expected.loc[chosen, list(LISTING_COLUMNS)].reset_index(drop=True)
        pd.testing.assert_frame_equal(pd.read_csv(path), rows, check_dtype=False)
    assert told[-1] == 1.0
    assert told == sorted(told)


def test_writing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = write_sample(tmp_path / "a", 300, 7), write_sample(tmp_path / "b", 300, 7)
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_one_row_still_gives_two_files_with_headers(tmp_path: Path) -> None:
    paths = write_sample(tmp_path, 1, 7)
    assert sorted(len(path.read_text("utf-8").splitlines()) for path in paths) == [1, 2]


def test_the_shipped_files_are_what_the_command_makes(tmp_path: Path) -> None:
    for path in write_sample(tmp_path, 6_000, 42):
        assert path.read_bytes() == (SHIPPED / path.name).read_bytes()


@pytest.mark.parametrize(("rows", "seed"), [(0, 1), (-5, 1), (10**12, 1), (10, -1), (1.5, 1), (True, 1), ("10", 1)])
def test_rows_and_seeds_that_cannot_be_used_are_refused(rows: int, seed: int) -> None:
    with pytest.raises(InputError, match=r"must be a whole number from"):
        generate(rows, seed)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(InputError, match="cannot be written to"):
        write_sample(tmp_path / "taken", 10, 1)
