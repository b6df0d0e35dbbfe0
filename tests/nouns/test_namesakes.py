"""Sectors of one name in different places."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing_core.nouns.homes_in_columns import one_spelling
from pricing_core.nouns.namesakes import find_namesakes

NORTH, SOUTH = (-33.10, -70.65), (-33.46, -70.65)


def town(name: str, place: tuple[float, float], rows: int, seed: int = 0) -> pd.DataFrame:
    spots = np.random.default_rng(seed).normal(place, 0.01, (rows, 2))
    return pd.DataFrame({"type": "casa", "sector": name, "latitude": spots[:, 0], "longitude": spots[:, 1]})


def names_of(*towns: pd.DataFrame) -> list[str | None]:
    return one_spelling(pd.concat(towns, ignore_index=True))["sector"].tolist()


def test_two_sectors_of_one_name_stay_two() -> None:
    names = names_of(town("San José", NORTH, 20), town("San Jose", SOUTH, 30))
    assert names == ["San José"] * 20 + ["San Jose"] * 30


def test_the_same_sector_in_two_spellings_is_one() -> None:
    assert set(names_of(town("San José", NORTH, 20), town("San Jose", NORTH, 30, seed=1))) == {"San Jose"}


def test_where_two_are_apart_the_place_tells_which_is_meant() -> None:
    towns = [
        town("San José", NORTH, 20),
        town("San Jose", SOUTH, 30),
        town("San Jose", NORTH, 4),
        town("SAN JOSE", SOUTH, 2),
    ]
    names = names_of(*towns, town("SAN JOSÉ", NORTH, 2), town("San José", NORTH, 1).assign(latitude=np.nan))
    assert names[50:] == ["San José"] * 4 + ["San Jose"] * 2 + ["San José"] * 3


@pytest.mark.parametrize("rows", [1, 2])
def test_a_few_listings_far_away_are_slips_and_no_sector(rows: int) -> None:
    assert set(names_of(town("San José", NORTH, 20), town("San Jose", SOUTH, rows))) == {"San José"}


def test_spellings_scattered_over_a_region_are_one_sector() -> None:
    scattered = [
        town(name, (-33.3, -70.6), 40, seed).assign(
            latitude=lambda frame: frame["latitude"] + np.linspace(-0.3, 0.3, len(frame))
        )
        for seed, name in enumerate(("Colina", "colina"))
    ]
    assert len(set(names_of(*scattered))) == 1


def test_other_sectors_and_missing_names_are_left_alone() -> None:
    others = pd.concat([town("Ñuñoa", SOUTH, 3), town("NUNOA", SOUTH, 1), town("x", SOUTH, 1).assign(sector=None)])
    names = names_of(town("San José", NORTH, 20), town("San Jose", SOUTH, 30), others)
    assert names[50:54] == ["Ñuñoa"] * 4
    assert pd.isna(names[54])


@given(st.permutations(range(50)))
def test_the_order_of_the_rows_decides_nothing(order: list[int]) -> None:
    frame = pd.concat([town("San José", NORTH, 20), town("San Jose", SOUTH, 30)], ignore_index=True).iloc[order]
    places = (frame[name].to_numpy() for name in ("latitude", "longitude"))
    assert set(find_namesakes(frame["sector"].tolist(), *places)) == {"San José", "San Jose"}
