"""How good the values were, against the prices that became known later. Pure functions over frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from pricing_core.nouns import Json, Noun
from pricing_core.nouns.monitoring import Override
from pricing_core.nouns.schema import KIND, SECTOR
from pricing_core.words import Message, plural

_MOST_POINTS: Final = 2_000
_MOST_PARTS: Final = 12
_ROWS_A_PART: Final = 10


@dataclass(frozen=True)
class Accuracy(Noun):
    """Values against later prices, as fractions of the price.

    ``mdape`` is the median absolute error, ``bias`` the median signed one (above 0: values too high), ``coverage_90``
    the share of prices inside their 90 % range, ``None`` where no ranges were kept.
    """

    name: str
    rows: int
    mdape: float
    bias: float
    coverage_90: float | None


@dataclass(frozen=True)
class Judgement(Noun):
    """Agents against the model, where an agent overrode a value whose price became known.

    ``agent_closer`` is the share of homes where the agent's price was nearer.
    """

    rows: int
    agent_mdape: float
    model_mdape: float
    agent_closer: float

    @property
    def summary(self) -> Message:
        """Who was closer, and by how much."""
        return plural(
            "Of {rows:integer} overridden home the price became known: the person was off by {agent:percent}, the "
            "model by {model:percent}. People were closer in {closer:percent} of them.",
            "Of {rows:integer} overridden homes a price became known: the people were off by {agent:percent} "
            "(median), the model by {model:percent}. People were closer in {closer:percent} of them.",
            "rows",
            rows=self.rows,
            agent=self.agent_mdape,
            model=self.model_mdape,
            closer=self.agent_closer,
        )


@dataclass(frozen=True)
class LiveAccuracy(Noun):
    """All of it: overall, by kind of price, type and version; ``points`` are for a chart.

    ``course`` are the median errors of up to twelve equal parts, in the order in which the homes were valued.
    ``learned_from`` outcomes are left out: the model had learned from those very listings.
    """

    overall: Accuracy | None
    by_kind: list[Accuracy]
    by_type: list[Accuracy]
    by_version: list[Accuracy]
    learned_from: int
    judgement: Judgement | None
    course: list[float]
    points: list[Json]


def judge_outcomes(pairs: pd.DataFrame, overrides: Sequence[Override]) -> LiveAccuracy:
    """Judge the outcomes that `Outcomes.pairs` gives, the newest first.

    Of each logged prediction one price counts: the newest at which it was listed, since values are estimates of asking
    prices, or else the newest at which it was sold. By kind, the newest of each kind counts.
    """
    fair = pairs[~pairs["learned_from"].astype(bool)] if len(pairs) else pairs
    by_kind = fair.drop_duplicates(["log_id", "kind"])
    # "listed" stands before "sold" in the alphabet, and the sort keeps the newest first within each.
    counted = by_kind.sort_values("kind", kind="stable").drop_duplicates("log_id")
    return LiveAccuracy(
        overall=_accuracy("", counted) if len(counted) else None,
        by_kind=_groups(by_kind, "kind"),
        by_type=_groups(counted, KIND),
        by_version=_groups(counted, "version"),
        learned_from=int(pairs["learned_from"].astype(bool).sum()) if len(pairs) else 0,
        judgement=_judgement(counted, overrides),
        course=_course(counted),
        points=_points(counted),
    )


def _groups(frame: pd.DataFrame, name: str) -> list[Accuracy]:
    found = [_accuracy(str(key), group) for key, group in frame.groupby(name, dropna=False)] if len(frame) else []
    return sorted(found, key=lambda item: -item.rows)


def _accuracy(name: str, frame: pd.DataFrame) -> Accuracy:
    price, value = frame["price"].to_numpy(float), frame["value"].to_numpy(float)
    signed = (value - price) / price
    ranged = frame["range_90"].notna().to_numpy()
    limits = np.array(frame["range_90"][ranged].tolist(), float).reshape(-1, 2)
    inside = (price[ranged] >= limits[:, 0]) & (price[ranged] <= limits[:, 1])
    return Accuracy(
        name=name,
        rows=len(frame),
        mdape=float(np.median(np.abs(signed))),
        bias=float(np.median(signed)),
        coverage_90=float(inside.mean()) if len(inside) else None,
    )


def _judgement(frame: pd.DataFrame, overrides: Sequence[Override]) -> Judgement | None:
    asked = {override.log_id: override.value for override in overrides}
    both = frame[frame["log_id"].isin(asked)]
    if both.empty:
        return None
    price = both["price"].to_numpy(float)
    agent = np.abs(both["log_id"].map(asked).to_numpy(float) - price) / price
    model = np.abs(both["value"].to_numpy(float) - price) / price
    closer = float(np.mean(agent < model))
    return Judgement(len(both), float(np.median(agent)), float(np.median(model)), closer)


def _course(frame: pd.DataFrame) -> list[float]:
    parts = min(_MOST_PARTS, len(frame) // _ROWS_A_PART)
    if parts < 2:
        return []
    ordered = frame.sort_values("valued_at", kind="stable")
    errors = (ordered["value"] / ordered["price"] - 1).abs().to_numpy(float)
    return [float(np.median(part)) for part in np.array_split(errors, parts)]


def _points(frame: pd.DataFrame) -> list[Json]:
    columns = ["log_id", "value", "price", "kind", KIND, SECTOR]
    return [
        {str(key): item for key, item in row.items()} for row in frame[columns].head(_MOST_POINTS).to_dict("records")
    ]
