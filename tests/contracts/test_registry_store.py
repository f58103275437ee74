"""What any registry store must do, over SQLite and over PostgreSQL."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from certes.credential.errors import Misuse
from certes.runtime.database import Database, migrate
from certes.runtime.refusals import Conflict
from certes.trust.translog.merkle import leaf_hash
from certes.trust.translog.ranges import CompactRange
from registry.log.store import NewLeaf, StoredLeaf
from registry.log.store_sql import LeafRow, NodeRow, SqlLogStore, StateRow
from registry.store import ListPlace, NewObject, Store, StoredList
from registry.store_sql import SqlStore, metadata
from tests.contracts.databases import databases_of

NOW = datetime(2026, 11, 20, 8, 0, 0, tzinfo=UTC)
ORIGIN = "skills.example/log"
PLACE = ListPlace("CM", 1, "revocation", 1)


database = databases_of("registry")


@pytest.fixture
def store(database: Database) -> Store:
    """An empty store."""
    return SqlStore(database, origin=ORIGIN)


def new(number: int, *, version: int = 1, subject: str | None = None) -> NewObject:
    """An object that no other number resembles."""
    raw = b'{"n":' + str(number).encode() + b"}"
    entry = b"entry " + str(number).encode()
    return NewObject(f"sha-256:{number:064x}", "NationalList", subject or f"C{number}", version, raw, entry)


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


def test_an_object_and_its_entry_are_kept_together(database: Database, store: Store) -> None:
    log = SqlLogStore(database, origin=ORIGIN)
    for number in range(5):
        stored = store.append(new(number), after=number, now=NOW)
        assert stored is not None
        assert log.find(stored.id) == StoredLeaf(number, stored.id, stored.entry)
    assert log.state() == CompactRange().extend(leaf_hash(new(number).entry) for number in range(5))
    assert [each.entry for each in store.objects()] == [leaf.entry for leaf in log.leaves(0, 5)]


def test_of_an_object_that_is_not_added_there_is_no_entry(database: Database, store: Store) -> None:
    log = SqlLogStore(database, origin=ORIGIN)
    store.append(new(1, subject="CM"), after=0, now=NOW)
    before = log.state()
    assert store.append(new(2, subject="CM"), after=1, now=NOW) is None  # the version is taken
    assert store.append(new(3), after=0, now=NOW) is None
    assert log.state() == before


def test_an_entry_that_cannot_be_kept_keeps_its_object_out(
    database: Database, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.log.store_sql.MAX_ENTRY_BYTES", 4)
    with pytest.raises(Misuse):
        store.append(new(1), after=0, now=NOW)
    assert (store.size(), store.objects()) == (0, ())


def test_two_logs_never_share_a_database(database: Database, store: Store) -> None:
    store.append(new(1), after=0, now=NOW)
    with pytest.raises(Conflict) as caught:
        SqlStore(database, origin="other.example/log").append(new(2), after=1, now=NOW)
    assert caught.value.code == "log_origin_differs"
    assert store.size() == 1


def test_an_entry_that_somebody_logged_beside_the_objects_stops_all(database: Database, store: Store) -> None:
    store.append(new(1), after=0, now=NOW)
    SqlLogStore(database, origin=ORIGIN).append([NewLeaf("sha-256:ff", b"strange")])
    with pytest.raises(Conflict) as caught:
        store.append(new(2), after=1, now=NOW)
    assert caught.value.code == "log_store_damaged"
    assert store.size() == 1


def test_objects_from_before_the_log_are_logged_once_in_their_order(database: Database) -> None:
    store = SqlStore(database, origin=ORIGIN)
    for number in range(4):
        store.append(new(number), after=number, now=NOW + timedelta(minutes=(3, 5, 4, 9)[number]))
    with database.writing() as session:
        for table in (LeafRow, NodeRow, StateRow):
            session.connection().execute(sa.delete(table))
    assert store.objects() == ()

    def entry_of(raw: bytes, time: datetime) -> bytes:
        return raw + time.strftime("%H:%M").encode()

    assert store.log_stored(entry_of) == 4
    assert store.log_stored(entry_of) == 0
    entries = [each.entry for each in store.objects()]
    assert entries == [b'{"n":0}08:03', b'{"n":1}08:05', b'{"n":2}08:05', b'{"n":3}08:09']
    assert store.append(new(9), after=4, now=NOW) is not None


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
