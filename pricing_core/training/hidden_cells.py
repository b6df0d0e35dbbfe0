"""Listings as somebody describes them who does not know everything, to learn how far ranges must reach then."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from pricing_core.nouns.arrays import Cells
from pricing_core.nouns.homes_in_columns import Columns
from pricing_core.nouns.schema import AREAS, CATEGORIES, COORDINATES, KIND

_ONE: Final = 0.5
_SOME: Final = 0.75
_EACH: Final = 0.5


def hide(columns: Columns, rng: np.random.Generator) -> Columns:
    """The same homes with cells hidden at random.

    Of half of them one input is hidden, of a quarter each as often as not, of a quarter all but type, sector and an
    area. One of the areas that are known always stays; a position is one input.
    """
    others = [name for name in columns if name not in (*AREAS, *CATEGORIES, *COORDINATES)]
    inputs = [*([name] for name in (*AREAS, *CATEGORIES, *others)), list(COORDINATES)]
    hidden = _chosen(len(columns[KIND]), len(inputs), rng)
    usable, total = (columns[name] for name in AREAS)
    hidden[:, 0] &= total > 0
    hidden[:, 1] &= (usable > 0) & ~hidden[:, 0]
    gone = {name: hidden[:, place] for place, names in enumerate(inputs) for name in names}
    return {name: _without(cells, gone[name]) if name in gone else cells for name, cells in columns.items()}


def _chosen(rows: int, inputs: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    how = rng.random(rows)[:, None]
    one = np.arange(inputs) == rng.integers(inputs, size=rows)[:, None]
    some = rng.random((rows, inputs)) < _EACH
    area = np.arange(inputs) == rng.integers(len(AREAS), size=rows)[:, None]
    all_but = area | (np.arange(inputs) >= len(AREAS) + len(CATEGORIES))
    return np.where(how < _ONE, one, np.where(how < _SOME, some, all_but))


def _without(cells: Cells, gone: NDArray[np.bool_]) -> Cells:
    rest = cells.copy()
    rest[gone] = np.nan if cells.dtype == np.float64 else None
    return rest
