"""A witness that is killed, asked by many at once, or run twice never vouches for two histories."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from certes.credential.errors import Refusal
from certes.credential.keys import PublicKey
from certes.runtime.database import Database, migrate, open_database
from certes.runtime.refusals import Busy, Conflict
from certes.trust.translog.checkpoints import parse_checkpoint
from certes.trust.translog.merkle import leaf_hash
from certes.trust.translog.notes import KeyUse, NoteSigner
from certes.trust.translog.ranges import Tree
from tests.unit.witness.conftest import LOG, NAME, ORIGIN, WITNESS, Clock, Log, Running
from witness.app import build_app
from witness.desk import ATTEMPTS, Stale, Witness, logs_of
from witness.settings import Settings
from witness.store import Fork, Held, Store
from witness.store_sql import SqlStore

OURS = Log()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated, empty database of either kind."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/witness.sqlite"
    else:
        url = request.getfixturevalue("postgres_url")
    opened = open_database(url)
    migrate(opened, "witness")
    yield opened
    opened.close()


def desk(store: Store, signer: NoteSigner = WITNESS) -> Witness:
    """A witness on a store."""
    return Witness(signer, logs_of([LOG.key]), store, Clock())


@pytest.mark.parametrize("_time", range(5))
def test_of_many_histories_at_once_one_is_vouched_for(database: Database, _time: int) -> None:
    logs = [Log(f"history {number}") for number in range(8)]
    signed: list[bytes] = []
    refused: list[str] = []
    start = threading.Barrier(len(logs))

    def ask(log: Log) -> None:
        witness = desk(SqlStore(database))
        start.wait()
        try:
            witness.add_checkpoint(log.request(0, 12))
        except Refusal as refusal:
            refused.append(refusal.code)
        else:
            signed.append(log.tree.root(12))

    threads = [threading.Thread(target=ask, args=(log,)) for log in logs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held = SqlStore(database).latest(NAME, ORIGIN)
    assert held is not None
    assert signed == [held.root]
    assert refused == ["witness_holds_other_size"] * (len(logs) - 1)


def test_sizes_never_fall_whoever_asks_at_once(database: Database) -> None:
    """Every size that was vouched for is of one history, and the largest of all is held in the end."""
    signed: list[int] = []
    lock = threading.Lock()

    def ask(sizes: range) -> None:
        witness = desk(SqlStore(database))
        for size in sizes:
            old = 0
            for _ in range(10):
                try:
                    witness.add_checkpoint(OURS.request(old, size))
                except Stale as stale:
                    if stale.size > size:
                        break
                    old = stale.size
                else:
                    with lock:
                        signed.append(size)
                    break

    threads = [threading.Thread(target=ask, args=(range(begin, 21, 4),)) for begin in (1, 2, 3, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held = SqlStore(database).latest(NAME, ORIGIN)
    assert held is not None
    assert held.size == max(signed) == 20
    assert held.root == OURS.tree.root(20)


@dataclass
class Killed(Exception):
    """The process ended."""


@dataclass
class DyingSigner:
    """A signer that dies instead of signing."""

    signer: NoteSigner = WITNESS
    verification_method: str = NAME

    @property
    def public_key(self) -> PublicKey:
        """That of the real one."""
        return self.signer.signer.public_key

    def sign(self, data: bytes) -> bytes:
        """Never returns."""
        raise Killed


def test_killed_before_it_signed_it_still_knows_what_it_would_have_signed(database: Database) -> None:
    dying = desk(SqlStore(database), NoteSigner(NAME, KeyUse.COSIGNATURE, DyingSigner()))
    with pytest.raises(Killed):
        dying.add_checkpoint(OURS.request(0, 12))
    again = desk(SqlStore(database))
    with pytest.raises(Stale) as stale:
        again.add_checkpoint(Log("rewritten").request(0, 12))
    assert stale.value.size == 12
    with pytest.raises(Conflict, match="log_forked"):
        again.add_checkpoint(Log("rewritten").request(12, 12))
    assert again.add_checkpoint(OURS.request(12, 12)).name == NAME


KILLED = """
import os, sys
from certes.runtime.database import migrate, open_database
from tests.unit.witness.conftest import NAME, LOG, Clock, Log
from tests.unit.witness.test_memory import DyingSigner
from certes.trust.translog.notes import KeyUse, NoteSigner
from witness.desk import Witness, logs_of
from witness.store_sql import SqlStore

class Really(DyingSigner):
    def sign(self, data):
        os.kill(os.getpid(), 9)

database = open_database(sys.argv[1])
migrate(database, "witness")
signer = NoteSigner(NAME, KeyUse.COSIGNATURE, Really())
Witness(signer, logs_of([LOG.key]), SqlStore(database), Clock()).add_checkpoint(Log().request(0, 12))
"""


def test_killed_by_the_system_between_writing_and_answering(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/witness.sqlite"
    done = subprocess.run([sys.executable, "-c", KILLED, url], check=False, capture_output=True)
    assert done.returncode == -9, done.stderr
    database = open_database(url)
    held = SqlStore(database).latest(NAME, ORIGIN)
    assert held is not None
    assert (held.size, held.root) == (12, OURS.tree.root(12))
    with pytest.raises(Conflict, match="log_forked"):
        desk(SqlStore(database)).add_checkpoint(Log("rewritten").request(12, 12))
    database.close()


def test_it_remembers_over_a_restart(witness: Running) -> None:
    assert witness.add(OURS, 0, 12) == 200
    with TestClient(build_app(witness.settings, clock=witness.clock)) as client:
        again = Running(client, witness.clock, witness.settings)
        assert again.add(Log("rewritten"), 12, 12) == 409
        assert again.add(OURS, 12, 20) == 200


def test_two_processes_on_one_database_are_one_witness(witness: Running, settings: Settings) -> None:
    with TestClient(build_app(settings, clock=witness.clock)) as client:
        other = Running(client, witness.clock, settings)
        assert witness.add(OURS, 0, 5) == 200
        assert other.add(OURS, 5, 12) == 200
        assert witness.add(OURS, 5, 9) == 409
        assert witness.add(OURS, 12, 20) == 200


def test_what_is_signed_was_held_before(database: Database) -> None:
    """At the moment of signing, the store already holds the very tree that is signed."""
    store = SqlStore(database)
    seen: list[Held | None] = []

    class Watching(DyingSigner):
        def sign(self, data: bytes) -> bytes:
            seen.append(store.latest(NAME, ORIGIN))
            return self.signer.signer.sign(data)

    witness = desk(store, NoteSigner(NAME, KeyUse.COSIGNATURE, Watching()))
    for old, size in ((0, 5), (5, 12)):
        witness.add_checkpoint(OURS.request(old, size))
    assert [each.size for each in seen if each] == [5, 12]
    assert all(each and each.root == OURS.tree.root(each.size) for each in seen)


@dataclass
class Contested:
    """A store where somebody else is always faster with the same tree, a second later."""

    inner: Store
    lost: int = 0
    kept: list[Fork] = field(default_factory=list)

    def latest(self, witness: str, origin: str) -> Held | None:
        """What is held."""
        return self.inner.latest(witness, origin)

    def advance(self, new: Held, *, past: Held | None) -> bool:
        """Never."""
        self.lost += 1
        return False

    def keep_fork(self, fork: Fork) -> None:
        """Keep it."""
        self.kept.append(fork)

    def forks(self, witness: str, origin: str) -> tuple[Fork, ...]:
        """All."""
        return tuple(self.kept)


def test_it_does_not_try_for_ever(database: Database) -> None:
    store = Contested(SqlStore(database))
    with pytest.raises(Busy, match="witness_busy"):
        desk(store).add_checkpoint(OURS.request(0, 5))
    assert store.lost == ATTEMPTS


def test_asked_twice_in_a_second_it_writes_once(database: Database) -> None:
    inner = SqlStore(database)
    first = desk(inner).add_checkpoint(OURS.request(0, 5))
    store = Contested(inner)
    assert desk(store).add_checkpoint(OURS.request(5, 5)) == first
    assert store.lost == 0


def test_a_proof_of_a_lie_holds_both_checkpoints(database: Database) -> None:
    store = SqlStore(database)
    witness = desk(store)
    witness.add_checkpoint(OURS.request(0, 12))
    with pytest.raises(Conflict):
        witness.add_checkpoint(Log("rewritten").request(12, 12))
    (fork,) = store.forks(NAME, ORIGIN)
    ours, theirs = parse_checkpoint(fork.held_note), parse_checkpoint(fork.note)
    assert (ours.head.size, ours.head.origin) == (theirs.head.size, theirs.head.origin)
    assert ours.head.root != theirs.head.root
    assert replace(fork, note=b"", held_note=b"").size == 12


def test_histories_of_these_tests_share_their_beginning() -> None:
    assert Log("a").tree.root(3) == Log("b").tree.root(3)
    assert Log("a").tree.root(4) != Log("b").tree.root(4)
    assert Tree([leaf_hash(b"entry 0")]).range.root == Log("a").tree.root(1)
