"""The listings in use as comparables see them, with the champion's value of each."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from time import monotonic

from pricing_core.columns import columns_from_frame
from pricing_core.comparables import ComparableIndex
from pricing_core.predictor import LoadedVersion
from pricing_core.store import Store

# New listings may be missing from comparables for so long; asking on every valuation would cost more than it tells.
_LOOK_AGAIN_SECONDS = 10.0


@dataclass(frozen=True)
class _Made:
    index: ComparableIndex
    listed: str
    looked: float


class Market:
    """Keeps an index of comparables for each of the last two champions, made anew when the listings changed.

    Two, because valuations that were begun before a promotion still end with the champion that they were begun with.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._made: dict[int, _Made] = {}

    def comparables(self, champion: LoadedVersion) -> ComparableIndex:
        """The index for a champion."""
        made = self._made.get(champion.version.version)
        if made is not None and monotonic() - made.looked < _LOOK_AGAIN_SECONDS:
            return made.index
        with self._lock:
            return self._look(champion)

    def _look(self, champion: LoadedVersion) -> ComparableIndex:
        number, listed = champion.version.version, self._store.listings.fingerprint()
        made = self._made.get(number)
        if made is None or made.listed != listed:
            listings = self._store.listings.frame()
            index = ComparableIndex(listings, champion.model.value(columns_from_frame(listings)))
        else:
            index = made.index
        others = [item for item in self._made.items() if item[0] != number]
        self._made = dict(others[-1:]) | {number: _Made(index, listed, monotonic())}
        return index
