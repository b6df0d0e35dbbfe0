"""The market's level: what is there is found, what is not there is not invented, and nothing looks ahead."""

from __future__ import annotations

import pickle
from datetime import date

import numpy as np
import pandas as pd
import pytest

from pricing_core.model.market_level import FORECAST_DAYS, MarketLevel
from pricing_core.nouns.arrays import Numbers
from pricing_core.nouns.days import days_of, to_day, to_number
from pricing_core.nouns.homes_in_columns import Columns, columns_from_frame
from tests.dated import DAYS, FIRST, Level, dated_listings, rising

START = to_number(FIRST.astype(date))


def learned(frame: pd.DataFrame) -> MarketLevel | None:
    days = days_of(frame)
    assert days is not None
    return MarketLevel.learn(columns_from_frame(frame), days, np.log(frame["price"].to_numpy(float)))


def some(frame: pd.DataFrame) -> MarketLevel:
    found = learned(frame)
    assert found is not None
    return found


def one_home(sector: str = "North", kind: str = "casa") -> Columns:
    frame = dated_listings(1).assign(sector=sector, type=kind)
    return columns_from_frame(frame)


def at(level: MarketLevel, days: list[float], sector: str = "North", kind: str = "casa") -> Numbers:
    home = one_home(sector, kind)
    return np.array([level.at(np.array([START + day]), home)[0] for day in days])


def flat(_homes: pd.DataFrame, years: Numbers) -> Numbers:
    return np.zeros_like(years)


def turning(_homes: pd.DataFrame, years: Numbers) -> Numbers:
    return 0.15 * np.sin(np.pi * years)


def cheaper_homes_later(frame: pd.DataFrame) -> pd.DataFrame:
    """The market stands still, but what is sold moves from the dear sector to the cheap one."""
    share = (frame["sold_on"] - FIRST).dt.days / DAYS
    cheap = np.random.default_rng(5).random(len(frame)) < share
    return frame[(frame["sector"] == "North") == cheap]


@pytest.mark.parametrize("level", [flat, rising, turning])
def test_the_level_of_a_market_is_found_within_its_error(level: Level) -> None:
    found = some(dated_listings(level=level))
    days = [30.0, 180.0, 360.0, 540.0, 690.0]
    truth = level(pd.DataFrame(), (np.array(days) - (found.last - START)) / 365.25)
    if level is turning:
        truth = turning(pd.DataFrame(), np.array(days) / 365.25) - turning(
            pd.DataFrame(), np.array([(found.last - START) / 365.25])
        )
    errors = np.array([found.error_at(np.array([START + day]), one_home())[0] for day in days])
    assert np.abs(at(found, days) - truth).max() < 0.03
    assert (np.abs(at(found, days) - truth) < 4 * errors + 0.005).all()


def test_other_homes_being_sold_is_no_other_level() -> None:
    frame = cheaper_homes_later(dated_listings(4_000, flat))
    assert np.abs(at(some(frame), [30.0, 360.0, 690.0])).max() < 0.03


def test_wild_prices_do_not_move_the_level() -> None:
    frame = dated_listings(level=flat)
    frame.loc[frame.index[::25], "price"] *= 38_000
    assert np.abs(at(some(frame), [30.0, 360.0, 690.0])).max() < 0.03


def test_a_segment_that_goes_another_way_is_followed_and_the_others_are_not_dragged_along() -> None:
    def houses_alone(homes: pd.DataFrame, years: Numbers) -> Numbers:
        return np.where(homes["type"] == "casa", 0.15 * years, 0.0)

    found = some(dated_listings(4_000, houses_alone))
    assert [each.column for each in found.segments] == ["type"]
    assert at(found, [60.0])[0] == pytest.approx(-0.27, abs=0.04)
    assert at(found, [60.0], kind="departamento")[0] == pytest.approx(0.0, abs=0.04)


def test_segments_that_move_alike_follow_the_whole() -> None:
    assert some(dated_listings(4_000)).segments == ()


def test_a_sector_with_few_listings_follows_the_whole() -> None:
    def south_falls(homes: pd.DataFrame, years: Numbers) -> Numbers:
        return np.where(homes["sector"] == "South", -0.2 * years, 0.1 * years)

    frame = dated_listings(4_000, south_falls)
    few = frame[(frame["sector"] != "South") | (np.arange(len(frame)) % 60 == 0)]
    assert at(some(frame), [60.0], sector="South")[0] == pytest.approx(0.36, abs=0.06)
    assert at(some(few), [60.0], sector="South")[0] == pytest.approx(at(some(few), [60.0])[0], abs=0.02)


def test_after_the_data_the_trend_goes_on_for_twelve_weeks_and_then_the_level_stays() -> None:
    found = some(dated_listings())
    last = found.last - START
    soon, end, later = at(found, [last + 28, last + FORECAST_DAYS, last + 4_000])
    assert 0 < soon < end < 1.5 * rising(pd.DataFrame(), np.array([FORECAST_DAYS / 365.25]))[0]
    assert later == end
    errors = [found.error_at(np.array([found.last + ahead]), one_home())[0] for ahead in (0.0, 28.0, 84.0)]
    assert errors[0] == 0 < errors[1] < errors[2]
    assert to_day(found.reaches) > found.last_day


def test_before_the_data_the_level_is_that_of_their_beginning() -> None:
    found = some(dated_listings())
    assert at(found, [-3_000.0])[0] == pytest.approx(at(found, [0.0])[0], abs=0.01)


def test_a_home_whose_day_is_not_known_is_taken_at_the_usual_level() -> None:
    found = some(dated_listings())
    unknown = found.at(np.array([np.nan]), one_home())[0]
    assert unknown == pytest.approx(at(found, [360.0])[0], abs=0.02)


@pytest.mark.parametrize("day", ["9999-12-31", "2199-01-01", "1900-01-01", "1970-01-01"])
def test_days_that_stand_for_none_do_not_move_the_level(day: str) -> None:
    frame = dated_listings()
    dates = frame["sold_on"].astype(object)
    dates.iloc[::100] = day if int(day[:4]) > 2250 else pd.Timestamp(day)
    ends = [to_number(date(2022, 3, 1)), to_number(date(2023, 12, 1))]
    assert at(some(frame.assign(sold_on=dates)), ends) == pytest.approx(at(some(frame), ends), abs=0.02)


def test_later_prices_do_not_change_the_level_that_was_learned_before_them() -> None:
    frame = dated_listings(3_000)
    before, after = frame[frame["sold_on"] < "2023-01-01"], frame[frame["sold_on"] >= "2023-01-01"]
    dearer = pd.concat([before, after.assign(price=after["price"] * 1.3)])
    same = at(some(before), [60.0, 200.0, 300.0])
    assert at(some(dearer[dearer["sold_on"] < "2023-01-01"]), [60.0, 200.0, 300.0]) == pytest.approx(same, abs=1e-12)
    # With them, it changes close to the border alone.
    moved = at(some(dearer), [60.0, 200.0]) - at(some(frame), [60.0, 200.0])
    assert moved[1] - moved[0] == pytest.approx(0, abs=0.02)


@pytest.mark.parametrize(
    "frame",
    [
        dated_listings(1_500).head(0),
        dated_listings(60),
        dated_listings(300, days=20),
        dated_listings(300).assign(sold_on=pd.Timestamp("2024-01-01")),
        dated_listings(300).assign(sold_on=pd.NaT),
        dated_listings(300).assign(sold_on="nothing"),
    ],
    ids=["empty", "few", "three weeks", "one day", "no dates", "no dates in words"],
)
def test_too_little_gives_no_level(frame: pd.DataFrame) -> None:
    assert learned(frame) is None


@pytest.mark.parametrize(
    "change",
    [
        {"sector": None},
        {"type": None, "sector": None},
        {"latitude": np.nan, "longitude": np.nan},
        {"net_usable_area": np.nan, "net_area": 0.0},
        {"n_rooms": np.nan, "n_bathroom": np.nan},
        {"sector": [f"sector {row}" for row in range(1_500)]},
        {"price": 100.0},
    ],
    ids=["no sector", "no names", "no place", "no size", "no counts", "each its own sector", "one price"],
)
def test_whatever_is_missing_the_level_is_finite(change: dict[str, object]) -> None:
    frame = dated_listings().assign(**change)
    found = some(frame)
    days = days_of(frame)
    assert days is not None
    assert np.isfinite(found.at(days, columns_from_frame(frame))).all()
    assert np.isfinite(found.error_at(days, columns_from_frame(frame))).all()


def test_a_slip_in_a_year_does_not_stretch_time() -> None:
    frame = dated_listings()
    frame.loc[3, "sold_on"] = pd.Timestamp("2206-05-01")
    frame.loc[7, "sold_on"] = pd.Timestamp("1202-05-01")
    assert some(frame).last_day <= date(2023, 12, 31)
    assert len(some(frame).knots) < 80


def test_the_day_of_a_price_is_that_of_the_sale_or_else_of_the_listing() -> None:
    frame = dated_listings(3).assign(
        sold_on=[pd.Timestamp("2024-03-31"), pd.NaT, pd.NaT],
        listed_on=[pd.Timestamp("2024-01-01"), pd.Timestamp("2024-02-01"), pd.NaT],
    )
    found = days_of(frame)
    assert found is not None
    assert [None if np.isnan(day) else to_day(day).isoformat() for day in found] == ["2024-03-31", "2024-02-01", None]
    assert days_of(frame.drop(columns=["sold_on", "listed_on"])) is None


def test_a_level_is_the_same_each_time_and_after_it_was_stored() -> None:
    first, second = some(dated_listings()), pickle.loads(pickle.dumps(some(dated_listings())))
    assert np.array_equal(first.level, second.level)
    assert first.usual == second.usual
