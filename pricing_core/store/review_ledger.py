"""The ledger of decisions on listings: lines are added, never changed. What stands is read from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import uuid4

import pandas as pd
import sqlalchemy as sa

from pricing_core.errors import ConflictError, NotFoundError
from pricing_core.nouns import Review
from pricing_core.store.engine import Database, utcnow
from pricing_core.store.review_lines import (
    Ids,
    add,
    before,
    corrections_of,
    lines_in_force,
    names,
    read_lines,
    refuse_newer,
    stands,
    take_back,
    told,
    undone_among,
    values_in_use,
)
from pricing_core.store.tables.core import datasets, raw_data
from pricing_core.store.tables.reviews import findings, reviews

_IN_FORCE: Final = ("listing_id", "verdict", "reason", "reviewed_by", "created_at", "review_id", "corrections")


class Ledger:
    """Writes and reads reviews. Two who settle the same listing queue for the table: the second sees the first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def settle(
        self,
        listing_ids: Ids,
        decision: str,
        *,
        reason: str,
        corrections: Mapping[str, object] | None,
        seen: Mapping[int, int] | None,
        reviewed_by: str,
    ) -> list[Review]:
        """Add a decision on each listing, all or none.

        New corrections join those that stand. With ``seen``, the newest line of each listing must be the one named
        there (0 or absent: none).

        Raises
        ------
        NotFoundError
            Naming the listings that are not in use.
        ConflictError
            Saying who settled a listing meanwhile, and how.
        """
        with self._database.write() as connection:
            self._wait_in_line(connection)
            raw = values_in_use(connection, listing_ids)
            refuse_newer(connection, listing_ids, seen)
            in_force, batch, now = lines_in_force(connection, listing_ids), str(uuid4()), utcnow()
            rows = []
            for key in listing_ids:
                former = in_force.get(key)
                joined = None if corrections is None else corrections_of(former) | dict(corrections)
                rows.append(
                    {
                        "listing_id": key,
                        "verdict": decision,
                        "reason": reason,
                        "corrections": joined,
                        "before": before(raw[key], former),
                        "reviewed_by": reviewed_by,
                        "created_at": now,
                        "batch": batch,
                        "undoes": None,
                    }
                )
            return add(connection, rows)

    def undo(self, listing_ids: Ids, *, reason: str, seen: Mapping[int, int] | None, reviewed_by: str) -> list[Review]:
        """Take back the decision that stands on each listing, all or none."""
        with self._database.write() as connection:
            self._wait_in_line(connection)
            refuse_newer(connection, listing_ids, seen)
            in_force = lines_in_force(connection, listing_ids)
            if missing := [key for key in listing_ids if key not in in_force]:
                raise ConflictError("There is no verdict to undo on {listings}.", listings=names(missing))
            return take_back(connection, [in_force[key] for key in listing_ids], reason, reviewed_by)

    def undo_batch(self, batch: str, *, reason: str, reviewed_by: str) -> list[Review]:
        """Take back what still stands of the listings that were settled together."""
        with self._database.write() as connection:
            self._wait_in_line(connection)
            lines = read_lines(connection, sa.select(reviews).where(reviews.c.batch == batch).order_by(reviews.c.id))
            if not lines:
                raise NotFoundError("There is no batch {batch:quoted} of reviews.", batch=batch)
            if lines[0].verdict == "undo":
                raise ConflictError("This batch took verdicts back itself: settle the listings again instead.")
            undone = undone_among(connection, [line.id for line in lines])
            left = [line for line in lines if line.id not in undone]
            if not left:
                raise ConflictError("This batch was taken back already.")
            in_force = lines_in_force(connection, [line.listing_id for line in left])
            if later := [found for line in left if (found := in_force[line.listing_id]).id != line.id]:
                raise ConflictError("{told} after this batch: undo that first.", told=told(later[0]))
            return take_back(connection, left, reason, reviewed_by)

    def _wait_in_line(self, connection: sa.Connection) -> None:
        if not self._database.is_sqlite:  # SQLite's writers queue by themselves
            connection.exec_driver_sql("LOCK TABLE reviews IN SHARE ROW EXCLUSIVE MODE")

    def history(self, listing_id: int) -> list[Review]:
        """Every line of a listing, the newest first."""
        return self._read(reviews.c.listing_id == listing_id)

    def newest(self, limit: int) -> list[Review]:
        """The newest lines first."""
        return self._read(sa.true(), limit)

    def _read(self, condition: sa.ColumnElement[bool], limit: int | None = None) -> list[Review]:
        query = sa.select(reviews).where(condition).order_by(reviews.c.id.desc()).limit(limit)
        with self._database.read() as connection:
            return read_lines(connection, query)

    def knows(self, listing_id: int) -> bool:
        """Whether there is such a listing, in use or set aside."""
        with self._database.read() as connection:
            return connection.scalar(sa.select(raw_data.c.id).where(raw_data.c.id == listing_id)) is not None

    def position(self) -> int:
        """The id of the newest line, 0 before the first: changes with every review."""
        with self._database.read() as connection:
            return int(connection.scalar(sa.select(sa.func.max(reviews.c.id))) or 0)

    def settled_since(self, position: int) -> frozenset[int]:
        """The listings with a line newer than a position."""
        query = sa.select(reviews.c.listing_id).where(reviews.c.id > position)
        with self._database.read() as connection:
            return frozenset(connection.scalars(query))

    def in_force(self) -> pd.DataFrame:
        """What stands on the listings in use."""
        columns = [reviews.c[{"review_id": "id"}.get(name, name)].label(name) for name in _IN_FORCE]
        query = sa.select(*columns).join(raw_data, raw_data.c.id == reviews.c.listing_id)
        query = query.join(datasets, datasets.c.id == raw_data.c.dataset_id).where(datasets.c.active, *stands())
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(reviews.c.listing_id)).all()
        frame = pd.DataFrame(rows, columns=list(_IN_FORCE))
        return frame.astype({"listing_id": "int64", "review_id": "int64", "corrections": object})

    def unreviewed(self) -> dict[str, int]:
        """How many findings by severity are on listings on which nothing stands."""
        in_force = sa.select(reviews.c.listing_id).where(*stands())
        query = sa.select(findings.c.severity, sa.func.count()).where(findings.c.listing_id.not_in(in_force))
        with self._database.read() as connection:
            found = {str(severity): int(number) for severity, number in connection.execute(query.group_by("severity"))}
        return {"error": 0, "warning": 0} | found
