"""What any witness store must do, over SQLite and over PostgreSQL."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from certes.runtime.database import Database
from tests.contracts.databases import databases_of
from witness.store import Fork, Held, Store
from witness.store_sql import SqlStore, metadata

NOW = datetime(2026, 11, 20, 8, 0, 0, tzinfo=UTC)
NAME, ORIGIN = "witness.cm.example", "skills.example/log"
FIRST = Held(NAME, ORIGIN, 5, b"\x05" * 32, b"note 5", NOW)
NEXT = replace(FIRST, size=9, root=b"\x09" * 32, note=b"note 9", signed_at=NOW + timedelta(minutes=1))
FORK = Fork(NAME, ORIGIN, 5, b"\x06" * 32, b"other note 5", b"note 5", NOW)


database = databases_of("witness")


@pytest.fixture
def store(database: Database) -> Store:
    """An empty store."""
    return SqlStore(database)


def test_it_holds_the_newest_tree_of_each_log_for_each_name(store: Store) -> None:
    assert store.latest(NAME, ORIGIN) is None
    assert store.advance(FIRST, past=None)
    assert store.latest(NAME, ORIGIN) == FIRST
    assert store.advance(NEXT, past=FIRST)
    assert store.latest(NAME, ORIGIN) == NEXT
    assert store.latest("witness.td.example", ORIGIN) is None
    assert store.latest(NAME, "other.example/log") is None


def test_it_advances_only_from_what_it_holds(store: Store) -> None:
    assert not store.advance(NEXT, past=FIRST)
    assert store.advance(FIRST, past=None)
    assert not store.advance(NEXT, past=None)
    assert not store.advance(NEXT, past=NEXT)
    assert not store.advance(NEXT, past=replace(FIRST, root=bytes(32)))
    assert not store.advance(NEXT, past=replace(FIRST, note=b"another"))
    assert store.latest(NAME, ORIGIN) == FIRST


def test_sizes_beyond_32_bits(store: Store) -> None:
    large = replace(FIRST, size=2**63 - 1)
    assert store.advance(large, past=None)
    assert store.latest(NAME, ORIGIN) == large


@pytest.mark.parametrize("past", [None, FIRST] * 4)
def test_of_many_at_once_one_advances(store: Store, past: Held | None) -> None:
    if past is not None:
        store.advance(past, past=None)
    offers = [replace(NEXT, root=bytes([number]) * 32) for number in range(8)]
    won: list[Held] = []
    start = threading.Barrier(len(offers))

    def offer(new: Held) -> None:
        start.wait()
        if store.advance(new, past=past):
            won.append(new)

    threads = [threading.Thread(target=offer, args=(each,)) for each in offers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert store.latest(NAME, ORIGIN) == won[0]


def test_a_proof_that_a_log_lied_is_kept_once(store: Store) -> None:
    assert store.forks(NAME, ORIGIN) == ()
    store.keep_fork(FORK)
    store.keep_fork(replace(FORK, seen_at=NOW + timedelta(days=1)))
    second = replace(FORK, root=b"\x07" * 32, seen_at=NOW + timedelta(hours=1))
    store.keep_fork(second)
    assert store.forks(NAME, ORIGIN) == (FORK, second)
    assert store.forks("witness.td.example", ORIGIN) == ()


def test_the_same_proof_from_many_at_once_is_kept_once(store: Store) -> None:
    threads = [threading.Thread(target=store.keep_fork, args=(FORK,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.forks(NAME, ORIGIN) == (FORK,)


def test_the_migrations_make_the_tables_that_the_store_uses(database: Database) -> None:
    made = sa.MetaData()
    with database.engine.connect() as connection:
        made.reflect(connection)
    for name, table in metadata.tables.items():
        columns = {column.name: column.nullable for column in table.columns}
        assert {column.name: column.nullable for column in made.tables[name].columns} == columns
        keys = [column.name for column in table.primary_key]
        assert [column.name for column in made.tables[name].primary_key] == keys
