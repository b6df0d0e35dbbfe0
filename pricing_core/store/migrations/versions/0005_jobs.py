"""Jobs with a fencing token, attempts and log lines; planned runs remembered."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ACTIVE = sa.text("status IN ('queued', 'running')")


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.drop_index("uq_jobs_active_kind", table_name="jobs")
    # The defaults fill the rows there are; new rows are always written in full.
    with op.batch_alter_table("jobs") as batch_op:
        batch_op.add_column(sa.Column("flight", sa.String(length=128), nullable=True))
        batch_op.add_column(sa.Column("attempt", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("token", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("size", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("settled", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE jobs SET flight = kind")
    with op.batch_alter_table("jobs") as batch_op:
        batch_op.alter_column("flight", existing_type=sa.String(length=128), nullable=False)
        for name in ("attempt", "token"):
            batch_op.alter_column(name, existing_type=sa.Integer(), server_default=None)
        batch_op.alter_column("settled", existing_type=sa.Boolean(), server_default=None)
    op.create_index(
        "uq_jobs_active_flight", "jobs", ["flight"], unique=True, sqlite_where=_ACTIVE, postgresql_where=_ACTIVE
    )
    op.create_table(
        "job_lines",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("job_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_job_lines_job_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_lines")),
    )
    op.create_index(op.f("ix_job_lines_job_id"), "job_lines", ["job_id"])
    op.create_table(
        "plans",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("expression", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_job_id", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_plans")),
    )
