"""certes/runtime/database.py: what is acknowledged is kept, under threads, in SQLite and in PostgreSQL."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from certes.runtime.database import Database, open_database
from certes.runtime.refusals import Busy

THREADS, INCREMENTS = 8, 100


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database of either kind."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/test.sqlite"
    else:
        url = request.getfixturevalue("postgres_url")
    opened = open_database(url)
    with opened.writing() as session:
        session.execute(sa.text("CREATE TABLE counter (id INTEGER PRIMARY KEY, value INTEGER NOT NULL)"))
        session.execute(sa.text("INSERT INTO counter VALUES (1, 0)"))
    yield opened
    opened.close()


def value(database: Database) -> int:
    """The counter's value."""
    with database.reading() as session:
        return int(session.execute(sa.text("SELECT value FROM counter WHERE id = 1")).scalar_one())


def test_no_increment_is_lost_under_concurrent_writers(database: Database) -> None:
    counter = sa.table("counter", sa.column("value"))
    read = sa.select(counter.c.value).with_for_update()  # SQLite has no such clause, and needs none
    failures: list[BaseException] = []

    def count() -> None:
        try:
            for _ in range(INCREMENTS):
                with database.writing() as session:
                    seen = session.execute(read).scalar_one()
                    session.execute(sa.text("UPDATE counter SET value = :v WHERE id = 1"), {"v": seen + 1})
        except Exception as error:  # noqa: BLE001  carried to the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=count) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert value(database) == THREADS * INCREMENTS


def test_a_block_that_fails_writes_nothing(database: Database) -> None:
    def fail() -> None:
        with database.writing() as session:
            session.execute(sa.text("UPDATE counter SET value = 7"))
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert value(database) == 0


def test_a_reading_transaction_sees_one_state_and_writes_nothing(database: Database) -> None:
    with database.reading() as session:
        before = session.execute(sa.text("SELECT value FROM counter")).scalar_one()
        with database.writing() as other:
            other.execute(sa.text("UPDATE counter SET value = 5"))
        assert session.execute(sa.text("SELECT value FROM counter")).scalar_one() == before
    assert value(database) == 5


def test_errors_never_show_parameters(database: Database) -> None:
    statement = sa.text("INSERT INTO counter (id, value) VALUES (1, length(:name))")
    with pytest.raises(sa.exc.IntegrityError) as caught, database.writing() as session:
        session.execute(statement, {"name": "Mbarga Ngono Brigitte"})
    assert "Mbarga" not in str(caught.value)


def test_sqlite_is_durable_and_enforces_references(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/test.sqlite")
    with database.reading() as session:
        pragmas = {
            name: session.execute(sa.text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    database.close()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5_000}


def test_a_writer_takes_the_lock_when_it_begins(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/test.sqlite"
    database, impatient = open_database(url), open_database(url)

    @sa.event.listens_for(impatient.engine, "connect")
    def _hurry(connection: object, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout=50")  # type: ignore[attr-defined]

    with database.writing() as session:
        session.execute(sa.text("SELECT 1"))  # reads only, and still excludes every other writer
        with pytest.raises(Busy) as caught, impatient.writing() as other:
            other.execute(sa.text("SELECT 1"))
    assert caught.value.code == "database_unavailable"
    database.close()
    impatient.close()


def test_a_database_that_is_not_there_is_busy_not_a_bug(tmp_path: Path) -> None:
    for url in (f"sqlite:///{tmp_path}/no/such/folder/x.sqlite", "postgresql://nobody@127.0.0.1:1/none"):
        database = open_database(url)
        with pytest.raises(Busy) as caught, database.reading() as session:
            session.execute(sa.text("SELECT 1"))
        assert caught.value.code == "database_unavailable"
        database.close()


def test_connections_that_are_all_in_use_are_busy_not_a_bug(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path}/x", pool_size=1, max_overflow=0, pool_timeout=0.05)
    database = Database(engine)
    with database.reading() as session:
        session.execute(sa.text("SELECT 1"))
        with pytest.raises(Busy), database.reading() as other:
            other.execute(sa.text("SELECT 1"))
    database.close()


def test_a_database_in_memory_keeps_its_tables() -> None:
    database = open_database("sqlite://")
    with database.writing() as session:
        session.execute(sa.text("CREATE TABLE t (x INTEGER)"))
    with database.reading() as session:
        assert session.execute(sa.text("SELECT count(*) FROM t")).scalar_one() == 0
    database.close()
