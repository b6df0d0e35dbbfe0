"""Trained on the past, measured on what came later: what a client sees who trains today and values tomorrow."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal, Self

import numpy as np
import pandas as pd

from pricing_core.errors import ListingsError
from pricing_core.nouns import Json
from pricing_core.nouns.arrays import Numbers
from pricing_core.nouns.days import PRICE_DATES, days_of, to_day
from pricing_core.nouns.schema import TARGET
from pricing_core.training.cross_validation import Fit, OutOfFold, range_metrics
from pricing_core.training.metrics import point_metrics, r2
from pricing_core.words import Message

Split = Literal["random", "time"]
FEWEST_DATED: Final = 100


@dataclass(frozen=True)
class TimeSplit:
    """Rows to learn from, and those whose prices are of ``first_day`` or later."""

    past: pd.DataFrame
    later: pd.DataFrame
    first_day: date

    @classmethod
    def of(cls, frame: pd.DataFrame, parts: int) -> Self:
        """The last of so many parts by date is kept apart; rows whose day is not known are among the past.

        Raises
        ------
        ListingsError
            When fewer than 100 rows are dated, or all are of one day.
        """
        if not 2 <= parts <= len(frame):
            raise ListingsError(
                "{parts} parts were asked for on {rows:integer} rows: at least 2, and a row for each, are needed.",
                parts=parts,
                rows=len(frame),
            )
        days = days_of(frame)
        dated = np.sort(days[np.isfinite(days)]) if days is not None else np.empty(0)
        if days is None or len(dated) < FEWEST_DATED or dated[0] == dated[-1]:
            raise ListingsError(_too_few(len(dated)))
        # All of a day go together; where most are of the last day, that day is apart.
        first = max(float(dated[-(len(dated) // parts)]), float(dated[dated > dated[0]][0]))
        later = days >= first
        return cls(frame[~later], frame[later], to_day(first))

    def measured(self, fit: Fit) -> tuple[Json, Numbers]:
        """What a model of the past is worth on the later rows, and its values of them.

        Beside what `cross_validation.measure` gives there is ``median_log_ratio``, the median of log(value / price).
        """
        started = time.process_time()
        model = fit(self.past.drop(columns=TARGET), self.past[TARGET])
        seconds = time.process_time() - started
        value, ranges = model.predict_with_ranges(self.later.drop(columns=TARGET))
        price = self.later[TARGET].to_numpy(float)
        found = OutOfFold(value, np.zeros(len(value), dtype=np.int64), seconds, ranges)
        # Ranges of one width need errors of others: each half takes those of the other.
        halves = replace(found, fold=np.arange(len(value)) % 2)
        points = point_metrics(price, value) | {"r2": r2(price, value)}
        bias = {"median_log_ratio": float(np.median(np.log(value / price)))}
        return points | range_metrics(halves, self.later) | bias | {"fit_seconds": seconds}, value

    def described(self) -> Json:
        """The split for people and programs."""
        return {
            "by": "time",
            "first_day": self.first_day.isoformat(),
            "past_rows": len(self.past),
            "later_rows": len(self.later),
        }


def _too_few(dated: int) -> Message:
    return Message(
        "A split by time needs at least {fewest} listings of several days, but {dated:integer} of these have a date: "
        "declare {columns:choice} in columns.yaml and fill it in.",
        fewest=FEWEST_DATED,
        dated=dated,
        columns=list(PRICE_DATES),
    )
