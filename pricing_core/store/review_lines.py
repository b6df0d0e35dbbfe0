"""Lines of the ledger of verdicts: how they are read and added inside one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from uuid import uuid4

import sqlalchemy as sa

from pricing_core.errors import ConflictError, NotFoundError
from pricing_core.nouns import Json, Review
from pricing_core.nouns.schema import LISTING_COLUMNS
from pricing_core.store.engine import Query, utcnow
from pricing_core.store.tables.core import datasets, raw_data
from pricing_core.store.tables.reviews import reviews
from pricing_core.words import Message, marked, plural

_AT_ONCE: Final = 10_000
_DONE: Final = {
    "keep": marked("{who} kept listing {listing} on {when:moment}"),
    "exclude": marked("{who} excluded listing {listing} on {when:moment}"),
    "correct": marked("{who} corrected listing {listing} on {when:moment}"),
    "undo": marked("{who} took back the verdict on listing {listing} on {when:moment}"),
}

Ids = Sequence[int]


def in_parts(keys: Ids) -> Iterator[Ids]:
    """Databases take no more than some ten thousand values in one statement."""
    return (keys[start : start + _AT_ONCE] for start in range(0, len(keys), _AT_ONCE))


def stands() -> tuple[sa.ColumnElement[bool], ...]:
    """Narrows reviews to the lines that stand: the newest decision of a listing that was not taken back."""
    other, newer = reviews.alias("other"), reviews.alias("newer")
    valid = ~sa.exists().where(other.c.undoes == newer.c.id)
    newest = (
        sa.select(sa.func.max(newer.c.id))
        .where(newer.c.listing_id == reviews.c.listing_id, newer.c.verdict != "undo", valid)
        .correlate(reviews)
        .scalar_subquery()
    )
    return (reviews.c.id == newest,)


def lines_in_force(connection: sa.Connection, listing_ids: Ids) -> dict[int, Review]:
    """The line that stands on each listing, where one does."""
    query = sa.select(reviews).where(*stands())
    lines = (read_lines(connection, query.where(reviews.c.listing_id.in_(some))) for some in in_parts(listing_ids))
    return {line.listing_id: line for part in lines for line in part}


def stored_values(connection: sa.Connection, listing_ids: Ids, *, in_use: bool = False) -> dict[int, Json]:
    """The values of listings as they were ingested."""
    query = sa.select(raw_data.c.id, raw_data.c.declared, *(raw_data.c[name] for name in LISTING_COLUMNS))
    if in_use:
        query = query.join(datasets, datasets.c.id == raw_data.c.dataset_id).where(datasets.c.active)
    found = {}
    for some in in_parts(listing_ids):
        for row in connection.execute(query.where(raw_data.c.id.in_(some))).mappings():
            found[row["id"]] = {name: row[name] for name in LISTING_COLUMNS} | (row["declared"] or {})
    return found


def values_in_use(connection: sa.Connection, listing_ids: Ids) -> dict[int, Json]:
    """The values of listings in use as they were ingested.

    Raises
    ------
    NotFoundError
        Naming those that are not in use.
    """
    found = stored_values(connection, listing_ids, in_use=True)
    if missing := [key for key in listing_ids if key not in found]:
        raise NotFoundError(
            "Among the listings in use there is no {listings}: nothing was settled. Choose listings in use.",
            listings=names(missing),
        )
    return found


def refuse_newer(connection: sa.Connection, listing_ids: Ids, seen: Mapping[int, int] | None) -> None:
    """Refuse to settle listings with a line newer than the one that the person saw.

    Raises
    ------
    ConflictError
        Saying who settled one meanwhile, and how.
    """
    if seen is None:
        return
    newest = sa.select(sa.func.max(reviews.c.id)).group_by(reviews.c.listing_id)
    for some in in_parts(listing_ids):
        query = sa.select(reviews).where(reviews.c.id.in_(newest.where(reviews.c.listing_id.in_(some))))
        newer = [line for line in read_lines(connection, query) if line.id != seen.get(line.listing_id, 0)]
        if newer:
            raise ConflictError(_clash(newer))


def take_back(connection: sa.Connection, lines: Sequence[Review], reason: str, reviewed_by: str) -> list[Review]:
    """Add a line for each that takes it back."""
    batch, now = str(uuid4()), utcnow()
    raw = stored_values(connection, [line.listing_id for line in lines])
    rows = [
        {
            "listing_id": line.listing_id,
            "verdict": "undo",
            "reason": reason,
            "corrections": None,
            "before": before(raw[line.listing_id], line),
            "reviewed_by": reviewed_by,
            "created_at": now,
            "batch": batch,
            "undoes": line.id,
        }
        for line in lines
    ]
    return add(connection, rows)


def before(values: Mapping[str, object], former: Review | None) -> Json:
    """What a listing was used with, and the decision that stood."""
    return {
        "values": dict(values) | corrections_of(former),
        "verdict": None if former is None else former.verdict,
        "review_id": None if former is None else former.id,
    }


def corrections_of(line: Review | None) -> Json:
    """The corrected values in force with a line."""
    return dict(line.corrections or {}) if line is not None else {}


def add(connection: sa.Connection, rows: list[Json]) -> list[Review]:
    """Add lines; they come back in the same order, with their ids."""
    statement = sa.insert(reviews).returning(reviews, sort_by_parameter_order=True)
    return [Review(**row) for row in connection.execute(statement, rows).mappings()]


def undone_among(connection: sa.Connection, review_ids: Ids) -> set[int]:
    """Which of these lines were taken back."""
    queries = (sa.select(reviews.c.undoes).where(reviews.c.undoes.in_(some)) for some in in_parts(review_ids))
    return {int(key) for query in queries for key in connection.scalars(query) if key is not None}


def read_lines(connection: sa.Connection, query: Query) -> list[Review]:
    """The lines of a query."""
    return [Review(**row) for row in connection.execute(query).mappings()]


def _clash(newer: Sequence[Review]) -> Message:
    said = [Message("{told} meanwhile.", told=told(newer[0]))]
    if len(newer) > 1:
        said.append(
            plural(
                "So was {count:integer} more of these listings.",
                "So were {count:integer} more of these listings.",
                "count",
                count=len(newer) - 1,
            )
        )
    return Message.joined([*said, Message("Nothing was changed: look again, then settle.")])


def told(line: Review) -> Message:
    """A line in words: who did what to which listing, when and why."""
    done = Message(_DONE[line.verdict], who=line.reviewed_by, listing=line.listing_id, when=line.created_at)
    return Message("{done} ({reason:quoted})", done=done, reason=line.reason) if line.reason else done


def names(keys: Ids) -> Message:
    """The first listings in words."""
    return Message("listing {numbers:list}", numbers=list(keys))
