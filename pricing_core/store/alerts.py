"""Which rules are broken since when, and what was measured last."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from pricing_core.nouns.monitoring import Alert
from pricing_core.store.engine import Database, Query, utcnow
from pricing_core.store.tables.monitoring import alerts, watch_measures

_FIELDS: Final = ("rule", "sentence", "value", "limit", "detail", "first_seen", "last_seen", "resolved_at")
Measures = Mapping[tuple[str, str], float]
"""Numbers by name and label."""


class Alerts:
    """Writes and reads alerts and the measures behind them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, broken: Mapping[str, Mapping[str, object]], measures: Measures) -> None:
        """Keep what was just found: open an alert once, refresh it while it holds, resolve it once.

        Parameters
        ----------
        broken
            By rule: ``sentence``, ``value``, ``limit`` and ``detail``. Every other rule holds.
        measures
            They replace those of before.
        """
        try:
            self._record(broken, measures)
        except IntegrityError:
            # Another process opened the same alert meanwhile: now there is one to refresh.
            self._record(broken, measures)

    def _record(self, broken: Mapping[str, Mapping[str, object]], measures: Measures) -> None:
        now = utcnow()
        is_open = alerts.c.resolved_at.is_(None)
        with self._database.write() as connection:
            for rule, content in broken.items():
                again = alerts.update().where(alerts.c.rule == rule, is_open).values(**content, last_seen=now)
                if connection.execute(again).rowcount == 0:
                    connection.execute(alerts.insert().values(rule=rule, **content, first_seen=now, last_seen=now))
            over = alerts.update().where(alerts.c.rule.not_in(list(broken)), is_open)
            connection.execute(over.values(resolved_at=now))
            _replace_measures(connection, measures, now)

    def open(self) -> list[Alert]:
        """Those that hold, the oldest first."""
        return self._find(sa.select(*_COLUMNS).where(alerts.c.resolved_at.is_(None)).order_by(alerts.c.first_seen))

    def resolved(self, limit: int) -> list[Alert]:
        """Those that are over, the newest first."""
        query = sa.select(*_COLUMNS).where(alerts.c.resolved_at.is_not(None))
        return self._find(query.order_by(alerts.c.resolved_at.desc()).limit(limit))

    def _find(self, query: Query) -> list[Alert]:
        with self._database.read() as connection:
            return [Alert(**row) for row in connection.execute(query).mappings()]

    def measures(self) -> dict[tuple[str, str], float]:
        """What was measured last."""
        query = sa.select(watch_measures.c.name, watch_measures.c.label, watch_measures.c.value)
        with self._database.read() as connection:
            return {(name, label): value for name, label, value in connection.execute(query)}


_COLUMNS: Final = tuple(alerts.c[name] for name in _FIELDS)


def _replace_measures(connection: sa.Connection, measures: Measures, now: datetime) -> None:
    connection.execute(watch_measures.delete())
    rows = [
        {"name": name, "label": label, "value": value, "measured_at": now} for (name, label), value in measures.items()
    ]
    if rows:
        connection.execute(watch_measures.insert(), rows)
