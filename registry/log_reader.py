"""The accepted objects and their entries, read from the store once and parsed once: the log only grows."""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from certes.credential.errors import Malformed
from certes.credential.parsing import MAX_DEPTH, parse_json
from certes.trust.reading import subject_name
from certes.trust.signing import SignedObject, parse_signed_object
from certes.trust.translog.entries import LogEntry, entry_of, parse_entry
from registry.store import Store

MAX_OBJECT_BYTES = 1024 * 1024  # a national list of 180 issuers with 540 keys is a quarter of this
MAX_OBJECT_DEPTH = MAX_DEPTH - 2  # in a bundle an object stands two levels deeper, and is read again there


@dataclass(frozen=True, slots=True)
class Log:
    """All objects that were accepted, at one moment, and the entry of each in the log."""

    objects: tuple[SignedObject, ...] = ()
    entries: tuple[LogEntry, ...] = ()

    @property
    def size(self) -> int:
        """How many objects there are: the position of the last one."""
        return len(self.objects)

    def until(self, position: int) -> "Log":
        """The log as it was at this position."""
        return Log(self.objects[:position], self.entries[:position])

    def followed_by(self, found: SignedObject, *, time: datetime) -> "Log":
        """The log as it would be with one more, taken in at a time that is not before the last entry's."""
        return Log((*self.objects, found), (*self.entries, logged_as(found, time=time)))

    def newest(self, kind: str, subject: str) -> SignedObject | None:
        """The newest version of an object."""
        found = [each for each in self.objects if each.type == kind and subject_of(each) == subject]
        return max(found, key=lambda each: each.version, default=None)

    @property
    def charters(self) -> tuple[SignedObject, ...]:
        """The chain of charters."""
        return tuple(each for each in self.objects if each.type == "Charter")


class LogReader:
    """Reads what was added since it last looked; shared by the threads of a process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._log = Log()
        self._places: dict[str, int] = {}  # envelope digest -> index

    def read(self) -> Log:
        """The log as it stands."""
        with self._lock:
            added = self._store.objects(after=self._log.size)
            if added:
                objects = [_envelope(each.raw) for each in added]
                entries = [parse_entry(each.entry) for each in added]
                for place, entry in enumerate(entries, start=self._log.size):
                    self._places[entry.envelope] = place
                self._log = Log((*self._log.objects, *objects), (*self._log.entries, *entries))
            return self._log

    def find(self, envelope: str) -> SignedObject | None:
        """The object whose envelope has this digest."""
        log = self.read()
        place = self._places.get(envelope)
        return None if place is None else log.objects[place]


def logged_as(found: SignedObject, *, time: datetime) -> LogEntry:
    """An object's entry."""
    return entry_of(found, subject=subject_of(found), time=time)


def entry_bytes(raw: bytes, time: datetime) -> bytes:
    """The entry of an object that is stored as these bytes."""
    return logged_as(_envelope(raw), time=time).encode()


def subject_of(found: SignedObject) -> str:
    """What tells apart objects of one type: a country, an agreement's own id, nothing for the charter."""
    return subject_name(found).removeprefix(found.type).removeprefix("/")


def newest_of(objects: Iterable[SignedObject]) -> Mapping[tuple[str, str], SignedObject]:
    """The newest version of every object but the charter, by type and subject."""
    newest: dict[tuple[str, str], SignedObject] = {}
    for each in objects:  # in the order of acceptance: versions rise by one
        if each.type != "Charter":
            newest[each.type, subject_of(each)] = each
    return newest


def parse_object(raw: bytes) -> SignedObject:
    """An envelope from bytes; verifies nothing. Raises Malformed, `json_too_deep` for what a bundle could not
    hold."""
    found = _envelope(raw)
    if _depth(found.payload) > MAX_OBJECT_DEPTH - 1:
        raise Malformed("json_too_deep", field="payload", limit=MAX_OBJECT_DEPTH)
    return found


def _envelope(raw: bytes) -> SignedObject:
    return parse_signed_object(parse_json(raw, max_bytes=MAX_OBJECT_BYTES))


def _depth(value: object) -> int:
    """How many objects and arrays are nested; `parse_json` has bounded it before."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if not isinstance(value, list):
        return 0
    return 1 + max((_depth(item) for item in value), default=0)
