"""What any log store must do, over SQLite and over PostgreSQL."""

import random
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from certes.credential.errors import Misuse
from certes.runtime.database import Database
from certes.runtime.refusals import Conflict
from certes.trust.translog.merkle import (
    EMPTY_ROOT,
    Node,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    require_consistency,
    require_inclusion,
)
from certes.trust.translog.ranges import CompactRange, Tree
from certes.trust.translog.tiles import tiles_of
from registry.log.store import Cosignature, LogCheckpoint, LogStore, NewLeaf
from registry.log.store_sql import SqlLogStore, append_leaves, metadata
from tests.contracts.databases import databases_of

NOW = datetime(2026, 11, 20, 8, 0, 0, tzinfo=UTC)
ORIGIN = "skills.example/log"
MANY = 600  # more than two tiles, and than one batch


database = databases_of("registry")


@pytest.fixture
def store(database: Database) -> LogStore:
    """An empty log."""
    return SqlLogStore(database, origin=ORIGIN)


def leaf(number: int) -> NewLeaf:
    """An entry that no other number resembles."""
    return NewLeaf(f"sha-256:{number:064x}", b'{"n":%d}' % number)


LEAVES = [leaf(number) for number in range(MANY)]
TREE = Tree(leaf_hash(each.entry) for each in LEAVES)


def checkpoint(size: int, *, minutes: int = 0) -> LogCheckpoint:
    """A checkpoint of the tree of `LEAVES`."""
    return LogCheckpoint(size, TREE.root(size), b"note %d" % size, NOW + timedelta(minutes=minutes))


def test_an_empty_log(store: LogStore) -> None:
    assert store.state() == CompactRange()
    assert store.state().root == EMPTY_ROOT
    assert store.leaves(0, 10) == ()
    assert store.checkpoint() is None
    assert store.checkpoint_sizes() == ()
    assert store.append([]) == ()


def test_entries_are_appended_in_their_order_one_by_one_or_together(store: LogStore) -> None:
    assert store.append(LEAVES[:1]) == (1,)
    assert store.append(LEAVES[1:4]) == (2, 3, 4)
    assert store.state() == TREE.at(4)
    assert [each.entry for each in store.leaves(0, 4)] == [each.entry for each in LEAVES[:4]]
    assert [each.index for each in store.leaves(1, 3)] == [1, 2]
    found = store.find(LEAVES[2].object_id)
    assert found is not None
    assert (found.index, found.entry) == (2, LEAVES[2].entry)
    assert store.find(LEAVES[9].object_id) is None


def test_an_object_is_logged_once_and_its_first_entry_stands(store: LogStore) -> None:
    store.append(LEAVES[:3])
    again = replace(LEAVES[1], entry=b"another entry")
    assert store.append([again, LEAVES[3], LEAVES[3]]) == (2, 4, 4)
    assert store.state() == TREE.at(4)


def test_an_entry_too_long_for_a_tile_is_not_logged_nor_what_came_with_it(store: LogStore) -> None:
    with pytest.raises(Misuse, match="log_entry_too_large"):
        store.append([LEAVES[0], NewLeaf("sha-256:ff", bytes(65_536))])
    assert store.state().size == 0


def test_every_proof_from_the_store_verifies(store: LogStore) -> None:
    store.append(LEAVES)
    root = TREE.root(MANY)
    for index in (*range(0, MANY, 37), MANY - 1):
        proof = inclusion_proof(index, size=MANY, read=store.read)
        require_inclusion(leaf_hash(LEAVES[index].entry), index=index, size=MANY, proof=proof, root=root)
    for old in (*range(0, MANY, 41), MANY):
        proof = consistency_proof(old, size=MANY, read=store.read)
        require_consistency(old, old_root=TREE.root(old), size=MANY, root=root, proof=proof)
    for tile in tiles_of(MANY):
        assert store.read(tile.nodes) == TREE.read(tile.nodes)


def test_what_the_tree_does_not_hold_cannot_be_read(store: LogStore) -> None:
    store.append(LEAVES[:3])
    for node in (Node(0, 3), Node(1, 1), Node(2, 0)):
        with pytest.raises(Misuse, match="log_node_missing"):
            store.read([Node(0, 0), node])


def test_of_writers_at_the_same_moment_each_place_has_one(store: LogStore) -> None:
    sizes: list[int] = []
    start = threading.Barrier(4)

    def write(first: int) -> None:
        start.wait()
        for number in range(first, first + 12):
            sizes.extend(store.append([LEAVES[number]]))

    threads = [threading.Thread(target=write, args=(begin,)) for begin in (0, 12, 24, 36)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sizes) == list(range(1, 49))
    logged = store.leaves(0, 48)
    assert store.state() == Tree(leaf_hash(each.entry) for each in logged).range


def test_the_same_objects_from_two_writers_at_once_are_logged_once(store: LogStore) -> None:
    found: list[tuple[int, ...]] = []
    threads = [threading.Thread(target=lambda: found.append(store.append(LEAVES[:30]))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [tuple(range(1, 31))] * 3
    assert store.state() == TREE.at(30)


def test_what_fails_halfway_leaves_nothing(database: Database, store: LogStore) -> None:
    store.append(LEAVES[:5])

    class Stopped(Exception):
        """The process ends before the transaction does."""

    def stop_halfway() -> None:
        with database.writing() as session:
            assert append_leaves(session, LEAVES[5:9], origin=ORIGIN) == (6, 7, 8, 9)
            raise Stopped

    with pytest.raises(Stopped):
        stop_halfway()
    assert store.state() == TREE.at(5)
    assert store.find(LEAVES[6].object_id) is None
    assert store.append(LEAVES[5:9]) == (6, 7, 8, 9)
    assert store.state() == TREE.at(9)


def test_it_goes_on_after_a_restart(database: Database, store: LogStore) -> None:
    store.append(LEAVES[:5])
    store.keep_checkpoint(checkpoint(5))
    again = SqlLogStore(database, origin=ORIGIN)
    assert again.state() == TREE.at(5)
    assert again.append(LEAVES[5:9]) == (6, 7, 8, 9)


def test_two_logs_cannot_share_a_database(database: Database, store: LogStore) -> None:
    other = SqlLogStore(database, origin="other.example/log")  # both opened while it was empty
    store.append(LEAVES[:1])
    with pytest.raises(Conflict, match="log_origin_differs"):
        other.append(LEAVES[1:2])
    with pytest.raises(Conflict, match="log_origin_differs"):
        SqlLogStore(database, origin="other.example/log")
    assert store.state() == TREE.at(1)


DAMAGE = {
    "a node is lost": "DELETE FROM registry_log_node WHERE number = 3",
    "a node is another": "UPDATE registry_log_node SET hash = :hash WHERE number = 3",
    "the tree was cut back": "UPDATE registry_log_state SET size = 1, peaks = :hash",
    "the checkpoint is another": "UPDATE registry_log_checkpoint SET root = :hash",
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_log_is_not_opened(database: Database, store: LogStore, name: str) -> None:
    store.append(LEAVES[:6])
    store.keep_checkpoint(checkpoint(6))
    with database.writing() as session:
        session.execute(sa.text(DAMAGE[name]), {"hash": leaf_hash(LEAVES[0].entry)})
    with pytest.raises(Conflict, match="log_store_damaged"):
        SqlLogStore(database, origin=ORIGIN)


def test_a_size_has_one_checkpoint_and_it_is_of_our_tree(store: LogStore) -> None:
    store.append(LEAVES[:9])
    assert store.keep_checkpoint(checkpoint(5)) == checkpoint(5)
    assert store.keep_checkpoint(checkpoint(5, minutes=7)) == checkpoint(5)
    assert store.keep_checkpoint(checkpoint(9)) == checkpoint(9)
    assert store.keep_checkpoint(checkpoint(7)) == checkpoint(7)
    assert store.checkpoint() == checkpoint(9)
    assert store.checkpoint(5) == checkpoint(5)
    assert store.checkpoint(6) is None
    assert store.checkpoint_sizes() == (5, 7, 9)
    for bad in (checkpoint(10), replace(checkpoint(8), root=TREE.root(7))):
        with pytest.raises(Conflict, match="checkpoint_forks_log"):
            store.keep_checkpoint(bad)


def test_of_first_checkpoints_at_once_all_get_the_one_that_is_kept(store: LogStore) -> None:
    store.append(LEAVES[:5])
    kept: list[LogCheckpoint] = []
    offers = [checkpoint(5, minutes=number) for number in range(6)]
    threads = [
        threading.Thread(target=lambda each=each: kept.append(store.keep_checkpoint(each))) for each in offers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(kept) == {store.checkpoint()}


def test_cosignatures_are_all_kept_and_the_newest_of_each_witness_is_given(store: LogStore) -> None:
    store.append(LEAVES[:5])
    store.keep_checkpoint(checkpoint(5))
    first = Cosignature("w1+key", "line 1\n", NOW)
    later = replace(first, line="line 2\n", time=NOW + timedelta(days=1))
    other = Cosignature("w2+key", "line 3\n", NOW)
    for each in (later, first, other, first):
        store.keep_cosignature(5, each)
    assert store.cosignatures(5) == (later, other)
    assert store.cosignatures(4) == ()
    with pytest.raises(Misuse, match="checkpoint_missing"):
        store.keep_cosignature(4, first)


def test_what_witnesses_vouched_for_is_found_and_every_change_is_seen(store: LogStore) -> None:
    assert (store.mark(), store.vouched(), store.cosigned_sizes(limit=9)) == ((0, 0), {}, ())
    store.append(LEAVES[:5])
    for size in (2, 3, 5):
        store.keep_checkpoint(checkpoint(size))
    lines = [(2, "a", 1), (3, "a", 2), (3, "b", 3), (3, "b", 3), (5, "c", 1)]
    marks = []
    for size, witness, minutes in lines:
        store.keep_cosignature(size, Cosignature(witness, "line", NOW + timedelta(minutes=minutes)))
        marks.append(store.mark())
    assert marks == [(5, 1), (5, 2), (5, 3), (5, 3), (5, 4)]
    assert store.vouched() == {
        "a": (3, NOW + timedelta(minutes=2)),
        "b": (3, NOW + timedelta(minutes=3)),
        "c": (5, NOW + timedelta(minutes=1)),
    }
    assert store.cosigned_sizes(limit=9) == (5, 3, 2)
    assert store.cosigned_sizes(below=5, limit=1) == (3,)


def test_the_migrations_make_the_tables_that_the_store_uses(database: Database) -> None:
    made = sa.MetaData()
    with database.engine.connect() as connection:
        made.reflect(connection)
    for name, table in metadata.tables.items():
        columns = {column.name: column.nullable for column in table.columns}
        assert {column.name: column.nullable for column in made.tables[name].columns} == columns
        keys = [column.name for column in table.primary_key]
        assert [column.name for column in made.tables[name].primary_key] == keys


APPENDING = """
import sys
from certes.runtime.database import open_database
from registry.log.store_sql import SqlLogStore
from tests.contracts.test_log_store import ORIGIN, leaf

store = SqlLogStore(open_database(sys.argv[1]), origin=ORIGIN)
number = store.state().size
while True:
    some = [leaf(each) for each in range(number, number + 1 + number % 5)]
    number = store.append(some)[-1]
    print(number, flush=True)
"""


@pytest.mark.full
def test_killed_twenty_times_while_it_appends_it_loses_and_doubles_nothing(
    database: Database,
) -> None:
    url = database.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    drawn = random.Random(1)
    held = CompactRange()
    for _ in range(20):
        command = [sys.executable, "-c", APPENDING, url]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            told = [int(process.stdout.readline())]  # it has begun
            time.sleep(drawn.random() / 10)
            process.kill()
            told += [int(line) for line in process.stdout if line.endswith("\n")]
        store = SqlLogStore(database, origin=ORIGIN)
        state = store.state()
        assert state.size >= max(told) > held.size
        hashes = [leaf_hash(each.entry) for each in store.leaves(held.size, state.size)]
        assert held.extend(hashes) == state
        held = state
    logged = store.leaves(0, held.size)
    assert [each.object_id for each in logged] == [leaf(each).object_id for each in range(held.size)]
