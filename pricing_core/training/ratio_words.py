"""What a ratio study says in plain sentences."""

from __future__ import annotations

from typing import Final, Literal

from pricing_core.words import Message, marked

Side = Literal["low", "high", "even", "unconfirmed"]

# By measure and side, as `sentence` takes them.
_WORDS: Final[dict[str, str]] = {
    "median_ratio.low": marked("The middle home is valued {size:percent} below its asking price."),
    "median_ratio.high": marked("The middle home is valued {size:percent} above its asking price."),
    "median_ratio.even": marked("The middle home is valued at about its asking price."),
    "cod": marked("From home to home the ratio differs from the middle one by {size:percent} on average."),
    "cod.low": marked(
        "The ratio scatters by {size:percent} alone, less than prices usually do: were these homes learned from?"
    ),
    "prd.low": marked("Cheap homes are valued low: weighted by price, the mean ratio is {size:percent} higher."),
    "prd.high": marked("Dear homes are valued low: weighted by price, the mean ratio is {size:percent} lower."),
    "prd.even": marked("Weighted by price or not, the mean ratio is about the same."),
    "prd.unconfirmed": marked(
        "Weighted by price, the mean ratio differs by {size:percent}; scatter alone can do this."
    ),
    "prb.low": marked("Dear homes are valued low: each time the price doubles, the ratio falls by {size:percent}."),
    "prb.high": marked("Cheap homes are valued low: each time the price doubles, the ratio rises by {size:percent}."),
    "prb.even": marked("That dear and cheap homes are valued differently is not proven."),
}


def sentence(measure: str, estimate: float, side: Side) -> Message:
    """One measure in words.

    Parameters
    ----------
    measure : str
        ``median_ratio``, ``cod``, ``prd`` or ``prb``.
    estimate : float
        As the measure has it; a COD in percent.
    side : str
        Of an even treatment, on which the whole interval lies; "unconfirmed" for a PRD that the PRB does not bear out.
    """
    words = _WORDS.get(f"{measure}.{side}") or _WORDS[measure]
    return Message(words, size=_share(measure, estimate)) if "{size" in words else Message(words)


def _share(measure: str, estimate: float) -> float:
    if measure == "cod":
        return estimate / 100
    if measure == "prd":  # the mean weighted by price against the plain one
        return abs(1 / estimate - 1)
    return abs(estimate - (1 if measure == "median_ratio" else 0))
