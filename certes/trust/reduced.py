"""The reduced form of case files: a registry, facts, status and decisions without what only signing needs.

For tests of agreements alone: a bundle never reads this form.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from certes.trust.agreements import KINDS, Agreement, parse_agreement
from certes.trust.events import LoggedEvent, apply_events, parse_agreement_event
from certes.trust.host_policy import parse_host_policy
from certes.trust.issuers import parse_history, parse_key, parse_scope
from certes.trust.members import Members, parse_day
from certes.trust.notice_board import with_confirmed
from certes.trust.notices import Act, Notice, Posted, State, board_of
from certes.trust.recognition import Facts, RecognitionDecision, StandardSeen, StatusSeen
from certes.trust.records import Announcement, Issuer, NationalList, RegistryView
from certes.trust.standards import RegionalStandard

METHODS = ("training", "rpl", "mixed")
STATES = ("valid", "revoked", "suspended")


def parse_registry(registry: Mapping[str, Any]) -> RegistryView:
    """`{checkpoint: {time}, hosts: {CC: ...}, national: {CC: ...}, agreements: [...]}`, issuers keyed by DID;
    `standards: [{id, version}]` where some are known. For what is new in a list, and for warnings,
    `noticeDays`, `announced: {CC: [{on, settled, issuers}]}` (the newest version last; without `issuers` as
    in `national`) and `notices: [{id, country, act, issuer, key, since, state}]` with the issuer's DID.

    Acts of parties are `agreementEvents: [{version, loggedOn, ...payload}]`, each taken as it stands; who is
    a member no more stands under `left: {CC: day}`.

    Raises Malformed naming the member.
    """
    top = Members(registry, "registry")
    hosts = top.members("hosts")
    national, announced = _all_national(top.members("national")), top.members("announced")
    notices = board_of(_posted(item) for item in top.each("notices"))
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
        national=with_confirmed(national, notices),
        agreements=_agreements(top),
        standards={item.text("id"): _known_standard(item) for item in top.each("standards")},
        notice_days=top.integer_or_none("noticeDays") or 0,
        announced={
            country: tuple(_announced(item, national.get(country)) for item in announced.each(country))
            for country in announced.value
        },
        notices=notices,
        left={country: top.members("left").day(country) for country in top.members("left").value},
    )


def _agreements(top: Members) -> tuple[Agreement, ...]:
    acts = [_act(item) for item in top.each("agreementEvents")]
    return tuple(
        apply_events(parse_agreement(item.value, at=item.at), acts) for item in top.each("agreements")
    )


def _act(item: Members) -> LoggedEvent:
    payload = {name: value for name, value in item.value.items() if name not in ("version", "loggedOn")}
    event, version = parse_agreement_event(payload), item.integer("version", least=1)
    name = f"{event.agreement}#{event.country}:{version}"
    return LoggedEvent(event, version, name, item.day("loggedOn"))


def _all_national(national: Members) -> dict[str, NationalList]:
    return {country: _national(country, national.members(country)) for country in national.value}


def _announced(item: Members, newest: NationalList | None) -> Announcement:
    if item.value.get("issuers") is None:
        issuers: Mapping[str, Issuer] = {} if newest is None else newest.issuers
    else:
        issuers = _issuers(item)
    return Announcement(item.day("on"), issuers, settled=item.flag("settled"))


def _posted(item: Members) -> Posted:
    """A notice as it stands; how it came to stand so is not told here."""
    country, name = item.text("country"), item.text("id")
    notice = Notice(
        country=country,
        id=name,
        act=Act(item.one_of("act", [act.value for act in Act])),
        issuer=0,
        did=item.text("issuer"),
        since=item.day("since"),
        kid=item.text_or_none("key"),
    )
    state = State(item.one_of("state", [state.value for state in State], default=State.UNDETERMINED.value))
    return Posted(notice, f"urn:notice:{country}:{name}", None, state)


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
    return NationalList(
        country=country,
        id=item.text_or_none("id") or f"urn:nat:{country}",
        version=item.integer_or_none("version") or 1,
        issuers=_issuers(item),
    )


def _issuers(item: Members) -> dict[str, Issuer]:
    issuers = item.members("issuers")
    return {did: _issuer(did, issuers.members(did)) for did in issuers.value}


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
