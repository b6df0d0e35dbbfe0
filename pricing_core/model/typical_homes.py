"""The typical listing of each type and sector: what a value is compared with when it is explained."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import pandas as pd

from pricing_core.model.distances import on_globe
from pricing_core.nouns import Noun
from pricing_core.nouns.columns import allowed, columns_from_frame
from pricing_core.nouns.schema import CATEGORIES, FEATURES, NUMBERS, Property

Known = str | float | None

# Fewer listings are not typical of anything.
_FEWEST: Final = 5
_PLACE: Final = ("latitude", "longitude")


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
        self._homes = {(home.features["type"], home.features["sector"]): home for home in homes}
        self._types = {home.features["type"]: home for home in types}
        self._whole = whole
        self._placed = {kind: _Placed([h for (of, _), h in self._homes.items() if of == kind]) for kind in self._types}
        self._places = {
            sector: home for (_, sector), home in self._homes.items() if home.features[_PLACE[0]] is not None
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
        types = [_in_sector(home, table[table["type"] == home.features["type"]]) for home in _medians(table, ["type"])]
        whole = max(types, key=lambda home: home.listings) if types else _whole(table)
        return cls(pairs, types, whole)

    def of(self, subject: Property) -> Typical:
        """The typical listing beside a subject.

        That of its type and sector; where these have fewer than 5 listings, that of its type in the nearest sector;
        where the subject's place is not known, that of its type; and for an unknown type, the same of the most
        frequent type.
        """
        kind = subject.type if subject.type in self._types else self._whole.features["type"]
        home = self._homes.get((kind, subject.sector))
        if home is not None:
            return home
        return self._nearest(kind, subject) or self._types.get(kind, self._whole)

    def _nearest(self, kind: Known, subject: Property) -> Typical | None:
        latitude, longitude = subject.latitude, subject.longitude
        if (latitude is None or longitude is None) and subject.sector in self._places:
            latitude, longitude = (self._places[subject.sector].features[name] for name in _PLACE)  # type: ignore[assignment]
        if latitude is None or longitude is None or kind not in self._placed:
            return None
        return self._placed[kind].nearest(latitude, longitude)

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form; `from_dict` reads it."""
        return {
            "homes": [_record(home) for home in self._homes.values()],
            "types": [_record(home) for home in self._types.values()],
            "whole": _record(self._whole),
        }

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Self:
        """Build what `to_dict` gave."""
        homes, types = ([_read(record) for record in content[name]] for name in ("homes", "types"))
        return cls(homes, types, _read(content["whole"]))


class _Placed:
    """Typical homes with a position, to find the nearest of them."""

    def __init__(self, homes: Iterable[Typical]) -> None:
        self._homes = [home for home in homes if None not in (home.features[name] for name in _PLACE)]
        latitude, longitude = (np.array([home.features[name] for home in self._homes], dtype=float) for name in _PLACE)
        self._points = on_globe(latitude, longitude)

    def nearest(self, latitude: float, longitude: float) -> Typical | None:
        if not self._homes:
            return None
        away = ((self._points - on_globe(latitude, longitude)) ** 2).sum(axis=-1)
        return self._homes[int(np.argmin(away))]


def _medians(table: pd.DataFrame, by: list[str]) -> list[Typical]:
    sizes = table.groupby(by).size()
    common = table[table.groupby(by)[FEATURES[-1]].transform("size") >= _FEWEST]
    medians = common.groupby(by)[list(NUMBERS)].quantile(0.5, interpolation="lower")
    return [
        _typical(int(sizes[key]), dict(zip(by, key if isinstance(key, tuple) else (key,), strict=True)), row)
        for key, row in zip(medians.index, medians.to_numpy(dtype=float).tolist(), strict=True)
    ]


def _typical(listings: int, names: Mapping[str, Any], medians: list[float]) -> Typical:
    numbers = {name: None if np.isnan(value) else value for name, value in zip(NUMBERS, medians, strict=True)}
    known: dict[str, Known] = {**names, **numbers}
    return Typical(listings, {name: known.get(name) for name in FEATURES})


def _in_sector(home: Typical, listings: pd.DataFrame) -> Typical:
    """The type's home, put where most of its listings are: the middle of all of them may be nobody's place."""
    sector = _whole(listings).features["sector"]
    if sector is None:
        return home
    place = _whole(listings[listings["sector"] == sector]).features
    return Typical(home.listings, home.features | {"sector": sector} | {name: place[name] for name in _PLACE})


def _whole(table: pd.DataFrame) -> Typical:
    medians = table[list(NUMBERS)].quantile(0.5, interpolation="lower").to_numpy(dtype=float).tolist()
    names = {name: next(iter(table[name].mode().tolist()), None) for name in CATEGORIES}
    return _typical(len(table), names, medians)


def _record(home: Typical) -> list[Any]:
    return [home.listings, *(home.features[name] for name in FEATURES)]


def _read(record: list[Any]) -> Typical:
    return Typical(int(record[0]), dict(zip(FEATURES, record[1:], strict=True)))
