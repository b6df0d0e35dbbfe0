"""The tables of the gate: a verdict for each version, and the failed checks that a person set aside."""

from __future__ import annotations

import sqlalchemy as sa

from pricing_core.store.tables.core import Moment, metadata

verdicts = sa.Table(
    "verdicts",
    metadata,
    sa.Column("version", sa.ForeignKey("model_versions.version"), primary_key=True, autoincrement=False),
    sa.Column("passed", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
)

gate_overrides = sa.Table(
    "gate_overrides",
    metadata,
    sa.Column("promotion_id", sa.ForeignKey("promotions.id"), primary_key=True, autoincrement=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("failed_checks", sa.JSON, nullable=False),
)
