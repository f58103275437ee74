"""What the registry takes in: a signed object that those it speaks for have signed, in the next version.

Nothing is ever deleted or changed. The registry has no say on content: certes.trust.bundle decides, by the
same functions as in every verifier, so that what is accepted here is accepted everywhere.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from certes.credential.errors import Malformed, Refusal
from certes.credential.identifiers import Network
from certes.runtime.refusals import Busy, Conflict
from certes.trust.chains import require_chains
from certes.trust.charters import follow_charters, speakers
from certes.trust.national_list import parse_national_list
from certes.trust.reading import parties_of, read_record, require_signed_by
from certes.trust.records import Charter, Member, NationalList
from certes.trust.signing import SignedObject
from certes.trust.succession import remember, require_successor
from registry.log_reader import Log, LogReader, newest_of, parse_object, subject_of
from registry.quota import DEFAULT_COUNTRY_LOG_BYTES, Quota
from registry.store import NewObject, Store, StoredObject

ACCEPTED_TYPES = ("Charter", "NationalList", "HostPolicy", "Agreement")
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
    """By what objects are judged: the pinned charter, the network, the key that signs our checkpoints, and
    `rehearse`, which raises the refusal that the bundle of a log would meet in a verifier."""

    store: Store
    reader: LogReader
    charter_id: str
    network: Network
    log_key: str  # Multikey text
    rehearse: Callable[[Log, datetime], object]
    country_log_bytes: int = DEFAULT_COUNTRY_LOG_BYTES


def accept(raw: bytes, *, gate: Gate, now: datetime) -> Accepted:
    """Take in an object, or find it there.

    Raises Malformed or BadSignature for one that is not well formed or not signed by those it speaks for,
    Malformed `list_*` for a list that takes back what the one before said; Conflict
    `object_version_conflict`, `object_version_skipped`, `country_quota_reached` and
    `object_would_break_bundle`; Busy `registry_busy`.
    """
    found = parse_object(raw)
    if found.type not in ACCEPTED_TYPES:
        raise Malformed("object_type_not_accepted", field="type", expected=", ".join(ACCEPTED_TYPES))
    _require_subject(subject_of(found))
    for _ in range(MAX_ATTEMPTS):
        known = gate.store.find_version(found.type, subject_of(found), found.version)
        if known is not None and known.id == found.object_id:
            return Accepted(Outcome.ALREADY_THERE, known)
        log = gate.reader.read()
        _require_next(found, log)
        _require_signed(found, log, gate)
        _require_publishable(log.followed_by(found), gate, now)
        new = NewObject(found.object_id, found.type, subject_of(found), found.version, raw)
        stored = gate.store.append(new, after=log.size, now=now)
        if stored is not None:
            return Accepted(Outcome.ADDED, stored)
    raise Busy("registry_busy")


def _require_publishable(log: Log, gate: Gate, now: datetime) -> None:
    """What would refuse the bundle in every verifier must never get in: objects are never taken out again."""
    try:
        gate.rehearse(log, now)
    except Refusal as refusal:
        reason = refusal.params.get("reason", refusal.code)
        raise Conflict("object_would_break_bundle", field=refusal.field, reason=str(reason)) from None


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
    record = read_record(found, network=gate.network)
    _require_spoken(found, parties_of(record), charters[-1].members)
    if found.type == "Agreement":
        _require_agreed(_versions_of(found, log), charters)
    if isinstance(record, NationalList):
        _require_kept(record, log, gate)
    quota = Quota(len(charters[-1].members), gate.country_log_bytes)
    for country in parties_of(record):
        quota.require(country, before=log, after=log.followed_by(found))


def _require_spoken(found: SignedObject, countries: Iterable[str], members: Mapping[str, Member]) -> None:
    """Is the object signed by every country it speaks for? A new one by members of the newest charter alone:
    who has left keeps what it signed, and adds nothing."""
    for country in countries:
        require_signed_by(found, country, members)


def _versions_of(found: SignedObject, log: Log) -> list[SignedObject]:
    same = [each for each in log.objects if (each.type, subject_of(each)) == (found.type, subject_of(found))]
    return [*same, found]


def _require_agreed(versions: Sequence[SignedObject], charters: Sequence[Charter]) -> None:
    """By the parties of the version before as well. A refusal is raised as itself, not as a bundle's."""
    try:
        require_chains(versions, charters)
    except Malformed as refusal:
        cause = refusal.__cause__
        raise cause if isinstance(cause, Refusal) else refusal from None


def _require_kept(record: NationalList, log: Log, gate: Gate) -> None:
    """Does the list keep what the country's list before it said of its issuers?"""
    before = log.newest("NationalList", record.country)
    if before is not None:
        held = parse_national_list(before.payload, network=gate.network, version=before.version)
        require_successor(remember([held]), remember([record]))


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
    members = speakers(charters)
    for each in newest_of(log.objects).values():
        try:
            _require_spoken(each, parties_of(read_record(each, network=gate.network)), members)
            if each.type == "Agreement":
                _require_agreed([*_versions_of(each, log)[:-1]], charters)
        except Refusal as refusal:
            raise Conflict(
                "charter_would_orphan_object",
                field="payload.members",
                type=each.type,
                subject=subject_of(each),
                reason=refusal.code,
            ) from None
