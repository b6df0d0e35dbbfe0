"""What this process has itself seen of the beats that others write.

Whether a beat is old or new is told by their clocks, and a clock may be wrong or be set. Whether it changes while
somebody looks is told by nobody's clock but the looker's own, and that one only runs forwards.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from time import monotonic


@dataclass(frozen=True)
class Pulse:
    """The last beat that was seen, since when it is the same, and whether there was another one before it."""

    beat: Hashable
    since: float
    moved: bool = False

    @property
    def silence(self) -> float:
        """The seconds for which it has been seen not to change."""
        return monotonic() - self.since


class Pulses:
    """Remembers beats from one look to the next."""

    def __init__(self) -> None:
        self._seen: dict[str, Pulse] = {}

    def look(self, beats: Mapping[str, Hashable]) -> dict[str, Pulse]:
        """Take in the present beats by name, and forget who is not among them."""
        now = monotonic()
        self._seen = {name: self._next(self._seen.get(name), beat, now) for name, beat in beats.items()}
        return self._seen

    @staticmethod
    def _next(former: Pulse | None, beat: Hashable, now: float) -> Pulse:
        if former is None:
            return Pulse(beat, now)
        return former if former.beat == beat else Pulse(beat, now, moved=True)
