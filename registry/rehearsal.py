"""Would the bundle of this log be accepted everywhere? Asked before anything is logged: what is in the log
never leaves it."""

from datetime import datetime

from certes.credential.errors import Malformed
from certes.trust.bundle import MAX_BUNDLE_BYTES, MAX_OBJECTS, TrustView, rehearse
from certes.trust.bundle_file import Offered
from certes.trust.charter import parse_charter
from certes.trust.published import choose
from certes.trust.records import Charter
from certes.trust.signing import SignedObject
from certes.trust.translog.entries import LogEntry
from registry.log_reader import Log

SIGNATURE_BYTES = 200  # one in the envelope: a key, a value, their names
ENTRY_BYTES = 360  # the longest of ours but for its subject
ENVELOPE_BYTES = 512 * 1024  # checkpoints, and notices that are not logged yet


def size_of(found: SignedObject) -> int:
    """About how many bytes an object takes."""
    return len(found.signed_bytes) + SIGNATURE_BYTES * len(found.signatures)


def newest_charter(log: Log) -> Charter:
    """The newest one of a log that has one."""
    newest = log.charters[-1]
    return parse_charter(newest.payload, version=newest.version)


def published_of(log: Log) -> tuple[SignedObject, ...]:
    """What a bundle of this log holds; nothing where there is no charter."""
    return choose(log.objects, log.entries, charter=newest_charter(log)) if log.charters else ()


def rehearse_log(log: Log, *, charter_id: str, now: datetime) -> TrustView:
    """The view that every client would have of this log, were it sealed now.

    Raises what `parse_bundle` raises, and Malformed `bundle_not_one` for one that is too large to be read.
    """
    objects = published_of(log)
    entries = sum(ENTRY_BYTES + len(entry.subject) for entry in log.entries)
    size = ENVELOPE_BYTES + entries + sum(map(size_of, objects))
    if len(objects) > MAX_OBJECTS or size > MAX_BUNDLE_BYTES:
        raise Malformed("bundle_not_one", field="objects")
    offered = Offered(b"", log.entries, {found.object_id: found for found in objects}, ())
    return rehearse(offered, charter_id=charter_id, now=now)


def entry_time(log: Log, *, now: datetime, reached: datetime | None) -> datetime:
    """When the next object is said to have come in: now, but never before the last entry, nor before the time
    that witnesses have vouched for: no device would believe it (docs/spec/log.md, section 6, rules 9, 10)."""
    last: LogEntry | None = log.entries[-1] if log.entries else None
    known = [moment for moment in (reached, last.time if last else None) if moment is not None]
    return max([now, *known]).replace(microsecond=0)
