"""The errors planted in the sample: the slips that real listing files are full of."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd

SHARE: Final = 0.015
_SQUARE_FEET: Final = 10.7639

Slip = Callable[[pd.DataFrame, np.random.Generator], pd.DataFrame]


def plant_errors(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Spoil about `SHARE` of the rows; the new column ``error`` names what was done, or is empty.

    No price in pesos is among them: one such row, some 38,500 times too dear, would drown every mean of the sample.
    """
    names = list(SLIPS)
    kind = np.where(rng.random(len(frame)) < SHARE, rng.integers(len(names), size=len(frame)), -1)
    # A copy needs a row before it.
    kind[0] = -1
    frame["error"] = np.array([*names, ""], dtype=object)[kind]
    spoilt = frame.copy()
    for number, slip in enumerate(SLIPS.values()):
        rows = np.flatnonzero(kind == number)
        if len(rows):
            source = frame.iloc[rows - 1 if slip is _copied else rows].drop(columns="error").copy()
            values = slip(source, rng).set_axis(frame.index[rows])
            spoilt.loc[values.index, values.columns] = values
    # A slip in a cell that is empty leaves nothing to find.
    columns = frame.columns.drop("error")
    same = (spoilt[columns] == frame[columns]) | (spoilt[columns].isna() & frame[columns].isna())
    spoilt["error"] = frame["error"].where(~same.all(axis=1), "")
    return spoilt


def _price_times(factor: float) -> Slip:
    def slip(rows: pd.DataFrame, _: np.random.Generator) -> pd.DataFrame:
        return rows.assign(price=(rows["price"] * factor).round(4))

    return slip


def _per_area(rows: pd.DataFrame, _: np.random.Generator) -> pd.DataFrame:
    return rows.assign(price=(rows["price"] / rows["net_usable_area"]).round(1).fillna(rows["price"]))


def _area_times(factor: float) -> Slip:
    def slip(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
        usable = (rng.random(len(rows)) < 0.5) & rows["net_usable_area"].notna()
        return rows.assign(
            net_usable_area=(rows["net_usable_area"] * np.where(usable, factor, 1)).round(1),
            net_area=(rows["net_area"] * np.where(usable, 1, factor)).round(1),
        )

    return slip


def _swapped(rows: pd.DataFrame, _: np.random.Generator) -> pd.DataFrame:
    return rows.assign(latitude=rows["longitude"], longitude=rows["latitude"])


def _sign_lost(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    which = rng.integers(3, size=len(rows))
    return rows.assign(
        latitude=rows["latitude"].where(which == 0, rows["latitude"].abs()),
        longitude=rows["longitude"].where(which == 1, rows["longitude"].abs()),
    )


def _at_zero(rows: pd.DataFrame, _: np.random.Generator) -> pd.DataFrame:
    return rows.assign(latitude=0.0, longitude=0.0)


def _misspelt(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Without accents, in capitals, with a blank at the end, or all of it."""
    habits: tuple[Callable[[str], str], ...] = (
        _plain,
        str.upper,
        lambda name: name + " ",
        lambda name: _plain(name).upper(),
    )
    chosen = rng.integers(len(habits), size=len(rows))
    names = [
        habits[habit](name) if isinstance(name, str) else name
        for name, habit in zip(rows["sector"], chosen, strict=True)
    ]
    return rows.assign(sector=np.array(names, dtype=object))


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).lower()


def _copied(rows: pd.DataFrame, _: np.random.Generator) -> pd.DataFrame:
    return rows


SLIPS: Final[dict[str, Slip]] = {
    "price ten times": _price_times(10),
    "price a tenth": _price_times(0.1),
    "price of one m²": _per_area,
    "price in thousands": _price_times(0.001),
    "price zero": _price_times(0),
    "area ten times": _area_times(10),
    "area in square feet": _area_times(_SQUARE_FEET),
    "coordinates swapped": _swapped,
    "coordinates without sign": _sign_lost,
    "coordinates zero": _at_zero,
    "sector misspelt": _misspelt,
    "listed twice": _copied,
}
