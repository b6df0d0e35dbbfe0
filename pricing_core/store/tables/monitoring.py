"""The tables of watching: what became of logged predictions, what was refused, and what is wrong now."""

from __future__ import annotations

import sqlalchemy as sa

from pricing_core.store.tables.core import BigKey, Moment, Sentence, metadata

__all__ = ["alerts", "metadata", "outcomes", "overrides", "request_failures", "watch_measures"]

# Append-only. The key is a digest of the content, so that the same outcome twice is one row.
outcomes = sa.Table(
    "outcomes",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("log_id", sa.ForeignKey("predict_logs.id"), nullable=False, index=True),
    sa.Column("price", sa.Double, nullable=False),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("happened_on", sa.Date),
    # Whether the version that gave the value had learned from this very listing: then its error tells nothing.
    sa.Column("learned_from", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("file_name", sa.Text, nullable=False),
    sa.Column("added_by", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
)

# Append-only: the newest of a logged prediction counts.
overrides = sa.Table(
    "overrides",
    metadata,
    sa.Column("id", BigKey, primary_key=True),
    sa.Column("log_id", sa.ForeignKey("predict_logs.id"), nullable=False, index=True),
    sa.Column("value", sa.Double, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("overridden_by", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False, index=True),
)

# One row a day, source, kind and way of asking: however many are refused, the table stays small.
request_failures = sa.Table(
    "request_failures",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("source", sa.String(16), primary_key=True),
    sa.Column("kind", sa.String(8), primary_key=True),
    sa.Column("bulk", sa.Boolean(create_constraint=False), primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
)

alerts = sa.Table(
    "alerts",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("rule", sa.String(32), nullable=False),
    sa.Column("sentence", Sentence, nullable=False),
    sa.Column("value", sa.Double, nullable=False),
    sa.Column("limit", sa.Double, nullable=False),
    sa.Column("detail", sa.JSON, nullable=False),
    sa.Column("first_seen", Moment, nullable=False),
    sa.Column("last_seen", Moment, nullable=False),
    sa.Column("resolved_at", Moment, index=True),
)
# One open alert of a rule: two processes that look at once cannot open two.
sa.Index(
    "uq_alerts_open_rule",
    alerts.c.rule,
    unique=True,
    sqlite_where=alerts.c.resolved_at.is_(None),
    postgresql_where=alerts.c.resolved_at.is_(None),
)

# What was measured last, for /metrics to read without measuring.
watch_measures = sa.Table(
    "watch_measures",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("label", sa.String(64), primary_key=True),
    sa.Column("value", sa.Double, nullable=False),
    sa.Column("measured_at", Moment, nullable=False),
)
