"""Signed objects become records: what each type holds, whose signatures it needs, what it speaks of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from certes.credential.errors import Malformed, Refusal
from certes.credential.identifiers import Network
from certes.trust.agreements import Agreement
from certes.trust.charter import signed_by_member
from certes.trust.completeness import parse_full_agreement
from certes.trust.host_policy import parse_host_policy
from certes.trust.national_list import parse_national_list
from certes.trust.records import HostPolicy, Member, NationalList, RegistryView
from certes.trust.schema import require_schema
from certes.trust.signing import SignedObject, signing_keys


def subject_name(found: SignedObject) -> str:
    """What an object speaks of; the newest version of a subject counts."""
    if found.type == "Charter":
        return found.type
    if found.type == "Agreement":
        return f"Agreement/{found.payload.get('id')}"
    return f"{found.type}/{found.country}"


def refused_object(name: str, refusal: Refusal) -> Malformed:
    """One bad object refuses the bundle: which one, and why."""
    where = {} if refusal.field is None else {"member": refusal.field}
    return Malformed("bundle_object_refused", field=name, reason=refusal.code, **where)


@dataclass(slots=True)
class Records:
    """Records as they are read; grown one by one while a bundle is verified."""

    national: dict[str, NationalList] = field(default_factory=dict)
    hosts: dict[str, HostPolicy] = field(default_factory=dict)
    agreements: list[Agreement] = field(default_factory=list)
    object_ids: dict[tuple[str, str], str] = field(default_factory=dict)

    def view(self, time: datetime) -> RegistryView:
        agreements = tuple(sorted(self.agreements, key=lambda agreement: agreement.id))
        return RegistryView(time.date(), self.hosts, self.national, agreements, self.object_ids)


def read_records(objects: Iterable[SignedObject], network: Network, members: Mapping[str, Member]) -> Records:
    records = Records()
    for found in objects:
        if found.type == "Charter":
            continue
        try:
            _read_one(found, network, members, records)
        except Refusal as refusal:
            raise refused_object(found.object_id, refusal) from refusal
    return records


def _read_one(found: SignedObject, network: Network, members: Mapping[str, Member], records: Records) -> None:
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
