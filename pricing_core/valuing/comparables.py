"""The listings most like a subject, and what their prices say about it. `likeness` says how like two homes are."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from scipy.stats import median_abs_deviation

from pricing_core.model.market_level import MarketLevel
from pricing_core.nouns import Noun
from pricing_core.nouns.arrays import Cells, Numbers, Rows
from pricing_core.nouns.days import days_of, to_day
from pricing_core.nouns.declared import DeclaredValue, Roles
from pricing_core.nouns.declared_frames import packed
from pricing_core.nouns.homes_in_columns import (
    Columns,
    allowed,
    columns_from_frame,
    columns_of,
    count_names,
    one_spelling,
    take,
)
from pricing_core.nouns.money import to_cents
from pricing_core.nouns.names import KnownNames
from pricing_core.nouns.schema import (
    COORDINATES,
    FEATURES,
    KIND,
    NUMBERS,
    SECTOR,
    TARGET,
    TOTAL_AREA,
    USABLE_AREA,
    WORDS,
    Property,
    Words,
)
from pricing_core.valuing.likeness import Likeness

# More listings than this make no comparable any better, and this many take about 60 MB.
_MOST_LISTINGS: Final = 300_000
# Looked at closely; more when too few of them may be offered.
_CANDIDATES: Final = 64
_FEWEST_FOR_OPINION: Final = 3
_ONE_METRE: Final = 1e-5  # in degrees
# A price further from the model's value than 5 robust standard deviations, and at least by a factor of 1.5 but at most
# of 3, is a slip or a home unlike any other: it says nothing about the subject. A few prices have no middle.
_WILD: Final = 5.0
_NEVER_WILD: Final = float(np.log(1.5))
_ALWAYS_WILD: Final = float(np.log(3.0))
_FEWEST_FOR_MIDDLE: Final = 20
_NONE_DECLARED: Final[Roles] = {}


@dataclass(frozen=True)
class Comparable(Noun):
    """A listing like the subject.

    ``similarity`` runs from 0 to 1. ``distance_metres`` is ``None`` where one of the two positions is not known.
    ``price_per_area`` is over the usable area, or the total where that is not stated. ``adjusted_value`` is the price
    times the subject's value over the listing's own: what would be asked if the listing were the subject. ``dated`` is
    the day of the price in ISO 8601, and ``price_on_day`` what the market's level makes of it on the day of the value;
    both ``None`` where they are not known. The adjusted value is of that day too. ``declared`` is what is known of it
    in the columns that the client declares: shown, and without weight in the similarity.
    """

    listing_id: int
    similarity: float
    distance_metres: float | None
    type: str | None
    sector: str | None
    net_usable_area: float | None
    net_area: float | None
    n_rooms: float | None
    n_bathroom: float | None
    latitude: float | None
    longitude: float | None
    price: float
    price_per_area: float | None
    adjusted_value: float
    declared: dict[str, DeclaredValue] = field(default_factory=dict)
    dated: str | None = None
    price_on_day: float | None = None


def second_opinion(comparables: Sequence[Comparable]) -> float | None:
    """Median of the adjusted values; ``None`` for fewer than three comparables."""
    if len(comparables) < _FEWEST_FOR_OPINION:
        return None
    return float(median(comparable.adjusted_value for comparable in comparables))


class ComparableIndex:
    """Listings to find comparables among.

    Of listings that repeat another in every feature and in the price, the first is kept; of more than 300,000, that
    many drawn with a fixed seed. Listings without a price, or with one that cannot be believed beside the model's
    value, are left out.

    Parameters
    ----------
    listings : DataFrame
        ``id``, the features and ``price``.
    values : ndarray
        The model's value of each of them, on the day of its price.
    words : mapping
        Words for types and sectors that mean the same.
    declared
        The roles of the declared columns that are shown of a comparable.
    level : MarketLevel or None
        Brings prices to another day.
    """

    def __init__(
        self,
        listings: pd.DataFrame,
        values: NDArray[np.float64],
        words: Words = WORDS,
        declared: Roles = _NONE_DECLARED,
        level: MarketLevel | None = None,
    ) -> None:
        listings = one_spelling(listings, words)
        price = pd.to_numeric(listings[TARGET], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        values = np.asarray(values, dtype=np.float64)
        rows = _offered(listings, price, values)
        self._id, self._price, self._value = listings["id"].to_numpy()[rows], price[rows], values[rows]
        days = days_of(listings)
        self._level, self._day = level, np.full(len(rows), np.nan) if days is None else days[rows]
        self._columns = take(allowed(columns_from_frame(listings)), rows)
        # As text: most listings are never shown, and a row of objects takes ten times as much.
        self._declared = packed(listings.iloc[rows], declared) if declared else None
        self._names = {
            name: KnownNames(counts, words.get(name, ())) for name, counts in count_names(listings.iloc[rows]).items()
        }
        self._likeness = Likeness.learn(self._columns)
        points = self._likeness.search_points(self._columns)
        self._every = _Search(points, np.arange(len(rows)))
        self._of_type = {kind: _Search(points, members) for kind, members in _groups(self._columns[KIND]).items()}

    def __len__(self) -> int:
        return len(self._id)

    def find(
        self,
        subject: Property,
        value: float,
        count: int = 6,
        without: Collection[int] = (),
        day: float | None = None,
    ) -> list[Comparable]:
        """The listings most like a subject, the most similar first; those of equal similarity by distance and id.

        Where listings have dates, those as similar to a whole per cent are equal, and the most recent come first.

        Listings of another type are offered only where there are fewer than ``count`` of the subject's own. A listing
        that equals the subject in all eight features, its position to a metre, is taken for the subject itself and left
        out.

        Parameters
        ----------
        subject : Property
        value : float
            The model's value of the subject.
        count : int
        without : collection of int
            Ids of listings that must not appear; a frozenset is taken as it is, anything else is copied into one.
        day : float or None
            The day of the value, since 1970.
        """
        if count <= 0 or not len(self):
            return []
        subject = subject.model_copy(update={n: k.meant(getattr(subject, n)) for n, k in self._names.items()})
        own, left_out = columns_of([subject]), frozenset(without)
        point = self._likeness.search_points(own)[0]
        same_type = self._of_type.get(subject.category(KIND))
        rows = self._candidates(same_type, point, own, count, left_out) if same_type else np.empty(0, dtype=np.int64)
        if len(rows) < count:
            rows = np.union1d(rows, self._candidates(self._every, point, own, count, left_out))
        return self._most_similar(rows, own, value, count, day)

    def _candidates(self, search: _Search, point: Numbers, own: Columns, count: int, left_out: frozenset[int]) -> Rows:
        wanted = max(_CANDIDATES, 4 * count)
        while True:
            found = search.nearest(point, wanted)
            kept = found[[number not in left_out for number in self._id[found].tolist()] & ~self._twins(found, own)]
            if len(kept) >= min(2 * count, len(search)) or len(found) == len(search):
                return kept
            wanted *= 4

    def _twins(self, rows: Rows, own: Columns) -> NDArray[np.bool_]:
        """Which rows equal the subject in all features; what both do not state is equal too.

        A position is the same to a metre: that is how exactly people copy it.
        """
        equal = np.ones(len(rows), dtype=bool)
        for name in FEATURES:
            values = self._columns[name][rows]
            same = np.abs(values - own[name][0]) <= _ONE_METRE if name in COORDINATES else values == own[name][0]
            equal &= same | ((values != values) & (own[name][0] != own[name][0]))  # noqa: PLR0124
        return equal

    def _most_similar(self, rows: Rows, own: Columns, value: float, count: int, day: float | None) -> list[Comparable]:
        similarity, metres = self._likeness.compare(own, take(self._columns, rows))
        best = np.lexsort((self._id[rows], metres, -similarity, *self._recent_first(rows, similarity)))[:count]
        found = [self._comparable(rows[at], float(similarity[at]), float(metres[at]), value) for at in best]
        return self._on_day(found, rows[best], day)

    def _recent_first(self, rows: Rows, similarity: Numbers) -> tuple[Numbers, ...]:
        """What comes before similarity itself; nothing where no listing is dated."""
        day = self._day[rows]
        if np.isnan(day).all():
            return ()
        return -np.nan_to_num(day, nan=-np.inf), -np.round(similarity, 2)

    def _on_day(self, found: list[Comparable], rows: Rows, day: float | None) -> list[Comparable]:
        """The same with the days of their prices, and the prices brought to another day."""
        own, level = self._day[rows], self._level
        known = np.isfinite(own)
        brought = self._price[rows]
        if level is not None and day is not None:
            homes = take(self._columns, rows)
            brought = brought * np.exp(level.at(np.full(len(rows), day), homes) - level.at(own, homes))
        dated = zip(found, known, own, brought, strict=True)
        return [
            replace(each, dated=to_day(then).isoformat(), price_on_day=None if level is None else to_cents(price))
            if there
            else each
            for each, there, then, price in dated
        ]

    def _comparable(self, row: np.int64, similarity: float, metres: float, value: float) -> Comparable:
        home = {name: _known(self._columns[name][row]) for name in NUMBERS}
        price, area = float(self._price[row]), home[USABLE_AREA] or home[TOTAL_AREA]
        return Comparable(
            listing_id=int(self._id[row]),
            similarity=similarity,
            distance_metres=_known(metres),
            type=self._columns[KIND][row],
            sector=self._columns[SECTOR][row],
            **home,
            price=price,
            price_per_area=to_cents(price / area) if area else None,
            adjusted_value=to_cents(price * value / float(self._value[row])),
            dated=None,
            price_on_day=None,
            declared=json.loads((self._declared and self._declared[row]) or "{}"),
        )


class _Search:
    """The nearest of some rows by their search points."""

    def __init__(self, points: Numbers, members: Rows) -> None:
        self._members = members
        # Listings at one place are many: trees cut at medians would be slow to build over equal points.
        self._tree = cKDTree(points[members], balanced_tree=False)

    def __len__(self) -> int:
        return len(self._members)

    def nearest(self, point: Numbers, count: int) -> Rows:
        _, found = self._tree.query(point, k=min(count, len(self)))
        rows: Rows = self._members[np.atleast_1d(found)]
        return rows


def _offered(listings: pd.DataFrame, price: Numbers, values: Numbers) -> Rows:
    """The rows to offer: with a price that can be believed, each home and price once."""
    usable = (price > 0) & (values > 0) & np.isfinite(price) & np.isfinite(values)
    off = np.log(price, where=usable, out=np.zeros(len(price))) - np.log(values, where=usable, out=np.zeros(len(price)))
    middle, reach = 0.0, _ALWAYS_WILD
    if usable.sum() >= _FEWEST_FOR_MIDDLE:
        middle = float(np.median(off[usable]))
        sigma = float(median_abs_deviation(off[usable], scale="normal"))
        reach = min(max(_WILD * sigma, _NEVER_WILD), _ALWAYS_WILD)
    rows = np.flatnonzero(usable & (np.abs(off - middle) <= reach))
    rows = rows[~listings[[*FEATURES, TARGET]].iloc[rows].duplicated().to_numpy()]
    if len(rows) > _MOST_LISTINGS:
        rows = np.sort(np.random.default_rng(0).choice(rows, _MOST_LISTINGS, replace=False))
    return rows.astype(np.int64)


def _groups(names: Cells) -> dict[str, Rows]:
    codes, known = pd.factorize(names)
    order = np.argsort(codes, kind="stable")
    parts = np.split(order, np.searchsorted(codes[order], np.arange(len(known))))
    return dict(zip(known.tolist(), parts[1:], strict=True))  # what stands before the first name has none


def _known(number: np.float64 | float) -> float | None:
    return None if np.isnan(number) else float(number)
