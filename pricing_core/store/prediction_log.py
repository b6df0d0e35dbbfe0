"""The prediction log: every valuation is written here before anyone sees it."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict, Unpack
from uuid import uuid4

import sqlalchemy as sa

from pricing_core.nouns import LoggedPrediction
from pricing_core.nouns.schema import CATEGORIES, FEATURES, SECTOR
from pricing_core.store.engine import Database, utcnow
from pricing_core.store.tables.core import predict_logs
from pricing_core.words import Message

_CHOICES = ("requested_by", SECTOR, "version", "source", "confidence")
_MOST_CHOICES = 2_000
# Characters of the JSON beside a value: its drivers, its comparables, its notes.
_USUAL_DETAIL = 4_000


class PredictionFilters(TypedDict, total=False):
    """What narrows the log; a filter that is ``None`` or left out narrows nothing."""

    since: datetime | None
    until: datetime | None
    requested_by: str | None
    source: str | None
    sector: str | None
    version: int | None
    confidence: str | None


class Predictions:
    """Writes and reads logged predictions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, logged: list[LoggedPrediction]) -> None:
        """Write rows in one durable transaction.

        Raises
        ------
        StorageError
            When they could not be written; then none was.
        """
        if not logged:
            return
        rows = [_to_row(item) for item in logged]
        with self._database.write() as connection:
            connection.execute(predict_logs.insert(), rows)

    def try_adding(self) -> None:
        """Write a row and take it out again, in one transaction: nobody ever sees it.

        It is committed and goes to the disk just as a real row does, with every index: one that is only rolled back
        stays in memory, and a disk that is full lets it pass.

        Raises
        ------
        StorageError
            When a row could not be written now.
        """
        row = _blank_row()
        with self._database.write() as connection:
            connection.execute(predict_logs.insert(), [row])
            connection.execute(predict_logs.delete().where(predict_logs.c.id == row["id"]))

    def find(
        self, *, limit: int = 100, offset: int = 0, **filters: Unpack[PredictionFilters]
    ) -> list[LoggedPrediction]:
        """The newest rows first."""
        newest = (predict_logs.c.created_at.desc(), predict_logs.c.id.desc())
        # The rows are wide: an index alone is walked to the page, and only the page is read.
        page = sa.select(predict_logs.c.id).where(*_conditions(filters)).order_by(*newest).limit(limit).offset(offset)
        here = page.subquery()
        query = sa.select(predict_logs).join(here, here.c.id == predict_logs.c.id).order_by(*newest)
        with self._database.read() as connection:
            return [_from_row(row) for row in connection.execute(query).mappings()]

    def get(self, log_id: str) -> LoggedPrediction | None:
        """One row, or ``None`` where there is no such id."""
        with self._database.read() as connection:
            row = connection.execute(sa.select(predict_logs).where(predict_logs.c.id == log_id)).mappings().first()
        return None if row is None else _from_row(row)

    def count(self, **filters: Unpack[PredictionFilters]) -> int:
        """How many rows the filters leave."""
        query = sa.select(sa.func.count()).select_from(predict_logs).where(*_conditions(filters))
        with self._database.read() as connection:
            return int(connection.execute(query).scalar_one())

    def choices(self) -> dict[str, list[object]]:
        """The values that occur in each column that can be filtered by, at most 2,000 of each."""
        with self._database.read() as connection:
            return {name: _distinct(connection, name) for name in _CHOICES}


def _blank_row() -> dict[str, object]:
    """A row about as large as a real one."""
    texts = dict.fromkeys(("requested_by", "source", *CATEGORIES), "")
    numbers = {"version": 0, "value": 0.0, "milliseconds": 0.0, "bulk": False}
    return {"id": str(uuid4()), "created_at": utcnow(), "detail": {"": " " * _USUAL_DETAIL}} | texts | numbers


def _distinct(connection: sa.Connection, name: str) -> list[object]:
    """Leap through the index from one value to the next: DISTINCT would walk over every entry of a million."""
    column = predict_logs.c[name]
    found = sa.select(sa.func.min(column).label("value")).cte("found", recursive=True)
    following = sa.select(sa.func.min(column)).where(column > found.c.value).correlate(found).scalar_subquery()
    found = found.union_all(sa.select(following).where(found.c.value.is_not(None)))
    query = sa.select(found.c.value).where(found.c.value.is_not(None)).limit(_MOST_CHOICES)
    return sorted(connection.execute(query).scalars())


def _conditions(filters: PredictionFilters) -> list[sa.ColumnElement[bool]]:
    columns = predict_logs.c
    conditions = [columns[name] == filters[name] for name in _CHOICES if filters.get(name) is not None]  # type: ignore[literal-required]
    if (since := filters.get("since")) is not None:
        conditions.append(columns.created_at >= since)
    if (until := filters.get("until")) is not None:
        conditions.append(columns.created_at < until)
    return conditions


def _to_row(logged: LoggedPrediction) -> dict[str, object]:
    row = {name: value for name, value in vars(logged).items() if name != "subject"}
    if "notes" in logged.detail:
        row["detail"] = logged.detail | {"notes": [note.to_json() for note in logged.detail["notes"]]}
    declared = {name: value for name, value in logged.subject.items() if name not in FEATURES}
    return row | {name: logged.subject.get(name) for name in FEATURES} | {"declared": declared or None}


def _from_row(row: sa.RowMapping) -> LoggedPrediction:
    rest = {name: value for name, value in row.items() if name not in FEATURES}
    detail, declared = rest.pop("detail") or {}, rest.pop("declared") or {}
    if "notes" in detail:  # earlier releases kept them in English words
        detail = detail | {"notes": [Message.from_json(note) for note in detail["notes"] or []]}
    return LoggedPrediction(subject={name: row[name] for name in FEATURES} | declared, detail=detail, **rest)
