"""What a client may declare, for tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from pricing_core import AVM, Actor
from pricing_core.column_file import read_declaration
from pricing_core.nouns.declared import Declaration
from tests.conftest import make_settings
from tests.factories import listings

COLUMNS = """
columns:
  - name: year_built
    role: year
    limits: {min: 1800, max: 2030}
    label: {es: año de construcción, en: year built}
    help: {es: El año en que se terminó, en: The year in which it was finished}
    headers: [built]
  - name: parking
    role: count
    limits: {max: 20}
    label: {es: estacionamientos, en: parking places}
  - name: to_centre
    role: number
    unit: km
  - name: pool
    role: yes/no
    label: {es: piscina, en: pool}
  - name: view
    role: category
    label: {es: vista, en: view}
  - name: sold_on
"""
RECIPE = """
name: quick-declared
features:
  - columns: [type, sector, net_usable_area, net_area, n_rooms, n_bathroom, latitude, longitude, declared]
    transformers:
      - class: pricing_core.model.features.HomeFeatures
        parameters: {folds: 3}
model:
  class: sklearn.ensemble.HistGradientBoostingRegressor
  parameters: {max_iter: 60}
target: log
"""


def declaration(folder: Path, text: str = COLUMNS) -> Declaration:
    """The declaration of a file with this text."""
    path = folder / "columns.yaml"
    path.write_text(text, encoding="utf-8")
    return read_declaration(path)


def declared_listings(rows: int = 300, seed: int = 0) -> pd.DataFrame:
    """Homes that are worth more when they are newer and have a pool; one in ten does not say its year."""
    frame, random = listings(rows, seed, noise=0.02), np.random.default_rng(seed + 1)
    year, pool = random.integers(1930, 2020, rows), random.integers(0, 2, rows)
    view = np.array(["park", "street", "sea"])[random.integers(0, 3, rows)]
    days = pd.to_datetime("2024-01-01") + pd.to_timedelta(random.integers(0, 700, rows), unit="D")
    price = frame["price"] * np.exp(0.006 * (year - 1975) + 0.3 * pool)
    return frame.assign(
        price=price.round(),
        year_built=[None if not place % 10 else str(each) for place, each in enumerate(year)],
        parking=random.integers(0, 4, rows),
        to_centre=random.uniform(0, 25, rows).round(1),
        pool=np.where(pool == 1, "sí", "no"),
        view=view,
        sold_on=days.strftime("%d-%m-%Y"),
    )


def make_home(folder: Path, mlflow_template: Path, admin: Actor) -> None:
    """An installation whose champion uses declared columns."""
    settings = make_settings(folder, mlflow_template)
    settings.DATA_DIR.mkdir(parents=True)
    (settings.DATA_DIR / "columns.yaml").write_text(COLUMNS, encoding="utf-8")
    (folder / "recipe.yaml").write_text(RECIPE, encoding="utf-8")
    declared_listings().to_csv(folder / "homes.csv", index=False)
    avm = AVM(settings).start()
    avm.listings.ingest(folder / "homes.csv", actor=admin)
    if not avm.versions.train(str(folder / "recipe.yaml"), actor=admin).promoted:
        avm.versions.promote(1, actor=admin, override="for tests")
    avm.close()
