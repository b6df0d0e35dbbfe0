"""The gate: what it lets through, what it refuses, and what its statistics are worth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from pricing_core import Message, say
from pricing_core.nouns import Check, Verdict
from pricing_core.versions.gate import Answers, Trial, asked_coverage, judge
from pricing_core.versions.paired_bootstrap import _medians, beyond_chance, median_difference
from pricing_core.versions.probe_homes import check_area, check_finite, check_replay, probe_homes
from pricing_core.versions.seen_homes import home_hashes, pack, unpack
from tests.factories import SECTORS, listings

ROWS = 1_200


def trial(
    seed: int = 0, *, worse: float = 1.0, harmed: float = 1.0, covered: float = 0.9, rows: int = ROWS, sectors: int = 4
) -> Trial:
    """Two models whose errors share most of their causes; ``harmed`` multiplies those of one sector."""
    random = np.random.default_rng(seed)
    price = np.exp(random.normal(8, 0.5, rows))
    sector = random.integers(sectors, size=rows)
    shared = random.normal(0, 0.14, rows)
    mine, theirs = (shared + random.normal(0, 0.05, rows) for _ in range(2))
    mine *= worse * np.where(sector == 0, harmed, 1.0)
    inside = np.arange(rows) < covered * rows
    names = np.array([f"S{number}" for number in sector], dtype=object)
    challenger = Answers(price * np.exp(mine), inside, np.full(rows, 0.5))
    return Trial(price, names, challenger, Answers(price * np.exp(theirs)), 7, "held_out")


def failed(verdict: Verdict) -> list[str]:
    return [each.name for each in verdict.checks if not each.passed]


def test_a_challenger_that_is_as_good_passes_and_the_interval_is_stated() -> None:
    verdict = judge(trial())
    assert verdict.passed
    assert failed(verdict) == []
    assert "that of version 7" in str(verdict.checks[0].sentence)
    assert "percentage points with 95 % confidence" in str(verdict.checks[0].sentence)
    assert verdict.champion is not None
    assert verdict.challenger["mdape"] == pytest.approx(verdict.champion["mdape"], rel=0.1)


def test_the_very_same_values_pass() -> None:
    same = trial()
    assert same.champion is not None
    verdict = judge(Trial(same.price, same.sector, same.challenger, Answers(same.challenger.value), 7, "held_out"))
    assert verdict.passed
    assert (verdict.checks[0].details["low"], verdict.checks[0].details["high"]) == (0, 0)


def test_a_worse_challenger_is_refused_with_its_numbers() -> None:
    verdict = judge(trial(worse=1.3))
    assert "error" in failed(verdict)
    assert "worse, and not by chance" in str(verdict.summary)
    assert verdict.checks[0].details["low"] > 0


def test_a_better_challenger_passes() -> None:
    verdict = judge(trial(worse=0.7))
    assert verdict.passed
    assert verdict.checks[0].details["high"] < 0


def test_a_challenger_that_is_better_overall_but_harms_one_sector_is_refused() -> None:
    verdict = judge(trial(worse=0.8, harmed=2.2))
    assert verdict.challenger["mdape"] < verdict.champion["mdape"]  # type: ignore[index]
    assert failed(verdict) == ["sectors"]
    check = next(each for each in verdict.checks if each.name == "sectors")
    assert check.details["harmed"] == ["S0"]
    assert "S0" in str(check.sentence)


def test_a_sector_of_few_rows_is_not_judged_by_itself() -> None:
    verdict = judge(trial(harmed=3, rows=120))  # about 30 rows a sector
    assert "No sector has 50 listings or more" in str(verdict.checks[1].sentence)


def test_equals_in_many_sectors_are_hardly_ever_refused() -> None:
    """40 sectors, so that by chance some look worse: 30 pairs of equals, of which 5 % may be refused."""
    refused = sum("sectors" in failed(judge(trial(seed, rows=2_800, sectors=40))) for seed in range(30))
    assert refused <= 2


@pytest.mark.parametrize("rows", [1, 2, 51, 60])
def test_the_medians_of_resamples_are_those_of_numpy(rows: int) -> None:
    values = np.random.default_rng(rows).random((40, rows))
    assert np.array_equal(_medians(values.copy()), np.median(values, axis=1))


@pytest.mark.parametrize(("covered", "passed"), [(0.80, False), (0.86, True), (0.94, True), (0.99, False)])
def test_the_range_must_be_calibrated(covered: float, passed: bool) -> None:
    assert ("range" not in failed(judge(trial(covered=covered)))) is passed


def test_few_rows_widen_what_is_asked_of_the_range_and_many_do_not() -> None:
    low, high = asked_coverage(60)
    assert low < 0.82
    assert high > 0.96
    assert asked_coverage(2_000) == (0.85, 0.95)


def test_a_model_without_ranges_is_refused() -> None:
    made = trial()
    assert failed(judge(Trial(made.price, made.sector, Answers(made.challenger.value), made.champion, 7, "held_out")))


@pytest.mark.parametrize("bad", [np.nan, np.inf, 0.0, -5.0])
def test_a_value_that_is_no_amount_is_refused(bad: float) -> None:
    made = trial()
    made.challenger.value[3] = bad
    verdict = judge(made)
    assert failed(verdict) == ["error"]
    assert "For 1 of 1,200 listings there is no finite value" in str(verdict.summary)


def test_too_few_rows_decide_nothing() -> None:
    verdict = judge(trial(rows=29))
    assert failed(verdict) == ["rows"]
    assert "at least 30 are needed" in str(verdict.summary)


def test_without_a_champion_the_sanity_checks_decide() -> None:
    made = trial()
    alone = Trial(made.price, made.sector, made.challenger, None, None, "alone")
    bad = Check("area", False, Message("Less for more."), {})
    assert judge(alone).passed
    assert failed(judge(alone, [bad])) == ["area"]


def test_every_check_speaks_both_languages() -> None:
    for check in judge(trial()).checks:
        assert say(check.sentence, "es") != str(check.sentence)


# The paired bootstrap


def test_the_interval_of_the_bootstrap_is_that_of_theory_where_theory_knows_it() -> None:
    """Of independent normal samples the median has the standard error sqrt(pi / 2 / n), the difference sqrt(pi / n)."""
    random = np.random.default_rng(1)
    rows = 4_000
    first, second = random.normal(size=rows), random.normal(size=rows)
    found = median_difference(first, second)
    expected = np.sqrt(np.pi / rows)
    assert found.error == pytest.approx(expected, rel=0.15)
    assert found.high - found.low == pytest.approx(2 * norm.ppf(0.975) * expected, rel=0.15)


def test_pairing_takes_out_what_both_share() -> None:
    random = np.random.default_rng(2)
    shared = random.normal(size=2_000)
    found = median_difference(shared + 0.01, shared)
    assert found.estimate == pytest.approx(0.01)
    assert (found.low, found.high) == (pytest.approx(0.01), pytest.approx(0.01))


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    held = 0
    for seed in range(200):
        random = np.random.default_rng(seed)
        first, second = random.normal(1, 1, 150), random.normal(1, 1, 150)
        found = median_difference(first, second, resamples=300)
        held += found.low <= 0 <= found.high
    assert 0.90 <= held / 200 <= 0.99


def test_more_comparisons_ask_for_more_proof() -> None:
    random = np.random.default_rng(3)
    found = median_difference(random.normal(0.25, 1, 200), random.normal(0, 1, 200))
    assert found.estimate > 0
    assert beyond_chance(found, 1) or found.estimate < 1.645 * found.error
    assert not beyond_chance(found, 10_000)


# Sanity


class Valuing:
    """A model that values homes by a formula."""

    def __init__(self, formula: Any) -> None:
        self._formula = formula

    def predict(self, X: pd.DataFrame) -> Any:
        return np.asarray(self._formula(X), dtype=float)

    def predict_with_ranges(self, X: pd.DataFrame) -> Any:
        return self.predict(X), None


def area(frame: pd.DataFrame) -> Any:
    return frame["net_usable_area"].fillna(frame["net_area"]).fillna(50.0)


SOUND = Valuing(lambda frame: 1_000 + 40 * area(frame))
SHRINKING = Valuing(lambda frame: 20_000 - 40 * area(frame))


def test_a_sound_model_passes_the_sanity_checks() -> None:
    homes = probe_homes(listings(500))
    assert check_finite(SOUND, homes).passed
    assert check_area(SOUND, homes, 0.05).passed


def test_a_model_that_takes_value_away_for_more_area_is_refused() -> None:
    check = check_area(SHRINKING, probe_homes(listings(500)), 0.05)
    assert not check.passed
    assert "More area lowers the value by more than 5 % in" in str(check.sentence)


@pytest.mark.parametrize(
    "formula",
    [
        lambda frame: np.where(frame["latitude"].isna(), np.nan, 100.0),
        lambda frame: np.where(frame["net_area"].isna(), np.inf, 100.0),
        lambda frame: np.where(frame["sector"] == "never heard of", -1.0, 100.0),
        lambda frame: 1 / 0,
    ],
    ids=["nan", "infinite", "negative", "raises"],
)
def test_a_model_that_gives_no_amount_for_an_odd_home_is_refused(formula: Any) -> None:
    assert not check_finite(Valuing(formula), probe_homes(listings(500))).passed


def test_homes_without_any_area_are_no_reason_to_refuse() -> None:
    homes = probe_homes(listings(50)).assign(net_area=np.nan, net_usable_area=np.nan)
    assert check_area(SOUND, homes, 0.05).passed


def test_wild_jumps_of_logged_homes_are_refused_and_one_odd_home_is_not() -> None:
    before = np.full(100, 1_000.0)
    now = before * 1.1
    now[0] = 9_000
    assert check_replay(before, now, 0.5).passed
    now[:10] = 300
    refused = check_replay(before, now, 0.5)
    assert not refused.passed
    assert "10 move by more than 50 %" in str(refused.sentence)
    assert check_replay(np.empty(0), np.empty(0), 0.5).passed


# What a version has seen


def test_a_home_is_known_again_whatever_its_price_and_types_say() -> None:
    frame = listings(60)
    frame.loc[0, "sector"] = None
    frame.loc[1, "net_area"] = np.nan
    again = frame.assign(price=1.0).astype({"type": "category", "sector": "category", "n_rooms": "float32"})
    np.testing.assert_array_equal(home_hashes(frame), home_hashes(again))
    assert len(np.unique(home_hashes(frame))) == 60
    assert set(frame["sector"].dropna()) <= set(SECTORS)


def test_what_was_seen_comes_back_from_its_file() -> None:
    hashes = home_hashes(listings(60))
    found = unpack(pack(hashes))
    assert found is not None
    assert set(found.tolist()) == set(hashes.tolist())
    assert unpack(b"garbage") is None
