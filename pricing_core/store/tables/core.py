"""The tables. The columns of a listing come from the contract in `schema`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import sqlalchemy as sa

from pricing_core.nouns.schema import COLUMNS, FEATURES, SECTOR, TOTAL_AREA, USABLE_AREA
from pricing_core.words import Message

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
# SQLite numbers its rows by itself only when the key is called INTEGER.
BigKey = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class Moment(sa.types.TypeDecorator[datetime]):
    """A moment with its time zone; SQLite keeps none, so UTC is written and given back."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Give the moment back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Sentence(sa.types.TypeDecorator[Message]):
    """A message, as the text that `Message.from_text` reads."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Message | str | None, dialect: sa.Dialect) -> str | None:
        """Write the message as text; a bare text is somebody's own words."""
        return None if value is None else Message.of(value).to_text()

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Message | None:
        """Read it again."""
        return None if value is None else Message.from_text(value)


def _listing_columns(*, features_only: bool = False) -> Iterator[sa.Column[object]]:
    for column in COLUMNS:
        if features_only and column.name not in FEATURES:
            continue
        kind: sa.types.TypeEngine[object] = sa.Text() if column.role == "category" else sa.Double()  # type: ignore[assignment]
        yield sa.Column(column.name, kind)


datasets = sa.Table(
    "datasets",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("fingerprint", sa.String(64), nullable=False, unique=True),
    sa.Column("file_name", sa.Text, nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("train_rows", sa.Integer, nullable=False),
    sa.Column("test_rows", sa.Integer, nullable=False),
    sa.Column("rejected_rows", sa.Integer, nullable=False),
    sa.Column("is_sample", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("active", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("notes", sa.JSON, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    # The fingerprint of its rows without what is declared beside the core.
    sa.Column("core", sa.String(64)),
)

raw_data = sa.Table(
    "raw_data",
    metadata,
    sa.Column("id", BigKey, primary_key=True),
    sa.Column("dataset_id", sa.ForeignKey("datasets.id"), nullable=False, index=True),
    sa.Column("row_number", sa.Integer, nullable=False),
    *_listing_columns(),
    sa.Column("is_train", sa.Boolean(create_constraint=False), nullable=False),
    # What the client declares beside the core, by name: a column more or less needs no migration.
    sa.Column("declared", sa.JSON(none_as_null=True)),
    # The text of its numbers by column, as JSON, where they were more than plain digits.
    sa.Column("as_written", sa.Text),
)

# What one UF was worth in pesos.
uf_values = sa.Table(
    "uf_values",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("value", sa.Double, nullable=False),
    sa.Column("added_by", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
)

rejected_rows = sa.Table(
    "rejected_rows",
    metadata,
    sa.Column("id", BigKey, primary_key=True),
    sa.Column("dataset_id", sa.ForeignKey("datasets.id"), nullable=False, index=True),
    sa.Column("row_number", sa.Integer, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("content", sa.JSON, nullable=False),
)

predict_logs = sa.Table(
    "predict_logs",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("requested_by", sa.Text, nullable=False),
    sa.Column("source", sa.String(16), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    *_listing_columns(features_only=True),
    sa.Column("value", sa.Double, nullable=False),
    sa.Column("milliseconds", sa.Double, nullable=False),
    sa.Column("detail", sa.JSON, nullable=False),
    sa.Column("confidence", sa.String(8)),
    # Valued with others at once: a file or a batch.
    sa.Column("bulk", sa.Boolean(create_constraint=False), nullable=False, server_default=sa.false()),
    sa.Column("declared", sa.JSON(none_as_null=True)),
)
# The pages of the log by each of its filters, newest first, without touching the rows: they are wide.
for _name in ("requested_by", "source", "version", SECTOR, "confidence"):
    sa.Index(None, predict_logs.c[_name], predict_logs.c.created_at, predict_logs.c.id)
# All that is counted when the log is watched.
sa.Index(
    "ix_predict_logs_watch",
    *(predict_logs.c[name] for name in ("created_at", "id", "bulk", "source", "confidence", SECTOR, "milliseconds")),
)
# An outcome that names no log entry is matched by its features.
sa.Index("ix_predict_logs_subject", *(predict_logs.c[name] for name in (SECTOR, USABLE_AREA, TOTAL_AREA)))

model_versions = sa.Table(
    "model_versions",
    metadata,
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("run_id", sa.String(64), nullable=False),
    sa.Column("recipe", sa.Text, nullable=False),
    sa.Column("fingerprint", sa.String(64), nullable=False, index=True),
    sa.Column("model_uri", sa.Text, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("manifest", sa.JSON, nullable=False),
    sa.Column("metrics", sa.JSON, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
)

# Append-only: the champion is the version of the newest row, so a promotion is one insert and a roll back another.
promotions = sa.Table(
    "promotions",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("version", sa.ForeignKey("model_versions.version"), nullable=False),
    sa.Column("promoted_by", sa.Text, nullable=False),
    sa.Column("reason", Sentence, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
)

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("stage", Sentence, nullable=False),
    sa.Column("progress", sa.Double, nullable=False),
    sa.Column("message", Sentence, nullable=False),
    sa.Column("parameters", sa.JSON, nullable=False),
    sa.Column("result", sa.JSON, nullable=False),
    sa.Column("requested_by", sa.Text, nullable=False),
    sa.Column("source", sa.String(16), nullable=False, server_default="library"),
    sa.Column("created_at", Moment, nullable=False, index=True),
    sa.Column("started_at", Moment),
    sa.Column("finished_at", Moment),
    sa.Column("heartbeat_at", Moment),
    sa.Column("worker_id", sa.String(36)),
    sa.Column("cancel_requested", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("flight", sa.String(128), nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("token", sa.Integer, nullable=False),
    sa.Column("size", sa.Double),
    sa.Column("settled", sa.Boolean(create_constraint=False), nullable=False),
)
# One active job of a flight: the database itself makes the second click join the first.
sa.Index(
    "uq_jobs_active_flight",
    jobs.c.flight,
    unique=True,
    sqlite_where=jobs.c.status.in_(["queued", "running"]),
    postgresql_where=jobs.c.status.in_(["queued", "running"]),
)

workers = sa.Table(
    "workers",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("heartbeat_at", Moment, nullable=False),
)

people = sa.Table(
    "people",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(64), nullable=False, unique=True),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("active", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("person_id", sa.ForeignKey("people.id"), index=True),
    sa.Column("key_id", sa.ForeignKey("api_keys.id"), index=True),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
)

api_keys = sa.Table(
    "api_keys",
    metadata,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("revoked_at", Moment),
)

# The secret itself is nowhere in the database; a mark tells one from another.
secret_marks = sa.Table(
    "secret_marks",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("mark", sa.String(16), nullable=False),
    sa.Column("seen_at", Moment, nullable=False),
)

login_failures = sa.Table(
    "login_failures",
    metadata,
    sa.Column("id", BigKey, primary_key=True),
    sa.Column("name", sa.String(64), nullable=False, index=True),
    sa.Column("address", sa.String(64), nullable=False),
    sa.Column("created_at", Moment, nullable=False, index=True),
)

# Whoever came in from an address before is not stopped there by what strangers try.
known_addresses = sa.Table(
    "known_addresses",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("address", sa.String(64), primary_key=True),
    sa.Column("seen_at", Moment, nullable=False),
)
