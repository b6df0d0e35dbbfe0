"""The map of all listings, coloured by a measure.

No tile is asked for unless a style is set: the ground is a file of our own, sectors are outlined and named. Up to
`RAW_LIMIT` points carry what their tooltip says, up to `POINT_LIMIT` only what they look like; above that, cells.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd
import pydeck as pdk

from dashboard.listings.map_cells import cell_data, cell_degrees
from dashboard.parts.cache import OPEN
from dashboard.parts.map_points import point_data, tooltips
from dashboard.parts.maps import dots, ground, names, view_of
from dashboard.parts.measures import Measure, Mode
from dashboard.parts.outlines import Ring
from pricing_core import COORDINATES, LATITUDE, LONGITUDE, Json

RAW_LIMIT: Final = 10_000
POINT_LIMIT: Final = 100_000
# A marked map is sent again with every choice: some ten thousand points with their words.
_MARKED_BYTES: Final = 3_000_000
_METRES_PER_DEGREE: Final = 111_320
_SMALLEST_RADIUS, _LARGEST_RADIUS = 5.0, 45.0
_CROWD: Final = 1_000
# Stands in a stored spec where the chosen listing belongs.
_MARK: Final = "@chosen"
_RING: Final = [209, 73, 91]


@dataclass(frozen=True)
class Look:
    """How a map of listings is drawn: by which measure, in which theme, on which ground, with which units."""

    measure: Measure
    mode: Mode
    style: str
    currency: str
    unit: str

    @property
    def per_area(self) -> str:
        """The unit of a price per area."""
        return f"{self.currency}/{self.unit}"


def listings_spec(frame: pd.DataFrame, sectors: pd.DataFrame, rings: Sequence[tuple[str, Ring]], look: Look) -> str:
    """The JSON of a map of listings, before `with_mark`.

    Parameters
    ----------
    frame
        Listings as `cache.checked` gives them.
    sectors
        Positions of the sector names, the largest sector first.
    rings
        Outlines of the sectors.
    """
    placed = frame.dropna(subset=list(COORDINATES))
    view = view_of(placed)
    data = _listing_data(placed, look)
    layers = [
        _outline_layer(rings, look.mode),
        *(_listing_layer(name, placed) for name in data),
        names(sectors, look.mode, view),
        _mark_layer(look.mode),
    ]
    built = pdk.Deck(
        layers=layers, initial_view_state=view, map_style=ground(look.mode, look.style), map_provider="mapbox"
    )
    return _compact(built, data)


def _listing_data(placed: pd.DataFrame, look: Look) -> dict[str, list[Json]]:
    """What is drawn, by layer: squares, or points with those that wait for a review above all others."""
    if len(placed) > POINT_LIMIT:
        return {"cells": cell_data(placed, look.measure, look.mode, look.per_area)}
    waiting = placed[OPEN] > 0
    groups = {"listings": placed[~waiting], "flagged": placed[waiting]}
    return {name: _points(group, len(placed) <= RAW_LIMIT, look) for name, group in groups.items()}


def _points(group: pd.DataFrame, with_words: bool, look: Look) -> list[Json]:
    words = tooltips(group, look.currency, look.unit) if with_words else None
    return point_data(group, look.measure, look.mode, words)


def with_mark(spec: str, listing: pd.Series | None) -> str:
    """The spec with the chosen listing marked, where the map is small enough to be sent again for that.

    Streamlit keeps what was clicked for as long as the layer has the same id, and fades all others. Ids that name the
    chosen listing make it forget the click: what is marked is then always what the panel shows.
    """
    if listing is None or len(spec) > _MARKED_BYTES or '"id":"cells"' in spec or pd.isna(listing[LATITUDE]):
        return spec.replace(f'"{_MARK}"', "[]", 1)
    place = {"p": [round(float(listing[name]), 5) for name in (LONGITUDE, LATITUDE)]}
    number = int(listing["id"])
    for name in ("listings", "flagged"):
        spec = spec.replace(f'"id":"{name}"', f'"id":"{name}-{number}"', 1)
    return spec.replace(f'"{_MARK}"', json.dumps([place], separators=(",", ":")), 1)


def _listing_layer(name: str, placed: pd.DataFrame) -> pdk.Layer:
    return _cell_layer(placed) if name == "cells" else _point_layer(name, placed)


def _point_layer(name: str, placed: pd.DataFrame) -> pdk.Layer:
    ring = 2 if name == "flagged" else 0
    pixels = (4 if len(placed) <= RAW_LIMIT else 2) + ring // 2
    return pdk.Layer(
        "ScatterplotLayer",
        id=name,
        data=[],
        get_position="p",
        get_fill_color="c",
        get_line_color=_RING,
        get_line_width=ring,
        line_width_units=pdk.types.String("pixels"),
        stroked=ring > 0,
        filled=True,
        get_radius=_radius(placed),
        radius_min_pixels=pixels,
        radius_max_pixels=11,
        pickable=True,
        auto_highlight=True,
        highlight_color=[255, 255, 255, 120],
    )


def _radius(placed: pd.DataFrame) -> float:
    """Metres: in a crowd half of what lies between two listings, so that none hides the others."""
    if len(placed) < _CROWD:
        return _LARGEST_RADIUS
    low, high = placed[list(COORDINATES)].quantile([0.05, 0.95]).to_numpy()
    north, east = (high - low) * _METRES_PER_DEGREE
    between = math.sqrt(north * east * math.cos(math.radians(low[0])) / len(placed))
    return round(min(max(between / 2, _SMALLEST_RADIUS), _LARGEST_RADIUS), 1)


def _cell_layer(frame: pd.DataFrame) -> pdk.Layer:
    metres = cell_degrees(frame)[1] * _METRES_PER_DEGREE
    return pdk.Layer(
        "GridCellLayer",
        id="cells",
        data=[],
        get_position="p",
        get_fill_color="c",
        cell_size=metres,
        extruded=False,
        pickable=True,
        auto_highlight=True,
        highlight_color=[255, 255, 255, 90],
        opacity=0.85,
    )


def _outline_layer(rings: Sequence[tuple[str, Ring]], mode: Mode) -> pdk.Layer:
    ink = [231, 236, 236, 70] if mode == "dark" else [31, 42, 46, 85]
    return pdk.Layer(
        "PathLayer",
        id="outlines",
        data=[{"p": ring} for _, ring in rings],
        get_path="p",
        get_color=ink,
        get_width=1,
        width_units=pdk.types.String("pixels"),
        width_min_pixels=1,
        joint_rounded=True,
        pickable=False,
    )


def _mark_layer(mode: Mode) -> pdk.Layer:
    ink = [255, 255, 255] if mode == "dark" else [31, 42, 46]
    return dots("chosen", [], [0, 0, 0, 0], 11, stroked=True, filled=False, get_line_color=ink)


def _compact(built: pdk.Deck, data: dict[str, list[Json]]) -> str:
    # pydeck indents its JSON, which doubles the size of a large map.
    spec = json.loads(built.to_json())
    for layer in spec["layers"]:
        if layer["id"] in data:
            layer["data"] = data[layer["id"]]
        elif layer["id"] == "chosen":
            layer["data"] = _MARK
    return json.dumps(spec, separators=(",", ":"), ensure_ascii=False)
