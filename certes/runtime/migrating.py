"""What every service's migrations/env.py does: run on the connection that `database.migrate` opened."""

from typing import Any

import sqlalchemy as sa


def run_migrations(context: Any, metadata: sa.MetaData) -> None:
    """Run alembic's scripts. `context` is alembic.context."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection, target_metadata=metadata, render_as_batch=True, transactional_ddl=False
    )
    context.run_migrations()
