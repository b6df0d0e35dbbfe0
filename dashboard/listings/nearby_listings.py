"""The listings of the same type that lie nearest to one and are most alike in size."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from dashboard.parts.cache import PRICE_PER_AREA, VERDICT
from pricing_core import COORDINATES, KIND, LATITUDE, LONGITUDE, TARGET

_METRES_PER_DEGREE: Final = 111_320.0
# A kilometre away counts as much as an area that differs by a fifth. An area can be the very thing that is wrong, so
# however much it differs, it counts no more than another kilometre and a half.
_MOST_FOR_AREA: Final = 1.5
_KILOMETRE: Final = 1_000.0
_FIFTH: Final = float(np.log(1.2))


def nearest(frame: pd.DataFrame, listing: pd.Series, count: int = 6) -> pd.DataFrame:
    """Its neighbours with ``metres`` and ``area``, the nearest and most alike first.

    Listings that were excluded, that have no price per area, or that lie elsewhere because a position is not known are
    left out; without a position of its own a listing has no neighbours.
    """
    if not np.isfinite(listing[list(COORDINATES)].to_numpy(dtype=float)).all():
        return frame.head(0).assign(metres=0.0, area=0.0)
    alike = frame[(frame[KIND] == listing[KIND]).to_numpy() & frame[PRICE_PER_AREA].notna().to_numpy()]
    alike = alike[(alike["id"] != listing["id"]) & (alike[VERDICT] != "exclude")].dropna(subset=[LATITUDE])
    up = (alike[LATITUDE].to_numpy() - listing[LATITUDE]) * _METRES_PER_DEGREE
    shape = np.cos(np.radians(float(listing[LATITUDE])))
    across = (alike[LONGITUDE].to_numpy() - listing[LONGITUDE]) * _METRES_PER_DEGREE * shape
    metres = np.hypot(up, across)
    area = alike[TARGET].to_numpy() / alike[PRICE_PER_AREA].to_numpy()
    own = listing[TARGET] / listing[PRICE_PER_AREA]
    unlike = np.abs(np.log(np.where(area > 0, area, np.nan) / own)) / _FIFTH if own > 0 else np.zeros(len(alike))
    far = np.hypot(metres / _KILOMETRE, np.nan_to_num(unlike, nan=_MOST_FOR_AREA).clip(max=_MOST_FOR_AREA))
    best = np.argsort(far, kind="stable")[:count]
    found: pd.DataFrame = alike.iloc[best].assign(metres=metres[best], area=area[best])
    return found
