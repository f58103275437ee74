"""What a witness remembers of each log: the newest tree it has vouched for, and proofs that a log lied.

Two implementations of the one in store_sql.py, SQLite and PostgreSQL, pass the same tests
(tests/contracts/test_witness_store.py). Never bring this memory back from a backup: a witness that has
forgotten what it signed would sign another history. Make a new key under a new name instead.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Held:
    """The newest tree of a log that a witness has vouched for, and when it did."""

    witness: str  # key name
    origin: str
    size: int
    root: bytes
    note: bytes  # the checkpoint with the log's signatures alone
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class Fork:
    """A checkpoint that the log signed beside another one of the same size: it lied to somebody."""

    witness: str
    origin: str
    size: int
    root: bytes
    note: bytes
    held_note: bytes
    seen_at: datetime


class Store(Protocol):
    """A witness's memory. Any method raises Busy `database_unavailable` when it cannot be reached."""

    def latest(self, witness: str, origin: str) -> Held | None:
        """What this witness holds of this log."""

    def advance(self, new: Held, *, past: Held | None) -> bool:
        """Hold `new` instead of `past`, durably, if `past` is still what is held. Was it so?"""

    def keep_fork(self, fork: Fork) -> None:
        """Keep the proof that a log lied; the same one only once."""

    def forks(self, witness: str, origin: str) -> tuple[Fork, ...]:
        """The proofs against a log, the oldest first."""
