"""Values of a day: today's unless another is asked for, kept in the log, and the same when they are replayed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pricing_core import AVM, Actor, Json, SubjectError, Valuation
from tests.conftest import TrainedHome, copy_of

HOME: Json = {"type": "casa", "sector": "North", "net_usable_area": 80, "latitude": -33.4, "longitude": -70.6}
LAST = date(2023, 12, 21)


@pytest.fixture(scope="module")
def avm(dated_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AVM]:
    opened = AVM(copy_of(dated_home, tmp_path_factory.mktemp("dated"))).start()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def undated(trained_home: TrainedHome, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AVM]:
    opened = AVM(copy_of(trained_home, tmp_path_factory.mktemp("undated"))).start()
    yield opened
    opened.close()


def said(valuation: Valuation) -> str:
    return " ".join(map(str, valuation.notes))


def test_a_home_is_worth_more_on_a_later_day(avm: AVM, admin: Actor) -> None:
    then = avm.value(HOME, actor=admin, as_of="2022-12-20")
    later = avm.value(HOME, actor=admin, as_of=date(2023, 12, 20))
    assert later.value / then.value == pytest.approx(np.exp(0.12), abs=0.03)
    assert later.ranges["90"][0] / then.ranges["90"][0] == pytest.approx(np.exp(0.12), abs=0.04)
    assert (then.as_of, later.as_of) == ("2022-12-20", "2023-12-20")
    assert then.market_level is not None
    assert then.market_level["change"] == pytest.approx(np.expm1(-0.12), abs=0.03)
    assert "Market level of 20 Dec 2022" in str(then.level_words)
    assert then.reference_value is not None
    assert then.reference_value + sum(each["amount"] for each in then.drivers) == pytest.approx(then.value)


def test_a_value_is_of_today_and_says_where_the_level_ends(avm: AVM, admin: Actor) -> None:
    today = avm.value(HOME, actor=admin)
    assert today.as_of is not None
    assert abs(date.fromisoformat(today.as_of) - date.today()) <= timedelta(days=1)
    assert today.market_level is not None
    assert date.fromisoformat(today.market_level["last_day"]) <= LAST + timedelta(days=1)
    assert today.market_level["day"] < today.as_of
    assert "The dates of the listings end on 18 Dec 2023" in said(today)
    within = avm.value(HOME, actor=admin, as_of="2024-01-31")
    assert "The dates of the listings" not in said(within)
    assert today.ranges["90"][1] / today.value > avm.value(HOME, actor=admin, as_of=LAST).ranges["90"][1] / today.value
    assert "The dates of the listings begin on" in said(avm.value(HOME, actor=admin, as_of="1999-01-01"))


def test_the_day_is_in_the_log_and_a_replay_gives_the_same_value(avm: AVM, admin: Actor) -> None:
    valuation = avm.value(HOME, actor=admin, as_of="2022-06-15")
    logged = avm.log.get(valuation.log_id)
    assert (logged.detail["as_of"], logged.value) == ("2022-06-15", valuation.value)
    assert logged.detail["market_level"] == valuation.market_level
    change = avm.log.explain_change(valuation.log_id)
    assert (change.replayed_value, change.present_value) == (valuation.value, valuation.value)


def test_comparables_carry_their_day_and_are_brought_to_that_of_the_value(avm: AVM, admin: Actor) -> None:
    early, late = (avm.value(HOME, actor=admin, as_of=day) for day in ("2022-03-01", "2023-12-01"))
    for first, second in zip(early.comparables, late.comparables, strict=True):
        assert first["dated"] == second["dated"]
        assert first["price"] == second["price"]
        moved = second["price_on_day"] / first["price_on_day"]
        assert moved == pytest.approx(second["adjusted_value"] / first["adjusted_value"], rel=1e-4)
        assert moved == pytest.approx(late.value / early.value, rel=1e-3)
    assert early.second_opinion is not None
    assert early.second_opinion == pytest.approx(early.value, rel=0.15)


def test_of_comparables_as_similar_the_recent_ones_come_first(avm: AVM, admin: Actor) -> None:
    found = avm.value(HOME, actor=admin).comparables
    keys = [(-round(each["similarity"], 2), each["dated"]) for each in found]
    assert keys == sorted(keys, key=lambda key: (key[0], -date.fromisoformat(key[1]).toordinal()))


def test_many_homes_and_files_are_valued_as_of_a_day(avm: AVM, admin: Actor, tmp_path: Path) -> None:
    alone = avm.value(HOME, actor=admin, as_of="2022-06-15")
    many = avm.value_many([alone.subject], actor=admin, as_of="2022-06-15")
    assert isinstance(many[0], Valuation)
    assert (many[0].value, many[0].as_of, many[0].market_level) == (alone.value, alone.as_of, alone.market_level)
    pd.DataFrame([dict.fromkeys(["net_area", "n_rooms", "n_bathroom"]) | HOME]).to_csv(tmp_path / "in.csv", index=False)
    avm.value_file(tmp_path / "in.csv", tmp_path / "out.csv", actor=admin, as_of="2022-06-15")
    assert pd.read_csv(tmp_path / "out.csv")["value"].tolist() == [alone.value]


@pytest.mark.parametrize("day", ["yesterday", "2022-13-01", "04/05/2022", "1812-01-01", "9999-01-01", "20220", 7])
def test_what_is_no_day_is_refused_in_words(avm: AVM, admin: Actor, day: str) -> None:
    with pytest.raises(SubjectError, match="The day of a value must be a date such as 2024-03-31"):
        avm.value(HOME, actor=admin, as_of=day)


def test_without_dates_every_day_is_the_same_and_only_who_asks_is_told(undated: AVM, admin: Actor) -> None:
    home = {**HOME, "sector": "Ñuñoa"}
    plain, asked = undated.value(home, actor=admin), undated.value(home, actor=admin, as_of="2020-01-01")
    assert plain.value == asked.value
    assert plain.ranges == asked.ranges
    assert (plain.as_of, plain.market_level) == (None, None)
    assert "listings without dates" not in said(plain)
    assert "The model learned from listings without dates" in said(asked)
    assert all(each["dated"] is None for each in plain.comparables)
