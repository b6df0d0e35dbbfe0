"""Squares that stand for many listings, and the part of the map that a click on one opens."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import pandas as pd

from dashboard.parts import declared_measures
from dashboard.parts.measures import Measure, Mode, colours, limits, ramp, values
from dashboard.parts.text import rate, t, tn
from pricing_core import LATITUDE, LONGITUDE, Json

_CELLS_ACROSS: Final = 70
_LEAST_DEGREES: Final = 1e-4
_DIGITS: Final = 5


@dataclass(frozen=True)
class Area:
    """A part of the map, in degrees. Written as ``west,south,east,north`` in the address."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The area that an address names, or ``None`` where it names none."""
        try:
            west, south, east, north = (float(part) for part in text.split(","))
        except ValueError:
            return None
        inside = -180 <= west < east <= 180 and -90 <= south < north <= 90
        return cls(west, south, east, north) if inside else None

    def __str__(self) -> str:
        return ",".join(f"{value:.{_DIGITS}f}" for value in (self.west, self.south, self.east, self.north))

    def holds(self, frame: pd.DataFrame) -> pd.Series:
        """Which listings lie in it; the western and southern edges belong to it."""
        longitude, latitude = frame[LONGITUDE], frame[LATITUDE]
        return (longitude >= self.west) & (longitude < self.east) & (latitude >= self.south) & (latitude < self.north)


def cell_degrees(frame: pd.DataFrame) -> tuple[float, float]:
    """The sides of a square in degrees of longitude and latitude: as many metres each."""
    low, high = np.quantile(frame[LONGITUDE].to_numpy(), [0.01, 0.99])
    across = max(float(high - low) / _CELLS_ACROSS, _LEAST_DEGREES)
    return across, across * max(math.cos(math.radians(float(frame[LATITUDE].median()))), 0.01)


def cells(frame: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """The listings by square: west, south, the number of them, and the measure.

    The measure is the median price per area, the median residual, the share with findings that nobody reviewed, or
    what a declared column has most.
    """
    across, up = cell_degrees(frame)
    columns = np.floor(frame[LONGITUDE].to_numpy() / across).astype(np.int64)
    rows = np.floor(frame[LATITUDE].to_numpy() / up).astype(np.int64)
    groups = values(frame, measure).groupby([columns, rows])
    if column := declared_measures.column_of(measure):
        value = declared_measures.of_square(groups, column)
    else:
        value = groups.mean() if measure == "finding" else groups.median()
    found = pd.DataFrame({"count": groups.size(), "value": value})
    west, south = (found.index.get_level_values(level).to_numpy() for level in (0, 1))
    return found.assign(west=west * across, south=south * up).reset_index(drop=True)


def cell_data(frame: pd.DataFrame, measure: Measure, mode: Mode, per_area: str) -> list[Json]:
    """What the map needs of every square: corner, colour, words, and the area that a click opens.

    That is the square with the eight around it: of a single one, nobody could tell where in the city it lies.
    """
    found, (across, up) = cells(frame, measure), cell_degrees(frame)
    shades = colours(found["value"], limits(found["value"], measure), ramp(measure, mode))
    words = _words(frame, measure, per_area)
    return [
        {
            "p": [round(west, _DIGITS), round(south, _DIGITS)],
            "c": shade,
            "a": str(Area(west - across, south - up, west + 2 * across, south + 2 * up)),
            "w": f"{_counted(count)}\n{words(value)}",
        }
        for west, south, count, value, shade in zip(
            found["west"], found["south"], found["count"], found["value"], shades, strict=True
        )
    ]


def _words(frame: pd.DataFrame, measure: Measure, per_area: str) -> Callable[[float], str]:
    column = declared_measures.column_of(measure)
    if column is None:
        return lambda value: words_of(value, measure, per_area)
    known = declared_measures.names(frame, column) if column.role == "category" else ()
    return lambda value: declared_measures.told(value, column, known)


def _counted(count: int) -> str:
    return tn("{count:integer} listing", "{count:integer} listings", "count", count=count)


def words_of(value: float, measure: Measure, per_area: str) -> str:
    """The measure of a square in words, with its unit."""
    if measure == "price":
        return t("Median {value}", value=rate(value, per_area))
    if measure == "residual":
        return t("Median {value:number} robust standard deviations", value=value)
    return t("{value:percent} with findings not reviewed", value=value)
