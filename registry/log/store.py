"""What the log remembers: its entries, the hashes of its complete subtrees, its checkpoints and cosignatures.

Nothing here is ever changed or deleted. Hashes of complete subtrees never change either, so that a proof is
a few rows read by their key, and an entry adds two rows on average. Two implementations of the one in
store_sql.py, SQLite and PostgreSQL, pass the same tests (tests/contracts/test_log_store.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from certes.trust.translog.merkle import Node
from certes.trust.translog.ranges import CompactRange


@dataclass(frozen=True, slots=True)
class NewLeaf:
    """An entry to log, and the object that it is about: an object has one entry, whatever comes later."""

    object_id: str
    entry: bytes


@dataclass(frozen=True, slots=True)
class StoredLeaf:
    """An entry and its place, from 0."""

    index: int
    object_id: str
    entry: bytes


@dataclass(frozen=True, slots=True)
class LogCheckpoint:
    """What the log signed for one size: once, for its text holds no time."""

    size: int
    root: bytes
    note: bytes  # with the log's signatures alone
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A verified line of a witness under a checkpoint."""

    witness: str  # verifier key
    line: str
    time: datetime


class LogStore(Protocol):
    """The log's memory. Any method raises Busy `database_unavailable` when it cannot be reached."""

    def state(self) -> CompactRange:
        """The tree as it is now."""

    def append(self, leaves: Sequence[NewLeaf]) -> tuple[int, ...]:
        """Log all of these or, on any failure, none. Returns for each the size of the smallest tree that
        holds it: that of its first entry where the object was logged before. Misuse `log_entry_too_large`."""

    def mark(self) -> tuple[int, int]:
        """The size, and how many cosignatures were ever kept: both the same where nothing has changed."""

    def find(self, object_id: str) -> StoredLeaf | None:
        """The entry about an object."""

    def leaves(self, start: int, end: int) -> tuple[StoredLeaf, ...]:
        """The entries from `start` up to, but not, `end`."""

    def read(self, nodes: Sequence[Node]) -> list[bytes]:
        """Hashes of complete subtrees, for the proofs of certes.trust.translog.merkle and for tiles. Misuse
        `log_node_missing` beyond the size."""

    def keep_checkpoint(self, checkpoint: LogCheckpoint) -> LogCheckpoint:
        """Keep the first one of each size; returns the one that is kept. Raises Conflict
        `checkpoint_forks_log` for a tree that is not ours."""

    def checkpoint(self, size: int | None = None) -> LogCheckpoint | None:
        """That of a size, or the newest."""

    def checkpoint_sizes(self) -> tuple[int, ...]:
        """The sizes that have a checkpoint, rising."""

    def keep_cosignature(self, size: int, cosignature: Cosignature) -> None:
        """Keep a line of a witness; each of its times once."""

    def cosignatures(self, size: int) -> tuple[Cosignature, ...]:
        """The newest line of each witness under the checkpoint of a size, in the order of their keys."""

    def cosigned_sizes(self, *, below: int | None = None, limit: int) -> tuple[int, ...]:
        """The sizes, falling, that any witness has vouched for."""

    def vouched(self) -> dict[str, tuple[int, datetime]]:
        """The newest size and time of each witness that ever vouched, by verifier key."""
