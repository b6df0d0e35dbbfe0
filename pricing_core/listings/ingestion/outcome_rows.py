"""One row of a file of later-known prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

from pricing_core.listings.ingestion.checking import clean_name
from pricing_core.listings.ingestion.days import read_day
from pricing_core.listings.ingestion.header import shown
from pricing_core.nouns import Json
from pricing_core.nouns.arrays import Numbers
from pricing_core.nouns.monitoring import OutcomeKind
from pricing_core.nouns.schema import AREAS, CATEGORIES, COLUMN, FEATURES, NUMBERS, TARGET
from pricing_core.words import Message

_KINDS: Final[Mapping[str, OutcomeKind]] = {
    **dict.fromkeys(("listed", "listing", "asked", "publicado", "publicada"), "listed"),
    **dict.fromkeys(("sold", "sale", "vendido", "vendida", "venta"), "sold"),
}
_EARLIEST: Final = date(1990, 1, 1)


@dataclass(frozen=True)
class OutcomeRow:
    """One row of a file; ``problem`` says why it cannot be used, ``None`` where it can.

    ``subject`` holds the eight features where the file has them.
    """

    row: int
    log_id: str | None
    price: float
    kind: OutcomeKind
    happened_on: date | None
    subject: Json | None
    problem: Message | None
    line: int | None = None


def outcome_row(
    place: int, cells: Mapping[str, list[str]], numbers: Mapping[str, Numbers], problem: Message | None, today: date
) -> OutcomeRow:
    """One row of a file, from its cells and numbers."""

    def text(column: str) -> str:
        return cells[column][place].strip() if column in cells else ""

    price = float(numbers[TARGET][place])
    kind = _KINDS.get(text("kind").casefold(), "listed")
    day, bad_day = _date(text("date"), today)
    if problem is None and not COLUMN[TARGET].allows(price):
        problem = Message(
            "the price must be a number, {limits}, but {arrived:quoted} arrived",
            limits=COLUMN[TARGET].limits,
            arrived=shown(text(TARGET)) or Message("nothing"),
        )
    if problem is None and text("kind") and text("kind").casefold() not in _KINDS:
        problem = Message("kind must be listed or sold, but {arrived:quoted} arrived", arrived=shown(text("kind")))
    return OutcomeRow(
        row=place,
        log_id=text("log_id") or None,
        price=price,
        kind=kind,
        happened_on=day,
        subject=_subject(place, cells, numbers),
        problem=problem or bad_day,
    )


def _date(text: str, today: date) -> tuple[date | None, Message | None]:
    """A day as 2026-11-23 or, day first, 23/11/2026; and what is wrong with it."""
    if not text:
        return None, None
    day = read_day(text)
    if day is None:
        return None, Message(
            "date must be like 2026-11-23 or 23/11/2026, but {arrived:quoted} arrived", arrived=shown(text)
        )
    # A day of grace: the file may come from a place where it is tomorrow already.
    if not _EARLIEST <= day <= today + timedelta(days=1):
        return None, Message(
            "date must lie between {first:date} and today, but {arrived:date} arrived", first=_EARLIEST, arrived=day
        )
    return day, None


def _subject(place: int, cells: Mapping[str, list[str]], numbers: Mapping[str, Numbers]) -> Json | None:
    if any(name not in cells for name in FEATURES):
        return None
    names = {name: clean_name(cells[name][place]) for name in CATEGORIES}
    values = {name: float(numbers[name][place]) for name in NUMBERS}
    unknown = {name for name, value in values.items() if np.isnan(value) or (name in AREAS and value == 0)}
    return names | {name: None if name in unknown else value for name, value in values.items()}
