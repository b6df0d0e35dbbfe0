"""Drift: what is planted is found, what is not there is not, and few rows never alarm."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from pricing_core.monitoring.drift import NEW, Drift, measure_drift
from pricing_core.nouns.homes_in_columns import columns_from_frame
from pricing_core.nouns.schema import FEATURES
from pricing_core.versions.training_profile import describe_reference
from tests.factories import listings

LIMIT = 0.25


class ByArea:
    def predict(self, frame: pd.DataFrame) -> Any:
        return 50 * frame["net_area"].to_numpy(float)


@pytest.fixture(scope="module")
def population() -> pd.DataFrame:
    return listings(20_000, seed=1)[list(FEATURES)]


@pytest.fixture(scope="module")
def reference(population: pd.DataFrame) -> dict[str, Any]:
    return describe_reference(ByArea(), population.head(3_000))


def drift_of(reference: dict[str, Any], homes: pd.DataFrame) -> dict[str, Drift]:
    found = measure_drift(reference, columns_from_frame(homes), ByArea().predict(homes), LIMIT)
    return {drift.feature: drift for drift in found}


def draw(population: pd.DataFrame, rows: int, seed: int) -> pd.DataFrame:
    return population.iloc[3_000:].sample(rows, random_state=seed)


@pytest.mark.parametrize("rows", [100, 400])
def test_without_drift_at_most_one_window_in_fifty_is_anything_but_the_same(
    population: pd.DataFrame, reference: dict[str, Any], rows: int
) -> None:
    windows = [drift_of(reference, draw(population, rows, seed)) for seed in range(100)]
    assert sum(any(found.verdict != "same" for found in window.values()) for window in windows) <= 2
    assert not any(found.verdict == "strong" for window in windows for found in window.values())


def test_the_rule_of_thumb_alone_would_alarm_by_chance(population: pd.DataFrame, reference: dict[str, Any]) -> None:
    windows = [drift_of(reference, draw(population, 100, seed)).values() for seed in range(60)]
    assert max(found.psi or 0 for window in windows for found in window) > LIMIT


@pytest.mark.parametrize("rows", [100, 2_000])
def test_larger_homes_are_found_in_their_area_alone(
    population: pd.DataFrame, reference: dict[str, Any], rows: int
) -> None:
    homes = draw(population, rows, 3)
    found = drift_of(reference, homes.assign(net_usable_area=homes["net_usable_area"] * 1.5))
    assert [name for name, drift in found.items() if drift.verdict == "strong"] == ["net_usable_area"]


def test_a_sector_that_takes_over_is_found(population: pd.DataFrame, reference: dict[str, Any]) -> None:
    homes = draw(population, 300, 4)
    found = drift_of(reference, homes.assign(sector=np.where(np.arange(300) < 150, "Elsewhere", homes["sector"])))
    assert found["sector"].verdict == "strong"
    assert found["sector"].now[found["sector"].bins.index(NEW)] == pytest.approx(0.5)


def test_among_many_rare_sectors_a_new_one_is_found_in_a_hundred_homes(population: pd.DataFrame) -> None:
    many = population.assign(sector=[f"s{number % 60}" for number in range(len(population))])
    reference = describe_reference(ByArea(), many.head(3_000))
    homes = draw(many, 100, 8)
    new = homes.assign(sector=np.where(np.arange(100) < 25, "Elsewhere", homes["sector"]))
    assert drift_of(reference, homes)["sector"].verdict == "same"
    assert drift_of(reference, new)["sector"].verdict == "strong"


def test_a_number_that_is_no_longer_stated_is_found(population: pd.DataFrame, reference: dict[str, Any]) -> None:
    homes = draw(population, 300, 5)
    found = drift_of(reference, homes.assign(n_rooms=homes["n_rooms"].where(np.arange(300) % 2 == 0)))
    assert found["n_rooms"].verdict == "strong"


@pytest.mark.parametrize("rows", [0, 10, 99])
def test_few_rows_never_alarm_whatever_they_are(reference: dict[str, Any], rows: int) -> None:
    odd = pd.DataFrame([dict.fromkeys(FEATURES, 9_999.0) | {"type": "castle", "sector": "Moon"}] * max(rows, 1))
    found = drift_of(reference, odd.head(rows))
    assert {drift.verdict for drift in found.values()} == {"few"}


def test_a_column_that_was_always_missing_and_now_is_stated_is_found(population: pd.DataFrame) -> None:
    bare = describe_reference(ByArea(), population.head(500).assign(latitude=np.nan))
    found = drift_of(bare, draw(population, 200, 6))["latitude"]
    assert found.verdict == "strong"


def test_the_distance_at_the_kept_points_is_nearly_that_of_all_rows(
    population: pd.DataFrame, reference: dict[str, Any]
) -> None:
    homes = draw(population, 500, 7)
    homes = homes.assign(latitude=homes["latitude"] + 0.004)
    exact = stats.ks_2samp(population.head(3_000)["latitude"], homes["latitude"], method="asymp")
    known = reference["numbers"]["latitude"]
    below = np.searchsorted(np.sort(homes["latitude"]), known["points"], side="right") / 500
    ours = np.max(np.abs(np.array(known["below"]) / 3_000 - below))
    assert exact.statistic - 1 / 200 <= ours <= exact.statistic


def test_the_reference_is_small_and_an_area_of_zero_counts_as_missing(population: pd.DataFrame) -> None:
    frame = population.head(1_000).assign(net_area=[0.0] * 400 + [80.0] * 600)
    found = describe_reference(ByArea(), frame)
    assert found["numbers"]["net_area"] == {"rows": 1_000, "missing": 400, "points": [80.0], "below": [600]}
    assert len(str(found)) < 60_000
    assert sum(found["categories"]["sector"]["counts"].values()) == 1_000


def test_beyond_two_hundred_names_the_rest_is_counted_together(population: pd.DataFrame) -> None:
    frame = population.head(900).assign(sector=[f"s{number % 300}" for number in range(900)])
    found = describe_reference(ByArea(), frame)["categories"]["sector"]
    assert (len(found["counts"]), found["other"]) == (200, 300)
