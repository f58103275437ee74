"""One relational database per service: PostgreSQL, or SQLite with the settings under which it loses nothing.

SQLite: WAL, synchronous=FULL and BEGIN IMMEDIATE for every write. Deferred transactions that upgrade to
writing fail under concurrency instead of waiting, and WAL with synchronous=NORMAL loses acknowledged rows at
power loss. PostgreSQL: a reading transaction is REPEATABLE READ, so that its statements see one state; a
writing one is READ COMMITTED, and the stores lock what they read before they write it.
Errors never print parameters: those are people's names.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session

from certes.runtime.refusals import Busy

SQLITE_BUSY_TIMEOUT_MS = 5_000
POSTGRES_CONNECT_TIMEOUT_S = 5
POOL_TIMEOUT_S = 5  # a caller is told "busy" rather than left waiting for a connection
POSTGRES_STATEMENT_TIMEOUT_MS = 30_000
MIGRATION_LOCK = 0x43455254  # "CERT": one migration at a time on one PostgreSQL


class Database:
    """Transactions for reading and for writing.

    A database that cannot be had, or not soon enough, is Busy `database_unavailable`.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    @property
    def is_sqlite(self) -> bool:
        """Is this SQLite?"""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that sees one consistent state and writes nothing."""
        with self._session(writes=False) as session:
            yield session
            session.rollback()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that is committed, durably, when the block ends without an exception."""
        with self._session(writes=True) as session:
            yield session
            session.commit()

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    @contextmanager
    def _session(self, *, writes: bool) -> Iterator[Session]:
        options: dict[str, Any] = {"certes_writes": writes}
        if not writes and not self.is_sqlite:
            options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        engine = self.engine.execution_options(**options)
        try:
            with Session(engine, expire_on_commit=False) as session:
                yield session
        except PoolTimeout as error:  # every connection is in use; not an error of the driver
            raise Busy("database_unavailable", error_class=type(error).__name__) from None
        except OperationalError as error:
            raise Busy("database_unavailable", error_class=type(error.orig).__name__) from None
        except DBAPIError as error:
            if error.connection_invalidated:
                raise Busy("database_unavailable", error_class=type(error.orig).__name__) from None
            raise


def open_database(url: str) -> Database:
    """Open `sqlite:///path`, `sqlite://` (in memory, one connection) or `postgresql://...`."""
    if url.startswith("sqlite"):
        return Database(_sqlite_engine(url))
    address = url.replace("postgresql://", "postgresql+psycopg://", 1)
    options = f"-c statement_timeout={POSTGRES_STATEMENT_TIMEOUT_MS} -c synchronous_commit=on"
    engine = sa.create_engine(
        address,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=10,
        pool_timeout=POOL_TIMEOUT_S,
        connect_args={"connect_timeout": POSTGRES_CONNECT_TIMEOUT_S, "options": options},
    )
    return Database(engine)


def _sqlite_engine(url: str) -> sa.Engine:
    in_memory = url in ("sqlite://", "sqlite:///:memory:")
    pool: dict[str, Any] = {"poolclass": sa.StaticPool} if in_memory else {"pool_timeout": POOL_TIMEOUT_S}
    engine = sa.create_engine(
        url,
        hide_parameters=True,
        connect_args={"check_same_thread": False, "timeout": SQLITE_BUSY_TIMEOUT_MS / 1000},
        **pool,
    )

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("certes_writes", True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def migrate(database: Database, package: str) -> None:
    """Bring the schema of `package` (a service with a migrations/ folder) to its newest version.

    Safe to call from every worker at start: an advisory lock on PostgreSQL and the write lock on SQLite order
    them.
    """
    config = Config()
    folder = str(files(package).joinpath("migrations"))
    config.set_main_option("script_location", folder.replace("%", "%%"))  # alembic interpolates the value
    config.set_main_option("path_separator", "os")
    with database.engine.execution_options(certes_writes=True).begin() as connection:
        if not database.is_sqlite:
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
