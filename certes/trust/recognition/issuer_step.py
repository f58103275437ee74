"""Steps 1 and 2: the certificate's own status, then who signed it, judged on the day of the signature.

Each step answers with reasons; whoever calls stops at the first that says no or unknown.
"""

from dataclasses import dataclass
from datetime import date

from certes.trust.notice_period import pending
from certes.trust.recognition.codes import stops
from certes.trust.recognition.facts import Facts, Param, Reason, StatusSeen
from certes.trust.records import Issuer, KeyPeriod, RegistryView, ScopeClaim, Standing, first_gap

RECEIPT_TOLERANCE_DAYS = 3  # a receipt may come from a queue that waited for the network over a weekend

_STATUS_CODES = {"revoked": "credential_revoked", "suspended": "credential_suspended"}


def examine_status(status: StatusSeen | None) -> tuple[Reason, ...]:
    """Step 1: revoked or suspended."""
    if status is None or status.state not in _STATUS_CODES:
        return ()
    given = {} if status.reason is None else {"reason": status.reason}
    return (Reason(_STATUS_CODES[status.state], {"as_of": status.as_of, **given}),)


def examine_issuer(
    facts: Facts, *, at: date, registry: RegistryView, host: str | None = None
) -> tuple[Reason, ...]:
    """Step 2, up to and with the first reason that says no or unknown. `host` None: wherever it is shown, so
    that no notice period is asked about."""
    national = registry.national.get(facts.country)
    if national is None:
        return (Reason("country_not_member", {"country": facts.country}),)
    left_on = registry.left.get(facts.country)
    if left_on is not None and facts.issued_on >= left_on:  # what it signed as a member keeps its value
        return (Reason("country_not_member", {"country": facts.country, "since": left_on}),)
    issuer = national.issuers.get(facts.issuer)
    if issuer is None:
        return (Reason("issuer_not_listed", {"issuer": facts.issuer, "country": facts.country}),)
    key = issuer.find_key(facts.kid)
    if key is None:
        return (Reason("key_not_listed", {"issuer": facts.issuer, "key": facts.kid}),)
    found: tuple[Reason, ...] = ()
    for step in STEPS:
        found += step(_Signing(facts, issuer, key, max(at, registry.as_of), registry, host))
        if stops(found):
            break
    return found


@dataclass(frozen=True, slots=True)
class _Signing:
    """A certificate, its listed issuer and key, and the day up to which the issuer's history counts: that of
    the question, or of the register where it is later. A question about the past undoes nothing known now."""

    facts: Facts
    issuer: Issuer
    key: KeyPeriod
    at: date
    registry: RegistryView
    host: str | None

    @property
    def claim(self) -> ScopeClaim:
        """What was certified, for comparison with scopes."""
        facts = self.facts
        return ScopeClaim(facts.occupations, facts.level, facts.kind, facts.method, facts.issued_on)


def _compromise(signing: _Signing) -> tuple[Reason, ...]:
    """A signature under a stolen key says nothing of its day: only a receipt from before the theft does."""
    since = signing.key.compromised_since
    if since is None:
        return ()
    receipt = signing.facts.time_receipt
    if receipt is None or receipt >= since:
        return (Reason("key_compromised_issue_time_not_proven", {"since": since}),)
    return (Reason("key_compromised_later_issue_proven_before", {"since": since, "proven_on": receipt}),)


def _key_period(signing: _Signing) -> tuple[Reason, ...]:
    issued_on = signing.facts.issued_on
    if signing.key.valid_on(issued_on):
        return ()
    return (Reason("key_not_valid_at_issue", {"key": signing.key.kid, "issued_on": issued_on}),)


def _receipt(signing: _Signing) -> tuple[Reason, ...]:
    signed, proven = signing.facts.signed_on, signing.facts.issued_on
    if abs((proven - signed).days) <= RECEIPT_TOLERANCE_DAYS:
        return ()
    return (Reason("issue_date_differs_from_receipt", {"signed_on": signed, "proven_on": proven}),)


def _authorisation(signing: _Signing) -> tuple[Reason, ...]:
    issued_on = signing.facts.issued_on
    if signing.issuer.history.authorised_on(issued_on):
        return ()
    return (Reason("issuer_not_authorised_at_issue", {"issuer": signing.issuer.did, "issued_on": issued_on}),)


def _withdrawal(signing: _Signing) -> tuple[Reason, ...]:
    """The issuer was authorised then: has it been withdrawn since, and does that void this signature?"""
    history = signing.issuer.history
    voiding = history.voiding(signing.facts.issued_on, at=signing.at)
    if voiding is not None and voiding.voids_issued_from is not None:
        params: dict[str, Param] = {"withdrawn_on": voiding.start, "voided_from": voiding.voids_issued_from}
        return (
            Reason("issuer_withdrawn_this_credential_voided", {**params, **_reference(voiding.reference)}),
        )
    now = history.on(signing.at)
    if now is None or now.standing is not Standing.WITHDRAWN or now.start <= signing.facts.issued_on:
        return ()
    return (
        Reason(
            "issuer_withdrawn_after_issue_still_counts",
            {"withdrawn_on": now.start, **_reference(now.reference)},
        ),
    )


def _reference(reference: str | None) -> dict[str, str]:
    return {} if reference is None else {"reference": reference}


def _scope(signing: _Signing) -> tuple[Reason, ...]:
    """Trade, level, kind, dates and prior learning must meet in one entry of the scope."""
    gap = first_gap(signing.issuer.scope, signing.claim)
    if gap is None:
        return ()
    if gap == "rpl":
        return (Reason("issuer_not_authorised_for_rpl", {"issuer": signing.issuer.did}),)
    return (Reason("outside_issuer_scope", {"issuer": signing.issuer.did, "part": gap}),)


def _notice_period(signing: _Signing) -> tuple[Reason, ...]:
    """Abroad, what a list widens counts only some days after it was logged."""
    facts, registry = signing.facts, signing.registry
    versions = registry.announced.get(facts.country, ())
    if not versions or signing.host is None or signing.host == facts.country:
        return ()
    did, days = signing.issuer.did, registry.notice_days
    found = pending(versions, did=did, claim=signing.claim, notice_days=days, at=signing.at)
    if found is None:
        return ()
    return (Reason(f"{found.what}_in_notice_period", {"issuer": did, "until": found.until}),)


def _warned(signing: _Signing) -> tuple[Reason, ...]:
    """A warning of its country that nobody has answered. It comes last: a no stays a no."""
    facts = signing.facts
    found = signing.registry.notices.doubts(signing.issuer.did, signing.key.kid, day=facts.issued_on)
    if found is None:
        return ()
    notice = found.notice
    receipt = facts.time_receipt
    if notice.kid is not None and receipt is not None and receipt < notice.since:
        return ()
    params: dict[str, Param] = {"since": notice.since, "notice": found.object_id, "issuer": notice.did}
    return (Reason("notice_unconfirmed", params if notice.kid is None else params | {"key": notice.kid}),)


STEPS = (
    _compromise,
    _key_period,
    _receipt,
    _authorisation,
    _withdrawal,
    _scope,
    _notice_period,
    _warned,
)
