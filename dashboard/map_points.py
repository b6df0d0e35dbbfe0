"""What the points of a map carry: position, colour, and the words of the tooltip. `maps` draws them."""

from __future__ import annotations

from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from dashboard.cache import FINDINGS, PRICE_PER_AREA
from dashboard.text import name_of, t, with_unit

_CELLS_ACROSS: Final = 70
RAMPS: Final = {
    "light": ("#e0b03c", "#7fb069", "#2a9d8f", "#1d6a8c", "#2c3564"),
    "dark": ("#4a63b5", "#2f8fa8", "#4fc3a8", "#b6dd7c", "#ffe08a"),
}
_UNKNOWN: Final = [140, 148, 150]
Mode = Literal["light", "dark"]


def colour_limits(values: pd.Series) -> tuple[float, float] | None:
    """The price per area at which the colours begin and end: the 5 % and 95 % quantiles."""
    known = values.dropna()
    if known.empty:
        return None
    low, high = (float(value) for value in np.quantile(known.to_numpy(), [0.05, 0.95]))
    return (low, high) if high > low else (low, low + 1)


def point_data(
    frame: pd.DataFrame, limits: tuple[float, float] | None, mode: Mode, words: list[str] | None
) -> list[dict[str, Any]]:
    """Position, colour, ring and id of every listing, and its words where there are any."""
    colours = _colours(frame[PRICE_PER_AREA], limits, mode)
    rings = np.where(frame[FINDINGS].to_numpy() > 0, 2, 0).tolist()
    points = [
        {"p": pair, "c": colour, "f": ring, "i": number}
        for pair, colour, ring, number in zip(positions(frame), colours, rings, frame["id"].tolist(), strict=True)
    ]
    for point, text in zip(points, words or [], strict=False):
        point["w"] = text
    return points


def tooltips(frame: pd.DataFrame, currency: str, unit: str) -> list[str]:
    """What the tooltip of every listing says."""
    rate = f"{currency}/{unit}"
    return [
        f"{name_of(sector)} · {name_of(kind)}\n{with_unit(price, currency)}\n{with_unit(per_area, rate)}"
        + (f"\n{t('listings.tooltip_findings', count=count)}" if count else "")
        for sector, kind, price, per_area, count in zip(
            frame["sector"], frame["type"], frame["price"], frame[PRICE_PER_AREA], frame[FINDINGS], strict=True
        )
    ]


def cell_data(frame: pd.DataFrame, limits: tuple[float, float] | None, mode: Mode) -> list[dict[str, Any]]:
    """The listings gathered in squares, coloured by their median price per area."""
    size = cell_degrees(frame)
    keys = [np.floor(frame[name] / size).astype(int) for name in ("longitude", "latitude")]
    groups = frame.groupby(keys)[PRICE_PER_AREA].agg(["median", "size"])
    colours = _colours(groups["median"], limits, mode)
    return [
        {"p": [round(x * size, 5), round(y * size, 5)], "c": colour, "w": t("listings.cell", count=count)}
        for (x, y), colour, count in zip(groups.index, colours, groups["size"].tolist(), strict=True)
    ]


def cell_degrees(frame: pd.DataFrame) -> float:
    """The side of a square, in degrees."""
    low, high = np.quantile(frame["longitude"].to_numpy(), [0.01, 0.99])
    return max(float(high - low) / _CELLS_ACROSS, 1e-4)


def _colours(values: pd.Series, limits: tuple[float, float] | None, mode: Mode) -> list[list[int]]:
    stops = np.array([[int(stop[i : i + 2], 16) for i in (1, 3, 5)] for stop in RAMPS[mode]])
    low, high = limits or (0.0, 1.0)
    share = ((values.to_numpy(dtype=float) - low) / (high - low)).clip(0, 1)
    known = np.isfinite(share)
    at = np.linspace(0, 1, len(stops))
    mixed = np.stack([np.interp(np.nan_to_num(share), at, stops[:, i]) for i in range(3)], axis=1).round().astype(int)
    mixed[~known] = _UNKNOWN
    chosen: list[list[int]] = mixed.tolist()
    return chosen


def positions(frame: pd.DataFrame) -> list[list[float]]:
    """Longitude and latitude of every listing, to a metre."""
    found: list[list[float]] = frame[["longitude", "latitude"]].round(5).to_numpy().tolist()
    return found
