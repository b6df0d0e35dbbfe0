"""Watching: outcomes, overrides, failures, alerts, and a log that pages and counts at any size."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_FILTERS = ("requested_by", "source", "version", "sector", "confidence")


def upgrade() -> None:
    """Bring the schema to this revision."""
    _log()
    _outcomes()
    _alerts()


def _log() -> None:
    op.add_column("predict_logs", sa.Column("confidence", sa.String(length=8), nullable=True))
    op.add_column("predict_logs", sa.Column("bulk", sa.Boolean(), server_default=sa.false(), nullable=False))
    # What was valued in bulk has never had a reference value.
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "UPDATE predict_logs SET confidence = substr(detail->>'confidence', 1, 8), "
            "bulk = (detail->>'reference_value') IS NULL"
        )
    else:
        op.execute(
            "UPDATE predict_logs SET confidence = substr(json_extract(detail, '$.confidence'), 1, 8), "
            "bulk = json_extract(detail, '$.reference_value') IS NULL"
        )
    op.drop_index("ix_predict_logs_created_at", "predict_logs")
    op.drop_index("ix_predict_logs_requested_by", "predict_logs")
    for name in _FILTERS:
        op.create_index(f"ix_predict_logs_{name}_created_at_id", "predict_logs", [name, "created_at", "id"])
    op.create_index(
        "ix_predict_logs_watch",
        "predict_logs",
        ["created_at", "id", "bulk", "source", "confidence", "sector", "milliseconds"],
    )
    op.create_index("ix_predict_logs_subject", "predict_logs", ["sector", "net_usable_area", "net_area"])


def _outcomes() -> None:
    op.create_table(
        "outcomes",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("log_id", sa.String(length=36), nullable=False),
        sa.Column("price", sa.Double(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=True),
        sa.Column("learned_from", sa.Boolean(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["log_id"], ["predict_logs.id"], name=op.f("fk_outcomes_log_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcomes")),
    )
    op.create_index(op.f("ix_outcomes_log_id"), "outcomes", ["log_id"])
    op.create_table(
        "overrides",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("log_id", sa.String(length=36), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("overridden_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["log_id"], ["predict_logs.id"], name=op.f("fk_overrides_log_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overrides")),
    )
    op.create_index(op.f("ix_overrides_log_id"), "overrides", ["log_id"])
    op.create_index(op.f("ix_overrides_created_at"), "overrides", ["created_at"])


def _alerts() -> None:
    op.create_table(
        "request_failures",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("bulk", sa.Boolean(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "source", "kind", "bulk", name=op.f("pk_request_failures")),
    )
    op.create_table(
        "alerts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=32), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("limit", sa.Double(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
    )
    op.create_index(op.f("ix_alerts_resolved_at"), "alerts", ["resolved_at"])
    unresolved = sa.text("resolved_at IS NULL")
    op.create_index(
        "uq_alerts_open_rule", "alerts", ["rule"], unique=True, sqlite_where=unresolved, postgresql_where=unresolved
    )
    op.create_table(
        "watch_measures",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", "label", name=op.f("pk_watch_measures")),
    )
