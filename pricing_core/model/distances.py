"""Distances on the globe, in metres, from degrees (WGS 84) on a sphere."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from pricing_core.nouns.arrays import Numbers

EARTH_RADIUS: Final = 6_371_008.8
"""Mean radius of the Earth in metres (IUGG)."""


def haversine(latitude: ArrayLike, longitude: ArrayLike, to_latitude: ArrayLike, to_longitude: ArrayLike) -> Numbers:
    """Great-circle distance in metres between places, elementwise; NaN where one is not known."""
    north, east, to_north, to_east = (np.radians(value) for value in (latitude, longitude, to_latitude, to_longitude))
    half = np.sin((to_north - north) / 2) ** 2 + np.cos(north) * np.cos(to_north) * np.sin((to_east - east) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS * np.arcsin(np.sqrt(np.minimum(half, 1.0))))


def on_globe(latitude: ArrayLike, longitude: ArrayLike) -> Numbers:
    """Places as points in space, in metres from the middle of the Earth; the last axis holds the three coordinates.

    Straight lines between such points keep the order of distances, also across the date line and at the poles, so
    they may be put into a KD-tree; `arc` turns their length into a distance.
    """
    north, east = np.radians(latitude), np.radians(longitude)
    flat = np.cos(north)
    return EARTH_RADIUS * np.stack([flat * np.cos(east), flat * np.sin(east), np.sin(north)], axis=-1)


def arc(straight: ArrayLike) -> Numbers:
    """The great-circle distance that belongs to the straight line between two points of `on_globe`."""
    return 2 * EARTH_RADIUS * np.arcsin(np.minimum(np.asarray(straight) / (2 * EARTH_RADIUS), 1.0))
