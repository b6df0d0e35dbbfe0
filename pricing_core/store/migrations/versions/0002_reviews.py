"""Stored findings, reviews of listings, and versions of data."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.create_table(
        "inspections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("made_with", sa.Text(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspections")),
    )
    op.create_table(
        "findings",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("listing_id", sa.BigInteger(), nullable=False),
        sa.Column("check", sa.Text(), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("column", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("suggestion", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
    )
    op.create_index(op.f("ix_findings_listing_id"), "findings", ["listing_id"])
    op.create_table(
        "listing_estimates",
        sa.Column("listing_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("estimate", sa.Double(), nullable=False),
        sa.Column("residual", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_listing_estimates")),
    )
    op.create_table(
        "reviews",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("listing_id", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("corrections", sa.JSON(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("reviewed_by", sa.Text(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("batch", sa.String(length=36), nullable=False),
        sa.Column("undoes", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["listing_id"], ["raw_data.id"], name=op.f("fk_reviews_listing_id")),
        sa.ForeignKeyConstraint(["undoes"], ["reviews.id"], name=op.f("fk_reviews_undoes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint("undoes", name=op.f("uq_reviews_undoes")),
    )
    op.create_index(op.f("ix_reviews_listing_id"), "reviews", ["listing_id"])
    op.create_index(op.f("ix_reviews_batch"), "reviews", ["batch"])
    op.create_table(
        "data_versions",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("train_rows", sa.Integer(), nullable=False),
        sa.Column("test_rows", sa.Integer(), nullable=False),
        sa.Column("excluded", sa.Integer(), nullable=False),
        sa.Column("corrected", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_data_versions")),
    )
