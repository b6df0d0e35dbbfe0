"""The registered models and the ledger of promotions. The newest promotion names the champion."""

from __future__ import annotations

import sqlalchemy as sa

from pricing_core.nouns import Version
from pricing_core.store.engine import Database, utcnow
from pricing_core.store.tables import model_versions, promotions


class Versions:
    """Writes and reads versions and promotions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, version: Version) -> None:
        """Store a version that was just registered."""
        row = {name: value for name, value in vars(version).items() if name != "is_champion"}
        with self._database.write() as connection:
            connection.execute(model_versions.insert().values(**row))

    def all(self) -> list[Version]:
        """Every version, the newest first."""
        with self._database.read() as connection:
            champion = _champion(connection)
            rows = connection.execute(sa.select(model_versions).order_by(model_versions.c.version.desc())).mappings()
            return [Version(**row, is_champion=row["version"] == champion) for row in rows]

    def get(self, version: int) -> Version | None:
        """One version, or ``None``."""
        query = sa.select(model_versions).where(model_versions.c.version == version)
        with self._database.read() as connection:
            row = connection.execute(query).mappings().first()
            return None if row is None else Version(**row, is_champion=version == _champion(connection))

    def with_fingerprint(self, fingerprint: str) -> Version | None:
        """The newest version that was trained from the same rows and the same recipe."""
        return next((item for item in self.all() if item.fingerprint == fingerprint), None)

    def champion_number(self) -> int | None:
        """The version that serves now: one indexed look-up, made on every valuation."""
        with self._database.read() as connection:
            return _champion(connection)

    def promote(self, version: int, *, promoted_by: str, reason: str) -> None:
        """Make a version the champion: one insert, so nobody ever sees half a promotion."""
        row = {"version": version, "promoted_by": promoted_by, "reason": reason, "created_at": utcnow()}
        with self._database.write() as connection:
            connection.execute(promotions.insert().values(**row))

    def former_champion(self) -> int | None:
        """The version that served before the present champion was promoted."""
        query = sa.select(promotions.c.version).order_by(promotions.c.id.desc())
        with self._database.read() as connection:
            numbers = list(connection.execute(query).scalars())
        return _before_last_change(numbers)


def _champion(connection: sa.Connection) -> int | None:
    query = sa.select(promotions.c.version).order_by(promotions.c.id.desc()).limit(1)
    return connection.execute(query).scalar_one_or_none()


def _before_last_change(newest_first: list[int]) -> int | None:
    """Walk the ledger like a stack: going back twice goes two versions back instead of to and fro."""
    stack: list[int] = []
    for number in reversed(newest_first):
        if len(stack) > 1 and stack[-2] == number:
            stack.pop()
        elif not stack or stack[-1] != number:
            stack.append(number)
    return stack[-2] if len(stack) > 1 else None
