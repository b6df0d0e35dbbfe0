"""People, their logins, and keys for programs. Passwords and keys are stored as hashes alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from pricing_core.errors import ConflictError
from pricing_core.nouns import ApiKey, Person
from pricing_core.store.engine import Database, now_in, utcnow
from pricing_core.store.tables.core import api_keys, people, sessions

# A clock that is set back by so much ends nobody's login, and a login lasts no more than so much too long.
_AHEAD: Final = timedelta(hours=1)


class People:
    """Who may log in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, role: str, password_hash: str) -> None:
        """Store a person; ConflictError where the name is taken."""
        row = {"name": name, "role": role, "password_hash": password_hash, "active": True, "created_at": utcnow()}
        try:
            with self._database.write() as connection:
                connection.execute(people.insert().values(**row))
        except IntegrityError:
            raise ConflictError(
                "There is a person named {name:quoted} already: choose another name.", name=name
            ) from None

    def all(self) -> list[Person]:
        """Everyone, by name."""
        return [_person(row) for row in self._rows()]

    def hashes(self) -> dict[str, tuple[Person, str]]:
        """Each active person with the hash of the password."""
        return {row["name"]: (_person(row), row["password_hash"]) for row in self._rows() if row["active"]}

    def _rows(self) -> list[sa.RowMapping]:
        with self._database.read() as connection:
            return list(connection.execute(sa.select(people).order_by(people.c.name)).mappings())

    def change(self, name: str, **values: object) -> bool:
        """Change a person and end that person's logins in the same transaction; ``False`` where there is none."""
        with self._database.write() as connection:
            number = connection.execute(sa.select(people.c.id).where(people.c.name == name)).scalar_one_or_none()
            if number is None:
                return False
            connection.execute(people.update().where(people.c.id == number).values(**values))
            open_ones = (sessions.c.person_id == number) & sessions.c.ended_at.is_(None)
            connection.execute(sessions.update().where(open_ones).values(ended_at=utcnow()))
            return True


class Keys:
    """Keys for programs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, key_id: str, name: str, role: str, digest: str) -> None:
        """Store a key by the digest of its secret."""
        row = {"id": key_id, "name": name, "role": role, "digest": digest, "created_at": utcnow()}
        with self._database.write() as connection:
            connection.execute(api_keys.insert().values(**row))

    def all(self) -> list[ApiKey]:
        """Every key, the newest first."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(api_keys).order_by(api_keys.c.created_at.desc())).mappings()
            return [_key(row) for row in rows]

    def get(self, key_id: str) -> tuple[ApiKey, str] | None:
        """A key with the digest of its secret, or ``None``."""
        with self._database.read() as connection:
            row = connection.execute(sa.select(api_keys).where(api_keys.c.id == key_id)).mappings().first()
        return None if row is None else (_key(row), row["digest"])

    def revoke(self, key_id: str) -> bool:
        """End a key and the logins made with it; ``False`` where there is no such key in force."""
        now = utcnow()
        with self._database.write() as connection:
            in_force = (api_keys.c.id == key_id) & api_keys.c.revoked_at.is_(None)
            ended = connection.execute(api_keys.update().where(in_force).values(revoked_at=now)).rowcount
            connection.execute(sessions.update().where(sessions.c.key_id == key_id).values(ended_at=now))
            return ended == 1


class Sessions:
    """Logins: a cookie is worth nothing without its row here."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, session_id: str, lasts: timedelta, *, person: str | None = None, key_id: str | None = None) -> None:
        """Store a login of a person or of a key."""
        who = sa.select(people.c.id).where(people.c.name == person).scalar_subquery() if person else None
        row = {"id": session_id, "person_id": who, "key_id": key_id}
        with self._database.write() as connection:
            now = now_in(connection)
            connection.execute(sessions.insert().values(**row, created_at=now, expires_at=now + lasts))

    def find(self, session_id: str) -> tuple[str, str] | None:
        """Name and role behind a login that is in force, or ``None``."""
        mine = (sessions.c.id == session_id) & sessions.c.ended_at.is_(None)
        # A key must never pass for the person of the same name.
        name = sa.func.coalesce(people.c.name, sa.literal("key:") + api_keys.c.name)
        role = sa.func.coalesce(people.c.role, api_keys.c.role)
        allowed = people.c.active.is_(True) | (api_keys.c.id.is_not(None) & api_keys.c.revoked_at.is_(None))
        joined = sessions.outerjoin(people).outerjoin(api_keys)
        with self._database.read() as connection:
            now = now_in(connection)
            # One from the future was opened by a wrong clock, and would outlast its time by as much.
            in_force = (sessions.c.expires_at > now) & (sessions.c.created_at <= now + _AHEAD)
            row = connection.execute(sa.select(name, role).select_from(joined).where(mine, in_force, allowed)).first()
        return None if row is None else (row[0], row[1])

    def end(self, session_id: str) -> None:
        """End a login."""
        with self._database.write() as connection:
            connection.execute(sessions.update().where(sessions.c.id == session_id).values(ended_at=utcnow()))


def _person(row: sa.RowMapping) -> Person:
    return Person(row["name"], row["role"], row["active"], row["created_at"])


def _key(row: sa.RowMapping) -> ApiKey:
    return ApiKey(row["id"], row["name"], row["role"], row["created_at"], row["revoked_at"])
