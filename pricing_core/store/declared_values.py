"""What is declared beside listings that are stored already, written to many rows at once."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import sqlalchemy as sa

from pricing_core.store.bulk import copy_in
from pricing_core.store.tables.core import raw_data

_now = sa.Table(
    "declared_now",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("declared", sa.JSON),
    prefixes=["TEMPORARY"],
)


class Beside:
    """Gathers the new values of listings in a table that the transaction alone sees, and takes them over."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        _now.create(connection)

    def put(self, listing_ids: Sequence[int], declared: pa.Array) -> None:
        """The JSON text of some listings, null where nothing is declared of them."""
        batch = pa.record_batch([pa.array(listing_ids, pa.int64()), declared], names=["id", "declared"])
        copy_in(self._connection, _now, batch, {})

    def take_over(self) -> None:
        """Write them into the listings."""
        change = sa.update(raw_data).where(raw_data.c.id == _now.c.id).values(declared=_now.c.declared)
        self._connection.execute(change)
        _now.drop(self._connection)
