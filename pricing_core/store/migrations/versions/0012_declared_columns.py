"""What a client declares beside the columns of the core: one column of JSON, so that no other migration follows."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_TABLES = ("raw_data", "predict_logs")


def upgrade() -> None:
    """Bring the schema to this revision."""
    for table in _TABLES:
        op.add_column(table, sa.Column("declared", sa.JSON(), nullable=True))
    # Of the listings without what is declared beside them; a dataset from before has nothing else.
    op.add_column("datasets", sa.Column("core", sa.String(64), nullable=True))
    op.execute(sa.text("UPDATE datasets SET core = fingerprint"))


def downgrade() -> None:
    """Forget what was declared."""
    for table in _TABLES:
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column("declared")
    with op.batch_alter_table("datasets") as batch_op:
        batch_op.drop_column("core")
