"""What the prediction log tells in sums: volume, time taken, sectors, and a bounded sample of its newest rows."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from pricing_core.nouns import Json
from pricing_core.nouns.declared import Roles
from pricing_core.nouns.declared_frames import typed
from pricing_core.nouns.monitoring import FailureKind
from pricing_core.nouns.schema import CATEGORIES, FEATURES, SECTOR
from pricing_core.store.engine import Database, Query, utcnow
from pricing_core.store.fingerprints import DECLARED
from pricing_core.store.tables.core import predict_logs
from pricing_core.store.tables.monitoring import request_failures

_logged = predict_logs.c


class Volume(NamedTuple):
    """How many valuations of one kind a day had."""

    day: date
    source: str
    bulk: bool
    confidence: str | None
    homes: int


class Usage:
    """Reads sums of the log, and counts what was refused."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def volume(self, since: datetime) -> list[Volume]:
        """Valuations by day (in UTC), source, way of asking and confidence."""
        columns = (self._day(), _logged.source, _logged.bulk, _logged.confidence)
        query = sa.select(*columns, sa.func.count()).where(_logged.created_at >= since).group_by(*columns)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(columns[0])).all()
        return [Volume(date.fromisoformat(day), *rest) for day, *rest in rows]

    def _day(self) -> sa.ColumnElement[str]:
        if self._database.is_sqlite:
            return sa.func.strftime("%Y-%m-%d", _logged.created_at)
        return sa.func.to_char(sa.func.timezone("UTC", _logged.created_at), sa.literal_column("'YYYY-MM-DD'"))

    def milliseconds(self, since: datetime, limit: int) -> pd.DataFrame:
        """The times taken by the newest homes that were valued one by one, with ``created_at``."""
        query = _newest(sa.select(_logged.created_at, _logged.milliseconds), since, bulk=False).limit(limit)
        with self._database.read() as connection:
            return pd.DataFrame(connection.execute(query).all(), columns=["created_at", "milliseconds"])

    def sectors(self, since: datetime, *, bulk: bool) -> list[tuple[str | None, int]]:
        """How often each sector was asked for, the most frequent first."""
        query = _asked(sa.select(_logged[SECTOR], sa.func.count()), since, bulk=bulk).group_by(_logged[SECTOR])
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(sa.func.count().desc(), _logged[SECTOR]))
            return [(sector, count) for sector, count in rows]

    def newest(self, since: datetime, limit: int, *, bulk: bool, declared: Roles) -> pd.DataFrame:
        """The features, value, version and moment of the newest homes, and what is declared of them.

        Numbers that were not known are NaN.
        """
        columns = [*FEATURES, "value", "version", "created_at", *([DECLARED] if declared else [])]
        query = _newest(sa.select(*(_logged[name] for name in columns)), since, bulk=bulk).limit(limit)
        with self._database.read() as connection:
            frame = pd.DataFrame(connection.execute(query).all(), columns=columns)
        numbers: Json = {name: float for name in FEATURES if name not in CATEGORIES}
        beside = [cells or {} for cells in frame.pop(DECLARED)] if declared else []
        known = {name: typed(role, [cells.get(name) for cells in beside]) for name, role in declared.items()}
        return frame.astype(numbers | {"value": float, **dict.fromkeys(CATEGORIES, object)}).assign(**known)

    def add_failures(self, source: str, kind: FailureKind, count: int, *, bulk: bool) -> None:
        """Count homes that got no value today."""
        insert = sqlite.insert if self._database.is_sqlite else postgresql.insert
        row = {"day": utcnow().date(), "source": source, "kind": kind, "bulk": bulk, "count": count}
        statement = insert(request_failures).values(**row)
        more = {"count": request_failures.c["count"] + statement.excluded["count"]}
        key = [column.name for column in request_failures.primary_key]
        with self._database.write() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=key, set_=more))

    def failures(self, since: datetime, *, bulk: bool | None = None) -> dict[str, int]:
        """How many homes were refused, and how many failed for reasons of ours."""
        columns = request_failures.c
        query = sa.select(columns.kind, sa.func.sum(columns["count"])).where(columns.day >= since.date())
        if bulk is False:
            query = query.where(columns.bulk.is_(False))
        with self._database.read() as connection:
            found = {str(kind): int(count) for kind, count in connection.execute(query.group_by(columns.kind))}
        return {"refused": 0, "failed": 0} | found


def _asked(query: Query, since: datetime, *, bulk: bool) -> Query:
    query = query.where(_logged.created_at >= since)
    return query if bulk else query.where(_logged.bulk.is_(False))


def _newest(query: Query, since: datetime, *, bulk: bool) -> Query:
    return _asked(query, since, bulk=bulk).order_by(_logged.created_at.desc(), _logged.id.desc())
