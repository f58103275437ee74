"""What any registry store must do, over SQLite and over PostgreSQL."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from certes.runtime.database import Database, migrate
from registry.store import ListPlace, NewObject, Store, StoredCheckpoint, StoredList
from registry.store_sql import SqlStore, metadata
from tests.contracts.databases import databases_of

NOW = datetime(2026, 11, 20, 8, 0, 0, tzinfo=UTC)
PLACE = ListPlace("CM", 1, "revocation", 1)


database = databases_of("registry")


@pytest.fixture
def store(database: Database) -> Store:
    """An empty store."""
    return SqlStore(database)


def new(number: int, *, version: int = 1, subject: str | None = None) -> NewObject:
    """An object that no other number resembles."""
    raw = b'{"n":' + str(number).encode() + b"}"
    return NewObject(f"sha-256:{number:064x}", "NationalList", subject or f"C{number}", version, raw)


def checkpoint(size: int, *, minutes: int = 0) -> StoredCheckpoint:
    """A checkpoint of a state, at a time."""
    raw = f"{size} {minutes}".encode()
    return StoredCheckpoint(size, f"sha-256:{size:064x}", NOW + timedelta(minutes=minutes), raw)


def status_list(minutes: int, place: ListPlace = PLACE) -> StoredList:
    """A status list of a time."""
    valid_from = NOW + timedelta(minutes=minutes)
    return StoredList(place, valid_from, f"sha-256:{minutes:064x}", str(minutes).encode(), NOW)


def test_objects_keep_their_order_their_bytes_and_their_time(store: Store) -> None:
    assert (store.size(), store.objects()) == (0, ())
    first, second = store.append(new(1), after=0, now=NOW), store.append(new(2), after=1, now=NOW)
    assert store.objects() == (first, second)
    assert first is not None
    assert (first.position, first.raw, first.received_at) == (1, b'{"n":1}', NOW)
    assert store.size() == 2


def test_a_version_is_found_by_its_subject(store: Store) -> None:
    stored = store.append(new(1, version=3, subject="CM"), after=0, now=NOW)
    assert store.find_version("NationalList", "CM", 3) == stored
    assert store.find_version("NationalList", "CM", 2) is None
    assert store.find_version("HostPolicy", "CM", 3) is None


def test_what_was_decided_on_an_older_state_is_not_added(store: Store) -> None:
    store.append(new(1), after=0, now=NOW)
    assert store.append(new(2), after=0, now=NOW) is None
    assert store.append(new(2), after=2, now=NOW) is None
    assert store.size() == 1


def test_no_version_and_no_id_stands_twice(store: Store) -> None:
    store.append(new(1, subject="CM"), after=0, now=NOW)
    assert store.append(new(2, subject="CM"), after=1, now=NOW) is None
    assert store.append(new(1, subject="GA"), after=1, now=NOW) is None
    assert store.size() == 1


def test_of_writers_at_the_same_moment_each_position_has_one(store: Store) -> None:
    added: list[int] = []

    def add(first: int) -> None:
        for number in range(first, first + 10):
            while True:
                stored = store.append(new(number), after=store.size(), now=NOW)
                if stored is not None:
                    added.append(stored.position)
                    break

    threads = [threading.Thread(target=add, args=(start * 100,)) for start in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(added) == list(range(1, 41))
    assert [stored.position for stored in store.objects()] == list(range(1, 41))


def test_a_checkpoint_is_kept_for_each_state_and_signed_again_in_place(store: Store) -> None:
    assert store.newest_checkpoint() is None
    assert store.keep_checkpoint(checkpoint(1)) == checkpoint(1)
    assert store.keep_checkpoint(checkpoint(2, minutes=1)) == checkpoint(2, minutes=1)
    assert store.keep_checkpoint(checkpoint(2, minutes=5)) == checkpoint(2, minutes=5)
    assert store.newest_checkpoint() == checkpoint(2, minutes=5)


def test_a_checkpoint_never_goes_back_in_size_or_time(store: Store) -> None:
    newest = store.keep_checkpoint(checkpoint(2, minutes=5))
    assert store.keep_checkpoint(checkpoint(1, minutes=9)) == newest
    assert store.keep_checkpoint(checkpoint(2, minutes=4)) == newest
    assert store.newest_checkpoint() == newest


def test_a_status_list_is_replaced_by_a_younger_one_only(store: Store) -> None:
    assert store.find_list(PLACE) is None
    assert store.keep_list(status_list(5))
    assert not store.keep_list(status_list(5))
    assert not store.keep_list(status_list(4))
    assert store.keep_list(status_list(6))
    assert store.find_list(PLACE) == status_list(6)


def test_lists_of_other_places_stand_beside_it(store: Store) -> None:
    others = [
        PLACE,
        ListPlace("CM", 1, "suspension", 1),
        ListPlace("CM", 2, "revocation", 1),
        ListPlace("GA", 1, "revocation", 1),
    ]
    for place in reversed(others):
        store.keep_list(status_list(1, place))
    assert [stored.place for stored in store.lists()] == others


def test_the_migrations_make_the_tables_that_the_store_uses(database: Database) -> None:
    made = sa.MetaData()
    with database.engine.connect() as connection:
        made.reflect(connection)
    for name, table in metadata.tables.items():
        columns = {column.name: column.nullable for column in table.columns}
        assert {column.name: column.nullable for column in made.tables[name].columns} == columns
        keys = [column.name for column in table.primary_key]
        assert [column.name for column in made.tables[name].primary_key] == keys


def test_migrating_again_or_from_many_workers_at_once_changes_nothing(
    database: Database, store: Store
) -> None:
    store.append(new(1), after=0, now=NOW)
    threads = [threading.Thread(target=migrate, args=(database, "registry")) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.size() == 1
