"""What nobody knows of a home widens its range, and does not move its value by itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pricing_core.listings.ingestion import read_frame
from pricing_core.model.valuation_model import ValuationModel
from pricing_core.training.fitting import fit, priced_rows
from pricing_core.training.recipes import load_recipe

SAMPLE = Path(__file__).parents[2] / "data" / "sample" / "train.csv"
OTHERS = ["n_rooms", "n_bathroom", "latitude", "longitude"]


@pytest.fixture(scope="module")
def split() -> tuple[ValuationModel, pd.DataFrame]:
    frame = priced_rows(read_frame(SAMPLE)[0])
    held_out = np.random.default_rng(7).permutation(len(frame)) % 5 == 0
    return fit(load_recipe("champion"), frame[~held_out]), frame[held_out]


@pytest.mark.parametrize(
    ("hidden", "at_most"),
    [
        (["net_usable_area"], 0.01),
        (["net_area"], 0.01),
        (["n_rooms"], 0.01),
        (["n_bathroom"], 0.01),
        (["latitude", "longitude"], 0.01),
        (["sector"], 0.01),
        (["net_area", *OTHERS], 0.02),
        (["net_usable_area", *OTHERS], 0.02),
    ],
)
def test_hiding_what_is_known_moves_the_middle_value_little_and_widens_ranges(
    split: tuple[ValuationModel, pd.DataFrame], hidden: list[str], at_most: float
) -> None:
    model, homes = split
    stated = homes[(homes[["net_usable_area", "net_area"]] > 0).all(axis=1) & homes[OTHERS].notna().all(axis=1)]
    whole, ranges = model.predict_with_ranges(stated)
    blank = stated.assign(**{name: None if name == "sector" else np.nan for name in hidden})
    value, wider = model.predict_with_ranges(blank)
    assert abs(np.median(value / whole) - 1) <= at_most
    assert ranges is not None
    assert wider is not None
    price = stated["price"].to_numpy(float)
    assert 0.86 <= np.mean((wider.low[90] <= price) & (price <= wider.high[90])) <= 0.95
    assert np.median((wider.high[90] - wider.low[90]) / value) >= 0.97 * np.median(
        (ranges.high[90] - ranges.low[90]) / whole
    )
