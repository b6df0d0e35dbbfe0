"""The table of saved profiles of sources."""

from __future__ import annotations

import sqlalchemy as sa

from pricing_core.store.tables.core import Moment, metadata

import_profiles = sa.Table(
    "import_profiles",
    metadata,
    sa.Column("name", sa.String(80), primary_key=True),
    sa.Column("fingerprint", sa.String(64), nullable=False, index=True),
    sa.Column("header", sa.JSON, nullable=False),
    sa.Column("settings", sa.JSON, nullable=False),
    sa.Column("saved_by", sa.Text, nullable=False),
    sa.Column("saved_at", Moment, nullable=False),
)
