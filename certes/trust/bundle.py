"""The trust bundle: every signed object a verifier works with, in one file, believed only as a whole.

`{"type": "TrustBundle", "objects": [SignedObject ...], "checkpoint": SignedObject}`. Only the id of the
first charter is pinned; all else follows from signatures. One bad object refuses the bundle. Age never
blocks loading: it changes verdicts. Of agreements every version travels, so that whoever sees a bundle for
the first time can check that no party was left out of a later one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from certes.credential.canon.jcs import canonicalize
from certes.credential.errors import Malformed, Refusal
from certes.credential.identifiers import Network
from certes.credential.parsing import parse_json
from certes.trust.chains import require_chains
from certes.trust.charters import follow_charters, speakers
from certes.trust.checkpoint import Checkpoint, Floor, checkpoint_payload, read_checkpoint
from certes.trust.reading import read_records, refused_object, subject_name
from certes.trust.records import Charter, RegistryView
from certes.trust.signing import SignedObject, parse_signed_object
from certes.trust.succession import remember

__all__ = ["Floor", "TrustView", "build_bundle", "checkpoint_payload", "parse_bundle"]

MAX_BUNDLE_BYTES = 16 * 1024 * 1024  # six countries with 180 issuers need under 1 MB; a continent fits
MAX_OBJECTS = 20_000


@dataclass(frozen=True, slots=True)
class TrustView:
    """A verified bundle: everything in it was signed by those it speaks for."""

    registry: RegistryView
    charter: Charter
    as_of: datetime
    checkpoint: Checkpoint
    objects: Mapping[
        str, SignedObject
    ]  # by object id: the charters, every version of agreements, the newest version of everything else
    subjects: Mapping[str, tuple[int, str]]  # "NationalList/CM" -> (version, object id)

    @property
    def network(self) -> Network:
        """The network's number and domain, the same in every charter."""
        return self.charter.network

    def floor(self) -> Floor:
        """What to hold future bundles against."""
        return Floor(
            self.as_of, self.checkpoint.size, self.subjects, remember(self.registry.national.values())
        )


def build_bundle(objects: Iterable[SignedObject], checkpoint: SignedObject) -> bytes:
    """The file, in canonical bytes. Checks nothing: `parse_bundle` does."""
    ordered = sorted(objects, key=lambda found: found.object_id)
    return canonicalize(
        {
            "type": "TrustBundle",
            "objects": [found.to_json() for found in ordered],
            "checkpoint": checkpoint.to_json(),
        }
    )


def parse_bundle(raw: bytes, *, charter_id: str, floor: Floor | None, now: datetime) -> TrustView:
    """Verify a bundle from any carrier.

    `charter_id` is the object id of the first charter. Raises Malformed: `bundle_object_refused` with the
    object and the reason, `bundle_rolled_back`, `bundle_rewrites_history`, `bundle_from_the_future`,
    `charter_*`, `checkpoint_*`, `list_*` against the floor; BadSignature on the checkpoint; whatever
    `parse_json` raises.
    """
    objects, sealed = _open(raw)
    charters = follow_charters(objects, charter_id)
    charter = charters[-1][1]
    checkpoint = read_checkpoint(
        sealed, charter=charter, object_ids=[found.object_id for found in objects], now=now
    )
    newest = _newest(objects)
    newest["Charter"] = charters[-1][0]
    subjects = {subject: (found.version, found.object_id) for subject, found in newest.items()}
    if floor is not None:
        floor.require_not_below(Floor(checkpoint.time, checkpoint.size, subjects, floor.issuers))
        _require_not_rewritten(objects, floor)
    followed = [found for _, found in charters]
    agreements = [found for found in objects if found.type == "Agreement"]
    require_chains(agreements, followed)
    records = read_records(newest.values(), charter.network, speakers(followed))
    kept = [*newest.values(), *(found for found, _ in charters), *agreements]
    view = TrustView(
        registry=records.view(checkpoint.time),
        charter=charter,
        as_of=checkpoint.time,
        checkpoint=checkpoint,
        objects={found.object_id: found for found in kept},
        subjects=subjects,
    )
    if floor is not None:
        floor.require_not_below(view.floor())
    return view


def _require_not_rewritten(objects: Iterable[SignedObject], floor: Floor) -> None:
    """The version that was held is the one that is shown, though a newer one may stand beside it."""
    for found in objects:
        version, object_id = floor.objects.get(subject_name(found), (0, ""))
        if found.version == version and found.object_id != object_id:
            raise Malformed("bundle_rewrites_history", field=subject_name(found), version=version)


def _open(raw: bytes) -> tuple[tuple[SignedObject, ...], SignedObject]:
    document = parse_json(raw, max_bytes=MAX_BUNDLE_BYTES)
    items, sealed = document.get("objects"), document.get("checkpoint")
    if document.get("type") != "TrustBundle" or document.keys() != {"type", "objects", "checkpoint"}:
        raise Malformed("bundle_not_one", field="type")
    if not isinstance(items, list) or len(items) > MAX_OBJECTS:
        raise Malformed("bundle_not_one", field="objects")
    if not isinstance(sealed, dict):
        raise Malformed("bundle_not_one", field="checkpoint")
    objects = tuple(_envelope(item, f"objects[{index}]") for index, item in enumerate(items))
    if len({found.object_id for found in objects}) != len(objects):
        raise Malformed("bundle_object_repeated", field="objects")
    return objects, _envelope(sealed, "checkpoint")


def _envelope(item: object, name: str) -> SignedObject:
    if not isinstance(item, dict):
        raise refused_object(name, Malformed("member_invalid", field=name, expected="object"))
    try:
        return parse_signed_object(item)
    except Refusal as refusal:
        raise refused_object(name, refusal) from refusal


def _newest(objects: Iterable[SignedObject]) -> dict[str, SignedObject]:
    newest: dict[str, SignedObject] = {}
    for found in objects:
        if found.type == "Charter":
            continue
        other = newest.get(subject_name(found))
        if other is not None and other.version == found.version:
            raise Malformed("bundle_version_conflict", field=found.object_id, other=other.object_id)
        if other is None or other.version < found.version:
            newest[subject_name(found)] = found
    return newest
