"""How long work will take, told from how long work like it took."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

_ALIKE = 2.0
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
