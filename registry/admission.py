"""What the registry takes in: a signed object that those it speaks for have signed, in the next version.

Nothing is ever deleted or changed. The registry has no say on content: certes.trust.bundle decides, by the
same functions as in every verifier, so that what is accepted here is accepted everywhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from certes.credential.errors import Malformed, Refusal
from certes.credential.identifiers import Network
from certes.credential.parsing import parse_json
from certes.runtime.refusals import Busy, Conflict
from certes.trust.bundle import follow_charters, parties_of, read_record, require_signed_by, speakers
from certes.trust.records import Charter
from certes.trust.signing import SignedObject, parse_signed_object
from registry.store import NewObject, Store, StoredObject

ACCEPTED_TYPES = ("Charter", "NationalList", "HostPolicy", "Agreement")
MAX_OBJECT_BYTES = 1024 * 1024  # a national list of 180 issuers with 540 keys is a quarter of this
MAX_SUBJECT_CHARACTERS = 200
MAX_ATTEMPTS = 10  # others may add objects between our look at the log and our writing


class Outcome(Enum):
    """What became of an object that was brought."""

    ADDED = "added"
    ALREADY_THERE = "already_there"


@dataclass(frozen=True, slots=True)
class Accepted:
    """An object and its place in the log."""

    outcome: Outcome
    stored: StoredObject


@dataclass(frozen=True, slots=True)
class Gate:
    """By what objects are judged: the pinned charter, the network, and the key that signs our checkpoints."""

    store: Store
    charter_id: str
    network: Network
    log_key: str  # Multikey text


@dataclass(frozen=True, slots=True)
class Log:
    """All objects that were accepted, at one moment."""

    objects: tuple[SignedObject, ...]

    @property
    def size(self) -> int:
        """How many objects there are: the position of the last one."""
        return len(self.objects)

    def until(self, position: int) -> "Log":
        """The log as it was at this position."""
        return Log(self.objects[:position])

    def newest(self, kind: str, subject: str) -> SignedObject | None:
        """The newest version of an object."""
        found = [each for each in self.objects if each.type == kind and subject_of(each) == subject]
        return max(found, key=lambda each: each.version, default=None)


def subject_of(found: SignedObject) -> str:
    """What tells apart objects of one type: a country, an agreement's own id, nothing for the charter."""
    if found.type == "Agreement":
        return str(found.payload.get("id", ""))
    return found.country or ""


def read_log(store: Store) -> Log:
    """The log as it stands."""
    return Log(tuple(parse_object(each.raw) for each in store.objects()))


def parse_object(raw: bytes) -> SignedObject:
    """An envelope from bytes. Raises Malformed; verifies nothing."""
    return parse_signed_object(parse_json(raw, max_bytes=MAX_OBJECT_BYTES))


def accept(raw: bytes, *, gate: Gate, now: datetime) -> Accepted:
    """Take in an object, or find it there.

    Raises Malformed or BadSignature for one that is not well formed or not signed by those it speaks for,
    Conflict `object_version_conflict` and `object_version_skipped`, Busy `registry_busy`.
    """
    found = parse_object(raw)
    if found.type not in ACCEPTED_TYPES:
        raise Malformed("object_type_not_accepted", field="type", expected=", ".join(ACCEPTED_TYPES))
    _require_subject(subject_of(found))
    for _ in range(MAX_ATTEMPTS):
        log = read_log(gate.store)
        known = gate.store.find_version(found.type, subject_of(found), found.version)
        if known is not None and known.id == found.object_id:
            return Accepted(Outcome.ALREADY_THERE, known)
        _require_next(found, log)
        _require_signed(found, log, gate)
        new = NewObject(found.object_id, found.type, subject_of(found), found.version, raw)
        stored = gate.store.append(new, after=log.size, now=now)
        if stored is not None:
            return Accepted(Outcome.ADDED, stored)
    raise Busy("registry_busy")


def _require_subject(subject: str) -> None:
    """An agreement's id stands in addresses and in an index of the database."""
    if len(subject) > MAX_SUBJECT_CHARACTERS or not (subject.isascii() and subject.isprintable()):
        raise Malformed("agreement_id_invalid", field="payload.id", limit=MAX_SUBJECT_CHARACTERS)


def _require_next(found: SignedObject, log: Log) -> None:
    newest = log.newest(found.type, subject_of(found))
    expected = 1 if newest is None else newest.version + 1
    if found.version == expected:
        return
    code = "object_version_conflict" if found.version < expected else "object_version_skipped"
    raise Conflict(code, field="version", version=found.version, next=expected)


def _require_signed(found: SignedObject, log: Log, gate: Gate) -> None:
    if found.type == "Charter":
        _require_charter(found, log, gate)
        return
    charters = _charters(log.objects, gate)
    _require_spoken(found, charters, gate.network)


def _require_spoken(found: SignedObject, charters: Iterable[Charter], network: Network) -> None:
    """Is the object whole, and signed by every country it speaks for, by the keys of these charters?"""
    record = read_record(found, network=network)
    members = speakers(charters)
    for country in parties_of(record):
        require_signed_by(found, country, members)


def _charters(objects: Iterable[SignedObject], gate: Gate) -> tuple[Charter, ...]:
    """The chain of charters. A refusal is raised as itself, not as that of a bundle."""
    charters = [each for each in objects if each.type == "Charter"]
    if not charters:
        raise Conflict("registry_without_charter", charter=gate.charter_id)
    if charters[0].object_id != gate.charter_id:
        raise Malformed("charter_not_pinned", field="payload", expected=gate.charter_id)
    try:
        return tuple(charter for _, charter in follow_charters(charters, gate.charter_id))
    except Malformed as refusal:
        cause = refusal.__cause__
        raise cause if isinstance(cause, Refusal) else refusal from None


def _require_charter(found: SignedObject, log: Log, gate: Gate) -> None:
    """The next of the chain, for our network, naming our log key, and leaving every object its signatures."""
    charters = _charters((*log.objects, found), gate)
    newest = charters[-1]
    if newest.network != gate.network:
        raise Malformed("charter_network_differs", field="payload.network")
    if gate.log_key not in newest.log_keys:
        raise Conflict("charter_without_our_log_key", field="payload.logKeys", key=gate.log_key)
    for each in newest_of(log.objects).values():
        try:
            _require_spoken(each, charters, gate.network)
        except Refusal as refusal:
            raise Conflict(
                "charter_would_orphan_object",
                field="payload.members",
                type=each.type,
                subject=subject_of(each),
                reason=refusal.code,
            ) from None


def newest_of(objects: Iterable[SignedObject]) -> Mapping[tuple[str, str], SignedObject]:
    """The newest version of every object but the charter, by type and subject."""
    newest: dict[tuple[str, str], SignedObject] = {}
    for each in objects:  # in the order of acceptance: versions rise by one
        if each.type != "Charter":
            newest[each.type, subject_of(each)] = each
    return newest
