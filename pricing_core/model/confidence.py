"""How far the listings that a model learned from support a value, and what is hopeless to ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Final, Literal, NamedTuple, Self

import numpy as np
import pandas as pd

from pricing_core.errors import SubjectError
from pricing_core.model import confidence_words as words
from pricing_core.model.known_places import Places
from pricing_core.model.usual_sizes import UsualSize, usual_sizes
from pricing_core.nouns import Noun
from pricing_core.nouns.homes_in_columns import allowed, columns_from_frame
from pricing_core.nouns.names import folded
from pricing_core.nouns.schema import AREAS, KIND, SECTOR, SIZES, TOTAL_AREA, USABLE_AREA, Property
from pricing_core.words import Message

Grade = Literal["high", "medium", "low"]

_FEW_LISTINGS: Final = 3
_SHORTEST_NAME: Final = 5
_ALIKE: Final = 0.8
_SELDOM_STATED: Final = 0.05
_COMMON: Final = 0.05
_WIDE, _VERY_WIDE = 0.8, 1.2


class _Reason(NamedTuple):
    """``weight`` 0 is only told, 1 counts against the grade, 2 makes it low at once."""

    weight: int
    text: Message


@dataclass(frozen=True)
class Confidence(Noun):
    """How much a value may be trusted, and why not more: whole sentences, none for a high grade without gaps."""

    grade: Grade
    reasons: list[Message]


@dataclass(frozen=True)
class LearnedListings:
    """What training rows covered.

    ``ranges`` are by type and column, those of all types under ``None``. ``stated`` is the share of listings that state
    each number; ``larger`` the share whose usable area is larger than their total.
    """

    rows: int
    sectors: dict[str, int]
    types: dict[str, int]
    pairs: dict[tuple[str, str], int]
    spellings: dict[str, str]
    ranges: dict[str | None, dict[str, UsualSize]]
    stated: dict[str, float]
    larger: float
    places: Places

    @classmethod
    def learn(cls, frame: pd.DataFrame) -> Self:
        """Learn from a frame of listings; a number outside the limits of the contract counts as not known.

        Raises
        ------
        ListingsError
            When a column is missing.
        """
        columns = allowed(columns_from_frame(frame))
        kinds, sectors = columns[KIND].tolist(), columns[SECTOR].tolist()
        pairs = Counter(pair for pair in zip(kinds, sectors, strict=True) if None not in pair)
        named = Counter(sector for sector in sectors if sector is not None)
        both = ~np.isnan(columns[USABLE_AREA]) & ~np.isnan(columns[TOTAL_AREA])
        larger = columns[USABLE_AREA][both] > columns[TOTAL_AREA][both]
        return cls(
            rows=len(frame),
            sectors=dict(named),
            types=dict(Counter(kind for kind in kinds if kind is not None)),
            pairs=dict(pairs),
            spellings={folded(name): name for name, _ in reversed(named.most_common())},
            ranges=usual_sizes(columns),
            stated={name: float(1 - np.isnan(columns[name]).mean()) if len(frame) else 0.0 for name in SIZES},
            larger=float(larger.mean()) if len(larger) else 0.0,
            places=Places.learn(columns),
        )

    def refuse(self, subject: Property) -> None:
        """Refuse a subject about which these listings can say nothing.

        That is a point further from every listing than `Places.hopeless`: 50 km, or more where listings lie thinly.

        Raises
        ------
        SubjectError
            With the distance, and with what looks wrong where that can be told.
        """
        if subject.place is None or not self.places:
            return
        latitude, longitude = subject.place
        metres = self.places.near(latitude, longitude).metres
        if metres <= self.places.hopeless:
            return
        advice = self.places.slip(latitude, longitude)
        if advice is None:
            advice = Message("Check the coordinates, or leave both out to be valued by the sector alone.")
            if latitude == 0 == longitude:
                advice = Message.joined([Message("0, 0 is a point in the Atlantic."), advice])
        raise SubjectError(
            "The point {latitude:coordinate}, {longitude:coordinate} lies {away:distance} from the nearest listing; at "
            "most {most:distance} can be valued. {advice}",
            latitude=latitude,
            longitude=longitude,
            away=metres,
            most=self.places.hopeless,
            advice=advice,
        )

    def assess(self, subject: Property, width_90: float | None = None, *, area_unit: str = "m²") -> Confidence:
        """Grade a value.

        The grade is *low* when one thing weighs heavily or three count, *medium* when one or two count, *high* when
        none does.

        Heavy: a type never seen; an unknown sector without a position; a point further from every listing than five
        times `Places.far`; sector and coordinates that disagree; an area or number of rooms beyond three times its
        usual limits; three or more missing inputs; a 90 % range wider than 120 % of the value.

        Counts: an unknown sector at a known position, one of fewer than 3 listings, a type never seen in the sector; a
        point beyond `Places.far`; a number outside its usual limits (the 0.5 % and 99.5 % quantiles of its type, areas
        with a quarter to spare, counts with one); a usable area larger than the total where fewer than 5 % of the
        listings have that; one or two missing inputs; a 90 % range wider than 80 % of the value.

        Latitude and longitude are one input. What fewer than 5 % of the listings state is not missed.

        Parameters
        ----------
        subject : Property
        width_90 : float, optional
            Upper less lower end of the 90 % range, over the value.
        area_unit : str
            For the sentences.
        """
        found = [*self._names(subject), *self._place(subject), *self._sizes(subject, area_unit)]
        found += [*self._missing(subject), *_width(width_90)]
        counted = sum(reason.weight == 1 for reason in found)
        low = counted >= 3 or any(reason.weight == 2 for reason in found)
        grade: Grade = "low" if low else "medium" if counted else "high"
        return Confidence(grade, [reason.text for reason in found])

    def _names(self, subject: Property) -> Iterator[_Reason]:
        kind, sector = map(subject.category, (KIND, SECTOR))
        listings, common = self.sectors.get(sector, 0), self.spellings.get(folded(sector), sector)
        misspelt = common != sector and self.sectors[common] > 10 * listings
        meant = common if misspelt else None
        if not listings:
            text = words.unknown_sector(self.rows, sector, meant or self._like(sector))
            yield _Reason(1 if subject.place else 2, text)
        elif listings < _FEW_LISTINGS or misspelt:
            yield _Reason(1, words.few_in_sector(listings, self.rows, sector, meant))
        if kind not in self.types:
            yield _Reason(2, words.unknown_type(self.rows, kind))
        elif listings >= _FEW_LISTINGS and not misspelt and (kind, sector) not in self.pairs:
            yield _Reason(1, words.type_not_in_sector(listings, sector, kind))

    def _like(self, sector: str) -> str | None:
        """A sector whose name differs by a few letters; names with digits, such as postal codes, resemble too many."""
        key = folded(sector)
        if len(key) < _SHORTEST_NAME or any(letter.isdigit() for letter in key):
            return None
        known = tuple(name for name in self.spellings if self.sectors[self.spellings[name]] >= _FEW_LISTINGS)
        found = _most_like(key, known)
        return self.spellings[found] if found else None

    def _place(self, subject: Property) -> Iterator[_Reason]:
        if subject.place is None or not self.places:
            return
        latitude, longitude = subject.place
        near, limit = self.places.near(latitude, longitude), self.places.far
        if near.metres > limit:
            yield _Reason(2 if near.metres > 5 * limit else 1, words.far(near.metres, limit))
        name = subject.category(SECTOR)
        sector = self.places.sectors.get(name)
        if sector is None or name in near.sectors:
            return
        away = self.places.metres_from_middle(name, latitude, longitude)
        if away > sector.reach:
            yield _Reason(2, words.elsewhere(name, away, sector.usual, near.sectors))

    def _sizes(self, subject: Property, area_unit: str) -> Iterator[_Reason]:
        kind = subject.category(KIND)
        known = kind if kind in self.ranges else None
        for name, usual in self.ranges[known].items():
            value = subject.number(name)
            if value is not None and (weight := usual.weigh(value, name in AREAS)):
                yield _Reason(weight, words.unusual(name, value, usual, known, area_unit))
        usable, total = map(subject.number, (USABLE_AREA, TOTAL_AREA))
        if usable is not None and total is not None and usable > total:
            text = words.usable_larger(usable, total, area_unit, self.larger)
            yield _Reason(int(self.larger < _COMMON), text)

    def _missing(self, subject: Property) -> Iterator[_Reason]:
        usual = [name for name in SIZES if self.stated[name] >= _SELDOM_STATED]
        missing = [name for name in usual if subject.number(name) is None]
        placed = subject.place is not None or not self.places
        if missing or not placed:
            count = len(missing) + (not placed)
            yield _Reason(1 if count < 3 else 2, words.filled(missing, placed=placed))


def _width(width_90: float | None) -> Iterator[_Reason]:
    if width_90 is not None and not width_90 <= _WIDE:
        yield _Reason(1 if width_90 <= _VERY_WIDE else 2, words.wide(width_90, _WIDE))


@lru_cache(maxsize=1_000)
def _most_like(name: str, known: tuple[str, ...]) -> str | None:
    # A file may hold one unknown name in every row.
    return next(iter(get_close_matches(name, known, n=1, cutoff=_ALIKE)), None)
