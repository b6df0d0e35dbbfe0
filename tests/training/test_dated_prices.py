"""Fits on rows with dates: prices of one day inside, values of any day outside; without dates nothing changes."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pricing_core.model.valuation_model import ValuationModel
from pricing_core.nouns.homes_in_columns import columns_from_frame
from pricing_core.training.fitting import fit
from pricing_core.training.recipes import Recipe, load_recipe
from tests.dated import dated_listings
from tests.factories import quick_recipe

FRAME = dated_listings(800)
UNDATED = FRAME.drop(columns="sold_on")


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    return load_recipe(quick_recipe(tmp_path))


@pytest.mark.parametrize(
    "frame",
    [
        FRAME.assign(sold_on=pd.NaT),
        FRAME.assign(sold_on=FRAME["sold_on"].where(FRAME.index < 50)),
        FRAME.assign(sold_on=pd.Timestamp("2024-05-01")),
        UNDATED.assign(finished_on=FRAME["sold_on"]),
    ],
    ids=["no day known", "few days known", "one day", "another date"],
)
def test_without_enough_dates_nothing_changes(frame: pd.DataFrame, recipe: Recipe) -> None:
    found, plain = fit(recipe, frame), fit(recipe, UNDATED)
    assert found.level is None
    assert np.array_equal(found.predict(frame), plain.predict(UNDATED))
    assert np.array_equal(found.value(columns_from_frame(UNDATED), day=19_000.0), plain.predict(UNDATED))


def test_a_recipe_that_learns_prices_themselves_learns_no_level(recipe: Recipe) -> None:
    assert fit(replace(recipe, target="price"), FRAME).level is None


def test_rows_are_valued_as_of_their_own_day_and_without_one_at_the_usual_level(recipe: Recipe) -> None:
    model = fit(recipe, FRAME)
    home = FRAME.head(1)
    days = ["2022-01-15", "2023-12-15", None]
    early, late, unknown = model.predict(pd.concat([home.assign(sold_on=pd.to_datetime(day)) for day in days]))
    assert late / early == pytest.approx(np.exp(0.12 * 1.92), rel=0.04)
    assert unknown == pytest.approx(np.sqrt(early * late), rel=0.02)
    # Without any column of dates, homes are those of the last day.
    assert model.predict(home.drop(columns="sold_on"))[0] == pytest.approx(late, rel=0.01)


def test_ranges_move_with_the_value_and_grow_with_what_is_not_known_of_the_level(recipe: Recipe) -> None:
    model, home = fit(recipe, FRAME), columns_from_frame(FRAME.head(1))
    assert model.level is not None
    last = model.level.last
    widths = []
    for day in (last, last + 42, last + 84):
        value, ranges = model.value_with_ranges(home, day)
        assert ranges is not None
        assert ranges.low[90] < ranges.low[50] < value < ranges.high[50] < ranges.high[90]
        widths.append(float(np.log(ranges.high[90] / ranges.low[90])[0]))
    assert widths == sorted(widths)
    assert widths[0] < widths[2]


def test_a_model_that_was_stored_before_there_were_levels_goes_on(recipe: Recipe) -> None:
    model = fit(recipe, UNDATED)
    state = {name: value for name, value in model.__getstate__().items() if name != "level"}
    old = ValuationModel.__new__(ValuationModel)
    old.__setstate__(pickle.loads(pickle.dumps(state)))
    assert np.array_equal(old.predict(FRAME), model.predict(UNDATED))
