"""What holds of the checks whatever the listings are."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pricing_core.listings.integrity import check, inspect
from pricing_core.nouns import Finding
from pricing_core.nouns.schema import COLUMN, LISTING_COLUMNS
from tests.factories import listings

FEW = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
CELL = st.one_of(
    st.none(),
    st.floats(allow_nan=True, allow_infinity=True),
    st.integers(-(10**30), 10**30),
    st.text(max_size=6),
    st.booleans(),
)
ROWS = st.lists(st.fixed_dictionaries(dict.fromkeys(LISTING_COLUMNS, CELL)), max_size=12)
NUMBER = st.one_of(st.none(), st.floats(-1e3, 1e7), st.sampled_from([0.0, 50.0, -33.4, -70.6]))
HOME = st.fixed_dictionaries(
    {
        name: st.sampled_from(["casa", "Ñuñoa", "nunoa", "a"]) if COLUMN[name].role == "category" else NUMBER
        for name in LISTING_COLUMNS
    }
)


def table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(LISTING_COLUMNS), dtype=object)


def said(findings: list[Finding], frame: pd.DataFrame) -> Counter[tuple[Any, ...]]:
    """Findings by what their row says instead of where it stands; sentences can name other rows."""
    cells = frame.astype(str).apply(tuple, axis=1).tolist()
    return Counter((cells[each.row], each.check, each.column, each.severity, str(each.suggestion)) for each in findings)


@pytest.fixture(scope="module")
def spoilt() -> pd.DataFrame:
    frame = listings(350)
    frame.loc[3, "price"] *= 10
    frame.loc[70, "net_usable_area"] *= 10
    frame.loc[200, ["latitude", "longitude"]] = frame.loc[200, ["longitude", "latitude"]].to_numpy()
    frame.loc[300, "sector"] = "north"
    return pd.concat([frame, frame.iloc[[5]]], ignore_index=True)


@FEW
@given(ROWS)
def test_whatever_stands_in_the_cells_gives_findings_of_the_contract(rows: list[dict[str, Any]]) -> None:
    frame = table(rows)
    for finding in check(frame):
        assert 0 <= finding.row < len(frame)
        assert finding.column is None or finding.column in COLUMN
        assert finding.message


@FEW
@given(st.lists(HOME, min_size=1, max_size=40), st.randoms(use_true_random=False))
def test_the_order_of_small_tables_does_not_matter(rows: list[dict[str, Any]], random: Any) -> None:
    shuffled = rows.copy()
    random.shuffle(shuffled)
    first, second = table(rows), table(shuffled)
    assert said(check(first), first) == said(check(second), second)


@pytest.mark.parametrize("rows", [350, 450], ids=["rules", "boosted trees"])
def test_the_order_of_the_rows_does_not_matter(spoilt: pd.DataFrame, rows: int) -> None:
    whole = pd.concat([spoilt, listings(500).iloc[400 : 400 + rows - 350]], ignore_index=True)
    shuffled = whole.sample(frac=1, random_state=rows).reset_index(drop=True)
    first, second = inspect(whole), inspect(shuffled)
    assert said(first.findings, whole) == said(second.findings, shuffled)
    np.testing.assert_allclose(np.sort(first.estimate), np.sort(second.estimate))


def test_checking_changes_nothing_and_says_the_same_again(spoilt: pd.DataFrame) -> None:
    before = spoilt.copy()
    assert check(spoilt) == check(spoilt)
    pd.testing.assert_frame_equal(spoilt, before)


@FEW
@given(st.lists(HOME, max_size=8))
def test_a_flawless_row_gets_no_finding_about_its_own_cells(rows: list[dict[str, Any]]) -> None:
    clean = listings(1).to_dict(orient="records")[0]
    cells = ("missing_value", "outside_limits", "usable_larger_than_total", "sector_garbage")
    assert not [each for each in check(table([*rows, clean])) if each.row == len(rows) and each.check in cells]


@FEW
@given(st.lists(HOME, max_size=20))
def test_findings_about_cells_stay_when_a_clean_row_joins(rows: list[dict[str, Any]]) -> None:
    clean = listings(1).to_dict(orient="records")[0]
    before, after = check(table(rows)), check(table([*rows, clean]))
    limits = [each for each in before if each.check == "outside_limits"]
    assert [each for each in after if each.check == "outside_limits" and each.row < len(rows)] == limits


def test_a_clean_row_brings_no_finding_on_a_fixed_table(spoilt: pd.DataFrame) -> None:
    joined = pd.concat([spoilt, listings(351).iloc[[350]]], ignore_index=True)
    assert {each.row for each in check(joined)} <= {each.row for each in check(spoilt)}


def test_a_price_does_not_move_its_own_estimate(spoilt: pd.DataFrame) -> None:
    dearer = spoilt.assign(price=spoilt["price"].where(spoilt.index != 40, spoilt["price"] * 1.2))
    assert inspect(dearer).estimate[40] == pytest.approx(inspect(spoilt).estimate[40], rel=1e-9)
