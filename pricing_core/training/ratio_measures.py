"""The measures of a ratio study over many resamples at once, and the trimming of outliers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from pricing_core.nouns.arrays import Numbers

Measure = Literal["median_ratio", "cod", "prd", "prb"]
MEASURES: Final[tuple[Measure, ...]] = ("median_ratio", "cod", "prd", "prb")
_BLOCK: Final = 500_000
_FENCE: Final = 3.0


def inside_fences(ratio: Numbers) -> npt.NDArray[np.bool_]:
    """Which ratios are no extreme outliers: within three interquartile ranges of the quartiles.

    The fences of the Standard on Ratio Studies (IAAO, 2013, appendix B), set on the logarithm, so that a price with a
    zero too many is as far out as one with a zero too few. Where half of the ratios are the same, none is left out.
    """
    log = np.log(ratio)
    first, third = np.quantile(log, [0.25, 0.75])
    reach = _FENCE * (third - first) if third > first else np.inf
    kept: npt.NDArray[np.bool_] = (log >= first - reach) & (log <= third + reach)
    return kept


def drawn(
    price: Numbers, value: Numbers, rng: np.random.Generator, resamples: int, most: int
) -> dict[Measure, Numbers]:
    """The measures of bootstrap resamples, each of as many rows as there are but no more than ``most``.

    Resamples are drawn in blocks, so that memory stays bounded.
    """
    size = min(len(price), most)
    blocks = [measures(price[rows], value[rows]) for rows in _resampled(rng, len(price), size, resamples)]
    return {name: np.concatenate([block[name] for block in blocks]) for name in MEASURES}


def _resampled(rng: np.random.Generator, rows: int, size: int, resamples: int) -> Iterator[npt.NDArray[np.int64]]:
    step = max(1, _BLOCK // size)
    for start in range(0, resamples, step):
        yield rng.integers(rows, size=(min(step, resamples - start), size))


def measures(price: Numbers, value: Numbers) -> dict[Measure, Numbers]:
    """The four measures along the last axis: of each resample what `evaluation.cod`, `prd` and `prb` give of all."""
    ratio = value / price
    median = np.median(ratio, axis=-1, keepdims=True)
    worth = np.log2(value / median + price)  # halving it would shift the logarithm and leave the slope as it is
    worth -= worth.mean(axis=-1, keepdims=True)
    spread = (worth**2).sum(axis=-1)
    slope = (worth * ratio).sum(axis=-1) / median[..., 0]
    return {
        "median_ratio": median[..., 0],
        "cod": 100 * np.abs(ratio - median).mean(axis=-1) / median[..., 0],
        "prd": ratio.mean(axis=-1) * price.sum(axis=-1) / value.sum(axis=-1),
        "prb": np.divide(slope, spread, out=np.zeros_like(slope), where=spread > 0),
    }
