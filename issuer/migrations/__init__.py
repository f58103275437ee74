"""The issuer's schema, version by version (alembic)."""
