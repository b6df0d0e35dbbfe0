from __future__ import annotations

import numpy as np
import pytest

from pricing_core.nouns.money import count_cents, to_cents


@pytest.mark.parametrize(("amount", "rounded"), [(1.234, 1.23), (-0.126, -0.13), (5.0, 5.0), (np.float64(2.718), 2.72)])
def test_an_amount_is_given_out_in_cents(amount: float, rounded: float) -> None:
    assert to_cents(amount) == rounded
    assert type(to_cents(amount)) is float


def test_cents_add_up_to_the_amount_that_is_shown() -> None:
    amounts = [0.1, 0.2, 1_234_567.891]
    assert [count_cents(amount) / 100 for amount in amounts] == [to_cents(amount) for amount in amounts]
