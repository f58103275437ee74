"""Alembic's entry."""

from alembic import context

from certes.runtime.migrating import run_migrations
from witness.store_sql import metadata

run_migrations(context, metadata)
