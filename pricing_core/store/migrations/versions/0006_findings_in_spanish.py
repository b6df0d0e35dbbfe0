"""What a finding says in Spanish, beside the English."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    with op.batch_alter_table("findings") as batch_op:
        batch_op.add_column(sa.Column("message_es", sa.Text(), nullable=True))
    # They can be made again, and then speak both languages: a question for them makes them anew.
    op.execute("DELETE FROM inspections")
