"""The listings in use as comparables see them, with the champion's value of each."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import Final

from pricing_core.columns import columns_from_frame
from pricing_core.comparables import Comparable, ComparableIndex
from pricing_core.predictor import LoadedVersion
from pricing_core.reviewed import offered
from pricing_core.schema import Property
from pricing_core.store import Store

# New listings may be missing from comparables for so long; asking on every valuation would cost more than it tells.
_LOOK_AGAIN_SECONDS: Final = 10.0
# Reviews alone make the index anew only after so many times what making it takes: a day of reviewing must not slow
# down valuations. Until then the listings that were settled are not offered.
_PATIENCE: Final = 20


@dataclass(frozen=True)
class _Made:
    """An index, and what it was made from."""

    index: ComparableIndex
    version: int
    listings: str
    position: int
    seconds: float
    at: float


class Market:
    """Keeps one index of comparables, made anew when the champion, the listings or their reviews changed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._looked = 0.0
        self._made: _Made | None = None

    def find(self, champion: LoadedVersion, subject: Property, value: float, count: int = 6) -> list[Comparable]:
        """The listings most like a subject. One that was excluded a moment ago, by anyone, is not among them."""
        made = self._up_to_date(champion)
        return made.index.find(subject, value, count, self._store.reviews.settled_since(made.position))

    def comparables(self, champion: LoadedVersion) -> ComparableIndex:
        """The index for a champion."""
        return self._up_to_date(champion).index

    def _up_to_date(self, champion: LoadedVersion) -> _Made:
        made, fresh = self._made, monotonic() - self._looked < _LOOK_AGAIN_SECONDS
        if made is not None and made.version == champion.version.version and fresh:
            return made
        with self._lock:
            if self._made is None or self._outdated(self._made, champion):
                self._made = self._make(champion)
            self._looked = monotonic()
            return self._made

    def _outdated(self, made: _Made, champion: LoadedVersion) -> bool:
        if (made.version, made.listings) != (champion.version.version, self._store.listings.fingerprint()):
            return True
        waited = monotonic() - made.at >= _PATIENCE * made.seconds
        return waited and made.position != self._store.reviews.position()

    def _make(self, champion: LoadedVersion) -> _Made:
        started = monotonic()
        # Asked before the rows are read: what is settled in between counts as newer than the index.
        listings, position = self._store.listings.fingerprint(), self._store.reviews.position()
        frame = offered(self._store)
        index = ComparableIndex(frame, champion.model.value(columns_from_frame(frame)))
        now = monotonic()
        return _Made(index, champion.version.version, listings, position, now - started, now)
