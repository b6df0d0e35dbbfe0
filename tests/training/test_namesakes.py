"""A model that learned two sectors of one name tells them apart by the place of a home."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pricing_core.listings.integrity import check
from pricing_core.listings.reports import kept_apart
from pricing_core.model.valuation_model import ValuationModel
from pricing_core.nouns import Json
from pricing_core.nouns.homes_in_columns import columns_of
from pricing_core.nouns.schema import parse_property
from pricing_core.training.fitting import fit
from pricing_core.training.recipes import load_recipe
from tests.factories import listings, quick_recipe

NORTH, SOUTH = {"latitude": -33.10, "longitude": -70.65}, {"latitude": -33.46, "longitude": -70.65}
HOME: Json = {"type": "casa", "net_usable_area": 100}


def towns() -> pd.DataFrame:
    frame = listings(200, seed=3)
    is_north = np.arange(len(frame)) % 2 == 0
    spots = np.random.default_rng(0).normal(0, 0.01, (len(frame), 2))
    return frame.assign(
        sector=np.where(is_north, "San José", "San Jose"),
        latitude=np.where(is_north, -33.10, -33.46) + spots[:, 0],
        longitude=-70.65 + spots[:, 1],
        price=frame["price"] * np.where(is_north, 3.0, 1.0),
    )


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> ValuationModel:
    return fit(load_recipe(quick_recipe(tmp_path_factory.mktemp("recipe"))), towns(), ranges="free")


@pytest.mark.parametrize("written", ["San José", "San Jose", "SAN JOSE"])
@pytest.mark.parametrize(("place", "sector"), [(NORTH, "San José"), (SOUTH, "San Jose")])
def test_the_place_of_a_home_tells_its_sector(model: ValuationModel, written: str, place: Json, sector: str) -> None:
    subject = parse_property(HOME | place | {"sector": written})
    assert model.home(subject).sector == sector
    assert model.rivals(model.home(subject)) == []
    assert model.value(columns_of([subject])) == model.value(columns_of([model.home(subject)]))


@pytest.mark.parametrize(("written", "sector"), [("San José", "San José"), ("San Jose", "San Jose")])
def test_without_a_place_it_stays_as_written_and_the_other_is_named(
    model: ValuationModel, written: str, sector: str
) -> None:
    home = model.home(parse_property(HOME | {"sector": written}))
    assert home.sector == sector
    assert model.rivals(home) == [name for name in ("San José", "San Jose") if name != sector]


def test_checks_accuse_neither_and_say_that_they_are_two() -> None:
    frame = towns()
    frame.loc[0, "sector"] = "San Jose"  # written without its accent in the north
    found = [each for each in check(frame) if each.check == "sector_spelling"]
    assert [(each.row, each.suggestion) for each in found] == [(0, "San José")]
    (note,) = kept_apart(frame)
    assert "'San Jose' and 'San José'" in str(note)
