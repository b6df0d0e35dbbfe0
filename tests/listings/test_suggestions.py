"""The corrections that findings suggest."""

from __future__ import annotations

import pandas as pd

from pricing_core import equal_corrections, suggested_corrections


def test_suggestions_become_corrections_of_their_columns() -> None:
    suggestions = [3200.0, {"latitude": -33.0, "longitude": -70.0}, None, 5.0]
    found = pd.DataFrame({"listing_id": [1, 2, 3, 4], "column": ["price", None, "sector", None]})
    found["suggestion"] = pd.Series(suggestions, dtype=object)
    assert suggested_corrections(found) == {1: {"price": 3200.0}, 2: {"latitude": -33.0, "longitude": -70.0}}


def test_what_several_findings_of_a_listing_suggest_is_joined() -> None:
    found = pd.DataFrame({"listing_id": [1, 1], "column": ["price", "sector"], "suggestion": [3200.0, "Ñuñoa"]})
    assert suggested_corrections(found) == {1: {"price": 3200.0, "sector": "Ñuñoa"}}


def test_listings_with_equal_corrections_are_settled_at_once() -> None:
    groups = equal_corrections({1: {"sector": "Ñuñoa"}, 2: {"price": 5.0}, 3: {"sector": "Ñuñoa"}})
    assert groups == [([1, 3], {"sector": "Ñuñoa"}), ([2], {"price": 5.0})]
