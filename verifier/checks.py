"""The six checks, in the order people read them: proof, issuer, scope, dates, status, recognition.

Pure: what the holder shows, what we know, and the question in; one `Check` each out. A check that could not
be made is unknown and says so; it is never passed and never failed. Codes and results are those of
schemas/verdict/table.json, which alone says what they amount to.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from certes.credential.errors import Malformed, Unsupported
from certes.credential.identifiers import Purpose
from certes.credential.keys import PublicKey
from certes.credential.presented import Presented
from certes.credential.proof import PRODUCTION_CARD, PRODUCTION_WALLET, verify_proof
from certes.trust.bundle import TrustView
from certes.trust.host_texts import Texts
from certes.trust.recognition import Decision, StatusSeen
from certes.trust.recognition.codes import EFFECTS, Effect
from verifier.check import Check, Param, Result
from verifier.deciding import Decided, Decisions
from verifier.evidence import Evidence, Found, StatusEntry
from verifier.naming import Names
from verifier.question import Question


@dataclass(frozen=True, slots=True)
class Assessment:
    """The six checks, and the decision they rest on where there was anything to decide with."""

    checks: tuple[Check, ...]
    decision: Decision | None
    texts: Texts = field(default_factory=Texts)
    names: Names | None = None  # None where nothing was decided


@dataclass(frozen=True, slots=True)
class _Case:
    """What the checks after the proof look at. `view` and what follows are there once trust data is."""

    presented: Presented
    evidence: Evidence
    question: Question
    view: TrustView
    decided: Decided

    @property
    def host_is_member(self) -> bool:
        """Can anything be said of this host? A country outside the network has signed no rule to go by."""
        return self.question.host in self.view.charter.members

    @property
    def seen_until(self) -> date:
        """The day data must reach: a question about the past is not made fresh by being about the past."""
        return max(self.question.at, self.evidence.gathered_at.date())


def assess(presented: Presented, evidence: Evidence, question: Question, decisions: Decisions) -> Assessment:
    """Make the six checks. Raises nothing for what is missing: that is what unknown is for."""
    proof = check_proof(presented, evidence)
    if proof.result == "failed":  # nothing on an altered document may be believed, so nothing is asked of it
        return Assessment((proof, *(Check(name, "unknown", code) for name, code in _NOT_ASKED)), None)
    if not isinstance(evidence.trust, Found):
        dates = check_dates(presented, question, None, today=evidence.gathered_at.date())
        found = {check.name: check for check in (dates, check_status(evidence, None, question.at))}
        missing = "trust_data_missing"
        rest = (found.get(name) or Check(name, "unknown", missing) for name, _ in _NOT_ASKED)
        return Assessment((proof, *rest), None)
    clock = check_clock(evidence)
    if clock is not None:  # whatever depends on the day would be judged on a day that is not this one
        found = {check.name: check for check in (clock, check_status(evidence, None, question.at))}
        return Assessment(
            (proof, *(found.get(name) or Check(name, "unknown", code) for name, code in _NOT_ASKED)), None
        )
    case = _case(presented, evidence, question, evidence.trust.value, decisions)
    checks = (
        case.decided.issuer,
        case.decided.scope,
        check_dates(presented, question, case.decided.decision, today=evidence.gathered_at.date()),
        check_status(evidence, _max_age_days(case), case.seen_until),
        check_recognition(case),
    )
    decision = case.decided.decision if case.host_is_member else None
    return Assessment((proof, *checks), decision, case.decided.texts, case.decided.names)


_NOT_ASKED = (
    ("issuer", "issuer_not_checked"),
    ("scope", "scope_not_checked"),
    ("dates", "dates_not_checked"),
    ("status", "status_not_checked"),
    ("recognition", "recognition_not_known"),
)


def _case(
    presented: Presented, evidence: Evidence, question: Question, view: TrustView, decisions: Decisions
) -> _Case:
    found = decisions.of(presented, question, view=view, status=status_seen(evidence))
    return _Case(presented, evidence, question, view, found)


# ---- proof

SUITES = {"card": PRODUCTION_CARD, "wallet": PRODUCTION_WALLET}


def check_proof(presented: Presented, evidence: Evidence) -> Check:
    """Did the issuer's listed key sign exactly this? Without the key nothing was checked, and nothing
    failed."""
    if not isinstance(evidence.key, Found):
        return Check("proof", "unknown", evidence.key.reason, {"issuer": presented.issuer})
    key = evidence.key.value

    def key_for(method: str) -> PublicKey:
        if method != presented.verification_method:  # another issuer's key, or another key of this one
            raise Malformed("verification_method_invalid", field="proof.verificationMethod")
        return key

    try:
        facts = verify_proof(presented.document, key_for=key_for, suites=SUITES[presented.form])
    except Unsupported as refusal:
        return Check("proof", "unknown", "proof_not_supported", {"reason": refusal.code})
    except Malformed as refusal:
        return Check("proof", "failed", "proof_failed", {"reason": refusal.code})
    try:
        presented.require_exact()
    except Malformed as refusal:  # genuine, but the facts shown would not be all that it says
        return Check("proof", "unknown", "proof_not_supported", {"reason": refusal.code})
    if facts.expires is not None and facts.expires < evidence.gathered_at:
        return Check("proof", "unknown", "proof_not_supported", {"reason": "proof_expired"})
    return Check("proof", "passed", "proof_holds", as_of=evidence.key.as_of)


# ---- dates and status


CLOCK_TOLERANCE = timedelta(minutes=10)  # as certes.trust.checkpoint grants a bundle


def check_clock(evidence: Evidence) -> Check | None:
    """A clock behind the signed data is wrong, and with it every date; None where nothing is amiss."""
    trust = evidence.trust
    if not isinstance(trust, Found) or trust.as_of <= evidence.gathered_at + CLOCK_TOLERANCE:
        return None
    return Check("dates", "unknown", "clock_wrong", {"as_of": trust.as_of.date()}, trust.as_of)


def check_dates(presented: Presented, question: Question, decision: Decision | None, *, today: date) -> Check:
    """Is the certificate in its dates on the day of the question? A grace period is the agreement's to
    give. One that is signed later than today is in no dates, whatever day is asked for."""
    facts = presented.certification
    if min(question.at, today) < facts.signed_on:
        return Check("dates", "failed", "not_yet_valid", {"valid_from": facts.signed_on})
    if facts.valid_until is None or question.at <= facts.valid_until:
        return Check("dates", "passed", "dates_valid")
    params = {"valid_until": facts.valid_until}
    if decision is not None and any(
        reason.code == "credential_expired_in_grace" for reason in decision.reasons
    ):
        return Check("dates", "passed", "credential_expired_in_grace", params)
    return Check("dates", "failed", "credential_expired", params)


# A replaced certificate is also set in the revocation list, for verifiers that know no refresh: say
# "replaced".
STATUS_BITS: tuple[tuple[Purpose, str], ...] = (
    ("refresh", "credential_replaced"),
    ("revocation", "credential_revoked"),
    ("suspension", "credential_suspended"),
)


def check_status(evidence: Evidence, max_age_days: int | None, seen_until: date) -> Check:
    """Has the issuer cancelled, suspended or replaced it? A set bit counts at any age of the list; a clear
    one only while the list is recent."""
    found = _found(evidence)
    for purpose, code in STATUS_BITS:
        if purpose in found and found[purpose].value.is_set:
            as_of = found[purpose].as_of
            return Check("status", "failed", code, {"as_of": as_of.date()}, as_of)
    if len(found) < len(STATUS_BITS):
        return Check("status", "unknown", "status_not_checked")
    as_of = min(item.as_of for item in found.values())
    # Older than the host lets its register be?
    old = max_age_days is not None and (seen_until - as_of.date()).days > max_age_days
    if old or _has_ended(found.values(), evidence.gathered_at):
        return Check("status", "unknown", "status_too_old", {"as_of": as_of.date()}, as_of)
    return Check("status", "passed", "status_valid", {"as_of": as_of.date()}, as_of)


def _found(evidence: Evidence) -> Mapping[Purpose, Found[StatusEntry]]:
    return {purpose: item for purpose, item in evidence.status.items() if isinstance(item, Found)}


def _has_ended(found: Collection[Found[StatusEntry]], now: datetime) -> bool:
    """Is it past the end that a list states itself?"""
    return any(item.value.expires_at is not None and item.value.expires_at < now for item in found)


def _max_age_days(case: _Case) -> int:
    return case.view.registry.host_policy(case.question.host).max_registry_age_days


def status_seen(evidence: Evidence) -> StatusSeen | None:
    """The status as `decide` takes it: a set bit from any list, or clear bits from all three."""
    found = _found(evidence)
    for purpose, state in _STATES:
        if purpose in found and found[purpose].value.is_set:
            return StatusSeen(state, found[purpose].as_of.date())
    if len(found) < len(STATUS_BITS):
        return None
    return StatusSeen("valid", min(item.as_of for item in found.values()).date())


_STATES: tuple[tuple[Purpose, Literal["revoked", "suspended"]], ...] = (
    ("revocation", "revoked"),
    ("suspension", "suspended"),
)


# ---- recognition

_STATUS_REASONS = frozenset({"status_not_checked", "status_too_old"})


def check_recognition(case: _Case) -> Check:
    """Does it count in the host country, for the work that was asked about? What `decide` says, as one
    check."""
    decision, as_of = case.decided.decision, case.view.as_of
    if not case.host_is_member:
        outside: Mapping[str, Param] = {
            "host": case.question.host,
            "members": tuple(sorted(case.view.charter.members)),
        }
        return Check("recognition", "unknown", "host_not_member", outside, as_of)
    certified = case.presented.certification.achievement.occupation
    asked = case.question.trade
    if asked is not None and f"isco08:{asked}" not in _recognised_occupations(decision, certified):
        return Check(
            "recognition", "failed", "other_trade_asked", {"asked": asked, "certified": certified}, as_of
        )
    result, code = _RECOGNITION.get(decision.verdict) or ("unknown", _why_unknown(decision))
    if result == "passed" and _register_is_old(case):
        result, code = "unknown", "trust_data_too_old"
    return Check("recognition", result, code, {"host": case.question.host}, as_of)


_RECOGNITION: Mapping[str, tuple[Result, str]] = {
    "recognised": ("passed", "recognised"),
    "recognised_with_conditions": ("passed", "recognised_with_conditions"),
    "not_recognised": ("failed", "not_recognised"),
}


def _recognised_occupations(decision: Decision, certified: str) -> frozenset[str]:
    """The ISCO-08 codes it stands for here: the host's where the agreement names them, else the certified
    one."""
    named = decision.recognised_as.get("occupation", ())
    codes = frozenset((named,) if isinstance(named, str) else named)
    isco = frozenset(code for code in codes if code.startswith("isco08:"))
    return isco or frozenset({f"isco08:{certified}"})


def _why_unknown(decision: Decision) -> str:
    codes = {reason.code for reason in decision.reasons if EFFECTS[reason.code] is Effect.UNKNOWN}
    if "registry_too_old_to_decide" in codes:
        return "trust_data_too_old"
    return "status_required" if codes and codes <= _STATUS_REASONS else "recognition_not_known"


def _register_is_old(case: _Case) -> bool:
    """Over the host's own limit: `decide` then still says yes, with a note; a verdict is green on fresh data
    only."""
    return (case.seen_until - case.view.registry.as_of).days > _max_age_days(case)
