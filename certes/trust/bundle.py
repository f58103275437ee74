"""The trust bundle: every signed object a verifier works with, in one file, believed only as a whole.

`{"type": "TrustBundle", "objects": [SignedObject ...], "checkpoint": SignedObject}`. Only the id of the
first charter is pinned; all else follows from signatures. One bad object refuses the bundle. Age never
blocks loading: it changes verdicts. Of agreements every version travels, so that whoever sees a bundle for
the first time can check that no party was left out of a later one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from certes.credential.canon.jcs import canonicalize
from certes.credential.errors import Malformed, Refusal
from certes.credential.identifiers import Network
from certes.credential.parsing import parse_json
from certes.trust.agreements import Agreement
from certes.trust.charter import parse_charter, signed_by_member, signed_by_two_thirds
from certes.trust.checkpoint import Checkpoint, Floor, checkpoint_payload, read_checkpoint
from certes.trust.completeness import parse_full_agreement
from certes.trust.host_policy import parse_host_policy
from certes.trust.members import Members
from certes.trust.national_list import parse_national_list
from certes.trust.records import Charter, HostPolicy, Member, NationalList, RegistryView
from certes.trust.schema import require_schema
from certes.trust.signing import SignedObject, parse_signed_object, signing_keys
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
    records = _read(newest.values(), charter.network, speakers(followed))
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
        version, object_id = floor.objects.get(_subject(found), (0, ""))
        if found.version == version and found.object_id != object_id:
            raise Malformed("bundle_rewrites_history", field=_subject(found), version=version)


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
        raise _refused(name, Malformed("member_invalid", field=name, expected="object"))
    try:
        return parse_signed_object(item)
    except Refusal as refusal:
        raise _refused(name, refusal) from refusal


def _refused(name: str, refusal: Refusal) -> Malformed:
    """One bad object refuses the bundle: which one, and why."""
    where = {} if refusal.field is None else {"member": refusal.field}
    return Malformed("bundle_object_refused", field=name, reason=refusal.code, **where)


def follow_charters(objects: Iterable[SignedObject], charter_id: str) -> list[tuple[SignedObject, Charter]]:
    """From the pinned charter on, version by version, each signed by two thirds of the members of the one
    before and of its own. Raises Malformed `charter_not_in_bundle`, `bundle_object_refused`."""
    charters = [found for found in objects if found.type == "Charter"]
    pinned = next((found for found in charters if found.object_id == charter_id), None)
    if pinned is None:
        raise Malformed("charter_not_in_bundle", field="objects", charter=charter_id)
    chain: list[tuple[SignedObject, Charter]] = []
    later = [found for found in charters if found.version > pinned.version]
    for found in [pinned, *sorted(later, key=lambda found: found.version)]:
        try:
            chain.append((found, _next_charter(found, chain)))
        except Refusal as refusal:
            raise _refused(found.object_id, refusal) from refusal
    return chain


def _next_charter(found: SignedObject, chain: list[tuple[SignedObject, Charter]]) -> Charter:
    charter = parse_charter(found.payload, version=found.version)
    voters = [charter]
    if chain:
        before = chain[-1][1]
        if charter.version != before.version + 1:
            raise Malformed("charter_version_not_next", field="version", expected=before.version + 1)
        if charter.network != before.network:
            raise Malformed("charter_network_changed", field="payload.network")
        voters.append(before)
    for voter in voters:
        keys = frozenset(key for member in voter.members.values() for key in member.keys)
        if not signed_by_two_thirds(voter, signing_keys(found, among=keys)):
            raise Malformed("charter_not_signed_by_two_thirds", field="signatures", version=voter.version)
    return charter


def speakers(charters: Iterable[Charter]) -> dict[str, Member]:
    """Whose keys speak for each country: those of the newest charter it stands in. A country that has
    left keeps the list it signed last, so that leaving voids nobody's past certificates."""
    found: dict[str, Member] = {}
    for charter in charters:
        found |= charter.members
    return found


def _subject(found: SignedObject) -> str:
    """What an object speaks of; the newest version of a subject counts."""
    if found.type == "Charter":
        return found.type
    if found.type == "Agreement":
        return f"Agreement/{found.payload.get('id')}"
    return f"{found.type}/{found.country}"


def _newest(objects: Iterable[SignedObject]) -> dict[str, SignedObject]:
    newest: dict[str, SignedObject] = {}
    for found in objects:
        if found.type == "Charter":
            continue
        other = newest.get(_subject(found))
        if other is not None and other.version == found.version:
            raise Malformed("bundle_version_conflict", field=found.object_id, other=other.object_id)
        if other is None or other.version < found.version:
            newest[_subject(found)] = found
    return newest


def require_chains(agreements: Iterable[SignedObject], charters: Sequence[Charter]) -> None:
    """Every version of an agreement from the first on, and each next one signed by every party of the version
    before too: nobody is left out of a text by others. A party that is no member any more cannot be asked.

    The newest version is signed by keys that speak today; one before it, by keys of any charter: it must have
    been signed once. Raises Malformed `bundle_object_refused`.
    """
    by_subject: dict[str, list[SignedObject]] = {}
    for found in sorted(agreements, key=lambda each: each.version):
        by_subject.setdefault(_subject(found), []).append(found)
    for versions in by_subject.values():
        before: frozenset[str] = frozenset()
        for number, found in enumerate(versions, start=1):
            try:
                if found.version != number:
                    raise Malformed("agreement_version_missing", field="version", expected=number)
                trusted = charters if found is not versions[-1] else [_speaking(charters)]
                before = _require_step(found, before & charters[-1].members.keys(), trusted)
            except Refusal as refusal:
                raise _refused(found.object_id, refusal) from refusal


def _speaking(charters: Sequence[Charter]) -> Charter:
    """The newest charter, with the keys of those that have left beside its members'."""
    return replace(charters[-1], members=speakers(charters))


def _require_step(found: SignedObject, before: frozenset[str], charters: Sequence[Charter]) -> frozenset[str]:
    """The parties of this version, once they and those of the one before have signed it."""
    parties = frozenset(party.text("country") for party in Members(found.payload).each("parties"))
    for country in sorted(parties | before):
        standing = [charter.members for charter in charters if country in charter.members]
        for members in standing[:-1]:
            if signed_by_member(members[country], signing_keys(found, among=members[country].keys)):
                break
        else:
            require_signed_by(found, country, standing[-1] if standing else {})
    return parties


@dataclass(slots=True)
class _Records:
    """Records as they are read; local to `parse_bundle`."""

    national: dict[str, NationalList] = field(default_factory=dict)
    hosts: dict[str, HostPolicy] = field(default_factory=dict)
    agreements: list[Agreement] = field(default_factory=list)
    object_ids: dict[tuple[str, str], str] = field(default_factory=dict)

    def view(self, time: datetime) -> RegistryView:
        agreements = tuple(sorted(self.agreements, key=lambda agreement: agreement.id))
        return RegistryView(time.date(), self.hosts, self.national, agreements, self.object_ids)


def _read(objects: Iterable[SignedObject], network: Network, members: Mapping[str, Member]) -> _Records:
    records = _Records()
    for found in objects:
        if found.type == "Charter":
            continue
        try:
            _read_one(found, network, members, records)
        except Refusal as refusal:
            raise _refused(found.object_id, refusal) from refusal
    return records


def _read_one(
    found: SignedObject, network: Network, members: Mapping[str, Member], records: _Records
) -> None:
    record = read_record(found, network=network)
    for country in parties_of(record):
        require_signed_by(found, country, members)
    if isinstance(record, NationalList):
        records.national[record.country] = record
    elif isinstance(record, HostPolicy):
        records.hosts[record.country] = record
    else:
        records.agreements.append(record)
    subject = record.id if isinstance(record, Agreement) else record.country
    records.object_ids[found.type, subject] = found.object_id


def parties_of(record: NationalList | HostPolicy | Agreement) -> tuple[str, ...]:
    """Every country whose signature the record needs."""
    return tuple(record.parties) if isinstance(record, Agreement) else (record.country,)


def require_signed_by(found: SignedObject, country: str, members: Mapping[str, Member]) -> None:
    """Return if enough distinct keys of the country signed. Raises Malformed `signer_not_member`,
    `threshold_not_reached`; BadSignature."""
    member = members.get(country)
    if member is None:
        raise Malformed("signer_not_member", field="signatures", country=country)
    if not signed_by_member(member, signing_keys(found, among=member.keys)):
        raise Malformed(
            "threshold_not_reached", field="signatures", country=country, threshold=member.threshold
        )


def read_record(found: SignedObject, *, network: Network) -> NationalList | HostPolicy | Agreement:
    """The record an object holds, whoever signed it. Raises Malformed: `object_type_unknown`,
    `envelope_differs` from its payload, and what the readers raise."""
    payload: Mapping[str, Any] = found.payload
    if found.type == "Agreement":
        agreement = parse_full_agreement(payload)
        _require_same("version", agreement.version, found.version)
        _require_same("country", None, found.country)
        return agreement
    _require_same("country", payload.get("country"), found.country)
    if found.type == "NationalList":
        return parse_national_list(payload, network=network, version=found.version)
    if found.type == "HostPolicy":
        require_schema("host-policy", payload)
        country = payload["country"]
        return parse_host_policy(
            payload, country=country, record_id=f"urn:host:{country}", version=found.version
        )
    raise Malformed("object_type_unknown", field="type", type=found.type)


def _require_same(name: str, inside: object, outside: object) -> None:
    if inside != outside:
        raise Malformed("envelope_differs", field=name)
