"""Maps with pydeck: listings coloured by price per area, and where one home stands.

No tile is asked for: the ground is a style file of our own, the names of the sectors are drawn as text. Up to
`RAW_LIMIT` points carry what their tooltip says, up to `POINT_LIMIT` only what they look like; above that, cells.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import pydeck as pdk

from dashboard.cache import PRICE_PER_AREA
from dashboard.map_points import Mode, cell_data, cell_degrees, colour_limits, point_data, positions, tooltips

RAW_LIMIT: Final = 10_000
POINT_LIMIT: Final = 100_000
_LABELS: Final = 40
_FEWEST_LISTINGS: Final = 3
# The map is 520 pixels high, less a margin; the world is 512 pixels wide at zoom 0.
_SHOWN_PIXELS: Final = 450
_ZOOM_0_PIXELS: Final = 512
# Positions so many median deviations away are slips (swapped, zero, sign lost): they must not shrink the city.
_WILD: Final = 8
_RING: Final = [209, 73, 91]
_BLUE: Final = [46, 107, 191]
_EVEN: Final = [176, 182, 184]
_PIN: Final = [190, 96, 25]
# The small map is about 330 pixels wide; 0.004 degrees are some 400 metres.
_PLACE_PIXELS: Final = 180
_LEAST_SPAN: Final = 0.004


@dataclass(frozen=True)
class Pin:
    """A place with a number on it and words for the tooltip."""

    latitude: float
    longitude: float
    text: str
    words: str

    def to_data(self) -> dict[str, Any]:
        """As the layers want it."""
        return {"p": [self.longitude, self.latitude], "t": self.text, "w": self.words}


class StoredDeck(pdk.Deck):  # type: ignore[misc]
    """A deck whose JSON was made before: Streamlit asks a deck for nothing else."""

    def __init__(self, spec: str, tooltip: dict[str, Any] | None = None) -> None:
        super().__init__(layers=[], tooltip=tooltip or False)
        self._spec = spec

    def to_json(self) -> str:
        """The stored JSON."""
        return self._spec


def deck(spec: str, mode: Mode) -> StoredDeck:
    """The deck of a spec made by `listings_spec`."""
    # Text, not HTML: the names in it come from files.
    has_words = '"w":' in spec
    return StoredDeck(spec, _tooltip(mode) if has_words else None)


def _tooltip(mode: Mode) -> dict[str, Any]:
    ground, ink = ("#2b373b", "#e7ecec") if mode == "dark" else ("#1f2a2e", "#fbfaf7")
    style = {"backgroundColor": ground, "color": ink, "fontSize": "13px", "borderRadius": "8px", "padding": "8px 10px"}
    return {"text": "{w}", "style": style}


def listings_spec(frame: pd.DataFrame, sectors: pd.DataFrame, mode: Mode, currency: str, unit: str) -> str:
    """The JSON of a map of listings.

    Parameters
    ----------
    frame
        Listings with latitude, longitude, price per area and number of findings.
    sectors
        Positions of the sector names, the largest sector first.
    """
    placed = frame.dropna(subset=["latitude", "longitude"])
    limits, view = colour_limits(frame[PRICE_PER_AREA]), view_of(placed)
    if len(placed) > POINT_LIMIT:
        shown, layer = cell_data(placed, limits, mode), _cell_layer(placed)
    else:
        words = tooltips(placed, currency, unit) if len(placed) <= RAW_LIMIT else None
        shown, layer = point_data(placed, limits, mode, words), _point_layer(len(placed))
    built = pdk.Deck(
        layers=[layer, _names(sectors, mode, view)],
        initial_view_state=view,
        map_style=f"app/static/map-{mode}.json",
        map_provider="mapbox",
    )
    return _compact(built, {layer.id: shown})


def place_deck(
    here: Pin | None, pins: Sequence[Pin], around: pd.DataFrame, sectors: pd.DataFrame, mode: Mode
) -> pdk.Deck:
    """A small map of one place: the home, numbered listings, and those around it as quiet points.

    Parameters
    ----------
    here
        The home, where its position is known; ``pins`` are the numbered listings. One of both is needed.
    """
    primary, ink = ([79, 195, 168], [11, 31, 26]) if mode == "dark" else ([15, 107, 92], [255, 255, 255])
    nearby = [{"p": pair} for pair in positions(around.dropna(subset=["latitude", "longitude"]).head(800))]
    home, others = [pin.to_data() for pin in [here] if pin], [pin.to_data() for pin in reversed(pins)]
    view = _around([pin for pin in (here, *pins) if pin])
    layers = [
        _dots("nearby", nearby, [120, 130, 132, 90], 2),
        _names(sectors, mode, view),
        _dots("halo", home, [*primary, 60], 20),
        _dots("pins", others, _PIN, 9, pickable=True),
        _numbers(others),
        _dots("here", home, primary, 8, stroked=True, get_line_color=ink, pickable=True),
    ]
    return pdk.Deck(
        layers=layers, initial_view_state=view, map_style=f"app/static/map-{mode}.json", tooltip=_tooltip(mode)
    )


def error_deck(points: Sequence[tuple[float, float, float]], words: Sequence[str], mode: Mode) -> pdk.Deck:
    """A map of errors: latitude, longitude, and by what share the value lies above the price, or below it."""
    data = [
        {"p": [lon, lat], "c": _error_colour(error), "w": text}
        for (lat, lon, error), text in zip(points, words, strict=True)
    ]
    layer = pdk.Layer(
        "ScatterplotLayer", id="errors", data=data, get_position="p", get_fill_color="c", get_radius=60,
        radius_min_pixels=4, radius_max_pixels=11, pickable=True,
    )  # fmt: skip
    placed = pd.DataFrame([point[:2] for point in points], columns=["latitude", "longitude"])
    return pdk.Deck(
        layers=[layer],
        initial_view_state=view_of(placed),
        map_style=f"app/static/map-{mode}.json",
        tooltip=_tooltip(mode),
    )


def _error_colour(error: float) -> list[int]:
    """Grey where value and price agree; full colour from 40 % on."""
    share = min(abs(error) / 0.4, 1.0)
    end = _BLUE if error > 0 else _RING
    return [round(quiet + share * (full - quiet)) for quiet, full in zip(_EVEN, end, strict=True)] + [220]


def _around(pins: Sequence[Pin]) -> pdk.ViewState:
    """The view that shows all pins; a single one is shown with what lies within some kilometres."""
    latitudes, longitudes = [pin.latitude for pin in pins], [pin.longitude for pin in pins]
    middle = ((min(latitudes) + max(latitudes)) / 2, (min(longitudes) + max(longitudes)) / 2)
    shape = max(math.cos(math.radians(middle[0])), 0.01)
    span = max((max(latitudes) - min(latitudes)) / shape, max(longitudes) - min(longitudes), _LEAST_SPAN)
    zoom = math.log2(360 * _PLACE_PIXELS / _ZOOM_0_PIXELS / span)
    return pdk.ViewState(latitude=middle[0], longitude=middle[1], zoom=zoom if len(pins) > 1 else 11.5)


def _numbers(data: list[dict[str, Any]]) -> pdk.Layer:
    return pdk.Layer(
        "TextLayer", id="numbers", data=data, get_position="p", get_text="t", get_size=12, get_color=[255, 255, 255],
        font_family=pdk.types.String("Inter, sans-serif"), font_weight=700,
    )  # fmt: skip


def _dots(name: str, data: list[dict[str, Any]], colour: Sequence[int], pixels: int, **options: Any) -> pdk.Layer:
    return pdk.Layer(
        "ScatterplotLayer", id=name, data=data, get_position="p", get_fill_color=list(colour), get_radius=1,
        radius_min_pixels=pixels, radius_max_pixels=pixels, line_width_min_pixels=2, line_width_max_pixels=2, **options,
    )  # fmt: skip


def _point_layer(count: int) -> pdk.Layer:
    pixels = 4 if count <= RAW_LIMIT else 2
    return pdk.Layer(
        "ScatterplotLayer", id="listings", data=[], get_position="p", get_fill_color="c", get_line_color=_RING,
        get_line_width="f", line_width_units=pdk.types.String("pixels"), stroked=True, filled=True, get_radius=45,
        radius_min_pixels=pixels, radius_max_pixels=11, pickable=True, auto_highlight=True,
        highlight_color=[255, 255, 255, 120],
    )  # fmt: skip


def _cell_layer(frame: pd.DataFrame) -> pdk.Layer:
    metres = cell_degrees(frame) * 111_320 * math.cos(math.radians(float(frame["latitude"].median())))
    return pdk.Layer(
        "GridCellLayer", id="cells", data=[], get_position="p", get_fill_color="c", cell_size=metres, extruded=False,
        pickable=True, opacity=0.85,
    )  # fmt: skip


def _names(sectors: pd.DataFrame, mode: Mode, view: pdk.ViewState) -> pdk.Layer:
    placed = sectors[sectors["listings"] >= _FEWEST_LISTINGS].dropna(subset=["latitude", "longitude"]).head(2 * _LABELS)
    data = _apart(
        [{"p": pair, "t": str(name)} for pair, name in zip(positions(placed), placed.index, strict=True)], view
    )
    ink, ground = ([231, 236, 236], [27, 36, 39, 190]) if mode == "dark" else ([31, 42, 46], [251, 250, 247, 200])
    return pdk.Layer(
        "TextLayer", id="names", data=data, get_position="p", get_text="t", get_size=12, get_color=ink,
        character_set=pdk.types.String("auto"), font_family=pdk.types.String("Inter, sans-serif"),
        font_weight=600, background=True, get_background_color=ground, background_padding=[5, 2], pickable=False,
    )  # fmt: skip


def _apart(labels: list[dict[str, Any]], view: pdk.ViewState) -> list[dict[str, Any]]:
    """The labels that do not cover one before them, as seen at the first zoom."""
    per_degree = _ZOOM_0_PIXELS * 2**view.zoom / 360
    shape = math.cos(math.radians(view.latitude))
    kept: list[tuple[float, float, float, dict[str, Any]]] = []
    for label in labels:
        x, y = label["p"][0] * per_degree, label["p"][1] * per_degree / shape
        half = 3.7 * len(label["t"]) + 6
        if all(abs(x - x2) > half + half2 or abs(y - y2) > 20 for x2, y2, half2, _ in kept):
            kept.append((x, y, half, label))
    return [label for *_, label in kept[:_LABELS]]


def view_of(frame: pd.DataFrame) -> pdk.ViewState:
    """The view that shows nearly all of the listings; a few wild positions do not move it."""
    if frame.empty:
        return pdk.ViewState(latitude=0, longitude=0, zoom=1)
    west, east = _reach(frame["longitude"])
    south, north = _reach(frame["latitude"])
    middle = ((south + north) / 2, (west + east) / 2)
    span = max((north - south) / math.cos(math.radians(middle[0])), (east - west) * 0.95, 0.002)
    zoom = math.log2(360 * _SHOWN_PIXELS / _ZOOM_0_PIXELS / span)
    return pdk.ViewState(latitude=middle[0], longitude=middle[1], zoom=min(15.0, zoom))


def _reach(degrees: pd.Series) -> tuple[float, float]:
    values = degrees.to_numpy(dtype=float)
    away = np.abs(values - np.median(values))
    near = values[away <= _WILD * max(float(np.median(away)), 1e-3)]
    return float(near.min()), float(near.max())


def _compact(built: pdk.Deck, data: dict[str, list[dict[str, Any]]]) -> str:
    # pydeck indents its JSON, which doubles the size of a large map.
    spec = json.loads(built.to_json())
    for layer in spec["layers"]:
        if layer["id"] in data:
            layer["data"] = data[layer["id"]]
    return json.dumps(spec, separators=(",", ":"), ensure_ascii=False)
