"""What a run keeps for those who look at it later: calibration, errors on the map, and what the model leans on."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from pricing_core.model.ranges import LEVELS
from pricing_core.nouns import Json
from pricing_core.nouns.arrays import Numbers
from pricing_core.nouns.money import to_cents
from pricing_core.nouns.schema import COORDINATES, FEATURES, LATITUDE, LONGITUDE, SECTOR, TARGET
from pricing_core.training.coverage import covered, median_width
from pricing_core.training.cross_validation import Model

THIRDS: Final = ("low", "middle", "high")
_FEWEST_IN_THIRD: Final = 10
_MAPPED: Final = 2_000
_SHUFFLED: Final = 500
_SHUFFLES: Final = 3
_SEED: Final = 0
POSITION: Final = "position"


def calibration(model: Model, rows: pd.DataFrame) -> Json | None:
    """How often each range holds the price, of all rows and by third of the values; ``None`` without ranges.

    Returns
    -------
    dict
        ``rows`` and ``groups``: by "all", "low", "middle" and "high" the ``coverage`` and the median relative
        ``width`` of each level in per cent.
    """
    value, ranges = model.predict_with_ranges(rows)
    if ranges is None or not len(rows):
        return None
    price = rows[TARGET].to_numpy(float)
    # Ranks, so that equal values cannot make a third that is empty.
    third = (pd.Series(value).rank(method="first") * 3 // (len(value) + 1)).to_numpy(int)
    parts = {"all": np.ones(len(value), dtype=bool)} | {name: third == number for number, name in enumerate(THIRDS)}
    groups = {}
    for name, part in parts.items():
        if name == "all" or part.sum() >= _FEWEST_IN_THIRD:
            held = {str(n): covered(price[part], ranges.low[n][part], ranges.high[n][part]) for n in LEVELS}
            wide = {str(n): median_width(value[part], ranges.low[n][part], ranges.high[n][part]) for n in LEVELS}
            groups[name] = {"rows": int(part.sum()), "coverage": held, "width": wide}
    return {"rows": len(value), "groups": groups}


def residuals(model: Model, rows: pd.DataFrame) -> Json:
    """Where values lie above and below prices: at most 2,000 rows that have a position.

    Returns
    -------
    dict
        ``rows``: how many had a position; ``points``: latitude, longitude, sector, price, value of each drawn row.
    """
    placed = rows[rows[list(COORDINATES)].notna().all(axis=1)]
    drawn = placed.sample(min(_MAPPED, len(placed)), random_state=_SEED)
    value = model.predict(drawn) if len(drawn) else np.empty(0)
    points = [
        [
            round(float(lat), 5),
            round(float(lon), 5),
            None if pd.isna(sector) else str(sector),
            float(price),
            to_cents(x),
        ]
        for lat, lon, sector, price, x in zip(
            drawn[LATITUDE], drawn[LONGITUDE], drawn[SECTOR], drawn[TARGET], value.tolist(), strict=True
        )
    ]
    return {"rows": len(placed), "points": points}


def importance(model: Model, rows: pd.DataFrame) -> Json:
    """By how much the median error grows when a column is shuffled among the rows.

    Notes
    -----
    Permutation importance (Breiman, Random Forests, 2001, section 10; Fisher, Rudin and Dominici, 2019) on rows that
    the model never saw. Columns that carry the same news share the credit: the two areas, or sector and position.
    """
    drawn = rows.sample(min(_SHUFFLED, len(rows)), random_state=_SEED).reset_index(drop=True)
    features, price = drawn.drop(columns=TARGET), drawn[TARGET].to_numpy(float)
    base, random = _error(model, features, price), np.random.default_rng(_SEED)
    used = [name for name in (*FEATURES, *getattr(model, "declared", ())) if name in features.columns]
    groups = {name: [name] for name in used if name not in COORDINATES} | {POSITION: list(COORDINATES)}
    found = {}
    for name, columns in groups.items():
        worse = [_error(model, _shuffled(features, columns, random), price) - base for _ in range(_SHUFFLES)]
        found[name] = float(np.mean(worse))
    ordered = sorted(found.items(), key=lambda item: -item[1])
    return {"rows": len(drawn), "mdape": base, "columns": [{"name": name, "loss": loss} for name, loss in ordered]}


def _shuffled(features: pd.DataFrame, columns: list[str], random: np.random.Generator) -> pd.DataFrame:
    other = features[columns].iloc[random.permutation(len(features))].reset_index(drop=True)
    return features.assign(**{name: other[name] for name in columns})


def _error(model: Model, features: pd.DataFrame, price: Numbers) -> float:
    return float(np.median(np.abs(model.predict(features) - price) / price))


def documents(model: Model, rows: pd.DataFrame) -> Json:
    """The three as documents of a run, by file name; none without rows."""
    if rows.empty:
        return {}
    found = {"residuals.json": residuals(model, rows), "importance.json": importance(model, rows)}
    calibrated = calibration(model, rows)
    return found if calibrated is None else found | {"calibration.json": calibrated}
