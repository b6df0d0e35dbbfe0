from __future__ import annotations

import json
import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from pricing_core.listings.sample import generate, planted_errors
from pricing_core.nouns.homes_in_columns import Columns, Predict, columns_of
from pricing_core.nouns.schema import FEATURES, NUMBERS, Property
from pricing_core.training.fitting import fit, priced_rows
from pricing_core.training.recipes import load_recipe
from pricing_core.valuing.drivers import GROUPS, Explanation, TypicalHomes, explain

Explained = Callable[[Property], tuple[float, Explanation]]


@pytest.fixture(scope="module")
def listings() -> pd.DataFrame:
    return priced_rows(generate(500, 11)[(planted_errors(500, 11) == "").to_numpy()])


@pytest.fixture(scope="module")
def typical(listings: pd.DataFrame) -> TypicalHomes:
    return TypicalHomes.learn(listings)


@pytest.fixture(scope="module", params=["original", "revised"])
def predict(request: pytest.FixtureRequest, listings: pd.DataFrame) -> Predict:
    model = fit(load_recipe(request.param), listings.head(200))
    return lambda columns: np.asarray(model.predict(pd.DataFrame(dict(columns))))


@pytest.fixture
def explained(predict: Predict, typical: TypicalHomes) -> Explained:
    def run(subject: Property) -> tuple[float, Explanation]:
        value = float(predict(columns_of([subject]))[0])
        return value, explain(subject, value, predict, typical)

    return run


def subjects(listings: pd.DataFrame, count: int) -> list[Property]:
    """Listings with gaps torn into them, some with names that nobody knows."""
    rng = np.random.default_rng(5)
    homes = []
    for row in listings.sample(count, random_state=5)[list(FEATURES)].to_dict("records"):
        values = {name: None if pd.isna(cell) or rng.random() < 0.15 else cell for name, cell in row.items()}
        for name in ("type", "sector"):
            values[name] = "nobody knows" if rng.random() < 0.1 or pd.isna(row[name]) else row[name]
        homes.append(Property(**{str(name): cell for name, cell in values.items()}))
    return homes


def amounts(explanation: Explanation) -> dict[str, float]:
    return {driver.feature: driver.amount for driver in explanation.drivers}


def area_and_rooms(columns: Columns) -> np.ndarray:
    """A model with an interaction of two features, whose Shapley values are known."""
    return 100 * columns["net_usable_area"] + 10 * columns["net_usable_area"] * columns["n_rooms"]


def test_drivers_add_up_to_the_cent_for_subjects_with_gaps(
    listings: pd.DataFrame, predict: Predict, typical: TypicalHomes
) -> None:
    homes = subjects(listings, 200)
    values = predict(columns_of(homes))
    for home, value in zip(homes, values.tolist(), strict=True):
        explanation = explain(home, value, predict, typical)
        shown = [explanation.reference_value, *amounts(explanation).values()]
        assert round(math.fsum(shown), 2) == round(value, 2)
        assert all(round(amount, 2) == amount for amount in shown)
        assert "location" in amounts(explanation)


def test_the_typical_listing_itself_is_moved_by_nothing(explained: Explained, typical: TypicalHomes) -> None:
    home = typical.of(Property(**dict.fromkeys(FEATURES) | {"type": "casa", "sector": "Puente Alto"}))
    value, explanation = explained(Property(**home.features))
    assert explanation.reference_value == round(value, 2)
    assert set(amounts(explanation).values()) == {0}
    assert set(amounts(explanation)) == set(GROUPS) - {"type"}
    assert explanation.listings >= 5


@pytest.mark.parametrize("predict", ["revised"], indirect=True)
def test_more_usable_area_moves_the_value_more(explained: Explained, typical: TypicalHomes) -> None:
    home = typical.of(Property(**dict.fromkeys(FEATURES) | {"type": "departamento", "sector": "Santiago"})).features
    area = float(str(home["net_usable_area"]))
    moved = []
    for times in (0.6, 1.0, 2.0):
        wide = {"net_usable_area": area * times, "net_area": max(float(str(home["net_area"])), area * times)}
        moved.append(amounts(explained(Property(**home | wide))[1])["net_usable_area"])
    assert moved[0] < moved[1] == 0 < moved[2]


@pytest.mark.parametrize("predict", ["original"], indirect=True)
def test_a_model_that_looks_at_names_alone_is_moved_by_location_and_type_alone(
    explained: Explained, listings: pd.DataFrame
) -> None:
    for home in subjects(listings, 30):
        moved = {name for name, amount in amounts(explained(home)[1]).items() if amount}
        assert moved <= {"location", "type"}


def test_an_unknown_sector_is_compared_with_the_nearest_one(typical: TypicalHomes) -> None:
    unknown = dict.fromkeys(FEATURES) | {"type": "departamento", "sector": "nobody knows"}
    near = typical.of(Property(**unknown | {"latitude": -33.609, "longitude": -70.576}))
    assert near.features["sector"] == "Puente Alto"
    assert near.features["type"] == "departamento"
    assert typical.of(Property(**unknown)).features["type"] == "departamento"


def test_an_unknown_type_is_a_driver_of_its_own(explained: Explained) -> None:
    home = {"type": "castle", "sector": "Santiago", "net_usable_area": 60, "net_area": 60, "n_rooms": 2}
    _, explanation = explained(Property(**dict.fromkeys(FEATURES) | home))
    driver = next(driver for driver in explanation.drivers if driver.feature == "type")
    assert (driver.subject_value, driver.reference_value) == ("castle", "departamento")


def test_what_is_not_stated_is_no_driver(typical: TypicalHomes) -> None:
    home = typical.of(Property(**dict.fromkeys(FEATURES) | {"type": "casa", "sector": "Maipú"})).features
    subject = Property(**home | {"n_bathroom": None, "n_rooms": None})
    filled = lambda columns: 100 + np.nan_to_num(columns["n_rooms"])  # noqa: E731
    explanation = explain(subject, 100.0, filled, typical)
    assert explanation.reference["n_rooms"] is None
    assert not {"n_bathroom", "n_rooms"} & set(amounts(explanation))


def test_an_interaction_of_two_features_is_halved_exactly(typical: TypicalHomes) -> None:
    home = typical.of(Property(**dict.fromkeys(FEATURES) | {"type": "casa", "sector": "Maipú"})).features
    area, rooms = float(str(home["net_usable_area"])), float(str(home["n_rooms"]))
    subject = Property(**home | {"net_usable_area": area + 10, "n_rooms": rooms + 2})
    value = float(area_and_rooms(columns_of([subject]))[0])
    shown = amounts(explain(subject, value, area_and_rooms, typical))
    assert shown["net_usable_area"] == pytest.approx(1000 + 10 * 10 * (rooms + 1))
    assert shown["n_rooms"] == pytest.approx(10 * 2 * (area + 5))


def test_one_explanation_asks_once_for_at_most_twelve_rows(typical: TypicalHomes) -> None:
    asked: list[int] = []

    def counting(columns: Columns) -> np.ndarray:
        asked.append(len(columns["type"]))
        return np.full(asked[-1], 50.0)

    everything_differs = {"type": "castle", "sector": "nobody knows"} | dict.fromkeys(NUMBERS, 7.77)
    explain(Property(**everything_differs), 50.0, counting, typical)
    assert asked == [12]


def test_the_value_of_another_model_is_not_explained(typical: TypicalHomes) -> None:
    subject = Property(**dict.fromkeys(FEATURES) | {"type": "casa", "sector": "Maipú", "net_area": 90})
    with pytest.raises(ValueError, match="the model gives 50"):
        explain(subject, 60.0, lambda columns: np.full(len(columns["type"]), 50.0), typical)


def test_typical_homes_survive_json(typical: TypicalHomes, listings: pd.DataFrame) -> None:
    content = json.dumps(typical.to_dict(), allow_nan=False)
    again = TypicalHomes.from_dict(json.loads(content))
    assert all(again.of(home) == typical.of(home) for home in subjects(listings, 50))
    assert len(content) < 20_000


def test_garbage_leaves_a_typical_home_behind(listings: pd.DataFrame) -> None:
    garbage = listings.assign(net_area=0.0, latitude=999.0, n_rooms="many", sector=np.nan)
    home = TypicalHomes.learn(garbage).of(subjects(listings, 1)[0])
    assert [home.features[name] for name in ("net_area", "latitude", "n_rooms", "sector")] == [None] * 4
    empty = TypicalHomes.learn(listings.head(0)).of(subjects(listings, 1)[0])
    assert empty.listings == 0
