"""What the points of a map carry: position, colour, id, and the words of the tooltip. `maps` draws them."""

from __future__ import annotations

import pandas as pd

from dashboard.parts.cache import ESTIMATE, OPEN, PRICE_PER_AREA, VERDICT
from dashboard.parts.declared_values import declared_lines
from dashboard.parts.measures import Measure, Mode, point_colours
from dashboard.parts.text import money, name_of, rate, t
from pricing_core import DECISION_WORDS, LATITUDE, LONGITUDE, Json


def point_data(frame: pd.DataFrame, measure: Measure, mode: Mode, words: list[str] | None) -> list[Json]:
    """Position, colour and id of every listing, and its words where there are any."""
    points = [
        {"p": pair, "c": colour, "i": number}
        for pair, colour, number in zip(
            positions(frame), point_colours(frame, measure, mode), frame["id"].tolist(), strict=True
        )
    ]
    for point, text in zip(points, words or [], strict=False):
        point["w"] = text
    return points


def tooltips(frame: pd.DataFrame, currency: str, unit: str) -> list[str]:
    """What the tooltip of every listing says."""
    known = [frame[name].tolist() for name in ("sector", "type", "price", PRICE_PER_AREA, ESTIMATE, OPEN, VERDICT)]
    estimate, per_area = t("Estimate"), f"{currency}/{unit}"

    def words(
        beside: str, sector: object, kind: object, price: float, rated: float, value: float, count: int, done: object
    ) -> str:
        lines = [f"{name_of(sector)} · {name_of(kind)}", f"{money(price, currency)} · {rate(rated, per_area)}"]
        if value == value:  # noqa: PLR0124 - NaN, which a frame holds where there is none
            lines.append(f"{estimate}: {money(value, currency)}")
        if beside:
            lines.append(beside)
        if count:
            lines.append(t("Findings: {count}", count=count))
        if isinstance(done, str):
            lines.append(t(DECISION_WORDS[done]))
        return "\n".join(lines)

    return [words(*row) for row in zip(declared_lines(frame), *known, strict=True)]


def positions(frame: pd.DataFrame) -> list[list[float]]:
    """Longitude and latitude of every listing, to a metre."""
    found: list[list[float]] = frame[[LONGITUDE, LATITUDE]].round(5).to_numpy().tolist()
    return found
