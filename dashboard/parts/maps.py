"""What maps are made of with pydeck, and the small map of one place. `listing_map` draws all listings."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import pydeck as pdk

from dashboard.parts.map_points import positions
from dashboard.parts.measures import Mode
from pricing_core import COORDINATES, LATITUDE, LONGITUDE, Json

_LABELS: Final = 40
_FEWEST_LISTINGS: Final = 3
# In a large table even a misspelt sector has a few listings.
_LEAST_SHARE: Final = 0.0005
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
# Further from a single pin, in degrees, than it is shown with: some ten kilometres.
_FAR_SPAN: Final = 0.1


@dataclass(frozen=True)
class Pin:
    """A place with a number on it and words for the tooltip."""

    latitude: float
    longitude: float
    text: str
    words: str

    def to_data(self) -> Json:
        """As the layers want it."""
        return {"p": [self.longitude, self.latitude], "t": self.text, "w": self.words}


class StoredDeck(pdk.Deck):  # type: ignore[misc]
    """A deck whose JSON was made before: Streamlit asks a deck for nothing else."""

    def __init__(self, spec: str, tooltip: Json | None = None) -> None:
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


def _tooltip(mode: Mode) -> Json:
    paper, ink = ("#2b373b", "#e7ecec") if mode == "dark" else ("#1f2a2e", "#fbfaf7")
    style = {"backgroundColor": paper, "color": ink, "fontSize": "13px", "borderRadius": "8px", "padding": "8px 10px"}
    return {"text": "{w}", "style": style}


def ground(mode: Mode, style: str) -> str:
    """The address of the MapLibre style: the one that was set, or our own, which asks nothing of the outside."""
    return style or f"app/static/map-{mode}.json"


def place_deck(
    here: Pin | None, pins: Sequence[Pin], around: pd.DataFrame, sectors: pd.DataFrame, mode: Mode, style: str = ""
) -> pdk.Deck:
    """A small map of one place: the home, numbered listings, and those around it as quiet points.

    Parameters
    ----------
    here
        The home, where its position is known; ``pins`` are the numbered listings. One of both is needed.
    """
    primary, ink = ([79, 195, 168], [11, 31, 26]) if mode == "dark" else ([15, 107, 92], [255, 255, 255])
    nearby = [{"p": pair} for pair in positions(around.dropna(subset=list(COORDINATES)).head(800))]
    home, others = [pin.to_data() for pin in [here] if pin], [pin.to_data() for pin in reversed(pins)]
    view = _around([pin for pin in (here, *pins) if pin], [pair["p"] for pair in nearby])
    layers = [
        dots("nearby", nearby, [120, 130, 132, 90], 2),
        names(sectors, mode, view),
        dots("halo", home, [*primary, 60], 20),
        dots("pins", others, _PIN, 9, pickable=True),
        _numbers(others),
        dots("here", home, primary, 8, stroked=True, get_line_color=ink, pickable=True),
    ]
    return pdk.Deck(layers=layers, initial_view_state=view, map_style=ground(mode, style), tooltip=_tooltip(mode))


def error_deck(points: Sequence[tuple[float, float, float]], words: Sequence[str], mode: Mode) -> pdk.Deck:
    """A map of errors: latitude, longitude, and by what share the value lies above the price, or below it."""
    data = [
        {"p": [lon, lat], "c": _error_colour(error), "w": text}
        for (lat, lon, error), text in zip(points, words, strict=True)
    ]
    layer = pdk.Layer(
        "ScatterplotLayer",
        id="errors",
        data=data,
        get_position="p",
        get_fill_color="c",
        get_radius=60,
        radius_min_pixels=4,
        radius_max_pixels=11,
        pickable=True,
    )
    placed = pd.DataFrame([point[:2] for point in points], columns=list(COORDINATES))
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


def _around(pins: Sequence[Pin], nearby: Sequence[Sequence[float]] = ()) -> pdk.ViewState:
    """The view that shows all pins; a single one is shown with what lies within some kilometres.

    Where a single one lies far from the listings nearby, these are shown too: how far off it is can then be seen.
    """
    latitudes, longitudes = [pin.latitude for pin in pins], [pin.longitude for pin in pins]
    middle_east, middle_north = np.median(np.array(nearby), axis=0) if len(nearby) else (longitudes[0], latitudes[0])
    far = max(abs(middle_east - longitudes[0]), abs(middle_north - latitudes[0])) > _FAR_SPAN
    if len(pins) == 1 and far:
        latitudes, longitudes = [*latitudes, float(middle_north)], [*longitudes, float(middle_east)]
    middle = ((min(latitudes) + max(latitudes)) / 2, (min(longitudes) + max(longitudes)) / 2)
    shape = max(math.cos(math.radians(middle[0])), 0.01)
    span = max((max(latitudes) - min(latitudes)) / shape, max(longitudes) - min(longitudes), _LEAST_SPAN)
    zoom = math.log2(360 * _PLACE_PIXELS / _ZOOM_0_PIXELS / span)
    return pdk.ViewState(latitude=middle[0], longitude=middle[1], zoom=zoom if len(latitudes) > 1 else 11.5)


def _numbers(data: list[Json]) -> pdk.Layer:
    return pdk.Layer(
        "TextLayer",
        id="numbers",
        data=data,
        get_position="p",
        get_text="t",
        get_size=12,
        get_color=[255, 255, 255],
        font_family=pdk.types.String("Inter, sans-serif"),
        font_weight=700,
    )


def dots(name: str, data: list[Json], colour: Sequence[int], pixels: int, **options: object) -> pdk.Layer:
    """A layer of dots that are as large at every zoom."""
    return pdk.Layer(
        "ScatterplotLayer",
        id=name,
        data=data,
        get_position="p",
        get_fill_color=list(colour),
        get_radius=1,
        radius_min_pixels=pixels,
        radius_max_pixels=pixels,
        line_width_min_pixels=2,
        line_width_max_pixels=2,
        **options,
    )


def names(sectors: pd.DataFrame, mode: Mode, view: pdk.ViewState) -> pdk.Layer:
    """The names of the largest sectors, as far as there is room for them at the first zoom."""
    fewest = max(_FEWEST_LISTINGS, _LEAST_SHARE * sectors["listings"].sum())
    placed = sectors[sectors["listings"] >= fewest].dropna(subset=list(COORDINATES)).head(2 * _LABELS)
    data = _apart(
        [{"p": pair, "t": str(name)} for pair, name in zip(positions(placed), placed.index, strict=True)], view
    )
    ink, ground = ([231, 236, 236], [27, 36, 39, 190]) if mode == "dark" else ([31, 42, 46], [251, 250, 247, 200])
    return pdk.Layer(
        "TextLayer",
        id="names",
        data=data,
        get_position="p",
        get_text="t",
        get_size=12,
        get_color=ink,
        character_set=pdk.types.String("auto"),
        font_family=pdk.types.String("Inter, sans-serif"),
        font_weight=600,
        background=True,
        get_background_color=ground,
        background_padding=[5, 2],
        pickable=False,
    )


def _apart(labels: list[Json], view: pdk.ViewState) -> list[Json]:
    """The labels that do not cover one before them, as seen at the first zoom."""
    per_degree = _ZOOM_0_PIXELS * 2**view.zoom / 360
    shape = math.cos(math.radians(view.latitude))
    kept: list[tuple[float, float, float, Json]] = []
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
    west, east = _reach(frame[LONGITUDE])
    south, north = _reach(frame[LATITUDE])
    middle = ((south + north) / 2, (west + east) / 2)
    span = max((north - south) / math.cos(math.radians(middle[0])), (east - west) * 0.95, 0.002)
    zoom = math.log2(360 * _SHOWN_PIXELS / _ZOOM_0_PIXELS / span)
    return pdk.ViewState(latitude=middle[0], longitude=middle[1], zoom=min(15.0, zoom))


def _reach(degrees: pd.Series) -> tuple[float, float]:
    values = degrees.to_numpy(dtype=float)
    away = np.abs(values - np.median(values))
    near = values[away <= _WILD * max(float(np.median(away)), 1e-3)]
    return float(near.min()), float(near.max())
