"""VCALM on a verifier in use: certificates of the network, and presentations that holders make of them.

Only what the six checks of a verification know is said: a credential of another profile is not verified here,
whoever signed it well. Proof and issuer are reported apart; `verified` demands both, and that the key is one
the country lists. Whether the certificate counts in a country is a question VCALM does not ask.

Source: VCALM 1.0 (formerly VC API), sections 3.4.1 (#verify-credential), 3.4.2 (#verify-presentation).
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from certes.credential.errors import Malformed, Refusal, Unsupported
from certes.credential.generic import Binding, CredentialReport, Problem, Profile, Stage
from certes.credential.parsing import parse_json
from certes.credential.presentation import Demands, PresentationReport, verify_presentation
from certes.credential.presented import present_document
from certes.credential.proof import PRODUCTION_PRESENTATION, ProofFacts
from certes.credential.proving import Prover
from certes.runtime import vcalm
from verifier.check import Check
from verifier.checks import assess
from verifier.evidence import Found, gather
from verifier.question import Question
from verifier.verification import Desk

CREDENTIAL, PRESENTATION = "verifiableCredential", "verifiablePresentation"
MAX_CHALLENGES = 10_000  # seen lately; more than a busy counter asks in a day

# The checks that speak of the certificate itself; recognition speaks of a country.
STAGES: Mapping[str, Stage] = {
    "proof": Stage.PROOF,
    "issuer": Stage.BINDING,
    "scope": Stage.BINDING,
    "dates": Stage.VALIDITY,
    "status": Stage.STATUS,
}

Answer = tuple[int, dict[str, Any]]


@dataclass
class Challenges:
    """Challenges that a verified presentation has answered: none is accepted twice."""

    _seen: "OrderedDict[str, None]" = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, challenge: str) -> bool:
        """Is this its first use? It is used from now on."""
        with self._lock:
            if challenge in self._seen:
                return False
            self._seen[challenge] = None
            while len(self._seen) > MAX_CHALLENGES:
                self._seen.popitem(last=False)
            return True


@dataclass(frozen=True)
class Window:
    """What answering needs: the verification desk, the country of its questions, its domain, its memory."""

    desk: Desk
    country: str
    domain: str | None
    challenges: Challenges


def answer_credential(raw: bytes, window: Window, *, now: datetime, language: str) -> Answer:
    """Status and body for POST /credentials/verify. Raises Busy, and nothing that the caller is to blame
    for."""
    try:
        asked = vcalm.read_request(parse_json(raw), name=CREDENTIAL, options=vcalm.CREDENTIAL_OPTIONS)
        report = look(asked.document, window, now=now)
        body = vcalm.credential_answer(report, asked, language=language)
    except (Malformed, Unsupported) as refusal:
        body = vcalm.refused(refusal, language=language)
    return (200 if body["verified"] else 400), body


def answer_presentation(raw: bytes, window: Window, *, now: datetime, language: str) -> Answer:
    """Status and body for POST /presentations/verify. The options must carry the challenge that the caller
    made."""
    try:
        asked = vcalm.read_request(parse_json(raw), name=PRESENTATION, options=vcalm.PRESENTATION_OPTIONS)
        report = present(asked, window, now=now)
        body = vcalm.presentation_answer(report, asked, language=language)
    except (Malformed, Unsupported) as refusal:
        body = vcalm.refused(refusal, language=language)
    return (200 if body["verified"] else 400), body


def present(asked: vcalm.Asked, window: Window, *, now: datetime) -> PresentationReport:
    """A report on one presentation. Raises Malformed `member_missing` without a challenge or a domain."""
    challenge, domain = asked.text("challenge"), asked.text("domain") or window.domain
    for name, value in (("challenge", challenge), ("domain", domain)):
        if value is None:
            raise Malformed("member_missing", field=f"options.{name}")
    report = verify_presentation(
        asked.document,
        profile=Profile(prove=Prover(PRODUCTION_PRESENTATION, now)),
        demands=Demands(challenge=challenge, domain=domain),
        at=now,
        look=lambda credential: look(credential, window, now=now),
    )
    if report.verified and challenge is not None and not window.challenges.take(challenge):
        used = Problem(Stage.HOLDER, Malformed("challenge_used", field="options.challenge"))
        report = replace(report, problems=(*report.problems, used))
    return report


def look(document: Mapping[str, Any], window: Window, *, now: datetime) -> CredentialReport:
    """The six checks of a verification, as a report; recognition left out."""
    try:
        presented = present_document(document, networks=(window.desk.network,))
    except (Malformed, Unsupported) as refusal:
        return CredentialReport(document, problems=(Problem(Stage.FORM, refusal),))
    evidence = gather(presented, window.desk.sources, now)
    checks = assess(
        presented, evidence, Question(window.country, None, now.date()), window.desk.decisions
    ).checks
    problems = tuple(
        Problem(STAGES[check.name], _refusal(check))
        for check in checks
        if check.name in STAGES and check.result != "passed"
    )
    results = {check.name: check.result for check in checks}
    proofs: tuple[ProofFacts, ...] = ()
    if results["proof"] == "passed" and isinstance(evidence.key, Found):
        suite = str(document["proof"].get("cryptosuite"))
        proofs = (ProofFacts(suite, presented.verification_method, None, evidence.key.value),)
    return CredentialReport(document, proofs, _BINDINGS[results["issuer"]], problems)


_BINDINGS: Mapping[str, Binding] = {"passed": "issuer", "failed": "other", "unknown": "unknown"}


def _refusal(check: Check) -> Refusal:
    """A check that did not pass: the document's fault where it failed, ours where it is unknown."""
    kind = Malformed if check.result == "failed" else Unsupported
    params = {name: value if isinstance(value, int) else str(value) for name, value in check.params.items()}
    return kind(check.code, field=check.name, **params)
