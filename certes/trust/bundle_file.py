"""The bundle as a file: its members and limits. Nothing is verified here.

    {"type": "TrustBundle", "checkpoint": "<note>", "entries": [...], "objects": [...], "notices": [...]}

in RFC 8785 bytes. `entries` are those of the whole log in their order, `objects` those that
certes.trust.published chooses, in the order of their ids, `notices` such as are not logged yet. An optional
member `crossings` holds, for each charter but the first, a checkpoint that the witnesses before it signed as
well (docs/spec/log.md, section 5). One reader for all: what is unknown is refused.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from certes.credential.canon.jcs import canonicalize
from certes.credential.errors import Malformed, Refusal
from certes.credential.parsing import parse_json
from certes.trust.charters import refused_object
from certes.trust.signing import SignedObject, parse_signed_object
from certes.trust.translog.entries import LogEntry, read_entry

MAX_BUNDLE_BYTES = 16 * 1024 * 1024  # six countries with 180 issuers need under 1 MB; a continent fits
MAX_OBJECTS = 20_000
MAX_NOTICES = 200  # not yet logged; what stands beyond is passed over
MAX_CROSSINGS = 64
BUNDLE = "TrustBundle"
COMMON_MEMBERS = {"type", "checkpoint", "entries", "objects", "notices"}


@dataclass(frozen=True, slots=True)
class Offered:
    """What a bundle says. Well formed, and not yet believed."""

    checkpoint: bytes  # a signed note
    entries: tuple[LogEntry, ...]
    objects: Mapping[str, SignedObject]  # by object id
    notices: tuple[SignedObject, ...]
    crossings: tuple[bytes, ...] = ()


def build_bundle(
    *,
    objects: Iterable[SignedObject],
    entries: Iterable[LogEntry],
    checkpoint: bytes,
    notices: Iterable[SignedObject] = (),
    crossings: Iterable[bytes] = (),
) -> bytes:
    """The file. `checkpoint` and `crossings` are signed notes; `objects` are those of `published.choose`.
    Checks nothing: `parse_bundle` does."""
    return canonicalize(
        members_of(BUNDLE, objects=objects, entries=entries, checkpoint=checkpoint, notices=notices)
        | crossings_member(crossings)
    )


def members_of(
    kind: str,
    *,
    objects: Iterable[SignedObject],
    entries: Iterable[LogEntry],
    checkpoint: bytes,
    notices: Iterable[SignedObject],
) -> dict[str, Any]:
    """The members that a bundle and a delta have in common."""
    return {
        "type": kind,
        "checkpoint": checkpoint.decode(),
        "entries": [entry.to_json() for entry in entries],
        "objects": _ordered(objects),
        "notices": _ordered(notices),
    }


def _ordered(objects: Iterable[SignedObject]) -> list[dict[str, Any]]:
    return [found.to_json() for found in sorted(objects, key=lambda each: each.object_id)]


def crossings_member(notes: Iterable[bytes]) -> dict[str, Any]:
    """The optional member, where there is anything to say."""
    found = [note.decode() for note in notes]
    return {"crossings": found} if found else {}


def open_bundle(raw: bytes) -> Offered:
    """Read a bundle's bytes. Raises Malformed `bundle_not_one`, `bundle_object_repeated`,
    `bundle_object_refused` by an object's place, `log_entry_invalid`, and what `parse_json` raises."""
    document = parse_json(raw, max_bytes=MAX_BUNDLE_BYTES)
    if document.get("type") != BUNDLE or document.keys() - {"crossings"} != COMMON_MEMBERS:
        raise Malformed("bundle_not_one", field="type")
    return read_members(document)


def read_members(document: Mapping[str, Any]) -> Offered:
    """The members that a bundle and a delta have in common. Raises as `open_bundle`."""
    objects = [
        _envelope(item, f"objects[{index}]")
        for index, item in enumerate(_array(document, "objects", limit=MAX_OBJECTS))
    ]
    by_id = {found.object_id: found for found in objects}
    if len(by_id) != len(objects):
        raise Malformed("bundle_object_repeated", field="objects")
    return Offered(
        checkpoint=_note(document.get("checkpoint"), "checkpoint"),
        entries=tuple(_entries(_array(document, "entries", limit=None))),
        objects=by_id,
        notices=read_notice_list(_array(document, "notices", limit=None)),
        crossings=tuple(
            _note(text, "crossings") for text in _array(document, "crossings", limit=MAX_CROSSINGS)
        ),
    )


def _array(document: Mapping[str, Any], name: str, *, limit: int | None) -> Sequence[Any]:
    found = document.get(name, [])
    if not isinstance(found, list) or (limit is not None and len(found) > limit):
        raise Malformed("bundle_not_one", field=name)
    return found


def _note(found: object, name: str) -> bytes:
    if not isinstance(found, str):
        raise Malformed("bundle_not_one", field=name)
    return found.encode()


def _entries(items: Sequence[object]) -> Iterable[LogEntry]:
    for place, item in enumerate(items):
        try:
            yield read_entry(item)
        except Malformed:
            raise Malformed("log_entry_invalid", field=f"entries[{place}]") from None


def _envelope(item: object, name: str) -> SignedObject:
    if not isinstance(item, dict):
        raise refused_object(name, Malformed("member_invalid", field=name, expected="object"))
    try:
        return parse_signed_object(item)
    except Refusal as refusal:
        raise refused_object(name, refusal) from refusal


def read_notice_list(items: object) -> tuple[SignedObject, ...]:
    """Notices that are not logged yet, without what is none: a carrier that adds rubbish must not be able to
    stop a bundle."""
    found = []
    for item in items[:MAX_NOTICES] if isinstance(items, list) else []:
        try:
            found.append(_envelope(item, "notices"))
        except Refusal:
            continue
    return tuple(each for each in found if each.type == "Notice")
