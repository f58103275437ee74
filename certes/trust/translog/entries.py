"""What stands in the log: one short entry for each signed object, never the object itself.

`{"envelope", "object", "subject", "time", "type", "version"}` in RFC 8785 bytes. `object` is the object's
id, `envelope` the digest of the object together with its signatures: which signatures there were may change
what a verdict says, so the log holds them fast. Type, subject and version let a client see from the entries
alone that nothing newer was kept from it. docs/spec/log.md gives the reasons.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from certes.credential.canon.jcs import canonicalize
from certes.credential.errors import Malformed
from certes.credential.parsing import format_instant, parse_instant, parse_json
from certes.trust.members import Members
from certes.trust.signing import SignedObject, digest
from certes.trust.translog.merkle import leaf_hash
from certes.trust.translog.tiles import MAX_ENTRY_BYTES

_MEMBERS = {"envelope", "object", "subject", "time", "type", "version"}
_DIGEST = re.compile(r"sha-256:[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class LogEntry:
    """An object's place in the log: what was logged, and when the log says it was."""

    object_id: str
    envelope: str  # "sha-256:<hex>" of `envelope_bytes`
    type: str
    subject: str  # "CM", an agreement's id, "" for the charter: as the register tells objects of a type apart
    version: int
    time: datetime

    def encode(self) -> bytes:
        """The entry as it is hashed, kept and sent."""
        return canonicalize(self.to_json())

    def to_json(self) -> dict[str, Any]:
        """Its members."""
        return {
            "envelope": self.envelope,
            "object": self.object_id,
            "subject": self.subject,
            "time": format_instant(self.time),
            "type": self.type,
            "version": self.version,
        }

    @property
    def subject_name(self) -> str:
        """Type and subject: "NationalList/CM", "Charter"."""
        return f"{self.type}/{self.subject}" if self.subject else self.type

    @property
    def leaf(self) -> bytes:
        """The hash under which it stands in the tree."""
        return leaf_hash(self.encode())


def envelope_bytes(found: SignedObject) -> bytes:
    """The object with its signatures in the order of their keys: one form for one set of signatures."""
    envelope: dict[str, Any] = found.to_json()
    envelope["signatures"] = sorted(envelope["signatures"], key=lambda each: str(each["key"]))
    return canonicalize(envelope)


def entry_of(found: SignedObject, *, subject: str, time: datetime) -> LogEntry:
    """The entry to log for an object. The time is cut to whole seconds."""
    envelope = digest(envelope_bytes(found))
    return LogEntry(
        found.object_id, envelope, found.type, subject, found.version, time.replace(microsecond=0)
    )


def parse_entry(raw: bytes) -> LogEntry:
    """Read an entry. Raises Malformed `log_entry_invalid` for what is not one in its canonical form, and what
    `parse_json` raises."""
    entry = read_entry(parse_json(raw, max_bytes=MAX_ENTRY_BYTES))
    if entry.encode() != raw:
        raise Malformed("log_entry_invalid")
    return entry


def read_entry(document: object) -> LogEntry:
    """An entry from its members, wherever they stood. Raises Malformed `log_entry_invalid` where another
    spelling would make the same entry: what is hashed has one form."""
    if not isinstance(document, Mapping) or document.keys() != _MEMBERS:
        raise Malformed("log_entry_invalid")
    try:
        entry = _read(document)
    except Malformed as refusal:
        raise Malformed("log_entry_invalid", field=refusal.field) from refusal
    if format_instant(entry.time) != document["time"]:
        raise Malformed("log_entry_invalid", field="time")
    return entry


def _read(document: Mapping[str, Any]) -> LogEntry:
    top = Members(document)
    object_id, envelope = top.text("object"), top.text("envelope")
    if not _DIGEST.fullmatch(object_id) or not _DIGEST.fullmatch(envelope):
        raise Malformed("log_entry_invalid", field="object")
    subject = document["subject"]
    if not isinstance(subject, str):
        raise Malformed("log_entry_invalid", field="subject")
    time = parse_instant(top.text("time"))
    return LogEntry(object_id, envelope, top.text("type"), subject, top.integer("version"), time)


def require_logged(found: SignedObject, entry: LogEntry) -> None:
    """Return if this is the object, under exactly the signatures, that the entry speaks of. Raises Malformed
    `object_not_as_logged`."""
    logged = (entry.object_id, entry.envelope, entry.type, entry.version)
    if logged != (found.object_id, digest(envelope_bytes(found)), found.type, found.version):
        raise Malformed("object_not_as_logged", field=found.object_id)
