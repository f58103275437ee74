"""The reduced form of case files: a registry, facts, status and decisions without what only signing needs.

For tests of agreements alone: a bundle never reads this form.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from certes.trust.agreements import KINDS, parse_agreement
from certes.trust.host_policy import parse_host_policy
from certes.trust.issuers import parse_history, parse_key, parse_scope
from certes.trust.members import Members, parse_day
from certes.trust.recognition import Facts, RecognitionDecision, StandardSeen, StatusSeen
from certes.trust.records import Issuer, NationalList, RegistryView
from certes.trust.standards import RegionalStandard

METHODS = ("training", "rpl", "mixed")
STATES = ("valid", "revoked", "suspended")


def parse_registry(registry: Mapping[str, Any]) -> RegistryView:
    """`{checkpoint: {time}, hosts: {CC: ...}, national: {CC: ...}, agreements: [...]}`, issuers keyed by DID;
    `standards: [{id, version}]` where some are known.

    Raises Malformed naming the member.
    """
    top = Members(registry, "registry")
    hosts, national = top.members("hosts"), top.members("national")
    return RegistryView(
        as_of=_moment(top.members("checkpoint"), "time"),
        hosts={
            country: parse_host_policy(
                item.value,
                country=country,
                record_id=item.text_or_none("id") or f"urn:host:{country}",
                version=item.integer_or_none("version") or 1,
                at=item.at,
            )
            for country, item in ((country, hosts.members(country)) for country in hosts.value)
        },
        national={country: _national(country, national.members(country)) for country in national.value},
        agreements=tuple(parse_agreement(item.value, at=item.at) for item in top.each("agreements")),
        standards={item.text("id"): _known_standard(item) for item in top.each("standards")},
    )


def _known_standard(item: Members) -> RegionalStandard:
    """How far its versions go: no rule asks for more."""
    return RegionalStandard(
        id=item.text("id"),
        number=0,
        version=item.integer("version", least=1),
        body="",
        title={},
        status="illustrative",
        occupations=(),
        measure="hours",
        units=(),
        versions=(),
    )


def _moment(item: Members, name: str) -> date:
    """A day, or the day of an instant."""
    return parse_day(item.text(name)[:10], at=item.path(name))


def _national(country: str, item: Members) -> NationalList:
    issuers = item.members("issuers")
    return NationalList(
        country=country,
        id=item.text_or_none("id") or f"urn:nat:{country}",
        version=item.integer_or_none("version") or 1,
        issuers={did: _issuer(did, issuers.members(did)) for did in issuers.value},
    )


def _issuer(did: str, item: Members) -> Issuer:
    return Issuer(
        did=did,
        keys=tuple(parse_key(key) for key in item.each("keys")),
        scope=tuple(parse_scope(entry) for entry in item.each("scope")),
        history=parse_history(item),
    )


def parse_facts(credential: Mapping[str, Any]) -> Facts:
    """A case's `credential`. `signedOn` absent is the day of the award."""
    top = Members(credential, "credential")
    receipt = top.members("timeReceipt")
    awarded_on = top.day("awardedOn")
    return Facts(
        country=top.text("country"),
        issuer=top.text("issuer"),
        kid=top.text("kid"),
        awarded_on=awarded_on,
        signed_on=top.day_or_none("signedOn") or awarded_on,
        valid_until=top.day_or_none("validUntil"),
        occupations=_occupations(top),
        level=top.text_or_none("level"),
        kind=top.one_of("kind", KINDS, default="full"),
        method=top.one_of("method", METHODS, default="training"),
        units=top.texts("units"),
        standard=_standard(top.members("standard")),
        title=top.text_or_none("title"),
        time_receipt=_moment(receipt, "time") if receipt.value else None,
        recognition_decisions=tuple(_decision(item) for item in top.each("recognitionDecisions")),
    )


def _occupations(top: Members) -> tuple[str, ...]:
    return top.texts("occupations") or (top.text("occupation"),)


def _standard(item: Members) -> StandardSeen | None:
    return StandardSeen(item.text("id"), item.integer_or_none("version") or 0) if item.value else None


def _decision(item: Members) -> RecognitionDecision:
    return RecognitionDecision(
        id=item.text("id"),
        country=item.text("country"),
        verdict=item.text("verdict"),
        occupation=item.text_or_none("occupation"),
        level=item.text_or_none("level"),
        decided_on=item.day("decidedOn"),
        practice_months=item.integer_or_none("certifiedPracticeMonths"),
        revoked=_is_revoked(item),
        title=item.text_or_none("title"),
    )


def _is_revoked(item: Members) -> bool:
    """However a case writes it: `revoked`, `revokedOn`, or a status or state that is not `valid`."""
    status = item.value.get("status")
    state = status.get("state") if isinstance(status, Mapping) else (status or item.value.get("state"))
    return bool(item.value.get("revoked") or item.value.get("revokedOn")) or state not in (None, "valid")


def parse_status(status: Mapping[str, Any] | None) -> StatusSeen | None:
    """A case's `status`; null is never seen."""
    if status is None:
        return None
    top = Members(status, "status")
    return StatusSeen(
        top.one_of("state", STATES),  # type: ignore[arg-type]  # one_of has compared it with the very list
        _moment(top, "asOf"),
        top.text_or_none("reason"),
    )
