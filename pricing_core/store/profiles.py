"""How the columns of sources are meant, saved under names."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from pricing_core.nouns.profiles import ColumnSettings, Profile, fingerprint_of
from pricing_core.store.engine import Database
from pricing_core.store.tables.profiles import import_profiles

_saved = import_profiles.c
_NEWEST = (_saved.saved_at.desc(), _saved.name)


class Profiles:
    """Writes and reads profiles."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Profile]:
        """Every profile, by name."""
        return self._find(sa.select(import_profiles).order_by(_saved.name))

    def get(self, name: str) -> Profile | None:
        """One profile, or ``None``."""
        return next(iter(self._find(sa.select(import_profiles).where(_saved.name == name))), None)

    def for_header(self, header: Sequence[str]) -> Profile | None:
        """The newest profile that was saved for the very same header."""
        query = sa.select(import_profiles).where(_saved.fingerprint == fingerprint_of(header))
        return next(iter(self._find(query.order_by(*_NEWEST).limit(1))), None)

    def save(self, profile: Profile) -> bool:
        """Keep a profile; gives whether it took the place of one with the same name."""
        row = {
            "fingerprint": profile.fingerprint,
            "header": list(profile.header),
            "settings": profile.settings.to_json(),
            "saved_by": profile.saved_by,
            "saved_at": profile.saved_at,
        }
        with self._database.write() as connection:
            replaced = connection.execute(import_profiles.delete().where(_saved.name == profile.name)).rowcount > 0
            connection.execute(import_profiles.insert().values(name=profile.name, **row))
        return replaced

    def remove(self, name: str) -> bool:
        """Forget a profile; gives whether there was one."""
        with self._database.write() as connection:
            return connection.execute(import_profiles.delete().where(_saved.name == name)).rowcount > 0

    def _find(self, query: sa.Select[tuple[object, ...]]) -> list[Profile]:
        with self._database.read() as connection:
            rows = connection.execute(query).mappings().all()
        return [
            Profile(
                row["name"],
                tuple(row["header"]),
                ColumnSettings.from_json(row["settings"]),
                row["saved_by"],
                row["saved_at"],
            )
            for row in rows
        ]
