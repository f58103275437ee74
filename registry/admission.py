"""What the registry takes in: a signed object that those it speaks for have signed, in the next version.

Nothing is ever deleted or changed. The registry has no say on content: certes.trust.bundle decides, by the
same functions as in every verifier, so that what is accepted here is accepted everywhere.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from certes.credential.errors import Malformed, Refusal
from certes.credential.identifiers import Network
from certes.runtime.refusals import Busy, Conflict
from certes.trust.bundle import TrustView
from certes.trust.charters import Placed, follow_charters
from certes.trust.notices import Notice
from certes.trust.reading import OF_A_NOTICE, read_spoken
from certes.trust.records import Charter
from certes.trust.signing import SignedObject
from registry.continuity import as_itself, require_following
from registry.log_reader import Log, LogReader, parse_object, subject_of
from registry.notices import require_room
from registry.quota import DEFAULT_COUNTRY_LOG_BYTES, Quota, sharers
from registry.rehearsal import entry_time, rehearse_log
from registry.store import NewObject, Store, StoredObject

ACCEPTED_TYPES = (
    "Charter",
    "NationalList",
    "HostPolicy",
    "Agreement",
    "AgreementEvent",
    "Notice",
    "NoticeAnswer",
    "RegionalStandard",
)
MAX_SUBJECT_CHARACTERS = 200
MAX_AGREEMENT_ID_CHARACTERS = MAX_SUBJECT_CHARACTERS - len("#CM")  # so do its parties' acts
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
    """By what objects are judged: the pinned charter, the network, the key that signs our checkpoints.

    `require_continuing` raises as long as the log must not grow; `reached` is the time that witnesses have
    vouched for.
    """

    store: Store
    reader: LogReader
    charter_id: str
    network: Network
    log_key: str  # Multikey text
    require_continuing: Callable[[], object]
    reached: Callable[[], datetime | None]
    country_log_bytes: int = DEFAULT_COUNTRY_LOG_BYTES


def accept(raw: bytes, *, gate: Gate, now: datetime) -> Accepted:
    """Take in an object and log it, or find it there.

    Raises Malformed or BadSignature for one that is not well formed or not signed by those it speaks for,
    for one that does not follow on what the log holds what registry.continuity raises; for a warning or its
    answer what registry.notices raises; Conflict `object_version_conflict`, `object_version_skipped`,
    `country_quota_reached` and `object_would_break_bundle`; Busy `registry_busy`, and what
    `gate.require_continuing` raises.
    """
    found = parse_object(raw)
    if found.type not in ACCEPTED_TYPES:
        raise Malformed("object_type_not_accepted", field="type", expected=", ".join(ACCEPTED_TYPES))
    _require_subject(found)
    for _ in range(MAX_ATTEMPTS):
        known = gate.store.find_version(found.type, subject_of(found), found.version)
        if known is not None and known.id == found.object_id:
            return Accepted(Outcome.ALREADY_THERE, known)
        gate.require_continuing()
        log = gate.reader.read()
        newest = log.newest(found.type, subject_of(found))
        if newest is not None and newest.object_id == found.object_id:
            continue  # somebody brought the same one just now
        _require_next(found, newest)
        time = entry_time(log, now=now, reached=gate.reached())
        _require_signed(found, log, gate, time)
        after = log.followed_by(found, time=time)
        view = _require_publishable(after, gate, time)
        if found.type in OF_A_NOTICE:
            require_room(found, view)
        entry = after.entries[-1].encode()
        new = NewObject(found.object_id, found.type, subject_of(found), found.version, raw, entry)
        stored = gate.store.append(new, after=log.size, now=time)
        if stored is not None:
            return Accepted(Outcome.ADDED, stored)
    raise Busy("registry_busy")


def _require_publishable(log: Log, gate: Gate, now: datetime) -> TrustView:
    """What would refuse the bundle in every verifier must never get in: objects are never taken out again."""
    try:
        return rehearse_log(log, charter_id=gate.charter_id, now=now)
    except Refusal as refusal:
        reason = refusal.params.get("reason", refusal.code)
        raise Conflict("object_would_break_bundle", field=refusal.field, reason=str(reason)) from None


def _require_subject(found: SignedObject) -> None:
    """An agreement's id stands in addresses and in an index of the database."""
    subject = subject_of(found)
    limit = MAX_AGREEMENT_ID_CHARACTERS if found.type == "Agreement" else MAX_SUBJECT_CHARACTERS
    if len(subject) > limit or not (subject.isascii() and subject.isprintable()):
        raise Malformed("agreement_id_invalid", field="payload.id", limit=MAX_AGREEMENT_ID_CHARACTERS)


def _require_next(found: SignedObject, newest: SignedObject | None) -> None:
    expected = 1 if newest is None else newest.version + 1
    if found.version == expected:
        return
    code = "object_version_conflict" if found.version < expected else "object_version_skipped"
    raise Conflict(code, field="version", version=found.version, next=expected)


def _require_signed(found: SignedObject, log: Log, gate: Gate, time: datetime) -> None:
    """By whom it speaks for under the newest charter: who has left keeps what it signed, and adds nothing."""
    if found.type == "Charter":
        _require_charter(found, log, gate)
        return
    charters = _charters(log.charters, gate)
    record = read_spoken(Placed(found, charters[-1]))
    _require_counting(found, _keys_for(found, log, charters[-1]))
    require_following(record, found, log, charters=charters, network=gate.network, time=time)
    if isinstance(record, Notice):  # its own bound: a full share must not hold a warning back
        return
    quota = Quota(len(charters[-1].members), gate.country_log_bytes)
    after = log.followed_by(found, time=time)
    for sharer in sharers(found):
        quota.require(sharer, before=log, after=after)


def _keys_for(found: SignedObject, log: Log, charter: Charter) -> frozenset[str]:
    """The keys that count for an object: of its country, its body, its parties and those of the version
    before."""
    before = log.newest(found.type, subject_of(found))
    named = {*sharers(found), *(sharers(before) if before is not None else ())}
    members = [member.keys for name, member in charter.members.items() if name in named]
    bodies = [body.keys for name, body in charter.bodies.items() if name in named]
    return frozenset().union(*members, *bodies)


def _require_counting(found: SignedObject, keys: frozenset[str]) -> None:
    """No signature that says nothing: the log would bind it to the object for ever."""
    if any(signature.key not in keys for signature in found.signatures):
        raise Malformed("signature_without_say", field="signatures")


def _charters(charters: Sequence[SignedObject], gate: Gate) -> tuple[Charter, ...]:
    """The chain of charters. A refusal is raised as itself, not as that of a bundle."""
    if not charters:
        raise Conflict("registry_without_charter", charter=gate.charter_id)
    if charters[0].object_id != gate.charter_id:
        raise Malformed("charter_not_pinned", field="payload", expected=gate.charter_id)
    with as_itself():
        return tuple(charter for _, charter in follow_charters(charters, gate.charter_id))


def _require_charter(found: SignedObject, log: Log, gate: Gate) -> None:
    """The next of the chain, for our network, naming our log key. What was signed under the charters before
    stays as it is."""
    charters = _charters((*log.charters, found), gate)
    newest = charters[-1]
    if newest.network != gate.network:
        raise Malformed("charter_network_differs", field="payload.network")
    if gate.log_key not in newest.log_keys:
        raise Conflict("charter_without_our_log_key", field="payload.logKeys", key=gate.log_key)
    members = [member for charter in charters[-2:] for member in charter.members.values()]
    _require_counting(found, frozenset(key for member in members for key in member.keys))
