"""What one UF was worth in pesos, day by day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from pricing_core.nouns.uf import UfImport, UfTable, UfValue
from pricing_core.store.engine import Database, utcnow
from pricing_core.store.tables.core import uf_values

_AT_ONCE: Final = 500
_known = uf_values.c


class UfValues:
    """Writes and reads the values; a day has one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, values: Sequence[UfValue], *, added_by: str) -> tuple[int, int]:
        """Keep values; gives how many days were new, and of how many the value changed."""
        before = {each.day: each.value for each in self._all()}
        changed = [each for each in values if before.get(each.day) != each.value]
        rows = [
            {"day": each.day, "value": each.value, "added_by": added_by, "created_at": utcnow()} for each in changed
        ]
        insert = sqlite.insert(uf_values) if self._database.is_sqlite else postgresql.insert(uf_values)
        new = {name: insert.excluded[name] for name in ("value", "added_by", "created_at")}
        statement = insert.on_conflict_do_update(index_elements=["day"], set_=new)
        with self._database.write() as connection:
            for start in range(0, len(rows), _AT_ONCE):
                connection.execute(statement, rows[start : start + _AT_ONCE])
        fresh = sum(each.day not in before for each in changed)
        return fresh, len(changed) - fresh

    def newest(self, limit: int) -> list[UfImport]:
        """The values of the last days, the latest first."""
        query = sa.select(uf_values).order_by(_known.day.desc()).limit(limit)
        with self._database.read() as connection:
            return [UfImport(**row) for row in connection.execute(query).mappings()]

    def span(self) -> tuple[int, date | None, date | None]:
        """How many days have a value, the first and the last of them."""
        query = sa.select(sa.func.count(), sa.func.min(_known.day), sa.func.max(_known.day))
        with self._database.read() as connection:
            count, first, last = connection.execute(query).one()
        return int(count), first, last

    def table(self, today: date) -> UfTable:
        """All values, for looking up."""
        return UfTable(self._all(), today)

    def _all(self) -> list[UfValue]:
        with self._database.read() as connection:
            rows = connection.execute(sa.select(_known.day, _known.value)).all()
        return [UfValue(row.day, row.value) for row in rows]
