"""The registered models with their verdicts, and the ledger of promotions. The newest promotion names the champion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from pricing_core.nouns import Check, Json, Promotion, Verdict, Version
from pricing_core.store.engine import Database, utcnow
from pricing_core.store.leases import Guard
from pricing_core.store.tables.core import model_versions, promotions
from pricing_core.store.tables.gate import gate_overrides, verdicts
from pricing_core.words import Message


class VersionRecords:
    """Writes and reads versions, verdicts and promotions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, version: Version, verdict: Verdict | None = None, *, guard: Guard | None = None) -> None:
        """Store a version that was just registered, together with the gate's verdict on it."""
        row = {name: value for name, value in vars(version).items() if name != "is_champion"}
        with self._database.write() as connection:
            if guard is not None:
                guard(connection)
            connection.execute(model_versions.insert().values(**row))
            if verdict is not None:
                judged = {"version": version.version, "passed": verdict.passed, "content": verdict.to_dict(None)}
                connection.execute(verdicts.insert().values(**judged, created_at=version.created_at))

    def all(self) -> list[Version]:
        """Every version, the newest first."""
        with self._database.read() as connection:
            champion = champion_in(connection)
            rows = connection.execute(sa.select(model_versions).order_by(model_versions.c.version.desc())).mappings()
            return [Version(**row, is_champion=row["version"] == champion) for row in rows]

    def get(self, version: int) -> Version | None:
        """One version, or ``None``."""
        query = sa.select(model_versions).where(model_versions.c.version == version)
        with self._database.read() as connection:
            row = connection.execute(query).mappings().first()
            return None if row is None else Version(**row, is_champion=version == champion_in(connection))

    def move(self, places: Mapping[int, str]) -> None:
        """Note where the models of these versions lie now."""
        with self._database.write() as connection:
            for version, place in places.items():
                here = model_versions.c.version == version
                connection.execute(model_versions.update().where(here).values(model_uri=place))

    def with_fingerprint(self, fingerprint: str) -> Version | None:
        """The newest version that was trained from the same rows and the same recipe."""
        return next((item for item in self.all() if item.fingerprint == fingerprint), None)

    def verdict(self, version: int) -> Verdict | None:
        """What the gate found of a version, or ``None`` where it was never judged."""
        query = sa.select(verdicts.c.content).where(verdicts.c.version == version)
        with self._database.read() as connection:
            content = connection.execute(query).scalar_one_or_none()
        if content is None:
            return None
        told = {
            "summary": Message.from_json(content["summary"]),
            "checks": [_check(each) for each in content["checks"]],
        }
        return Verdict(**content | told)

    def passed(self) -> dict[int, bool]:
        """Of each version that was judged, whether it passed."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(verdicts.c.version, verdicts.c.passed))
            return {version: bool(passed) for version, passed in rows}

    def champion_number(self) -> int | None:
        """The version that serves now: one indexed look-up, made on every valuation."""
        with self._database.read() as connection:
            return champion_in(connection)

    def promote(
        self,
        version: int,
        *,
        promoted_by: str,
        reason: Message,
        overrode: Sequence[str] = (),
        guard: Guard | None = None,
    ) -> None:
        """Make a version the champion in one transaction, so nobody ever sees half a promotion.

        Parameters
        ----------
        overrode
            The failed checks of its verdict that a person set aside, with the same reason.
        guard
            Asked inside the transaction, after other promotions were locked out: a worker that slept through the end
            of its job finds out here that the job is no longer its own.
        """
        row = {"version": version, "promoted_by": promoted_by, "reason": reason, "created_at": utcnow()}
        with self._database.write() as connection:
            if not self._database.is_sqlite:  # whose writers take turns anyway
                connection.execute(sa.text("LOCK TABLE promotions IN SHARE ROW EXCLUSIVE MODE"))
            if guard is not None:
                guard(connection)
            made = connection.execute(promotions.insert().values(**row)).inserted_primary_key
            if overrode and made is not None:
                against = {"promotion_id": made[0], "reason": str(reason), "failed_checks": list(overrode)}
                connection.execute(gate_overrides.insert().values(**against))

    def ledger(self, limit: int = 100) -> list[Promotion]:
        """The promotions, the newest first."""
        columns = [promotions.c[name] for name in ("version", "promoted_by", "reason", "created_at")]
        joined = promotions.outerjoin(gate_overrides, gate_overrides.c.promotion_id == promotions.c.id)
        query = sa.select(*columns, gate_overrides.c.failed_checks).select_from(joined)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(promotions.c.id.desc()).limit(limit))
            return [Promotion(*row[:4], overrode=row[4] or []) for row in rows]

    def former_champions(self) -> list[int]:
        """The versions to go back to from the present champion, the nearest first, each once."""
        query = sa.select(promotions.c.version).order_by(promotions.c.id)
        with self._database.read() as connection:
            numbers = list(connection.execute(query).scalars())
        champion = numbers[-1] if numbers else None
        stack = [number for number in reversed(_stack(numbers)) if number != champion]
        return list(dict.fromkeys(stack))

    def former_champion(self) -> int | None:
        """The version that served before the present champion was promoted."""
        return next(iter(self.former_champions()), None)


def _check(content: Json) -> Check:
    sentence = Message.from_json(content["sentence"])
    return Check(content["name"], content["passed"], sentence, content["details"])


def champion_in(connection: sa.Connection) -> int | None:
    """The version that serves, as seen inside a transaction."""
    query = sa.select(promotions.c.version).order_by(promotions.c.id.desc()).limit(1)
    return connection.execute(query).scalar_one_or_none()


def _stack(oldest_first: list[int]) -> list[int]:
    """Walk the ledger like a stack: going back twice goes two versions back instead of to and fro."""
    stack: list[int] = []
    for number in oldest_first:
        if len(stack) > 1 and stack[-2] == number:
            stack.pop()
        elif not stack or stack[-1] != number:
            stack.append(number)
    return stack
