"""The corrections that findings suggest, listing by listing."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pandas as pd

from pricing_core.nouns import Json
from pricing_core.nouns.schema import LISTING_COLUMNS

Corrections = Json


def suggested_corrections(findings: pd.DataFrame) -> dict[int, Corrections]:
    """What the findings suggest, by listing; listings without any suggestion are left out.

    Parameters
    ----------
    findings
        As `AVM.findings` gives them, or some of them.
    """
    found: dict[int, Corrections] = {}
    columns = (findings[name].tolist() for name in ("listing_id", "column", "suggestion"))
    for key, column, suggestion in zip(*columns, strict=True):
        if values := _values(column, suggestion):
            found.setdefault(int(key), {}).update(values)
    return found


def _values(column: object, suggestion: object) -> Corrections:
    if isinstance(suggestion, Mapping):
        return {name: value for name, value in suggestion.items() if name in LISTING_COLUMNS}
    missing = suggestion is None or suggestion != suggestion  # noqa: PLR0124 - NaN, which a frame holds for none
    return {} if missing or column not in LISTING_COLUMNS else {str(column): suggestion}


def equal_corrections(by_listing: Mapping[int, Corrections]) -> list[tuple[list[int], Corrections]]:
    """The listings gathered by equal corrections: each group can be settled at once."""
    groups: dict[str, list[int]] = {}
    for key, values in by_listing.items():
        groups.setdefault(json.dumps(values, sort_keys=True), []).append(key)
    return [(ids, json.loads(values)) for values, ids in groups.items()]
