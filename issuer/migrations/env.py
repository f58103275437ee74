"""Alembic's entry: runs on the connection that certes.runtime.database.migrate opened."""

from alembic import context

from certes.runtime.migrating import run_migrations
from issuer.store_sql import METADATA

run_migrations(context, METADATA)
