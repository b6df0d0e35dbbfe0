"""The owner's table: what the wrong order of arguments changes, what it leaves, and how it is printed."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import mean_absolute_percentage_error, r2_score

from pricing_core.errors import ListingsError
from pricing_core.training.owner_table import owner_rows, owner_table

PRICE = np.array([100.0, 200.0, 400.0, 1000.0])
LOW = np.array([80.0, 160.0, 300.0, 500.0])
CLOSE = np.array([101.0, 198.0, 404.0, 990.0])
FOUND = {"original": (PRICE, LOW), "revised": (PRICE, LOW * 1.2), "champion": (PRICE, CLOSE)}


def test_the_original_has_two_rows_and_the_others_one() -> None:
    names = [row["name"] for row in owner_rows(FOUND)]
    assert names == ["original, wrong metric order", "original, corrected", "revised", "champion"]


def test_the_wrong_order_is_what_sklearn_gives_with_its_arguments_swapped() -> None:
    wrong, right, *_ = owner_rows(FOUND)
    assert wrong["mape"] == pytest.approx(mean_absolute_percentage_error(LOW, PRICE))
    assert right["mape"] == pytest.approx(mean_absolute_percentage_error(PRICE, LOW))
    assert wrong["r2"] == pytest.approx(r2_score(LOW, PRICE))
    assert right["r2"] == pytest.approx(r2_score(PRICE, LOW))


def test_the_order_changes_neither_mae_nor_rmse() -> None:
    wrong, right, *_ = owner_rows(FOUND)
    assert (wrong["mae"], wrong["rmse"]) == (right["mae"], right["rmse"])
    assert wrong["mape"] != right["mape"]
    assert wrong["mdape"] != right["mdape"]


def test_values_that_are_too_low_look_worse_in_the_wrong_order() -> None:
    wrong, right, *_ = owner_rows(FOUND)
    assert right["mape"] == pytest.approx((0.2 + 0.2 + 0.25 + 0.5) / 4)
    assert wrong["mape"] == pytest.approx((0.25 + 0.25 + 1 / 3 + 1.0) / 4)


def test_the_table_is_markdown_with_a_column_for_each_metric() -> None:
    lines = owner_table(owner_rows(FOUND)).splitlines()
    assert [cell.strip() for cell in lines[0].strip("|").split("|")] == ["Recipe", "RMSE", "MAE", "MAPE", "MdAPE", "R²"]
    assert set(lines[1]) <= set("|-: ")
    assert len({len(line) for line in lines[:6]}) == 1
    assert lines[5].startswith("| champion ")
    assert "1.0%" in lines[5]


def test_the_table_says_what_the_values_are_compared_with() -> None:
    assert "asking prices" in owner_table(owner_rows(FOUND))


def test_a_table_of_nothing_is_refused() -> None:
    with pytest.raises(ListingsError, match="at least one recipe"):
        owner_rows({})


def test_prices_and_values_of_different_lengths_are_refused() -> None:
    with pytest.raises(ListingsError, match="4 prices, 3 values"):
        owner_rows({"revised": (PRICE, LOW[:3])})
