"""Findings on spellings are told once for each spelling."""

from __future__ import annotations

import pandas as pd

from pricing_core.listings.reports import bundled, grouped
from pricing_core.nouns.reports import Example


def _found(check: str, texts: list[str]) -> list[tuple[str, str, Example]]:
    return [(check, "warning", Example(row, row + 2, text)) for row, text in enumerate(texts)]


def test_each_spelling_is_a_group_and_what_helps_is_said_once() -> None:
    groups = grouped(_found("type_spelling", ["CASA"] * 2 + ["Depto."] * 4))
    assert [(group.rows, group.examples[0].text, len(group.examples)) for group in groups] == [
        (4, "Depto.", 3),
        (2, "CASA", 2),
    ]
    assert [group.fix is not None for group in groups] == [False, True]


def test_beyond_ten_spellings_the_rest_is_one_group() -> None:
    groups = grouped(_found("sector_spelling", [f"spelling {number}" for number in range(30)]))
    assert len(groups) == 11
    assert sum(group.rows for group in groups) == 30


def test_other_checks_are_one_group_whatever_they_say() -> None:
    (group,) = grouped(_found("rooms_for_area", ["3 rooms", "4 rooms"]))
    assert group.rows == 2


def test_listings_with_one_spelling_wait_for_one_review() -> None:
    found = pd.DataFrame(
        {
            "listing_id": range(5),
            "check": ["type_spelling"] * 3 + ["rooms_for_area"] * 2,
            "message": ["CASA", "CASA", "Depto.", "3 rooms", "3 rooms"],
        }
    )
    told = bundled(found)
    assert told["listing_id"].tolist() == [0, 2, 3, 4]
    assert told["rows"].tolist() == [2, 1, 1, 1]
    assert bundled(found.head(0)).empty
