"""Signed objects become records: what each type holds, whose signatures it needs, what it speaks of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from certes.credential.errors import Malformed, Refusal
from certes.credential.identifiers import Network
from certes.trust.agreements import Agreement
from certes.trust.charter import signed_by_member
from certes.trust.charters import Placed, refused_object
from certes.trust.completeness import parse_full_agreement
from certes.trust.host_policy import parse_host_policy
from certes.trust.national_list import parse_national_list
from certes.trust.records import Charter, HostPolicy, Member, NationalList, RegistryView
from certes.trust.schema import require_schema
from certes.trust.signing import SignedObject, signing_keys
from certes.trust.standards import RegionalStandard, parse_standard

Record = NationalList | HostPolicy | Agreement | RegionalStandard


def subject_name(found: SignedObject) -> str:
    """What an object speaks of; the newest version of a subject counts."""
    if found.type == "Charter":
        return found.type
    if found.type == "Agreement":
        return f"Agreement/{found.payload.get('id')}"
    if found.type == "RegionalStandard":
        return f"RegionalStandard/{found.payload.get('id')}"
    return f"{found.type}/{found.country}"


@dataclass(slots=True)
class Records:
    """Records as they are read, the newest version of each; grown one by one in the order of the log."""

    national: dict[str, NationalList] = field(default_factory=dict)
    hosts: dict[str, HostPolicy] = field(default_factory=dict)
    agreements: dict[str, Agreement] = field(default_factory=dict)  # by their ids
    standards: dict[str, RegionalStandard] = field(default_factory=dict)  # by their ids
    object_ids: dict[tuple[str, str], str] = field(default_factory=dict)
    logged: Mapping[str, datetime] = field(default_factory=dict)  # object id -> when it was logged

    def view(self, time: datetime) -> RegistryView:
        """The register at the time that the log's witnesses have reached."""
        agreements = tuple(sorted(self.agreements.values(), key=lambda agreement: agreement.id))
        return RegistryView(
            time.date(), self.hosts, self.national, agreements, self.object_ids, self.standards
        )


def read_records(objects: Iterable[Placed], logged: Mapping[str, datetime]) -> Records:
    """The records of objects in the order of the log, each signed by whom it speaks for under the charter at
    its place. `logged`: when each was logged, by object id. Raises Malformed `bundle_object_refused`."""
    records = Records(logged=logged)
    for placed in objects:
        try:
            _read_one(placed, records)
        except Refusal as refusal:
            raise refused_object(placed.found.object_id, refusal) from refusal
    return records


def read_spoken(placed: Placed) -> Record:
    """The record of an object, signed by whom it speaks for under its charter. Raises Malformed,
    BadSignature."""
    record = read_record(placed.found, network=placed.charter.network)
    if isinstance(record, RegionalStandard):
        require_signed_by_body(placed.found, record.body, placed.charter)
        return record
    for country in parties_of(record):
        require_signed_by(placed.found, country, placed.charter.members)
    return record


def _read_one(placed: Placed, records: Records) -> None:
    found, record = placed.found, read_spoken(placed)
    if isinstance(record, NationalList):
        records.national[record.country] = record
    elif isinstance(record, HostPolicy):
        records.hosts[record.country] = record
    elif isinstance(record, RegionalStandard):
        records.standards[record.id] = record
    else:
        records.agreements[record.id] = record
    subject = record.id if isinstance(record, Agreement | RegionalStandard) else record.country
    records.object_ids[found.type, subject] = found.object_id


def parties_of(record: Record) -> tuple[str, ...]:
    """Every country whose signature the record needs. A standard speaks for none: ask `read_spoken`, which
    asks its body."""
    if isinstance(record, RegionalStandard):
        return ()
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


def require_signed_by_body(found: SignedObject, body: str, charter: Charter) -> None:
    """Return if enough distinct keys of the body that the charter names for standards signed. Raises
    Malformed `standards_body_unknown`, `standards_body_threshold_not_reached`; BadSignature."""
    named = charter.bodies.get(body)
    if named is None:
        raise Malformed("standards_body_unknown", field="payload.body", body=body)
    if len(signing_keys(found, among=named.keys)) < named.threshold:
        raise Malformed(
            "standards_body_threshold_not_reached", field="signatures", body=body, threshold=named.threshold
        )


def read_record(found: SignedObject, *, network: Network) -> Record:
    """The record an object holds, whoever signed it. Raises Malformed: `object_type_unknown`,
    `envelope_differs` from its payload, and what the readers raise."""
    payload: Mapping[str, Any] = found.payload
    if found.type == "Agreement":
        agreement = parse_full_agreement(payload)
        _require_same("version", agreement.version, found.version)
        _require_same("country", None, found.country)
        return agreement
    if found.type == "RegionalStandard":
        _require_same("country", None, found.country)
        return parse_standard(payload, network=network, version=found.version)
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
