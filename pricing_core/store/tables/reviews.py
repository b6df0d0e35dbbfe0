"""The tables of what looks wrong with listings, of people's verdicts on them, and of the rows of each training."""

from __future__ import annotations

import sqlalchemy as sa

from pricing_core.store.tables.core import BigKey, Moment, metadata

# One row says which listings, units and release the stored findings were made with; it is written with them.
inspections = sa.Table(
    "inspections",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("fingerprint", sa.String(64), nullable=False),
    sa.Column("made_with", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
)

# No foreign keys here: a million rows go in at once, and a listing is never deleted.
findings = sa.Table(
    "findings",
    metadata,
    sa.Column("id", BigKey, primary_key=True),
    sa.Column("listing_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("check", sa.Text, nullable=False),
    sa.Column("severity", sa.String(16), nullable=False),
    sa.Column("column", sa.Text),
    sa.Column("message", sa.Text, nullable=False),
    # JSON as text: SQLite would take a JSON column that holds a bare number for a number, and round it.
    sa.Column("suggestion", sa.Text),
    sa.Column("fingerprint", sa.String(64), nullable=False),
)

listing_estimates = sa.Table(
    "listing_estimates",
    metadata,
    sa.Column("listing_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("estimate", sa.Double, nullable=False),
    sa.Column("residual", sa.Double),
)

# Append-only: what stands is the newest line of a listing that no other line takes back.
reviews = sa.Table(
    "reviews",
    metadata,
    sa.Column("id", BigKey, primary_key=True),
    sa.Column("listing_id", sa.BigInteger, sa.ForeignKey("raw_data.id"), nullable=False, index=True),
    sa.Column("verdict", sa.String(16), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("corrections", sa.JSON(none_as_null=True)),
    sa.Column("before", sa.JSON, nullable=False),
    sa.Column("reviewed_by", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("batch", sa.String(36), nullable=False, index=True),
    # A line can be taken back once: the database itself refuses a second time.
    sa.Column("undoes", sa.BigInteger, sa.ForeignKey("reviews.id"), unique=True),
)

data_versions = sa.Table(
    "data_versions",
    metadata,
    sa.Column("fingerprint", sa.String(64), primary_key=True),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("train_rows", sa.Integer, nullable=False),
    sa.Column("test_rows", sa.Integer, nullable=False),
    sa.Column("excluded", sa.Integer, nullable=False),
    sa.Column("corrected", sa.Integer, nullable=False),
    sa.Column("left_out", sa.Integer, nullable=False),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
)
