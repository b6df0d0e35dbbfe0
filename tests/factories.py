"""Invented listings and small recipes for tests that need no more than shape and signal."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from pricing_core.nouns.schema import FEATURES, TARGET

SECTORS = ("North", "South", "East", "West")
QUICK = """
name: {name}
features:
  - columns: [net_usable_area, latitude, longitude]
    transformers:
      - class: sklearn.preprocessing.StandardScaler
model:
  class: sklearn.ensemble.HistGradientBoostingRegressor
  parameters: {{max_iter: {trees}, monotonic_cst: [1, 0, 0]}}
target: log
"""


def quick_recipe(folder: Path, trees: int = 40) -> str:
    """The path of a recipe that is fitted in no time; with two or three trees it hardly knows anything."""
    path = folder / f"quick{trees}.yaml"
    path.write_text(QUICK.format(name=f"quick{trees}", trees=trees), encoding="utf-8")
    return str(path)


def listings(rows: int = 400, seed: int = 0, noise: float = 0.1) -> pd.DataFrame:
    """Homes in four sectors whose prices follow size, sector and place, with noise in the logarithm.

    Nothing is wrong with them: none lies far from the others of its sector.
    """
    random = np.random.default_rng(seed)
    sector = random.integers(len(SECTORS), size=rows)
    kind = random.integers(2, size=rows)
    usable = np.exp(random.normal(4.4, 0.35, rows))
    latitude = -33.4 - 0.05 * sector + np.clip(random.normal(0, 0.01, rows), -0.018, 0.018)
    longitude = -70.6 + np.clip(random.normal(0, 0.02, rows), -0.03, 0.03)
    log_price = 4 + 0.9 * np.log(usable) + 0.25 * sector + 0.2 * kind + 3 * (longitude + 70.6)
    frame = pd.DataFrame(
        {
            "type": np.where(kind == 1, "casa", "departamento"),
            "sector": np.array(SECTORS)[sector],
            "net_usable_area": usable.round(1),
            "net_area": (usable * random.uniform(1, 1.5, rows)).round(1),
            "n_rooms": np.clip(np.round(usable / 28), 1, 8),
            "n_bathroom": np.clip(np.round(usable / 50), 1, 5),
            "latitude": latitude,
            "longitude": longitude,
            "price": np.exp(log_price + random.normal(0, noise, rows)).round(),
        }
    )
    return frame[[*FEATURES, TARGET]]
