"""What the test verifier says: is the document secured and well formed, whoever signed it?

Whose key it is, is reported apart from the proof. Production demands that the key is the issuer's and listed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from certes.conformance.issuing import MODELS, PURPOSES, Desk
from certes.credential.errors import Malformed
from certes.credential.generic import CredentialReport, Profile, Secured, look_at_credential
from certes.credential.presentation import Demands, PresentationReport, verify_presentation
from certes.credential.proof.ed25519_signature_2020 import (
    ED25519_SIGNATURE_2020,
    is_legacy,
    verify_legacy_proof,
)
from certes.credential.proving import Prover, key_in_did
from certes.runtime.vcalm import Asked


@dataclass(frozen=True, slots=True)
class _Prove:
    """The prover with the one legacy suite in front."""

    prover: Prover
    desk: Desk

    def __call__(
        self,
        document: Mapping[str, Any],
        *,
        purpose: str,
        domain: str | None = None,
        challenge: str | None = None,
    ) -> Secured:
        if not is_legacy(document):
            return self.prover(document, purpose=purpose, domain=domain, challenge=challenge)
        canonicalize = self.desk.suites["eddsa-rdfc-2022"].canonicalize  # the lane this profile runs in
        facts = verify_legacy_proof(
            document,
            key_for=lambda method: key_in_did(method, purpose),
            suite=replace(ED25519_SIGNATURE_2020, canonicalize=canonicalize),
            contexts=self.desk.contexts,
            purpose=purpose,
            domain=domain,
            challenge=challenge,
        )
        return Secured(document, (facts,))


def verify_credential(asked: Asked, desk: Desk, *, now: datetime) -> CredentialReport:
    """A report on one credential. Raises Malformed for options that cannot be."""
    return look_at_credential(
        asked.document,
        profile=_profile(desk, now),
        at=now,
        purpose=_purpose(asked, "assertionMethod"),
        domain=asked.text("domain"),
        challenge=asked.text("challenge"),
    )


def verify_vp(asked: Asked, desk: Desk, *, now: datetime) -> PresentationReport:
    """A report on one presentation; challenge and domain are compared where the options have them."""
    demands = Demands(
        challenge=asked.text("challenge"),
        domain=asked.text("domain"),
        holder_proves=False,
        purpose=_purpose(asked, "authentication"),
    )
    return verify_presentation(asked.document, profile=_profile(desk, now), demands=demands, at=now)


def _profile(desk: Desk, now: datetime) -> Profile:
    prover = Prover(desk.suites.values(), now, contexts=desk.contexts, exact_context=False)
    return Profile(
        prove=_Prove(prover, desk),
        models=MODELS,
        binding=False,
        contents=desk.contents,
        status=desk.statuses.refusal,
    )


def _purpose(asked: Asked, usual: str) -> str:
    purpose = asked.text("expectedProofPurpose") or usual
    if purpose not in PURPOSES:
        raise Malformed("option_invalid", field="options.expectedProofPurpose")
    return purpose
