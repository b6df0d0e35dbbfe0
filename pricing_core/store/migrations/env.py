"""What alembic runs: the caller hands over an open connection that already holds the lock."""

from alembic import context

from pricing_core.store.tables.monitoring import metadata
from pricing_core.store.upgrade import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # MLflow owns alembic_version where both share a database.
    version_table=VERSION_TABLE,
    render_as_batch=True,
    transaction_per_migration=False,
)
context.run_migrations()
