"""The listings in use as comparables see them, with a champion's value of each."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from math import inf
from threading import Event, Lock, Thread
from time import monotonic
from typing import Final

from pricing_core.listings.as_reviewed import offered
from pricing_core.nouns.days import days_of
from pricing_core.nouns.declared import CORE_ALONE, Declaration
from pricing_core.nouns.homes_in_columns import columns_from_frame, columns_of
from pricing_core.nouns.schema import CATEGORIES, Property, words_of
from pricing_core.store import Store
from pricing_core.valuing.comparables import Comparable, ComparableIndex
from pricing_core.versions.serving import LoadedVersion
from pricing_core.words import Message

FIRST_WAIT_SECONDS: Final = 5.0
"""So long after a process began to make its first index, valuations wait for it; later ones do without."""
BEING_MADE: Final = Message("The comparable listings are still being prepared: value again in a minute to see them.")
"""The note on a valuation that had to do without."""

# New listings may be missing from comparables for so long; asking on every valuation would cost more than it tells.
_LOOK_AGAIN_SECONDS: Final = 10.0
_AFTER_FAILURE_SECONDS: Final = 60.0
# Reviews alone make the index anew only after so many times what making it takes: a day of reviewing must not slow
# down valuations. Until then the listings that were settled are not offered.
_PATIENCE: Final = 20
_CLOSING_SECONDS: Final = 10.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Made:
    """An index, and what it was made from."""

    index: ComparableIndex
    champion: LoadedVersion
    listings: str
    position: int
    seconds: float
    at: float


@dataclass(frozen=True)
class _Making:
    """An index that a thread of its own is making."""

    thread: Thread
    began: float = field(default_factory=monotonic)
    ended: Event = field(default_factory=Event)


class Market:
    """Keeps an index of comparables, made anew in the background when champion, listings or reviews changed.

    One thread makes it, from what is newest when it begins; all valuations go on with the former index until one
    reference is swapped. The former index keeps the champion that it was made with: what it says of a subject is
    whole in itself, whoever is champion by then.

    Parameters
    ----------
    store
        Where the listings are.
    first_wait
        For how many seconds after the first index was begun valuations wait for it. While there is no index they are
        given without comparables; ``None`` waits until it is made, for processes that value a home and end.
    columns
        What the client declares: it is shown of each comparable.
    """

    def __init__(
        self, store: Store, first_wait: float | None = FIRST_WAIT_SECONDS, columns: Declaration = CORE_ALONE
    ) -> None:
        self._store = store
        self._first_wait = first_wait
        self._declared = columns.roles
        self._lock = Lock()  # held for a moment, never while an index is made
        self._made: _Made | None = None
        self._making: _Making | None = None
        self._look_at = self._make_at = -inf
        self._closed = False

    def find(
        self, champion: LoadedVersion, subject: Property, value: float, count: int = 6, day: float | None = None
    ) -> list[Comparable] | None:
        """The listings most like a subject; ``None`` where there is nothing to look them up in yet.

        One that was excluded a moment ago, by anyone, is not among them. ``day`` is that of the value.
        """
        self._see_to(champion)
        made = self._made or self._first()
        if made is None:
            return None
        if made.champion.version != champion.version:
            value = float(made.champion.model.value(columns_of([subject]), day=day)[0])
        return made.index.find(subject, value, count, self._store.reviews.settled_since(made.position), day)

    def comparables(self, champion: LoadedVersion) -> ComparableIndex | None:
        """The newest index, after waiting for the one that is being made; ``None`` where none could be made."""
        self._see_to(champion)
        making = self._making
        if making is not None:
            making.ended.wait()
        return None if self._made is None else self._made.index

    def close(self) -> None:
        """Make no further index, and give the one that is being made a moment to end: it reads the database."""
        with self._lock:
            self._closed, making = True, self._making
        if making is not None:
            making.thread.join(_CLOSING_SECONDS)

    def _first(self) -> _Made | None:
        making = self._making
        if making is not None:
            left = None if self._first_wait is None else max(0.0, making.began + self._first_wait - monotonic())
            making.ended.wait(left)
        return self._made

    def _see_to(self, champion: LoadedVersion) -> None:
        """Have the index made anew where it is outdated; the listings are looked at every ten seconds at most."""
        with self._lock:
            now, made = monotonic(), self._made
            if self._closed or self._making is not None or now < self._make_at:
                return
            another = made is None or made.champion.version != champion.version
            if not another and now < self._look_at:
                return
            self._look_at = now + _LOOK_AGAIN_SECONDS
        if made is None or another or self._outdated(made):
            self._begin(champion)

    def _outdated(self, made: _Made) -> bool:
        if made.listings != self._store.listings.fingerprint():
            return True
        waited = monotonic() - made.at >= _PATIENCE * made.seconds
        return waited and made.position != self._store.reviews.position()

    def _begin(self, champion: LoadedVersion) -> None:
        with self._lock:
            if self._making is None and not self._closed:
                # A daemon: a process that ends does not wait for comparables that nobody will see.
                thread = Thread(target=self._run, args=(champion,), name="comparables", daemon=True)
                self._making = _Making(thread)
                thread.start()

    def _run(self, champion: LoadedVersion) -> None:
        made = None
        try:
            made = self._make(champion)
        except Exception:  # whatever it is, valuations go on without it
            what = "None can be shown" if self._made is None else "The former ones are shown"
            _log.exception("Comparables were not brought up to date. %s; it is tried again in a minute.", what)
        with self._lock:
            making, self._making = self._making, None
            self._made = made or self._made
            self._make_at = -inf if made else monotonic() + _AFTER_FAILURE_SECONDS
        if making is not None:
            making.ended.set()

    def _make(self, champion: LoadedVersion) -> _Made:
        started = monotonic()
        # Asked before the rows are read: what is settled in between counts as newer than the index.
        listings, position = self._store.listings.fingerprint(), self._store.reviews.position()
        frame = offered(self._store)
        columns = champion.model.under_known_names(columns_from_frame(frame, champion.model.declared))
        # Each at the value of its own day, so that a price over it is as dear on any day.
        values = champion.model.value(columns, day=days_of(frame))
        named = frame.assign(**{name: columns[name] for name in CATEGORIES})
        words = words_of(self._store.columns)
        index = ComparableIndex(named, values, words, self._declared, champion.model.level)
        now = monotonic()
        return _Made(index, champion, listings, position, now - started, now)
