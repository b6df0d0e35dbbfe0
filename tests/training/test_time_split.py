"""Evaluation by time: trained on the past, measured on what came later."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from pricing_core.errors import ListingsError
from pricing_core.training.fitting import evaluate_recipes
from pricing_core.training.time_split import TimeSplit
from tests.dated import dated_listings
from tests.factories import quick_recipe

FRAME = dated_listings(1_000)
OTHER = dated_listings(200)


def test_the_last_part_by_date_is_kept_apart_and_whole_days_stay_together() -> None:
    split = TimeSplit.of(FRAME.assign(sold_on=FRAME["sold_on"].dt.to_period("M").dt.start_time), 5)
    assert split.past["sold_on"].max() < pd.Timestamp(split.first_day) == split.later["sold_on"].min()
    assert len(split.later) == pytest.approx(230, abs=45)
    assert len(split.past) + len(split.later) == len(FRAME)


def test_rows_without_a_day_are_of_the_past() -> None:
    split = TimeSplit.of(FRAME.assign(sold_on=FRAME["sold_on"].where(FRAME.index % 3 > 0)), 5)
    assert split.later["sold_on"].notna().all()
    assert split.past["sold_on"].isna().sum() == 334


def test_where_most_are_of_the_last_day_that_day_is_apart() -> None:
    last = pd.Timestamp("2024-05-01")
    split = TimeSplit.of(FRAME.assign(sold_on=FRAME["sold_on"].where(FRAME.index < 150, last)), 5)
    assert split.first_day == date(2024, 5, 1)


@pytest.mark.parametrize(
    ("frame", "dated"),
    [
        (FRAME.drop(columns="sold_on"), 0),
        (FRAME.assign(sold_on=pd.NaT), 0),
        (FRAME.head(60), 60),
        (FRAME.assign(sold_on=pd.Timestamp("2024-05-01")), 1_000),
    ],
    ids=["no column", "no dates", "few", "one day"],
)
def test_without_enough_dates_it_is_refused_with_what_to_do(frame: pd.DataFrame, dated: int) -> None:
    with pytest.raises(ListingsError, match=rf"but {dated:,} of these have a date: declare sold_on or listed_on"):
        TimeSplit.of(frame, 5)


def test_a_market_that_rises_is_not_valued_low(tmp_path: Path) -> None:
    quick = quick_recipe(tmp_path)
    found = evaluate_recipes(FRAME, [quick], split="time")
    figures, split = found["recipes"][quick], found["split"]
    assert abs(figures["median_log_ratio"]) < 0.03
    assert (split["by"], split["past_rows"] + split["later_rows"]) == ("time", found["rows"])
    assert set(evaluate_recipes(FRAME, [quick], folds=2)["recipes"][quick]) <= set(figures)


def test_without_the_level_it_would_be(tmp_path: Path) -> None:
    path = Path(quick_recipe(tmp_path))
    price = tmp_path / "price.yaml"
    price.write_text(path.read_text(encoding="utf-8").replace("target: log", "target: price"), encoding="utf-8")
    figures = evaluate_recipes(FRAME, [str(price)], split="time")["recipes"][str(price)]
    assert figures["median_log_ratio"] < -0.05
