"""Declared columns in a frame of listings: each of the type of its role, and as the JSON that is stored of a row."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from pricing_core.nouns.declared import DeclaredColumn, DeclaredRole, DeclaredValue, Roles
from pricing_core.nouns.names import usual_spellings

_NUMBERS: Final = ("number", "count", "year")
# Rows as objects take a lot of memory.
_AT_ONCE: Final = 20_000


def typed(role: DeclaredRole, values: Sequence[object]) -> pd.Series:
    """Values as `DeclaredColumn.read` gives them, as a column of their type; what is of another type is missing.

    Numbers, counts and years are float64, yes and no the nullable boolean, dates datetime64, categories text.
    """
    if role in _NUMBERS:
        found = [value if type(value) in (int, float) else np.nan for value in values]
        return pd.Series(np.array(found, dtype=np.float64))
    if role == "yes/no":
        return pd.Series(pd.array([value if isinstance(value, bool) else None for value in values], dtype="boolean"))
    texts = pd.Series([value if isinstance(value, str) else None for value in values], dtype="str")
    return pd.to_datetime(texts, format="%Y-%m-%d", errors="coerce") if role == "date" else texts


def under_declared_names(column: DeclaredColumn, values: pd.Series) -> pd.Series:
    """The values of a column under the names that are declared for them."""
    return _renamed(values, {name: str(column.meant(name)) for name in values.unique() if isinstance(name, str)})


def one_name_each(values: pd.Series) -> pd.Series:
    """The names of a column, each in its most frequent spelling."""
    counts = values.dropna().value_counts()
    return _renamed(values, usual_spellings({str(name): int(count) for name, count in counts.items()}))


def _renamed(values: pd.Series, names: Mapping[str, str]) -> pd.Series:
    other = {name: meant for name, meant in names.items() if name != meant}
    return values.replace(other) if other else values


def plain(role: DeclaredRole, column: pd.Series) -> list[DeclaredValue | None]:
    """The values of such a column as JSON keeps them, ``None`` where missing."""
    if role == "date":
        moments = pd.to_datetime(column)
        return [
            None if missing else text
            for missing, text in zip(moments.isna(), moments.dt.strftime("%Y-%m-%d"), strict=True)
        ]
    kinds: dict[str, type] = {"yes/no": bool, "category": str, "year": int}
    kind = kinds.get(role, float)
    return [None if missing else kind(value) for missing, value in zip(column.isna(), column, strict=True)]


def packed(frame: pd.DataFrame, roles: Roles) -> list[str | None]:
    """What is stored of each row: its known declared values as one JSON object, ``None`` where there are none."""
    columns = {name: plain(role, frame[name]) for name, role in sorted(roles.items()) if name in frame.columns}
    if not columns:
        return [None] * len(frame)
    rows = zip(*columns.values(), strict=True)
    known = ({name: value for name, value in zip(columns, row, strict=True) if value is not None} for row in rows)
    return [json.dumps(row, ensure_ascii=False, separators=(",", ":")) if row else None for row in known]


def unpacked(texts: Sequence[object], roles: Roles) -> dict[str, pd.Series]:
    """The declared columns of rows that were stored so; what was stored under another role, or never, is missing."""
    parts = [_unpacked(texts[start : start + _AT_ONCE], roles) for start in range(0, max(len(texts), 1), _AT_ONCE)]
    return {name: pd.concat([part[name] for part in parts], ignore_index=True) for name in roles}


def _unpacked(texts: Sequence[object], roles: Roles) -> dict[str, pd.Series]:
    rows = [json.loads(text) if isinstance(text, str) and text else {} for text in texts]
    return {name: typed(role, [row.get(name) for row in rows]) for name, role in roles.items()}
