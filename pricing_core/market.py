"""The listings in use as comparables see them, with the champion's value of each."""

from __future__ import annotations

from threading import Lock
from time import monotonic

from pricing_core.columns import columns_from_frame
from pricing_core.comparables import ComparableIndex
from pricing_core.predictor import LoadedVersion
from pricing_core.store import Store

# New listings may be missing from comparables for so long; asking on every valuation would cost more than it tells.
_LOOK_AGAIN_SECONDS = 10.0


class Market:
    """Keeps one index of comparables, made anew when the champion or the listings changed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._made_from: tuple[int, str] | None = None
        self._looked = 0.0
        self._index: ComparableIndex | None = None

    def comparables(self, champion: LoadedVersion) -> ComparableIndex:
        """The index for a champion."""
        index, made_from = self._index, self._made_from
        fresh = monotonic() - self._looked < _LOOK_AGAIN_SECONDS
        if index is not None and made_from is not None and made_from[0] == champion.version.version and fresh:
            return index
        with self._lock:
            return self._look(champion)

    def _look(self, champion: LoadedVersion) -> ComparableIndex:
        state = (champion.version.version, self._store.listings.fingerprint())
        if self._index is None or state != self._made_from:
            listings = self._store.listings.frame()
            self._index = ComparableIndex(listings, champion.model.value(columns_from_frame(listings)))
            self._made_from = state
        self._looked = monotonic()
        return self._index
