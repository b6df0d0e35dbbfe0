"""How long work will take and how much of it is done, told from how long work like it took."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from pricing_core.words import Message

_ALIKE = 2.0
_MOST_DONE = 0.99
_NEWEST = 5


def usual_seconds(former: Sequence[tuple[float | None, float]], size: float | None) -> float | None:
    """How long work of a size usually takes.

    Parameters
    ----------
    former
        Size and seconds of former work, the newest first.
    size
        The size now, in the same unit, or ``None`` where it is not known.

    Returns
    -------
    float or None
        The median of the newest of at most double and at least half the size; where there are none, the nearest
        in size, stretched in proportion; ``None`` where nothing was done before.
    """
    if not former:
        return None
    sized = [(then, seconds) for then, seconds in former if then]
    if not size or not sized:
        return float(median(seconds for _, seconds in former[:_NEWEST]))
    alike = [seconds for then, seconds in sized if 1 / _ALIKE <= then / size <= _ALIKE]
    if alike:
        return float(median(alike[:_NEWEST]))
    then, seconds = min(sized, key=lambda item: abs(item[0] - size))
    return seconds * size / then


def share_done(former: Sequence[tuple[Message, float]], total: float, stage: Message, seconds: float) -> float | None:
    """How much of some work is done, by the time that former work like it took until the same point.

    Work says nothing from inside a stage. Time passes there too, yet no more than the stage took then: no stage is
    called done before it is.

    Parameters
    ----------
    former
        What the former work said, and how many seconds after its start it did, in order.
    total
        The seconds that it took.
    stage
        The present stage.
    seconds
        How long the present stage has gone on, at the pace of the former work.

    Returns
    -------
    float or None
        ``None`` where the former work did not say this stage.
    """
    begun = next((at for said, at in former if said == stage), None)
    if begun is None or total <= 0:
        return None
    ended = next((at for _, at in former if at > begun), total)
    return min(begun + seconds, ended, total * _MOST_DONE) / total
