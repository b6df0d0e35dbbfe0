"""Verdicts of the gate, and the promotions that went against one."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.create_table(
        "verdicts",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["version"], ["model_versions.version"], name=op.f("fk_verdicts_version")),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_verdicts")),
    )
    op.create_table(
        "gate_overrides",
        sa.Column("promotion_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("failed_checks", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["promotion_id"], ["promotions.id"], name=op.f("fk_gate_overrides_promotion_id")),
        sa.PrimaryKeyConstraint("promotion_id", name=op.f("pk_gate_overrides")),
    )
