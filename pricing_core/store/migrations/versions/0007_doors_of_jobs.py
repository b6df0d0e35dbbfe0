"""The door through which a job was asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    with op.batch_alter_table("jobs") as batch_op:
        batch_op.add_column(sa.Column("source", sa.String(16), nullable=False, server_default="library"))
