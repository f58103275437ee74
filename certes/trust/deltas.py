"""What a device that holds a bundle still needs: a bundle's difference from an earlier size of the same log.

    {"type": "TrustBundleDelta", "from": 214, "checkpoint": "<note>", "entries": [...], "objects": [...],
     "notices": [...]}

`entries` are those from `from` on, `objects` those that a bundle now holds and one of size `from` did not.
Both choices follow from the entries alone, so that a bundle and a delta make the same bytes as the newer
bundle. Nothing is believed here: what comes out is verified as any bundle.
"""

from collections.abc import Iterable, Sequence

from certes.credential.canon.jcs import canonicalize
from certes.credential.errors import Malformed
from certes.credential.parsing import parse_json
from certes.trust.bundle_file import (
    COMMON_MEMBERS,
    MAX_BUNDLE_BYTES,
    build_bundle,
    crossings_member,
    members_of,
    open_bundle,
    read_members,
)
from certes.trust.charter import parse_charter
from certes.trust.published import needed
from certes.trust.signing import SignedObject
from certes.trust.translog.entries import LogEntry

DELTA = "TrustBundleDelta"


def build_delta(
    *,
    since: int,
    objects: Iterable[SignedObject],
    entries: Sequence[LogEntry],
    checkpoint: bytes,
    notices: Iterable[SignedObject] = (),
    crossings: Iterable[bytes] = (),
) -> bytes:
    """The file, from what `build_bundle` takes and the size that is held. Raises Malformed
    `delta_not_possible` for a size that no bundle of this log has."""
    held = list(objects)
    if not 0 < since <= len(entries):
        raise Malformed("delta_not_possible", field="from", size=len(entries))
    before = needed(entries[:since], notice_days=_notice_days(held, entries[:since]))
    new = [found for found in held if found.object_id not in before]
    members = members_of(DELTA, objects=new, entries=entries[since:], checkpoint=checkpoint, notices=notices)
    return canonicalize(members | crossings_member(crossings) | {"from": since})


def apply_delta(held: bytes, delta: bytes) -> bytes:
    """The newer bundle, from the one that is held and a delta on it; both as bytes, neither believed.

    Raises Malformed `delta_not_one`, `delta_of_another_size`, and what `open_bundle` raises.
    """
    document = parse_json(delta, max_bytes=MAX_BUNDLE_BYTES)
    if document.get("type") != DELTA or document.keys() - {"crossings"} != COMMON_MEMBERS | {"from"}:
        raise Malformed("delta_not_one", field="type")
    before, more = open_bundle(held), read_members(document)
    if type(document["from"]) is not int or document["from"] != len(before.entries):
        raise Malformed("delta_of_another_size", field="from", held=len(before.entries))
    entries = (*before.entries, *more.entries)
    objects = {**before.objects, **more.objects}
    ids = needed(entries, notice_days=_notice_days(objects.values(), entries))
    return build_bundle(
        objects=[found for found in objects.values() if found.object_id in ids],
        entries=entries,
        checkpoint=more.checkpoint,
        notices=more.notices,
        crossings=more.crossings,
    )


def _notice_days(objects: Iterable[SignedObject], entries: Sequence[LogEntry]) -> int:
    """Of the newest charter among the entries. Every charter is among the objects of a bundle."""
    charters = {found.object_id: found for found in objects if found.type == "Charter"}
    newest = [charters[entry.object_id] for entry in entries if entry.object_id in charters][-1:]
    if not newest:
        raise Malformed("charter_not_in_bundle", field="objects")
    return parse_charter(newest[0].payload, version=newest[0].version).notice_days
