"""The market's level in money: by type and sector, from month to month, in UF and pesos."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from pricing_core import AVM, Actor, InputError
from pricing_core.nouns.uf import UfTable, UfValue
from pricing_core.valuing.market_report import market_report
from tests.conftest import TrainedHome, copy_of


@pytest.fixture(scope="module")
def avm(dated_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AVM]:
    opened = AVM(copy_of(dated_home, tmp_path_factory.mktemp("dated"))).start()
    yield opened
    opened.close()


def test_all_types_are_shown_with_what_they_gained_in_a_year(avm: AVM) -> None:
    found = avm.market_report()
    assert {course.type for course in found.courses} == {"casa", "departamento"}
    assert [course.change for course in found.courses] == pytest.approx([0.127, 0.127], abs=0.04)
    assert found.first_day < date(2022, 1, 20) < date(2023, 12, 1) < found.last_day < found.reaches


def test_a_type_in_a_sector_has_a_point_a_month_with_its_uncertainty(avm: AVM, admin: Actor) -> None:
    (course,) = avm.market_report("CASA", "north").courses
    assert (course.type, course.sector) == ("casa", "North")
    days = [point.day for point in course.points]
    assert days == sorted(set(days))
    assert max((after - before).days for before, after in pairwise(days)) <= 31
    assert all(point.low <= point.value <= point.high for point in course.points)
    last = next(point for point in course.points if not point.foretold and point.low == point.high)
    assert last.day == avm.market_report().last_day
    assert [point.foretold for point in course.points] == [point.day > last.day for point in course.points]
    rest = {"net_area": 120, "n_rooms": 3, "n_bathroom": 2, "latitude": -33.45, "longitude": -70.65}
    home = {"type": "casa", "sector": "North", "net_usable_area": 80, **rest}
    assert avm.value(home, actor=admin, as_of=last.day).reference_value == pytest.approx(last.value, abs=0.01)


@pytest.mark.parametrize(("kind", "sector", "count"), [("casa", None, 4), (None, "North", 2)])
def test_one_of_both_shows_all_that_is_known_of_it(avm: AVM, kind: str | None, sector: str | None, count: int) -> None:
    assert len(avm.market_report(kind, sector).courses) == count


def test_uf_and_pesos_stand_beside_each_other_where_the_day_has_a_value(avm: AVM) -> None:
    champion = avm._predictor.champion()
    day = avm.market_report().last_day
    uf = UfTable([UfValue(day, 36_000.0)], day)
    point = next(p for p in market_report(champion, "UF", uf, "casa", "North").courses[0].points if p.day == day)
    assert (point.uf, point.pesos) == (point.value, pytest.approx(point.value * 36_000, rel=1e-4))
    point = next(p for p in market_report(champion, "CLP", uf, "casa", "North").courses[0].points if p.day == day)
    assert point.uf == pytest.approx(point.value / 36_000, abs=0.01)
    point = market_report(champion, "UF", uf, "casa", "North").courses[0].points[0]
    assert (point.uf, point.pesos) == (point.value, None)
    point = market_report(champion, "USD", uf, "casa", "North").courses[0].points[0]
    assert (point.uf, point.pesos) == (None, None)


def test_a_sector_that_nobody_knows_is_refused(avm: AVM) -> None:
    with pytest.raises(InputError, match="too few listings of this type and sector"):
        avm.market_report("casa", "Atlantis")


def test_a_champion_without_dates_says_what_to_do(trained_home: TrainedHome, tmp_path: Path) -> None:
    undated = AVM(copy_of(trained_home, tmp_path)).start()
    with pytest.raises(InputError, match="declare sold_on or listed_on"):
        undated.market_report()
    undated.close()
