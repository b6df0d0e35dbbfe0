"""The first rows that each reason kept out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from pricing_core.listings.ingestion.refused_rows import Refused
from pricing_core.nouns.reports import EXAMPLES, Example, KeptOut
from pricing_core.words import Message


class FirstOfEach:
    """Counts rows by their reasons, and keeps the first three of each."""

    def __init__(self) -> None:
        self._counts: dict[Message, int] = defaultdict(int)
        self._first: dict[Message, list[Example]] = defaultdict(list)

    def add(self, refused: Sequence[Refused], reasons: Sequence[Message], line: Callable[[int], int | None]) -> None:
        """Take in the rows of a batch, whose reasons go by their places."""
        by_place: dict[int, list[Refused]] = defaultdict(list)
        for each in refused:
            by_place[each.why].append(each)
        for why, rows in by_place.items():
            self._counts[reasons[why]] += len(rows)
            first = self._first[reasons[why]]
            first += [Example(each.row, line(each.row), each.cell or "") for each in rows[: EXAMPLES - len(first)]]

    def groups(self) -> list[KeptOut]:
        """All reasons, the commonest first."""
        ordered = sorted(self._counts.items(), key=lambda item: -item[1])
        return [KeptOut(reason, count, self._first[reason]) for reason, count in ordered]
