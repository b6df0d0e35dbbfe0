"""The typical listing of each type and sector: what a value is compared with when it is explained."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import pandas as pd

from pricing_core.model.distances import on_globe
from pricing_core.nouns import Json, Noun
from pricing_core.nouns.homes_in_columns import allowed, columns_from_frame
from pricing_core.nouns.schema import CATEGORIES, COORDINATES, FEATURES, KIND, LATITUDE, NUMBERS, SECTOR, Property

Known = str | float | None

# Fewer listings are not typical of anything.
_FEWEST: Final = 5


@dataclass(frozen=True)
class Typical(Noun):
    """A home in the middle of some listings: their medians, and how many they are.

    A median is always a number that a listing has, the lower of the middle two: no home has 2.5 rooms.
    """

    listings: int
    features: dict[str, Known]


class TypicalHomes:
    """The typical homes of a set of listings.

    Parameters
    ----------
    homes : iterable of Typical
        One for each pair of type and sector with at least 5 listings.
    types : iterable of Typical
        One for each type with at least 5 listings, at the place of the sector that has most of them.
    whole : Typical
        The one of all listings.
    """

    def __init__(self, homes: Iterable[Typical], types: Iterable[Typical], whole: Typical) -> None:
        self._homes = {(home.features[KIND], home.features[SECTOR]): home for home in homes}
        self._types = {home.features[KIND]: home for home in types}
        self._whole = whole
        self._placed = {kind: _Placed([h for (of, _), h in self._homes.items() if of == kind]) for kind in self._types}
        self._places = {
            sector: home for (_, sector), home in self._homes.items() if home.features[LATITUDE] is not None
        }

    @classmethod
    def learn(cls, frame: pd.DataFrame) -> Self:
        """Take the medians of a frame of listings; cells that cannot be are left out.

        Raises
        ------
        ListingsError
            When a column is missing.
        """
        table = pd.DataFrame(dict(allowed(columns_from_frame(frame))))
        pairs = _medians(table, list(CATEGORIES))
        types = [_in_sector(home, table[table[KIND] == home.features[KIND]]) for home in _medians(table, [KIND])]
        whole = max(types, key=lambda home: home.listings) if types else _whole(table)
        return cls(pairs, types, whole)

    def of(self, subject: Property) -> Typical:
        """The typical listing beside a subject.

        That of its type and sector; where these have fewer than 5 listings, that of its type in the nearest sector;
        where the subject's place is not known, that of its type; and for an unknown type, the same of the most
        frequent type.
        """
        kind: Known = subject.category(KIND)
        kind = kind if kind in self._types else self._whole.features[KIND]
        home = self._homes.get((kind, subject.category(SECTOR)))
        if home is not None:
            return home
        return self._nearest(kind, subject) or self._types.get(kind, self._whole)

    def known(self, kind: Known = None, sector: Known = None) -> list[Typical]:
        """The typical homes of a type, of a sector or of both, those of most listings first; of all types for neither.

        The one of each type where nothing is asked for, and else those of pairs of type and sector.
        """
        if kind is None and sector is None:
            found = list(self._types.values())
        else:
            found = [
                home
                for (own, place), home in self._homes.items()
                if (kind is None or own == kind) and (sector is None or place == sector)
            ]
        return sorted(found, key=lambda home: -home.listings)

    def _nearest(self, kind: Known, subject: Property) -> Typical | None:
        home = self._places.get(subject.category(SECTOR))
        place = subject.place or (home and _place(home))
        return self._placed[kind].nearest(*place) if place and kind in self._placed else None

    def to_dict(self) -> Json:
        """A JSON-ready form; `from_dict` reads it."""
        return {
            "homes": [_record(home) for home in self._homes.values()],
            "types": [_record(home) for home in self._types.values()],
            "whole": _record(self._whole),
        }

    @classmethod
    def from_dict(cls, content: Json) -> Self:
        """Build what `to_dict` gave."""
        homes, types = ([_read(record) for record in content[name]] for name in ("homes", "types"))
        return cls(homes, types, _read(content["whole"]))


class _Placed:
    """Typical homes with a position, to find the nearest of them."""

    def __init__(self, homes: Iterable[Typical]) -> None:
        self._homes = [home for home in homes if None not in (home.features[name] for name in COORDINATES)]
        latitude, longitude = (
            np.array([home.features[name] for home in self._homes], dtype=float) for name in COORDINATES
        )
        self._points = on_globe(latitude, longitude)

    def nearest(self, latitude: float, longitude: float) -> Typical | None:
        if not self._homes:
            return None
        away = ((self._points - on_globe(latitude, longitude)) ** 2).sum(axis=-1)
        return self._homes[int(np.argmin(away))]


def _place(home: Typical) -> tuple[float, float] | None:
    latitude, longitude = (home.features[name] for name in COORDINATES)
    return (latitude, longitude) if isinstance(latitude, float) and isinstance(longitude, float) else None


def _medians(table: pd.DataFrame, by: list[str]) -> list[Typical]:
    sizes = table.groupby(by).size()
    common = table[table.groupby(by)[FEATURES[-1]].transform("size") >= _FEWEST]
    medians = common.groupby(by)[list(NUMBERS)].quantile(0.5, interpolation="lower")
    return [
        _typical(int(sizes[key]), dict(zip(by, key if isinstance(key, tuple) else (key,), strict=True)), row)
        for key, row in zip(medians.index, medians.to_numpy(dtype=float).tolist(), strict=True)
    ]


def _typical(listings: int, names: Mapping[str, str | None], medians: list[float]) -> Typical:
    numbers = {name: None if np.isnan(value) else value for name, value in zip(NUMBERS, medians, strict=True)}
    known: dict[str, Known] = {**names, **numbers}
    return Typical(listings, {name: known.get(name) for name in FEATURES})


def _in_sector(home: Typical, listings: pd.DataFrame) -> Typical:
    """The type's home, put where most of its listings are: the middle of all of them may be nobody's place."""
    sector = _whole(listings).features[SECTOR]
    if sector is None:
        return home
    place = _whole(listings[listings[SECTOR] == sector]).features
    return Typical(home.listings, home.features | {SECTOR: sector} | {name: place[name] for name in COORDINATES})


def _whole(table: pd.DataFrame) -> Typical:
    medians = table[list(NUMBERS)].quantile(0.5, interpolation="lower").to_numpy(dtype=float).tolist()
    names = {name: next(iter(table[name].mode().tolist()), None) for name in CATEGORIES}
    return _typical(len(table), names, medians)


def _record(home: Typical) -> list[Known]:
    return [home.listings, *(home.features[name] for name in FEATURES)]


def _read(record: list[Known]) -> Typical:
    return Typical(int(record[0] or 0), dict(zip(FEATURES, record[1:], strict=True)))
