"""Which secret was in use when: by a mark that tells nothing of it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from pricing_core.store.engine import Database
from pricing_core.store.tables.core import secret_marks


class SecretMarks:
    """The marks of the secrets, each with the moment from which on it was in use."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[tuple[str, datetime]]:
        """Every mark, the oldest first."""
        query = sa.select(secret_marks.c.mark, secret_marks.c.seen_at).order_by(secret_marks.c.id)
        with self._database.read() as connection:
            return [(row[0], row[1]) for row in connection.execute(query)]

    def add(self, mark: str, seen_at: datetime) -> None:
        """Note that a secret is in use from now on."""
        with self._database.write() as connection:
            connection.execute(secret_marks.insert().values(mark=mark, seen_at=seen_at))
