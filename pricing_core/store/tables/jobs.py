"""The tables beside `jobs`: what a job said while it ran, and when planned work was last due."""

from __future__ import annotations

import sqlalchemy as sa

from pricing_core.store.tables.core import BigKey, Moment, Sentence, metadata

job_lines = sa.Table(
    "job_lines",
    metadata,
    sa.Column("id", BigKey, primary_key=True),
    sa.Column("job_id", sa.ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("line", Sentence, nullable=False),
)

plans = sa.Table(
    "plans",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("expression", sa.Text, nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Column("last_due", Moment),
    sa.Column("last_job_id", sa.String(36)),
)
