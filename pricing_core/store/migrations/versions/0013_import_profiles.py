"""How the columns of a source are meant, saved under a name."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.create_table(
        "import_profiles",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("header", sa.JSON(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_import_profiles")),
    )
    op.create_index(op.f("ix_import_profiles_fingerprint"), "import_profiles", ["fingerprint"])


def downgrade() -> None:
    """Take it back."""
    op.drop_table("import_profiles")
