from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pricing_core import say
from pricing_core.listings.integrity import Inspection, check, inspect
from pricing_core.listings.integrity.robust import expected, spread
from pricing_core.listings.integrity.view import folded
from pricing_core.listings.sample import generate, planted_errors
from pricing_core.nouns import Finding
from pricing_core.nouns.schema import LISTING_COLUMNS

HOSTILE = [10**400, True, "?", "", float("inf"), -1e308, 1e308, "\ud800", 5e-324]
REAL = Path(__file__).parents[3] / "shared/data"


@pytest.fixture(scope="module")
def flawless() -> pd.DataFrame:
    listings = generate(1_400, 3)
    kept = listings[(planted_errors(1_400, 3) == "") & listings.notna().all(axis=1)]
    return kept.reset_index(drop=True)[list(LISTING_COLUMNS)]


@pytest.fixture(scope="module")
def inspected(flawless: pd.DataFrame) -> Inspection:
    return inspect(flawless)


@pytest.fixture(scope="module")
def few(flawless: pd.DataFrame) -> pd.DataFrame:
    """Too few for trees, so that the models take no time."""
    return flawless.head(350)


def spoilt(listings: pd.DataFrame, **values: object) -> tuple[pd.DataFrame, int]:
    """Change an ordinary flat of Ñuñoa; give back the listings and its row."""
    flats = listings[(listings["type"] == "departamento") & (listings["sector"] == "Ñuñoa")]
    row = int(flats.index.to_numpy()[np.argmin(np.abs(flats["net_usable_area"].to_numpy() - 70))])
    changed = listings.copy()
    for name, value in values.items():
        cell = value(listings.loc[row]) if callable(value) else value
        changed[name] = changed[name].astype(object).where(changed.index != row, cell)
        if not isinstance(cell, str):
            changed[name] = changed[name].infer_objects()
    return changed, row


def of_row(findings: list[Finding], row: int) -> dict[str, Finding]:
    return {finding.check: finding for finding in findings if finding.row == row}


def test_flawless_listings_give_hardly_a_finding(inspected: Inspection, flawless: pd.DataFrame) -> None:
    assert len({finding.row for finding in inspected.findings}) < 0.01 * len(flawless)
    assert len([finding for finding in inspected.findings if finding.severity == "error"]) <= 2


SLIPS: list[tuple[str, dict[str, object]]] = [
    ("price_factor_of_ten", {"price": lambda home: home["price"] * 10}),
    ("price_factor_of_ten", {"price": lambda home: home["price"] / 10}),
    ("price_thousands_separator", {"price": lambda home: home["price"] / 1_000}),
    ("price_thousands_separator", {"price": lambda home: home["price"] * 1_000}),
    ("price_in_pesos", {"price": lambda home: home["price"] * 38_500}),
    ("price_not_plausible", {"price": lambda home: home["price"] / 30}),
    ("price_per_area_of_neighbours", {"price": lambda home: home["price"] / 30}),
    ("price_in_dollars", {"price": lambda home: home["price"] * 50}),
    ("area_in_square_feet", {"net_area": lambda home: round(home["net_area"]) * 10.7639}),
    ("area_factor_of_ten", {"net_usable_area": lambda home: round(home["net_usable_area"]) * 10}),
    ("area_factor_of_ten", {"net_usable_area": lambda home: home["net_usable_area"] / 10}),
    ("usable_larger_than_total", {"net_usable_area": lambda home: home["net_area"] * 2}),
    ("rooms_for_area", {"n_rooms": 33}),
    ("bathrooms_for_area", {"n_bathroom": 40}),
    ("coordinates_zero", {"latitude": 0, "longitude": 0}),
    ("place_and_sector_disagree", {"latitude": -33.61}),
    ("place_and_sector_disagree", {"sector": "Maipú"}),
    ("coordinates_far_from_sector", {"latitude": 41.0, "longitude": 2.0}),
    ("outside_limits", {"price": 0}),
    ("outside_limits", {"net_area": -5}),
    ("outside_limits", {"longitude": 500}),
    ("outside_limits", {"price": "a lot"}),
    ("missing_value", {"sector": None}),
    ("sector_garbage", {"sector": "???"}),
    ("sector_garbage", {"sector": "n/a"}),
    ("sector_seen_once", {"sector": "Cuadro"}),
    ("missing_value", {"net_usable_area": None, "net_area": None}),
]


Slipped = tuple[pd.DataFrame, list[int], list[Finding]]


@pytest.fixture(scope="module")
def slipped(flawless: pd.DataFrame) -> Slipped:
    """Each slip in a flat of Ñuñoa of its own, and what one check says of them all."""
    flats = flawless[(flawless["type"] == "departamento") & (flawless["sector"] == "Ñuñoa")]
    rows = flats.index[np.argsort(np.abs(flats["net_usable_area"].to_numpy() - 70))][: len(SLIPS)].tolist()
    listings = flawless.astype(object)
    for row, (_, values) in zip(rows, SLIPS, strict=True):
        for name, value in values.items():
            listings.loc[row, name] = value(flawless.loc[row]) if callable(value) else value
    return listings, rows, check(listings)


@pytest.mark.parametrize("number", range(len(SLIPS)), ids=[f"{name} {list(values)}" for name, values in SLIPS])
def test_a_slip_is_found_under_its_name(slipped: Slipped, number: int) -> None:
    _, rows, findings = slipped
    assert SLIPS[number][0] in of_row(findings, rows[number])


def test_rooms_are_not_blamed_for_an_area_that_is_wrong_itself(
    slipped: Slipped,
) -> None:
    listings, rows, findings = slipped
    row = rows[[list(values) for _, values in SLIPS].index(["net_usable_area"]) + 1]
    assert listings.loc[row, "net_usable_area"] < 3 * listings.loc[row, "n_rooms"]
    assert {finding.column for finding in findings if finding.row == row} == {"net_usable_area"}


def test_a_price_ten_times_too_high_is_told_with_numbers_and_a_suggestion(few: pd.DataFrame) -> None:
    listings, row = spoilt(few, price=lambda home: home["price"] * 10)
    finding = of_row(check(listings), row)["price_factor_of_ten"]
    assert finding.message.facts["price"] == listings["price"].iloc[row]
    assert "expected from similar homes in Ñuñoa" in say(finding.message, "en")
    assert "que se esperan según propiedades similares de Ñuñoa" in say(finding.message, "es")
    assert finding.column == "price"
    assert finding.suggestion == few.loc[row, "price"]
    assert finding.severity == "error"


def test_an_area_ten_times_too_large_is_not_taken_for_a_wrong_price(slipped: Slipped, flawless: pd.DataFrame) -> None:
    _, rows, findings = slipped
    row = rows[[list(values) for _, values in SLIPS].index(["net_usable_area"])]
    found = of_row(findings, row)
    assert found["area_factor_of_ten"].suggestion == flawless.loc[row, "net_usable_area"].round()
    assert not [name for name in found if name.startswith("price")]


@pytest.mark.parametrize(
    ("name", "slip"),
    [
        ("coordinates_swapped", lambda lat, lon: (lon, lat)),
        ("coordinates_swapped", lambda lat, lon: (-lon, -lat)),
        ("coordinates_sign_lost", lambda lat, lon: (-lat, lon)),
        ("coordinates_sign_lost", lambda lat, lon: (lat, -lon)),
        ("coordinates_sign_lost", lambda lat, lon: (-lat, -lon)),
    ],
)
def test_the_right_coordinates_are_suggested(
    few: pd.DataFrame, name: str, slip: Callable[[float, float], tuple[float, float]]
) -> None:
    row = 11
    right = {name: float(few[name].iloc[row]) for name in ("latitude", "longitude")}
    listings = few.copy()
    listings.loc[row, ["latitude", "longitude"]] = slip(right["latitude"], right["longitude"])
    finding = of_row(check(listings), row)[name]
    assert (finding.suggestion, finding.column) == (right, "latitude")


@pytest.mark.parametrize("spelling", ["nunoa", "ÑUÑOA ", "Nuñoa", " Ñu-ñoa"])
def test_the_common_spelling_of_a_sector_is_suggested(few: pd.DataFrame, spelling: str) -> None:
    listings, row = spoilt(few, sector=spelling)
    found = of_row(check(listings), row)
    assert found["sector_spelling"].suggestion == "Ñuñoa"
    assert list(found) == ["sector_spelling"]


def test_between_two_spellings_as_common_the_one_with_capitals_is_suggested() -> None:
    (finding,) = [
        each for each in check(pd.DataFrame({"sector": ["nunoa", "Ñuñoa"]})) if each.check == "sector_spelling"
    ]
    assert (finding.row, finding.suggestion) == (0, "Ñuñoa")


def test_a_repeated_listing_names_the_first_one(few: pd.DataFrame) -> None:
    listings = pd.concat([few, few.iloc[[7, 7]]])
    found = [finding for finding in check(listings) if finding.check == "duplicate"]
    assert [finding.row for finding in found] == [len(few), len(few) + 1]
    assert all("row 7 " in str(finding.message) for finding in found)


def test_a_listing_that_hardly_differs_is_told_with_the_row_it_is_like(few: pd.DataFrame) -> None:
    twin = few.iloc[[7]].assign(net_usable_area=few["net_usable_area"].iloc[7] * 1.01)
    found = [each for each in check(pd.concat([few, twin])) if each.check == "near_duplicate"]
    assert {each.row for each in found} <= {7, len(few)}
    assert len(found) == 1


def test_of_a_home_at_two_prices_the_less_plausible_one_is_told(few: pd.DataFrame) -> None:
    dearer = few.iloc[[7]].assign(price=few["price"].iloc[7] * 4)
    found = [each for each in check(pd.concat([few, dearer])) if each.check == "same_home_other_price"]
    assert [(each.row, each.column) for each in found] == [(len(few), "price")]
    assert "in row 7 " in str(found[0].message)


def test_a_sector_that_does_not_fit_its_place_names_both_and_suggests_the_neighbours(slipped: Slipped) -> None:
    _, rows, findings = slipped
    row = rows[SLIPS.index(("place_and_sector_disagree", {"sector": "Maipú"}))]
    found = [each for each in findings if each.row == row]
    assert {each.column for each in found} == {"sector", "latitude"}
    assert [each.suggestion for each in found if each.column == "sector"] == ["Ñuñoa"]


def test_estimates_come_beside_the_findings_in_the_order_of_the_file(
    inspected: Inspection, flawless: pd.DataFrame
) -> None:
    off = np.abs(np.log(inspected.estimate / flawless["price"].to_numpy(dtype=float)))
    assert np.median(off) < 0.15
    assert 0.8 < 1.4826 * np.median(np.abs(inspected.residual)) < 1.25


def test_progress_never_goes_back_and_ends_at_one(few: pd.DataFrame) -> None:
    told: list[float] = []
    inspect(few, progress=lambda stage, done: told.append(done))
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1)


def test_a_gap_that_the_whole_file_has_is_no_finding_of_its_listings(few: pd.DataFrame) -> None:
    flats = few["type"] == "departamento"
    listings = few.assign(net_area=few["net_area"].mask(flats, 0))
    assert "outside_limits" not in {finding.check for finding in check(listings)}


def test_units_of_the_file_are_those_of_the_messages(few: pd.DataFrame) -> None:
    listings, row = spoilt(few, price=lambda home: home["price"] * 30, net_area=-5)
    found = of_row(check(listings, area_unit="ft²", currency="USD"), row)
    assert "US$" in str(found["price_not_plausible"].message)
    assert str(found["outside_limits"].message) == "net_area is -5 ft²: it must be more than 0 and at most 100,000,000."


@pytest.mark.parametrize("rows", [0, 1, 2, 7, 20])
def test_tiny_tables_are_checked(few: pd.DataFrame, rows: int) -> None:
    assert [finding for finding in check(few.head(rows)) if finding.severity == "error"] == []


@pytest.mark.parametrize("column", LISTING_COLUMNS)
@pytest.mark.parametrize("empty", [np.nan, None])
def test_a_wholly_empty_column_is_checked_without_new_errors(
    few: pd.DataFrame, column: str, empty: float | None
) -> None:
    findings = check(few.head(200).assign(**{column: empty}))
    assert not [finding for finding in findings if finding.severity == "error" and finding.check != "duplicate"]


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame(),
        pd.DataFrame({"colour": ["red", "blue"]}),
        pd.DataFrame({name: [np.nan] * 40 for name in LISTING_COLUMNS}),
        pd.DataFrame(dict.fromkeys(LISTING_COLUMNS, HOSTILE)),
        pd.DataFrame({name: np.where(np.arange(90) % 2, 1e308, -1e308) for name in LISTING_COLUMNS}),
        pd.DataFrame({name: [1.0] * 90 for name in LISTING_COLUMNS}),
    ],
    ids=["no columns", "other columns", "nothing", "hostile", "huge", "constant"],
)
def test_hopeless_tables_give_findings_and_no_error(frame: pd.DataFrame) -> None:
    assert all(0 <= finding.row < len(frame) and finding.message for finding in check(frame))


def test_rows_are_positions_in_order_whatever_the_index(few: pd.DataFrame) -> None:
    listings, row = spoilt(few, price=0)
    listings.index = pd.Index(["same"] * len(listings))
    findings = check(listings)
    assert "outside_limits" in of_row(findings, row)
    assert [finding.row for finding in findings] == sorted(finding.row for finding in findings)


def test_nearly_all_planted_errors_of_the_sample_are_found() -> None:
    listings, errors = generate(4_000, 42), planted_errors(4_000, 42)
    found: dict[str, list[bool]] = defaultdict(list)
    rows = {finding.row for finding in check(listings)}
    for row in np.flatnonzero(errors != ""):
        found[errors[row]].append(int(row) in rows)
    assert min(np.mean(hits) for hits in found.values()) >= 0.85
    assert np.mean([hit for hits in found.values() for hit in hits]) >= 0.96


@pytest.mark.skipif(not REAL.is_dir(), reason="the real listings for measuring are not here")
@pytest.mark.parametrize(
    ("name", "unit", "share"),
    [("melbourne", "m²", 0.02), ("king_county", "ft²", 0.005), ("santiago_apartments", "m²", 0.03)],
)
def test_few_real_listings_are_called_wrong(name: str, unit: str, share: float) -> None:
    listings = pd.read_csv(REAL / f"{name}.csv", dtype={"sector": "str"}).iloc[::4]
    wrong = {finding.row for finding in check(listings, area_unit=unit) if finding.severity == "error"}
    assert len(wrong) < share * len(listings)


def test_a_small_group_borrows_from_the_larger_one() -> None:
    values = np.r_[np.zeros(200), 10.0]
    groups = np.r_[np.zeros(200, dtype=np.int64), 1]
    borrowed = spread(values, [groups, np.zeros(201, dtype=np.int64)])
    assert borrowed.centre[0] == 0
    assert borrowed.centre[-1] == pytest.approx(10 / 16)


def test_what_a_predictor_explains_is_expected() -> None:
    rng = np.random.default_rng(0)
    size = rng.normal(size=500)
    target = 2 * size + rng.normal(scale=0.1, size=500)
    target[0] += 5
    wanted, score = expected(target, [size], [np.zeros(500, dtype=np.int64)])
    assert abs(score[0]) > 20
    assert np.abs(wanted[1:] - 2 * size[1:]).mean() < 0.1


@pytest.mark.parametrize(
    ("name", "key"), [(" Ñuñoa.", "nunoa"), ("LA  REINA", "lareina"), ("98178", "98178"), ("???", "???")]
)
def test_spellings_fold_to_one_key(name: str, key: str) -> None:
    assert folded(name) == key
