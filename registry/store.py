"""What a registry remembers: every object it ever accepted, in its log, and the newest status lists.

Objects are only ever added, each at the next position, together with the entry that logs it
(registry/log/store.py): the object at position p has the entry of index p - 1. Two implementations of the one
in store_sql.py, SQLite and PostgreSQL, pass the same tests (tests/contracts/test_registry_store.py).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from certes.credential.identifiers import Purpose


@dataclass(frozen=True, slots=True)
class NewObject:
    """A signed object that was found acceptable.

    `subject` tells apart objects of one type: the country of a list or a policy, an agreement's own id, and
    the empty string for the charter, of which there is one.
    """

    id: str
    type: str
    subject: str
    version: int
    raw: bytes  # the bytes as they came: signatures were made over their canonical form
    entry: bytes  # what the log says of it: certes.trust.translog.entries


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An accepted object and its place in the order of acceptance, from 1."""

    position: int
    id: str
    type: str
    subject: str
    version: int
    raw: bytes
    received_at: datetime
    entry: bytes


@dataclass(frozen=True, slots=True)
class ListPlace:
    """Where a status list stands: /<country>/<issuer>/status/<purpose>/<number>."""

    country: str  # alpha-2, upper case
    issuer: int
    purpose: Purpose
    number: int


@dataclass(frozen=True, slots=True)
class StoredList:
    """The newest signed status list of a place."""

    place: ListPlace
    valid_from: datetime
    digest: str  # "sha-256:<hex>" of `raw`
    raw: bytes
    received_at: datetime


class Store(Protocol):
    """A registry's memory. Any method raises Busy `database_unavailable` when it cannot be reached."""

    def size(self) -> int:
        """How many objects there are: the position of the last one, 0 for none."""

    def objects(self, *, after: int = 0) -> tuple[StoredObject, ...]:
        """All objects beyond a position, in their order."""

    def find_version(self, type: str, subject: str, version: int) -> StoredObject | None:
        """One version of one object."""

    def append(self, new: NewObject, *, after: int, now: datetime) -> StoredObject | None:
        """Add an object at position `after` + 1 and log it, both or neither. None, and nothing added, when
        others came meanwhile. Raises Conflict `log_origin_differs` where another log lives here,
        `log_store_damaged` where objects and entries are not in step."""

    def find_list(self, place: ListPlace) -> StoredList | None:
        """The newest status list of a place."""

    def lists(self) -> tuple[StoredList, ...]:
        """All status lists, in the order of their places."""

    def keep_list(self, new: StoredList) -> bool:
        """Keep a list unless one that is as young or younger stands there. Was it kept?"""
