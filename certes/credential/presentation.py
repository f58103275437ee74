"""A presentation: who presents, to whom, and what. The holder's proof, and every credential in it.

A presentation that was made for somebody else, or shown before, proves nothing about who stands here. So the
caller gives the challenge it made, once, and its own domain; that a challenge is never given twice is the
caller's promise, which a function without memory cannot keep.

Source: VCDM 2.0, section 4.13 (#verifiable-presentations); Data Integrity 1.0, sections 2.1 (`challenge`,
`domain`) and 4.4 (#verify-proof).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from certes.credential.data_model import (
    ENVELOPED_PRESENTATION,
    agent_id,
    credentials_of,
    is_enveloped,
    require_enveloped,
    require_presentation,
    subjects_of,
)
from certes.credential.errors import Malformed, Unsupported
from certes.credential.generic import (
    CredentialReport,
    Problem,
    Profile,
    Secured,
    Stage,
    look_at_credential,
    method_did,
    proof_ended,
)
from certes.credential.proof import ProofFacts

PURPOSE = "authentication"

LookAtCredential = Callable[[Mapping[str, Any]], CredentialReport]


@dataclass(frozen=True, slots=True)
class Demands:
    """What is asked of a presentation.

    `challenge` and `domain` are the caller's own; None does not ask. `holder_proves` demands that the
    holder's DID controls a key of the proof; `holder_is_subject` that each credential is about the holder.
    """

    challenge: str | None
    domain: str | None
    holder_proves: bool = True
    holder_is_subject: bool = False
    purpose: str = PURPOSE


@dataclass(frozen=True, slots=True)
class PresentationReport:
    """What was found out: problems of the presentation itself, and a report for each credential in it."""

    document: Mapping[str, Any]
    proofs: tuple[ProofFacts, ...] = ()
    holder: str | None = None
    problems: tuple[Problem, ...] = ()
    credentials: tuple[CredentialReport, ...] = ()

    @property
    def verified(self) -> bool:
        """The holder's proof holds, and every credential is verified; a presentation may hold none."""
        own = bool(self.proofs) and all(problem.warning for problem in self.problems)
        return own and all(credential.verified for credential in self.credentials)


def verify_presentation(
    document: Mapping[str, Any],
    *,
    profile: Profile,
    demands: Demands,
    at: datetime,
    look: LookAtCredential | None = None,
) -> PresentationReport:
    """Everything about one presentation, embedded proof or envelope, at the instant `at`.

    `look` replaces how a credential in it is looked at; by default with the same profile. Raises nothing that
    the document is to blame for: it stands in the report.
    """
    try:
        if is_enveloped(document, name=ENVELOPED_PRESENTATION):
            require_enveloped(document, name=ENVELOPED_PRESENTATION)
        else:
            require_presentation(document, models=profile.models)
    except (Malformed, Unsupported) as refusal:
        return PresentationReport(document, problems=(Problem(Stage.FORM, refusal),))
    try:
        secured = profile.prove(
            document, purpose=demands.purpose, domain=demands.domain, challenge=demands.challenge
        )
        require_presentation(secured.document, models=profile.models)
    except (Malformed, Unsupported) as refusal:
        return PresentationReport(document, problems=(Problem(Stage.PROOF, refusal),))
    look_at = look or (lambda credential: look_at_credential(credential, profile=profile, at=at))
    reports = tuple(look_at(credential) for credential in credentials_of(secured.document))
    return _concluded(secured, reports, demands, at)


def _concluded(
    secured: Secured, reports: tuple[CredentialReport, ...], demands: Demands, at: datetime
) -> PresentationReport:
    holder = agent_id(secured.document.get("holder"))
    refusals = [
        *_holder_refusals(secured, holder, demands),
        *_self_asserted_refusals(secured, reports, holder),
    ]
    problems = [Problem(Stage.HOLDER, refusal) for refusal in refusals]
    if any(proof_ended(facts, at) for facts in secured.proofs):
        problems.append(Problem(Stage.VALIDITY, Malformed("proof_expired", field="proof.expires")))
    if demands.holder_is_subject:
        reports = tuple(_about(report, holder) for report in reports)
    return PresentationReport(secured.document, secured.proofs, holder, tuple(problems), reports)


def _holder_refusals(secured: Secured, holder: str | None, demands: Demands) -> list[Malformed]:
    """Is the holder named, and one of the keys the holder's own?"""
    if not demands.holder_proves:
        return []
    if holder is None:
        return [Malformed("holder_missing", field="holder")]
    if holder not in {method_did(facts) for facts in secured.proofs}:
        return [Malformed("holder_not_proved", field="holder")]
    return []


def _self_asserted_refusals(
    secured: Secured, reports: tuple[CredentialReport, ...], holder: str | None
) -> list[Malformed]:
    """What the presenter says of itself must be said under one name (VCDM 2.0, section 4.13.4,
    #presentations-including-holder-claims).

    The same section demands a holder where the presentation's proof alone secures such a credential; here
    each has a proof of its own."""
    methods = {facts.verification_method for facts in secured.proofs}
    found = []
    for at, report in enumerate(reports):
        if methods.isdisjoint(facts.verification_method for facts in report.proofs):
            continue
        issuer = agent_id(report.document.get("issuer"))
        if holder is not None and issuer != holder:
            found.append(Malformed("holder_not_issuer", field=f"verifiableCredential[{at}].issuer"))
    return found


def _about(report: CredentialReport, holder: str | None) -> CredentialReport:
    """The report, with a problem unless every subject of a credential that is verified is the holder."""
    if not report.verified:
        return report
    subjects = {subject.get("id") for subject in subjects_of(report.document)}
    if holder is not None and subjects == {holder}:
        return report
    refusal = Malformed("holder_not_subject", field="credentialSubject.id")
    return replace(report, problems=(*report.problems, Problem(Stage.HOLDER, refusal)))
