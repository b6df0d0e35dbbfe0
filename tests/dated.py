"""Invented listings of a market that moves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from pricing_core import AVM, Actor
from pricing_core.nouns.arrays import Numbers
from tests.conftest import make_settings
from tests.factories import listings, quick_recipe

FIRST = np.datetime64("2022-01-01")
DAYS = 720
Level = Callable[[pd.DataFrame, Numbers], Numbers]


def rising(_homes: pd.DataFrame, years: Numbers) -> Numbers:
    """One per cent a month, in logarithms."""
    return 0.12 * years


def dated_listings(rows: int = 1_500, level: Level = rising, seed: int = 0, days: int = DAYS) -> pd.DataFrame:
    """The listings of the factory, spread evenly over two years, at the market's level of their day."""
    frame = listings(rows, seed)
    number = np.random.default_rng(seed + 100).integers(days, size=rows)
    moved = frame["price"] * np.exp(level(frame, number / 365.25))
    return frame.assign(price=moved, sold_on=FIRST + number.astype("timedelta64[D]"))


def make_home(folder: Path, mlflow_template: Path, admin: Actor) -> None:
    """An installation whose champion learned from two years in which prices rose by one per cent a month."""
    settings = make_settings(folder, mlflow_template)
    settings.DATA_DIR.mkdir(parents=True)
    (settings.DATA_DIR / "columns.yaml").write_text("columns:\n  - name: sold_on\n", encoding="utf-8")
    frame = dated_listings(800)
    frame.assign(sold_on=frame["sold_on"].dt.strftime("%Y-%m-%d")).to_csv(folder / "homes.csv", index=False)
    avm = AVM(settings).start()
    avm.listings.ingest(folder / "homes.csv", actor=admin)
    if not avm.versions.train(quick_recipe(folder), actor=admin).promoted:
        avm.versions.promote(1, actor=admin, override="for tests")
    avm.close()
