"""The store over SQLite or PostgreSQL. SQLModel's tables stay in here: they do not validate, and decide
nothing."""

from issuer.store_sql.store import SqlStore
from issuer.store_sql.tables import METADATA

__all__ = ["METADATA", "SqlStore"]
