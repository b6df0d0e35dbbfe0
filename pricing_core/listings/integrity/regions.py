"""The region that the listings of a table lie in, whatever was done to the coordinates of some or of all of them.

Exchanging latitude and longitude or losing a sign leaves the two numbers without their signs as they are, the smaller
and the larger one. So these tell how widely the listings lie, and which of the eight points that share them is meant
is decided for the table as a whole: by the country whose currency it is in, else by what most listings say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pricing_core.listings.integrity.view import Flags
from pricing_core.nouns.arrays import Numbers

_KM_PER_DEGREE: Final = 111.32
_SAME_REGION_KM: Final = 100.0
_CHILE: Final = (-56.5, -17.0, -76.5, -66.0)
# Southern and northern, western and eastern end of the countries that have a currency to themselves.
_COUNTRIES: Final = {
    "UF": _CHILE,
    "CLP": _CHILE,
    "ARS": (-55.5, -21.5, -74.0, -53.0),
    "AUD": (-44.5, -9.5, 112.0, 154.5),
    "BOB": (-23.5, -9.5, -70.0, -57.0),
    "BRL": (-34.5, 5.5, -74.5, -34.0),
    "CAD": (41.5, 83.5, -141.5, -52.0),
    "COP": (-4.5, 13.5, -79.5, -66.5),
    "GBP": (49.5, 61.0, -9.0, 2.0),
    "MXN": (14.0, 33.0, -118.5, -86.0),
    "NZD": (-47.5, -34.0, 166.0, 179.0),
    "PEN": (-18.5, 0.5, -81.5, -68.5),
    "PYG": (-27.8, -19.0, -63.0, -54.0),
    "UYU": (-35.2, -30.0, -58.6, -53.0),
}
# The country decides where so large a part of the listings could lie in it.
_IN_THE_COUNTRY: Final = 0.5

Slip = tuple[bool, int, int]
"""What people do to a pair of coordinates: exchange it or not, and turn the sign of the first and the second number."""

SLIPS: Final[tuple[Slip, ...]] = (
    (True, 1, 1),
    (False, -1, 1),
    (False, 1, -1),
    (False, -1, -1),
    (True, -1, 1),
    (True, 1, -1),
    (True, -1, -1),
)


def undone(slip: Slip, latitude: Numbers, longitude: Numbers) -> tuple[Numbers, Numbers]:
    """The points that the slip was made with."""
    exchanged, north, east = slip
    first, second = (longitude, latitude) if exchanged else (latitude, longitude)
    return north * first, east * second


def distance(
    latitude: Numbers, longitude: Numbers, to_latitude: Numbers | float, to_longitude: Numbers | float
) -> Numbers:
    """Kilometres on a flat map, good enough within a region."""
    north = (latitude - to_latitude) * _KM_PER_DEGREE
    east = (longitude - to_longitude) * _KM_PER_DEGREE * np.cos(np.radians(to_latitude))
    return np.hypot(north, east)


@dataclass(frozen=True)
class Region:
    """The middle of the listings, the kilometres from it within which they lie, and whether the currency tells it."""

    centre: tuple[float, float]
    limit: float
    is_told: bool

    @classmethod
    def of(cls, latitude: Numbers, longitude: Numbers, currency: str) -> Region:
        """The region of some points, at least one, in a table of prices in a currency."""
        side, is_told = _side(latitude, longitude, currency)
        latitude, longitude = _as_meant(latitude, longitude, side)
        centre = float(np.median(latitude)), float(np.median(longitude))
        usual = float(np.quantile(distance(latitude, longitude, *centre), 0.9))
        return cls(centre, max(_SAME_REGION_KM, 4 * usual), is_told)

    def off(self, latitude: Numbers, longitude: Numbers) -> Numbers:
        """Kilometres of points from the middle."""
        return distance(latitude, longitude, *self.centre)

    def holds(self, latitude: Numbers, longitude: Numbers) -> Flags:
        """Which points lie in it."""
        inside: Flags = self.off(latitude, longitude) <= self.limit
        return inside


def _as_meant(latitude: Numbers, longitude: Numbers, side: Slip) -> tuple[Numbers, Numbers]:
    """Each point, turned to the side of the world where they lie, unless it is nearer to the others as it stands."""
    turned = _turned(latitude, longitude, side)
    middle = float(np.median(turned[0])), float(np.median(turned[1]))
    nearer = distance(*turned, *middle) < distance(latitude, longitude, *middle)
    return np.where(nearer, turned[0], latitude), np.where(nearer, turned[1], longitude)


def _side(latitude: Numbers, longitude: Numbers, currency: str) -> tuple[Slip, bool]:
    """Whether the larger number is the latitude, and both signs, as the country or else most points have them."""
    sides = [(swapped, north, east) for swapped in (False, True) for north in (1, -1) for east in (1, -1)]
    if (country := _COUNTRIES.get(currency)) is not None:
        inside = [_inside(_turned(latitude, longitude, side), country).mean() for side in sides]
        if max(inside) >= _IN_THE_COUNTRY:
            return sides[int(np.argmax(inside))], True
    exchanged, north, east = np.abs(latitude) > np.abs(longitude), np.sign(latitude), np.sign(longitude)
    often = [int(((exchanged == side[0]) & (north == side[1]) & (east == side[2])).sum()) for side in sides]
    return sides[int(np.argmax(often))], False


def _turned(latitude: Numbers, longitude: Numbers, side: Slip) -> tuple[Numbers, Numbers]:
    latitude, longitude = np.abs(latitude), np.abs(longitude)
    smaller, larger = np.minimum(latitude, longitude), np.maximum(latitude, longitude)
    swapped, north, east = side
    return north * (larger if swapped else smaller), east * (smaller if swapped else larger)


def _inside(points: tuple[Numbers, Numbers], country: tuple[float, float, float, float]) -> Flags:
    latitude, longitude = points
    south, north, west, east = country
    inside: Flags = (latitude >= south) & (latitude <= north) & (longitude >= west) & (longitude <= east)
    return inside
