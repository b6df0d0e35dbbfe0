"""The ratio study: published examples, what must not move it, intervals, planted and absent biases, words."""

from __future__ import annotations

import json
import time

import numpy as np
import pandas as pd
import pytest
from scipy.stats import bootstrap, linregress

from pricing_core import Language, Message, say
from pricing_core.errors import ListingsError
from pricing_core.training.metrics import cod, prb, prd
from pricing_core.training.ratio_measures import measures
from pricing_core.training.ratio_study import FEWEST_ROWS, RANGES, RatioStudy, Statistic, study_ratios

# Examples of the IAAO's Standard on Ratio Studies (April 2013): appraised value, sale price of 36 and of 17 parcels.
IAAO_36 = np.array(
    [
        (48000, 138000),
        (28800, 59250),
        (78400, 157500),
        (39840, 74400),
        (68160, 114900),
        (94400, 159000),
        (67200, 111900),
        (56960, 93000),
        (87200, 138720),
        (38240, 59700),
        (96320, 146400),
        (67680, 99000),
        (32960, 47400),
        (50560, 70500),
        (61360, 78000),
        (47360, 60000),
        (58080, 69000),
        (47040, 55500),
        (136000, 154500),
        (103200, 109500),
        (59040, 60000),
        (168000, 168000),
        (128000, 124500),
        (132000, 127500),
        (160000, 150000),
        (160000, 141000),
        (200000, 171900),
        (184000, 157500),
        (160000, 129600),
        (157200, 126000),
        (99200, 77700),
        (200000, 153000),
        (64000, 48750),
        (192000, 144000),
        (190400, 141000),
        (65440, 48000),
    ],
    dtype=float,
)
IAAO_17 = np.array(
    [
        (87200, 138720),
        (38240, 59700),
        (96320, 146400),
        (68610, 99000),
        (32960, 47400),
        (50560, 70500),
        (61360, 78000),
        (47360, 60000),
        (56580, 69000),
        (47040, 55500),
        (136000, 154500),
        (98000, 109500),
        (56000, 60000),
        (159100, 168000),
        (128000, 124500),
        (132000, 127500),
        (160000, 150000),
    ],
    dtype=float,
)
# The sample calculation of the Texas Comptroller's property value study (2000, tables five and six): 25 ratios in
# hundredths with their median 0.81 and COD 8.0.
TEXAS = [99, 97, 95, 94, 92, 88, 88, 87, 85, 85, 83, 83, 81, 81, 81, 80, 79, 79, 78, 78, 75, 72, 71, 70, 70]


def homes(rows: int, seed: int = 0, *, scatter: float = 0.08, slope: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Prices and values scattering alike about the true worth; ``slope`` is a planted bias by the price."""
    rng = np.random.default_rng(seed)
    worth = np.exp(rng.normal(8.0, 0.6, rows))
    price, value = (worth * np.exp(rng.normal(0, scatter, rows)) for _ in range(2))
    return price, value * (worth / np.exp(8.0)) ** slope


def groups_of(rows: int, sectors: int = 3, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    sector = [f"Sector {number}" for number in rng.integers(sectors, size=rows)]
    return pd.DataFrame({"sector": sector, "type": rng.choice(["casa", "departamento"], rows)})


def told(study: RatioStudy, language: Language = "en") -> dict[str, str]:
    return {name: say(each, language) for name, each in study.sentences.items()}


def overall(study: RatioStudy) -> dict[str, Statistic]:
    return {str(name): each for name, each in study.overall.statistics.items()}


# Published examples


def test_the_example_of_36_parcels_gives_the_published_figures() -> None:
    value, price = IAAO_36.T
    found = overall(study_ratios(price, value))
    assert (value.sum(), price.sum()) == (3_627_040, 3_964_620)
    assert round(found["median_ratio"].estimate, 3) == 0.864
    assert round(found["cod"].estimate, 1) == 29.8
    assert round(found["prd"].estimate, 2) == 0.98
    assert round(found["prb"].estimate, 3) == 0.232


def test_the_example_of_17_parcels_gives_the_published_figures() -> None:
    value, price = IAAO_17.T
    found = overall(study_ratios(price, value))
    assert (value.sum(), price.sum()) == (1_455_330, 1_718_220)
    assert round(found["median_ratio"].estimate, 3) == 0.820
    assert round(found["cod"].estimate, 1) == 14.5
    assert round(found["prd"].estimate, 2) == 0.98


def test_the_texan_example_gives_the_published_median_and_cod() -> None:
    found = overall(study_ratios([100.0] * 25, TEXAS))
    assert found["median_ratio"].estimate == 0.81
    assert found["cod"].estimate == pytest.approx(8.0)


def test_the_prb_is_the_slope_that_an_independent_regression_gives() -> None:
    value, price = IAAO_36.T
    ratio = value / price
    worth = np.log2((price + value / np.median(ratio)) / 2)
    slope = linregress(worth, (ratio - np.median(ratio)) / np.median(ratio)).slope
    assert overall(study_ratios(price, value))["prb"].estimate == pytest.approx(slope)


def test_the_interval_of_the_prb_is_near_the_one_of_the_regression() -> None:
    value, price = IAAO_36.T
    worth = np.log2((price + value / 0.864) / 2)
    line = linregress(worth, (value / price - 0.864) / 0.864)
    found = overall(study_ratios(price, value))["prb"]
    assert found.low == pytest.approx(line.slope - 2.03 * line.stderr, abs=0.06)
    assert found.high == pytest.approx(line.slope + 2.03 * line.stderr, abs=0.06)


# Intervals


def test_the_measures_of_many_resamples_are_those_of_each() -> None:
    price, value = homes(200)
    rows = np.random.default_rng(1).integers(200, size=(5, 150))
    many = measures(price[rows], value[rows])
    for number, taken in enumerate(rows):
        one = price[taken], value[taken]
        assert many["median_ratio"][number] == pytest.approx(np.median(one[1] / one[0]))
        for name, metric in (("cod", cod), ("prd", prd), ("prb", prb)):
            assert many[name][number] == pytest.approx(metric(*one))  # type: ignore[index]


def test_the_interval_is_that_of_an_independent_bootstrap() -> None:
    price, value = homes(300, seed=1)
    theirs = bootstrap((price, value), cod, paired=True, vectorized=False, method="percentile", rng=1, n_resamples=999)
    found = overall(study_ratios(price, value))["cod"]
    assert found.low == pytest.approx(theirs.confidence_interval.low, rel=0.02)
    assert found.high == pytest.approx(theirs.confidence_interval.high, rel=0.02)


def test_every_interval_holds_its_estimate() -> None:
    price, value = homes(900, scatter=0.3)
    study = study_ratios(price, value, groups_of(900), resamples=50)
    groups = [study.overall, *study.by_price, *study.by_type, *study.by_sector]
    assert len(groups) == 1 + 10 + 2 + 3
    for group in groups:
        assert all(each.low <= each.estimate <= each.high for each in group.statistics.values())


def test_the_intervals_of_many_rows_shrink_with_the_root_of_their_number() -> None:
    few, many = (overall(study_ratios(*homes(rows, seed=3)))["cod"] for rows in (4_000, 64_000))
    assert (few.high - few.low) / (many.high - many.low) == pytest.approx(4.0, rel=0.25)


def test_twenty_thousand_rows_take_less_than_two_seconds() -> None:
    price, value = homes(20_000)
    started = time.process_time()
    study_ratios(price, value, groups_of(20_000, sectors=60))
    assert time.process_time() - started < 2


# What must not move it


@pytest.mark.parametrize("factor", [0.5, 1.37, 1000.0])
def test_values_times_a_constant_change_the_level_alone(factor: float) -> None:
    price, value = homes(400)
    plain, scaled = (overall(study_ratios(price, each, resamples=200)) for each in (value, value * factor))
    assert scaled["median_ratio"].estimate == pytest.approx(plain["median_ratio"].estimate * factor)
    for name in ("cod", "prd", "prb"):
        for field in ("estimate", "low", "high"):
            assert getattr(scaled[name], field) == pytest.approx(getattr(plain[name], field), abs=1e-9)


def test_the_order_of_the_rows_changes_nothing() -> None:
    price, value = homes(500)
    groups, order = groups_of(500), np.random.default_rng(5).permutation(500)
    plain = study_ratios(price, value, groups, resamples=100)
    assert study_ratios(price[order], value[order], groups.iloc[order], resamples=100) == plain


def test_the_same_seed_gives_the_same_study_and_another_seed_another() -> None:
    rows = homes(200)
    assert study_ratios(*rows, seed=4) == study_ratios(*rows, seed=4)
    assert study_ratios(*rows, seed=4) != study_ratios(*rows, seed=5)


# Biases


def test_a_planted_bias_against_cheap_homes_is_found_and_named() -> None:
    study = study_ratios(*homes(1_000, slope=-0.15))
    assert overall(study)["prb"].high < 0
    assert overall(study)["prb"].met == "no"
    assert told(study)["prb"].startswith("Dear homes are valued low: each time the price doubles, the ratio falls by")
    assert told(study, "es")["prb"].startswith("Las propiedades caras se subvaloran")
    medians = [group.statistics["median_ratio"].estimate for group in study.by_price]
    assert medians[0] > 1.1 > 0.95 > medians[-1]


def test_a_planted_bias_for_cheap_homes_is_named_the_other_way() -> None:
    study = study_ratios(*homes(1_000, slope=0.15))
    assert told(study)["prb"].startswith("Cheap homes are valued low")
    assert told(study)["prd"].startswith("Cheap homes are valued low")


def test_where_there_is_no_bias_it_is_cried_in_about_one_study_of_twenty() -> None:
    cries = sum(
        "valued low" in " ".join(told(study_ratios(*homes(100, seed), resamples=200)).values()) for seed in range(300)
    )
    assert 0.02 <= cries / 300 <= 0.09


def test_a_prd_that_scatter_alone_lifts_names_no_bias() -> None:
    study = study_ratios(*homes(3_000, scatter=0.25))
    assert overall(study)["prd"].low > RANGES["prd"][1]
    assert "scatter alone" in told(study)["prd"]
    assert "not proven" in told(study)["prb"]


def test_the_price_groups_of_even_values_show_no_slope() -> None:
    study = study_ratios(*homes(5_000, scatter=0.2))
    medians = [group.statistics["median_ratio"].estimate for group in study.by_price]
    assert max(medians) - min(medians) < 0.08


# Outliers


def test_wrong_prices_are_left_out_and_counted_and_decide_nothing() -> None:
    price, value = homes(500)
    clean = study_ratios(price, value, resamples=50)
    dirty_price, dirty_value = np.append(price, [3.0, 4e7]), np.append(value, [5_000.0, 5_000.0])
    dirty = study_ratios(dirty_price, dirty_value, groups_of(502), resamples=50)
    assert (dirty.rows, dirty.outliers) == (500, 2)
    assert dirty.overall == clean.overall
    assert dirty.by_price == clean.by_price
    assert sum(group.rows for group in dirty.by_type) == 500


def test_published_examples_and_even_values_have_no_outliers() -> None:
    for value, price in (IAAO_36.T, IAAO_17.T, np.full((2, 50), 70.0)):
        assert study_ratios(price, value, resamples=20).outliers == 0


# Verdicts


def test_few_rows_leave_the_verdict_open_and_many_settle_it() -> None:
    assert overall(study_ratios(*homes(20, scatter=0.1)))["prb"].met == "open"
    many = overall(study_ratios(*homes(2_000, scatter=0.06)))
    assert (many["median_ratio"].met, many["cod"].met, many["prd"].met, many["prb"].met) == ("yes",) * 4


def test_values_far_below_the_prices_fail_the_level() -> None:
    price, value = homes(500)
    study = study_ratios(price, value * 0.8)
    assert overall(study)["median_ratio"].met == "no"
    assert "19.3 % below its asking price" in told(study)["median_ratio"]


def test_exact_values_have_no_scatter_no_bias_and_a_cod_below_the_range() -> None:
    study = study_ratios([100.0, 200.0, 300.0] * 20, [100.0, 200.0, 300.0] * 20)
    found = overall(study)
    assert {name: each.estimate for name, each in found.items()} == {"median_ratio": 1, "cod": 0, "prd": 1, "prb": 0}
    assert found["cod"].met == "no"
    assert "were these homes learned from?" in told(study)["cod"]


# Groups


def test_groups_of_under_thirty_rows_are_left_out_and_counted() -> None:
    price, value = homes(130)
    sector = ["Large"] * 70 + ["Edge"] * FEWEST_ROWS + ["Small"] * 29 + [None]
    study = study_ratios(price, value, pd.DataFrame({"sector": sector, "type": "casa"}), resamples=20)
    assert [(group.name, group.rows) for group in study.by_sector] == [("Large", 70), ("Edge", 30)]
    assert study.left_out == {"sector": 30, "type": 0}


def test_a_group_has_the_figures_of_its_own_rows() -> None:
    price, value = homes(200)
    sector = np.where(np.arange(200) % 2 == 0, "A", "B")
    study = study_ratios(price, value, pd.DataFrame({"sector": sector, "type": pd.Categorical(["casa"] * 200)}))
    found = {group.name: group.statistics["cod"].estimate for group in study.by_sector}
    assert found["B"] == pytest.approx(cod(price[sector == "B"], value[sector == "B"]))


def test_price_groups_are_tenths_and_fewer_where_rows_are_few() -> None:
    study = study_ratios(*homes(1_003), resamples=20)
    assert len(study.by_price) == 10
    assert sum(group.rows for group in study.by_price) == 1_003
    assert len(study_ratios(*homes(70), resamples=20).by_price) == 2
    assert study_ratios(*homes(59), resamples=20).by_price == []


def test_without_groups_all_rows_are_left_out_of_them() -> None:
    study = study_ratios(*homes(50), resamples=20)
    assert (study.by_sector, study.left_out) == ([], {"sector": 50, "type": 50})


def test_the_study_is_json_ready_and_says_what_it_is_against() -> None:
    study = study_ratios(*homes(300, seed=1), groups_of(300), resamples=20)
    found = study.to_dict()
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert found["against"] == "asking prices"
    assert found["sentences"] == told(study)
    assert {name: Message.from_json(each) for name, each in study.to_dict(None)["sentences"].items()} == study.sentences
    assert sum(found["histogram"]["counts"]) == 300


def test_a_number_in_a_spanish_sentence_has_a_comma() -> None:
    value, price = IAAO_17.T
    assert "14,5" not in told(study_ratios(price, value))["cod"]
    assert "1,5 %" in told(study_ratios([100.0, 100.0], [101.5, 101.5]), "es")["median_ratio"]


# What is refused


@pytest.mark.parametrize(
    ("price", "value", "words"),
    [
        ([], [], "at least one"),
        ([1.0, 2.0], [1.0], "2 prices, 1 values"),
        ([1.0, 0.0], [1.0, 1.0], "1 of 2 rows"),
        ([1.0, np.nan], [1.0, 1.0], "1 of 2 rows"),
        ([1.0, 1.0], [-1.0, np.inf], "2 of 2 rows"),
        ([1e-300, 1e300], [1e300, 1e-300], "2 of 2 rows"),
    ],
)
def test_what_has_no_ratio_is_refused(price: list[float], value: list[float], words: str) -> None:
    with pytest.raises(ListingsError, match=words):
        study_ratios(price, value)


def test_groups_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ListingsError, match="type for each of the 40 rows"):
        study_ratios(*homes(40), groups_of(40).drop(columns="type"))
    with pytest.raises(ListingsError, match="39 arrived"):
        study_ratios(*homes(40), groups_of(39))


def test_too_few_resamples_are_refused() -> None:
    with pytest.raises(ListingsError, match="at least 2"):
        study_ratios(*homes(40), resamples=1)


def test_a_single_home_is_studied_without_an_opinion() -> None:
    found = overall(study_ratios([100.0], [104.0]))
    assert (found["median_ratio"].low, found["median_ratio"].high) == (1.04, 1.04)
    assert (found["cod"].estimate, found["prb"].estimate) == (0, 0)
