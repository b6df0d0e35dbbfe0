"""Prices of many days, brought to one: what a recipe then learns knows nothing of when a listing was made."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pricing_core.model.market_level import MarketLevel
from pricing_core.nouns.days import days_of
from pricing_core.nouns.homes_in_columns import columns_from_frame
from pricing_core.nouns.schema import TARGET
from pricing_core.training.recipes import Recipe


def at_last_day(recipe: Recipe, train: pd.DataFrame) -> tuple[pd.DataFrame, MarketLevel | None]:
    """The rows with their prices as they would be on the last day of the data, and the level that brought them there.

    Rows whose day is not known are taken at the usual level. Where there are no dates, or too few, the rows are left as
    they are; so they are for a recipe that learns prices themselves: a level is a share of the price.
    """
    days = days_of(train) if recipe.target == "log" else None
    if days is None:
        return train, None
    price, columns = train[TARGET].to_numpy(float), columns_from_frame(train)
    level = MarketLevel.learn(columns, days, np.log(price))
    if level is None:
        return train, None
    return train.assign(**{TARGET: price / np.exp(level.at(days, columns))}), level
