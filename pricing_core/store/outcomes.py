"""What became of logged predictions: prices known later, and prices that people would ask instead."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from pricing_core.nouns.monitoring import Outcome, Override
from pricing_core.nouns.names import Alike, KnownNames
from pricing_core.nouns.schema import CATEGORIES, FEATURES, WORDS, Words
from pricing_core.store.engine import Database, utcnow
from pricing_core.store.tables.core import predict_logs
from pricing_core.store.tables.monitoring import outcomes, overrides

_AT_ONCE: Final = 500
_logged = predict_logs.c
_OVERRIDE: Final = ("log_id", "value", "reason", "overridden_by", "created_at")
_PAIR: Final = ("log_id", "price", "kind", "happened_on", "learned_from", "created_at")


class Outcomes:
    """Writes and reads outcomes; ``words`` of types and sectors that mean the same are one name."""

    def __init__(self, database: Database, words: Words = WORDS) -> None:
        self._database, self._words = database, words

    def add(self, found: Sequence[Outcome], *, file_name: str, added_by: str) -> int:
        """Attach outcomes; gives how many were new. One that is there already changes nothing."""
        now = utcnow()
        about = {"file_name": file_name, "added_by": added_by, "created_at": now}
        rows = [vars(outcome) | about | {"id": _digest(outcome)} for outcome in found]
        insert = sqlite.insert if self._database.is_sqlite else postgresql.insert
        statement = insert(outcomes).on_conflict_do_nothing(index_elements=["id"])
        count = sa.select(sa.func.count()).select_from(outcomes)
        with self._database.write() as connection:
            before = int(connection.execute(count).scalar_one())
            for start in range(0, len(rows), _AT_ONCE):
                connection.execute(statement, rows[start : start + _AT_ONCE])
            return int(connection.execute(count).scalar_one()) - before

    def logged(self, ids: Iterable[str]) -> dict[str, dict[str, object]]:
        """Value, version, person and features of logged predictions, by id; unknown ids are left out."""
        wanted, found = sorted(set(ids)), {}
        with self._database.read() as connection:
            for start in range(0, len(wanted), _AT_ONCE):
                query = sa.select(*_SHORT).where(_logged.id.in_(wanted[start : start + _AT_ONCE]))
                found.update({row["id"]: dict(row) for row in connection.execute(query).mappings()})
        return found

    def matching(self, subjects: Sequence[Mapping[str, object]]) -> list[str | None]:
        """For each home the id of the newest logged prediction with the same eight features, names in any spelling."""
        with self._database.read() as connection:
            names = CATEGORIES if subjects else ()
            known = {name: _logged_names(connection, name, self._words.get(name, ())) for name in names}
            return [_matching(connection, subject, known) for subject in subjects]

    def pairs(self, since: datetime, limit: int) -> pd.DataFrame:
        """The outcomes of predictions made since a moment, beside what was predicted; the newest first."""
        low_high = _logged.detail[("ranges", "90")].label("range_90")
        valued_at = _logged.created_at.label("valued_at")
        about = (_logged.value, _logged.version, *(_logged[name] for name in CATEGORIES), valued_at, low_high)
        columns = [*(outcomes.c[name] for name in _PAIR), *about]
        joined = outcomes.join(predict_logs, outcomes.c.log_id == _logged.id)
        query = sa.select(*columns).select_from(joined).where(_logged.created_at >= since)
        newest = query.order_by(outcomes.c.created_at.desc(), outcomes.c.id).limit(limit)
        with self._database.read() as connection:
            return pd.DataFrame(connection.execute(newest).all(), columns=[column.name for column in columns])

    def of(self, log_id: str) -> list[Outcome]:
        """The outcomes of one prediction, the newest first."""
        named = [outcomes.c[name] for name in _PAIR[:-1]]
        query = sa.select(*named).where(outcomes.c.log_id == log_id).order_by(outcomes.c.created_at.desc())
        with self._database.read() as connection:
            return [Outcome(**row) for row in connection.execute(query).mappings()]


_SHORT: Final = tuple(_logged[name] for name in ("id", "created_at", "requested_by", "version", "value", *FEATURES))


def _digest(outcome: Outcome) -> str:
    content = f"{outcome.log_id}|{outcome.price!r}|{outcome.kind}|{outcome.happened_on or ''}"
    return hashlib.sha256(content.encode()).hexdigest()


def _logged_names(connection: sa.Connection, name: str, words: Alike) -> KnownNames:
    names = connection.scalars(sa.select(_logged[name]).where(_logged[name].is_not(None)).distinct())
    return KnownNames(dict.fromkeys(names, 1), words)


def _matching(connection: sa.Connection, subject: Mapping[str, object], known: Mapping[str, KnownNames]) -> str | None:
    newest = sa.select(_logged.id).where(*(_same(name, subject[name], known) for name in FEATURES))
    return connection.execute(newest.order_by(_logged.created_at.desc()).limit(1)).scalar_one_or_none()


def _same(name: str, value: object, known: Mapping[str, KnownNames]) -> sa.ColumnElement[bool]:
    # "= value" can use the index and "IS NULL" too; IS NOT DISTINCT FROM cannot.
    if value is None:
        return _logged[name].is_(None)
    return _logged[name].in_(known[name].alike(str(value))) if name in known else _logged[name] == value


class Overrides:
    """Writes and reads overrides; the newest of a prediction counts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, override: Override) -> None:
        """Keep what a person would ask instead."""
        row = {name: getattr(override, name) for name in _OVERRIDE}
        with self._database.write() as connection:
            connection.execute(overrides.insert().values(**row))

    def of(self, log_id: str) -> Override | None:
        """The one that counts for a prediction."""
        found = self._find(overrides.c.log_id == log_id, limit=1)
        return found[0] if found else None

    def newest(self, since: datetime, limit: int) -> list[Override]:
        """The one that counts for each prediction, the newest first."""
        return self._find(overrides.c.created_at >= since, limit=limit)

    def _find(self, condition: sa.ColumnElement[bool], *, limit: int) -> list[Override]:
        later = overrides.alias()
        counts = ~sa.exists().where(later.c.log_id == overrides.c.log_id, later.c.id > overrides.c.id)
        about = (_logged.value.label("model_value"), *(_logged[name] for name in CATEGORIES))
        columns = (*(overrides.c[name] for name in _OVERRIDE), *about)
        joined = overrides.join(predict_logs, overrides.c.log_id == _logged.id)
        query = sa.select(*columns).select_from(joined).where(condition, counts)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(overrides.c.id.desc()).limit(limit)).mappings()
            return [Override(**row) for row in rows]
