"""One Outcome for every state of the verdict: what the pages show, without a network behind it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from certes.credential.achievement import Certification
from certes.credential.presented import Presented
from certes.trust.host_texts import Appeal, Authority, Basis, Texts
from certes.trust.recognition.facts import (
    Decision,
    Evidence,
    Reason,
    RouteOutcome,
    RouteRef,
    UsedObject,
    Verdict,
)
from tests.samples import NETWORK, TYPICAL, signed_card
from verifier.check import Check, Result
from verifier.naming import Names
from verifier.question import Question
from verifier.result import AddressHost, Outcome
from verifier.verdict import conclude

NOW = datetime(2026, 11, 25, 8, 7, 12, tzinfo=UTC)
TRUST_AS_OF = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
STATUS_AS_OF = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
QUESTION = Question("GA", None, NOW.date())
NAMES = Names(
    trade={"fr": "Soudeur en construction métallique", "en": "Structural welder"},
    issuer={"fr": "Ministère de l’Emploi et de la Formation professionnelle", "en": "Ministry of Employment"},
    centre={"fr": "Centre de formation de Douala-Bassa, Douala"},
)
GAP: dict[str, Any] = {
    "kind": "choice",
    "by": "worker",
    "of": [{"kind": "aptitude_test"}, {"kind": "adaptation_period", "months": 6}],
}
TEST_AT_THE_BODY: dict[str, Any] = {"kind": "aptitude_test", "body": "ACFPE"}

TEXTS = Texts(
    basis=Basis(
        id="urn:agreement:illustration:ac5:2026",
        version=1,
        object_id="sha-256:" + "1f" * 32,
        title={"fr": "Protocole de partenariat (illustration)", "en": "Partnership protocol (illustration)"},
        article="A2",
    ),
    appeal=Appeal({"fr": "Commission paritaire de recours"}, 60, 30, suspensive=False),
    authorities=(
        Authority("GA", "recognition", {"fr": "Direction de la formation professionnelle"}, "dfp@ga.example"),
    ),
)

_AGREEMENT = RouteRef("agreement", "urn:agreement:illustration:ac5:2026#A2")
_IN_FORCE = Reason(
    "agreement_in_force",
    {"country": "CM", "host": "GA", "since": date(2026, 3, 1)},
)
_PASSED: Mapping[str, tuple[Result, str]] = {
    "proof": ("passed", "proof_holds"),
    "issuer": ("passed", "issuer_listed"),
    "scope": ("passed", "within_scope"),
    "dates": ("passed", "dates_valid"),
    "status": ("passed", "status_valid"),
    "recognition": ("passed", "recognised"),
}
_UNSIGNED: Mapping[str, tuple[Result, str]] = {
    "issuer": ("unknown", "issuer_not_listed"),
    "scope": ("unknown", "scope_not_checked"),
    "dates": ("unknown", "dates_not_checked"),
    "status": ("unknown", "status_not_checked"),
    "recognition": ("unknown", "recognition_not_known"),
}
_RESTS_ON_STATUS = frozenset({"status"})
_RESTS_ON_DOCUMENT = frozenset({"dates"})


def decision(verdict: Verdict, *reasons: Reason, conditions: tuple[dict[str, Any], ...] = ()) -> Decision:
    """A decision by the one agreement, after the national list was looked at."""
    onward = RouteRef("unilateral", "GA:host-policy")
    looked = RouteOutcome(
        onward, "not_recognised", (Reason("no_agreement_covers", {"country": "CM", "host": "GA"}),), (), {}
    )
    used = (
        UsedObject("urn:agreement:illustration:ac5:2026", 1, "sha-256:" + "1f" * 32),
        UsedObject("CM national list", 7, "sha-256:" + "a0" * 32),
    )
    return Decision(
        verdict=verdict,
        reasons=reasons,
        conditions=conditions,
        recognised_as={"occupation": "isco08:7212", "acqf": 4, "level": "GA-4"},
        route=_AGREEMENT,
        looked_at=(looked,),
        evidence=Evidence("1", TRUST_AS_OF.date(), NOW.date(), "GA", STATUS_AS_OF.date(), used),
    )


def outcome(
    changed: Mapping[str, tuple[Result, str]],
    found: Decision | None,
    *,
    certification: Certification = TYPICAL,
    host: AddressHost | None = None,
    names: Names = NAMES,
    texts: Texts = TEXTS,
) -> Outcome:
    """An outcome whose checks all pass but those `changed`."""
    results = {**_PASSED, **changed}
    checks = tuple(Check(name, result, code, {}, _age(name)) for name, (result, code) in results.items())
    return Outcome(
        presented=Presented(
            "card",
            certification,
            signed_card(certification),
            NETWORK,
            host=None if host is None else host.host,
        ),
        question=QUESTION,
        checks=checks,
        decision=found,
        verdict=conclude(checks),
        names=names,
        checked_at=NOW,
        trust_as_of=TRUST_AS_OF,
        status_as_of=None if results["status"][1] == "status_not_checked" else STATUS_AS_OF,
        address_host=host,
        texts=Texts() if found is None else texts,
    )


def _age(name: str) -> datetime | None:
    if name in _RESTS_ON_DOCUMENT:
        return None
    return STATUS_AS_OF if name in _RESTS_ON_STATUS else TRUST_AS_OF


def _with_status(code: str) -> Outcome:
    reason = Reason("credential_suspended" if code == "credential_suspended" else "credential_revoked")
    failed: Mapping[str, tuple[Result, str]] = {
        "status": ("failed", code),
        "recognition": ("failed", "not_recognised"),
    }
    return outcome(failed, decision("not_recognised", reason))


def outcomes() -> dict[str, Outcome]:
    """State -> outcome, every state of the table once."""
    yes = decision("recognised", _IN_FORCE)
    gap = Reason("level_gap_compensated", {"acqf": 4, "required_acqf": 5, "gap": 1})
    conditional = decision("recognised_with_conditions", _IN_FORCE, gap, conditions=(GAP, TEST_AT_THE_BODY))
    too_low = Reason("level_too_low", {"acqf": 4, "required_acqf": 6})
    refused = decision("not_recognised", _IN_FORCE, too_low)
    expired = decision("not_recognised", Reason("credential_expired", {"expired_on": date(2026, 6, 30)}))
    ended = replace(TYPICAL, valid_until=date(2026, 6, 30))
    unknown = decision("unknown", _IN_FORCE, Reason("level_not_mapped", {"level": "CM-4", "country": "CM"}))
    stolen = Reason("key_compromised_issue_time_not_proven", {"since": date(2026, 2, 1)})
    found = (
        outcome({}, yes),
        outcome({"recognition": ("passed", "recognised_with_conditions")}, conditional),
        outcome({"recognition": ("failed", "not_recognised")}, refused),
        _with_status("credential_revoked"),
        _with_status("credential_suspended"),
        _with_status("credential_replaced"),
        outcome({**_UNSIGNED, "proof": ("failed", "proof_failed")}, None),
        outcome(
            {"scope": ("failed", "outside_issuer_scope"), "recognition": ("failed", "not_recognised")},
            decision("not_recognised", Reason("outside_issuer_scope", {"part": "level"})),
        ),
        outcome({"dates": ("failed", "credential_expired")}, expired, certification=ended),
        outcome({"dates": ("failed", "not_yet_valid")}, yes),
        outcome({"status": ("unknown", "status_not_checked")}, yes),
        outcome({**_UNSIGNED, "proof": ("unknown", "key_not_known")}, None, names=Names()),
        outcome({"issuer": ("unknown", stolen.code)}, decision("unknown", stolen)),
        outcome({"recognition": ("unknown", "recognition_not_known")}, unknown),
    )
    return {one.verdict.state: one for one in found}
