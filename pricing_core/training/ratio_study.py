"""The ratio study: how level, even and fair the values are, measured as the assessors' field does.

A ratio is value / price. The prices are asking prices of listings, so this is a study against asking prices: it says
nothing of how the values stand to sales. Measures and ranges are those of the Standard on Ratio Studies
(International Association of Assessing Officers, IAAO, April 2013).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from pricing_core.errors import ListingsError
from pricing_core.nouns import Noun
from pricing_core.nouns.arrays import Numbers
from pricing_core.nouns.schema import KIND, SECTOR
from pricing_core.training.metrics import cod, prb, prd
from pricing_core.training.ratio_measures import Measure, drawn, inside_fences
from pricing_core.training.ratio_words import Side, sentence
from pricing_core.words import Message

Met = Literal["yes", "no", "open"]

RANGES: Final[dict[Measure, tuple[float, float]]] = {
    "median_ratio": (0.90, 1.10),
    "cod": (5.0, 15.0),
    "prd": (0.98, 1.03),
    "prb": (-0.05, 0.05),
}
"""What the IAAO asks of homes. COD: 5 to 15 where they are older or mixed; 5 to 10 where newer or alike."""
_EVEN: Final[dict[Measure, float]] = {"median_ratio": 1.0, "prb": 0.0}
FEWEST_ROWS: Final = 30
_KINDS: Final = (SECTOR, KIND)
_PRICE_GROUPS: Final = 10
_ROWS_RESAMPLED: Final = 5_000
_FEWEST_RESAMPLED: Final = 200
_GROUP_RESAMPLES: Final = 400
_BINS: Final = np.linspace(0.5, 1.5, 41)


@dataclass(frozen=True)
class Statistic(Noun):
    """One measure with its 95 % interval and the range that the IAAO asks for.

    ``met`` is "yes" when the whole interval lies in the range, "no" when all of it lies outside, else "open": then
    these rows are too few to tell.
    """

    estimate: float
    low: float
    high: float
    asked_low: float
    asked_high: float
    met: Met


@dataclass(frozen=True)
class RatioGroup(Noun):
    """The four measures of a group of homes; ``worth_from`` and ``worth_to`` in currency, of price groups alone."""

    name: str
    rows: int
    statistics: dict[Measure, Statistic]
    worth_from: float | None = None
    worth_to: float | None = None


@dataclass(frozen=True)
class RatioStudy(Noun):
    """The study of one model on one set of priced rows.

    ``outliers`` counts the rows left out of everything for a ratio that is an extreme outlier: on listings mostly a
    wrong price, a few of which would decide COD, PRD and PRB. ``rows`` counts the others.
    ``left_out`` counts, for sector and type, the rows without a name or in groups of fewer than 30, which are studied
    overall alone. ``histogram`` counts the ratios between its edges; ratios beyond them are in the outermost bins.
    ``sentences`` says each measure of all rows.
    """

    rows: int
    outliers: int
    resamples: int
    overall: RatioGroup
    by_price: list[RatioGroup]
    by_type: list[RatioGroup]
    by_sector: list[RatioGroup]
    left_out: dict[str, int]
    histogram: dict[str, list[float]]
    sentences: dict[Measure, Message]
    against: str = "asking prices"


def study_ratios(
    price: npt.ArrayLike,
    value: npt.ArrayLike,
    groups: pd.DataFrame | None = None,
    seed: int = 0,
    resamples: int = 1000,
) -> RatioStudy:
    """Study the ratios of values to asking prices, overall and by price, type and sector.

    Parameters
    ----------
    price, value : array-like
        Finite and above 0; values that were made without the prices they are compared with.
    groups : DataFrame, optional
        ``sector`` and ``type`` of the same rows, in the same order.
    seed, resamples : int
        Of the bootstrap. Groups take at most 400 resamples.

    Returns
    -------
    RatioStudy
        The same for the same rows in any order.

    Raises
    ------
    ListingsError
        When there is no row, the lengths differ, or a number is not finite and above 0.

    Notes
    -----
    Extreme outliers are left out first, see `ratio_measures.inside_fences`. Intervals are percentile bootstrap ones
    (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13). Where the groups of a kind together hold
    more than 5,000 rows, each resample takes m of the n rows and its spread is scaled by sqrt(m / n) (m out of n
    bootstrap; Bickel, Götze and van Zwet, 1997), so that time and memory stay bounded. Price groups are tenths of the
    mean of price and value / median ratio, the proxy by which the IAAO measures the PRB: grouped by price alone, errors
    of the price, and by value alone, errors of the value would look like a bias.
    """
    price, value = _checked(price, value, resamples)
    # Sorted rows make the study the same for any order of them.
    order = np.lexsort((value, price))
    order = order[inside_fences(value[order] / price[order])]
    outliers = len(price) - len(order)
    parts = {} if groups is None else {name: _named_parts(groups, name, order, len(price)) for name in _KINDS}
    price, value = price[order], value[order]
    worth = (price + value / np.median(value / price)) / 2
    by = {name: _studied(price, value, parts.get(name, {}), seed, resamples) for name in _KINDS}
    overall = _studied(price, value, {"all": np.arange(len(price))}, seed, resamples)[0]
    return RatioStudy(
        rows=len(price),
        outliers=outliers,
        resamples=resamples,
        overall=overall,
        by_price=_studied(price, value, _price_parts(worth), seed, resamples, worth),
        by_type=by[KIND],
        by_sector=by[SECTOR],
        left_out={name: len(price) - sum(group.rows for group in found) for name, found in by.items()},
        histogram=_histogram(value / price),
        sentences=_sentences(overall.statistics),
    )


def _sentences(found: dict[Measure, Statistic]) -> dict[Measure, Message]:
    return {name: sentence(name, each.estimate, _side(name, found)) for name, each in found.items()}


def _checked(price: npt.ArrayLike, value: npt.ArrayLike, resamples: int) -> tuple[Numbers, Numbers]:
    price, value = np.asarray(price, dtype=float).ravel(), np.asarray(value, dtype=float).ravel()
    if not len(price) or len(price) != len(value):
        raise ListingsError(
            "As many values as prices are needed, at least one: {prices} prices, {values} values arrived.",
            prices=len(price),
            values=len(value),
        )
    with np.errstate(all="ignore"):
        usable = (price > 0) & (value > 0) & np.isfinite(price * len(price)) & np.isfinite(value * len(value))
        usable &= np.isfinite(value / price) & (value / price > 0)
    if not usable.all():
        raise ListingsError(
            "A ratio study needs a finite price and value above 0 in every row: {without:integer} of {rows:integer} "
            "rows have none. Leave them out.",
            without=int((~usable).sum()),
            rows=len(price),
        )
    if resamples < 2:
        raise ListingsError("{count} resamples were asked for: at least 2 are needed, 1000 are usual.", count=resamples)
    return price, value


def _named_parts(
    groups: pd.DataFrame, name: str, order: npt.NDArray[np.intp], rows: int
) -> dict[str, npt.NDArray[np.intp]]:
    """The rows of each name that has enough of them, the largest group first."""
    if len(groups) != rows or name not in groups:
        raise ListingsError(
            "The groups need a {column} for each of the {rows:integer} rows: {count:integer} arrived.",
            column=name,
            rows=rows,
            count=len(groups),
        )
    names = groups[name].astype(object).iloc[order].reset_index(drop=True)
    names = names[names.notna() & (names.astype(str).str.strip() != "")].astype(str)
    counts = names.value_counts()
    kept = sorted(counts[counts >= FEWEST_ROWS].index, key=lambda each: (-counts[each], each))
    found = names.groupby(names).indices
    return {each: names.index.to_numpy()[found[each]] for each in kept}


def _price_parts(worth: Numbers) -> dict[str, npt.NDArray[np.intp]]:
    """Tenths by worth, the cheapest first; fewer and larger parts where a tenth would have under 30 rows."""
    parts = min(_PRICE_GROUPS, len(worth) // FEWEST_ROWS)
    if parts < 2:
        return {}
    split = np.array_split(np.argsort(worth, kind="stable"), parts)
    return {str(number): rows for number, rows in enumerate(split, start=1)}


def _studied(
    price: Numbers,
    value: Numbers,
    parts: dict[str, npt.NDArray[np.intp]],
    seed: int,
    resamples: int,
    worth: Numbers | None = None,
) -> list[RatioGroup]:
    most = max(_FEWEST_RESAMPLED, _ROWS_RESAMPLED // max(len(parts), 1))
    taken = resamples if len(parts) == 1 else min(resamples, _GROUP_RESAMPLES)
    found = []
    for name, rows in parts.items():
        limits = (None, None) if worth is None else (float(worth[rows].min()), float(worth[rows].max()))
        draws = drawn(price[rows], value[rows], np.random.default_rng(seed), taken, most)
        statistics = _statistics(price[rows], value[rows], draws, min(len(rows), most))
        found.append(RatioGroup(name, len(rows), statistics, *limits))
    return found


def _statistics(price: Numbers, value: Numbers, draws: dict[Measure, Numbers], size: int) -> dict[Measure, Statistic]:
    estimates: dict[Measure, float] = {
        "median_ratio": float(np.median(value / price)),
        "cod": cod(price, value),
        "prd": prd(price, value),
        "prb": prb(price, value),
    }
    return {name: _statistic(name, each, draws[name], size / len(price)) for name, each in estimates.items()}


def _statistic(name: Measure, estimate: float, draws: Numbers, share: float) -> Statistic:
    low, middle, high = np.quantile(draws, [0.025, 0.5, 0.975])
    if share < 1:
        low, high = (estimate + np.sqrt(share) * (edge - middle) for edge in (low, high))
    low, high = float(min(low, estimate)), float(max(high, estimate))
    asked = RANGES[name]
    return Statistic(estimate, low, high, *asked, _met(low, high, *asked))


def _met(low: float, high: float, asked_low: float, asked_high: float) -> Met:
    if asked_low <= low and high <= asked_high:
        return "yes"
    return "no" if high < asked_low or low > asked_high else "open"


def _side(name: Measure, found: dict[Measure, Statistic]) -> Side:
    """On which side of an even treatment the whole interval lies; "even" where it does not lie on one.

    For COD and PRD an even treatment is the range that is asked for. Scatter alone lifts the PRD above 1 (the IAAO's
    glossary grants it "a slight bias upward"), so it names a bias only when the PRB, which has no such lift, agrees.
    """
    one = found[name]
    low, high = (_EVEN[name], _EVEN[name]) if name in _EVEN else (one.asked_low, one.asked_high)
    side: Side = "low" if one.high < low else "high" if one.low > high else "even"
    if name != "prd" or side == "even":
        return side
    confirmed = _side("prb", found) == ("high" if side == "low" else "low")
    return side if confirmed else "unconfirmed"


def _histogram(ratio: Numbers) -> dict[str, list[float]]:
    counts, edges = np.histogram(ratio.clip(_BINS[0], _BINS[-1]), bins=_BINS)
    return {"edges": [round(float(edge), 4) for edge in edges], "counts": [int(count) for count in counts]}
