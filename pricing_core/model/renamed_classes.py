"""Where the classes of stored models stood in former releases: pickles and recipes name a class by its path.

Reading a pickle runs what is in it, so callers compare its digest first.
"""

from __future__ import annotations

import io
import pickle  # nosec B403
from collections.abc import Mapping
from typing import Any, Final

PRESENT_PATH: Final[Mapping[str, str]] = {
    "pricing_core.boosting.SymmetricBoosting": "pricing_core.model.boosting.SymmetricBoosting",
    "pricing_core.boosting.SymmetricTrees": "pricing_core.model.boosting.SymmetricTrees",
    "pricing_core.estimators.PriceRegressor": "pricing_core.model.estimators.PriceRegressor",
    "pricing_core.estimators.SelectedColumns": "pricing_core.model.estimators.SelectedColumns",
    "pricing_core.estimators.TrimmedRegressor": "pricing_core.model.estimators.TrimmedRegressor",
    "pricing_core.features.HomeFeatures": "pricing_core.model.features.HomeFeatures",
    "pricing_core.features.ListingColumns": "pricing_core.model.features.ListingColumns",
    "pricing_core.intervals.RangeModel": "pricing_core.model.ranges.RangeModel",
    "pricing_core.intervals.Ranges": "pricing_core.model.ranges.Ranges",
    "pricing_core.locations.Homes": "pricing_core.model.premiums.Homes",
    "pricing_core.locations.LocationPremium": "pricing_core.model.premiums.LocationPremium",
    "pricing_core.places.Places": "pricing_core.model.known_places.Places",
    "pricing_core.places.SectorPlace": "pricing_core.model.known_places.SectorPlace",
    "pricing_core.sizes.Seen": "pricing_core.model.usual_sizes.UsualSize",
    "pricing_core.support.Support": "pricing_core.model.confidence.LearnedListings",
    "pricing_core.surfaces.SmoothSurface": "pricing_core.model.smooth_surface.SmoothSurface",
    "pricing_core.surroundings.Surroundings": "pricing_core.model.nearby_prices.NearbyPrices",
    "pricing_core.trees.FlatTrees": "pricing_core.model.trees.FlatTrees",
    "pricing_core.trees._Tree": "pricing_core.model.trees._Tree",
    "pricing_core.typical.Typical": "pricing_core.model.typical_homes.Typical",
    "pricing_core.typical.TypicalHomes": "pricing_core.model.typical_homes.TypicalHomes",
    "pricing_core.typical._Placed": "pricing_core.model.typical_homes._Placed",
    "pricing_core.valuation_model.ValuationModel": "pricing_core.model.valuation_model.ValuationModel",
}
"""By the path of a former release: where the class is now. Whoever moves or renames one adds the path it had."""

_FIRST_PATH: Final[Mapping[str, str]] = {now: first for first, now in reversed(list(PRESENT_PATH.items()))}


def present_path(path: str) -> str:
    """Where a class is now, by any path that it ever had."""
    return PRESENT_PATH.get(path, path)


def first_path(path: str) -> str:
    """The first path of a class: what digests say of it, so that a move alone makes no other recipe of it."""
    now = present_path(path)
    return _FIRST_PATH.get(now, now)


class _Unpickler(pickle.Unpickler):
    def find_class(self, module_name: str, global_name: str, /) -> Any:
        path = f"{module_name}.{global_name}"
        if path in PRESENT_PATH:
            module_name, _, global_name = PRESENT_PATH[path].rpartition(".")
        return super().find_class(module_name, global_name)


def unpickled(content: bytes) -> Any:
    """What was pickled by this release or a former one. It runs what is in it: check before where it comes from."""
    return _Unpickler(io.BytesIO(content)).load()
