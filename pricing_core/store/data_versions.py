"""Which rows each training saw: where their files are, and their digests."""

from __future__ import annotations

import sqlalchemy as sa

from pricing_core.nouns import DataVersion
from pricing_core.store.engine import Database
from pricing_core.store.tables.reviews import data_versions


class DataVersions:
    """Writes and reads versions of data."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, version: DataVersion) -> None:
        """Store a version; of one that is known already, only where its file lies and the digest are taken over."""
        row, key = vars(version), data_versions.c.fingerprint == version.fingerprint
        with self._database.write() as connection:
            file = {"path": version.path, "sha256": version.sha256}
            if connection.execute(sa.update(data_versions).where(key).values(file)).rowcount == 0:
                connection.execute(sa.insert(data_versions).values(row))

    def all(self) -> list[DataVersion]:
        """Every version, the newest first."""
        query = sa.select(data_versions).order_by(data_versions.c.created_at.desc(), data_versions.c.fingerprint)
        with self._database.read() as connection:
            return [DataVersion(**row) for row in connection.execute(query).mappings()]

    def get(self, fingerprint: str) -> DataVersion | None:
        """The version of a whole fingerprint, or ``None``."""
        query = sa.select(data_versions).where(data_versions.c.fingerprint == fingerprint)
        with self._database.read() as connection:
            row = connection.execute(query).mappings().one_or_none()
        return None if row is None else DataVersion(**row)
