"""Numbers that are not known become what is usual beside what is known."""

from __future__ import annotations

import numpy as np
import pytest

from pricing_core.model.blanks import Blanks


def homes(rows: int = 2_000) -> tuple[np.ndarray, np.ndarray]:
    """Log size and rooms, which go together, and a place."""
    rng = np.random.default_rng(3)
    size = rng.normal(4.3, 0.4, rows)
    rooms = np.round(np.exp(size) / 30 + rng.normal(0, 0.3, rows))
    return np.column_stack([size, rooms]), rng.normal(size=(rows, 2))


def test_what_is_known_stays_and_nothing_is_missing() -> None:
    table, beside = homes()
    gaps = np.where(np.random.default_rng(0).random(table.shape) < 0.3, np.nan, table)
    filled = Blanks(1).learn(gaps, beside).fill(gaps, beside)
    assert not np.isnan(filled).any()
    assert np.array_equal(filled[~np.isnan(gaps)], gaps[~np.isnan(gaps)])


def test_a_gap_is_filled_with_what_homes_alike_have() -> None:
    table, beside = homes()
    blanks = Blanks(1).learn(table, beside)
    large, small = (np.array([[size, np.nan]]) for size in (5.0, 4.0))
    assert blanks.fill(large, beside[:1])[0, 1] == pytest.approx(np.exp(5.0) / 30, rel=0.1)
    assert blanks.fill(small, beside[:1])[0, 1] == pytest.approx(np.exp(4.0) / 30, rel=0.2)


def test_a_hidden_size_is_neither_too_large_nor_too_small_in_the_middle() -> None:
    table, beside = homes()
    hidden = np.column_stack([np.full(len(table), np.nan), table[:, 1]])
    filled = Blanks(1).learn(table, beside).fill(hidden, beside)
    assert np.median(filled[:, 0] - table[:, 0]) == pytest.approx(0, abs=0.03)


@pytest.mark.parametrize("rows", [1, 2, 5])
def test_few_rows_and_empty_columns_are_borne(rows: int) -> None:
    table = np.column_stack([np.full(rows, np.nan), np.arange(rows, dtype=float)])
    filled = Blanks(1).learn(table, np.zeros((rows, 1))).fill(np.full((2, 2), np.nan), np.zeros((2, 1)))
    assert np.isfinite(filled).all()
