"""Verifies whatever secures a document: Data Integrity proofs inside it, or a JWT or SD-JWT around it.

Source: VCDM 2.0, section 4.12 (#securing-mechanisms).
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from certes.credential import did
from certes.credential.contexts import BUNDLED, ContextRegistry
from certes.credential.envelope import enveloped, is_enveloped, jwt, sd_jwt
from certes.credential.envelope.opened import Opened
from certes.credential.errors import Malformed
from certes.credential.generic import Secured
from certes.credential.keys import PublicKey
from certes.credential.proof import ProofFacts, Suite, verify_proofs

KeyForPurpose = Callable[[str, str], PublicKey]  # (verification method, purpose)


def key_in_did(method: str, purpose: str) -> PublicKey:
    """The key of a method whose DID says everything itself: did:key and did:jwk.

    Raises Malformed `did_url_invalid` and as `DidDocument.key_for`; Unsupported for other methods of DID.
    """
    return did.expand(did.did_of(method)).key_for(method, purpose=purpose)


@dataclass(frozen=True, slots=True)
class Prover:
    """What is accepted, and where keys are found. `now` is for the dates of JWTs."""

    suites: Collection[Suite]
    now: datetime
    key_for: KeyForPurpose = key_in_did
    contexts: ContextRegistry = BUNDLED
    exact_context: bool = True

    def __call__(
        self,
        document: Mapping[str, Any],
        *,
        purpose: str,
        domain: str | None = None,
        challenge: str | None = None,
    ) -> Secured:
        """What the proofs secure. Raises as `verify_proofs`, `jwt.open` and `sd_jwt.verify`."""
        if is_enveloped(document):
            return self._open(document, purpose=purpose, domain=domain, challenge=challenge)
        facts = verify_proofs(
            document,
            key_for=lambda method: self.key_for(method, purpose),
            suites=self.suites,
            purpose=purpose,
            domain=domain,
            challenge=challenge,
            contexts=self.contexts,
            exact_context=self.exact_context,
        )
        return Secured(document, facts)

    def _open(
        self, document: Mapping[str, Any], *, purpose: str, domain: str | None, challenge: str | None
    ) -> Secured:
        inner = enveloped.unwrap(document)

        def key_for(method: str) -> PublicKey:
            return self.key_for(method, purpose)

        if inner.media_type in sd_jwt.TYPES:
            if domain is not None or challenge is not None:
                raise Malformed("envelope_invalid", field="type")  # a credential is presented to nobody
            opened = sd_jwt.verify(inner.text, key_for=key_for, now=self.now, types=(inner.media_type,))
        else:
            opened = jwt.open(
                inner.text,
                key_for=key_for,
                kind=jwt.VC_JWT if inner.media_type == jwt.VC_JWT else jwt.VP_JWT,
                now=self.now,
                nonce=challenge,
                audience=domain,
            )
        return Secured(opened.document, (facts_of(opened, purpose),))


def facts_of(opened: Opened, purpose: str) -> ProofFacts:
    """An envelope's signature, as one of a Data Integrity proof is reported; its dates were looked at."""
    nonce = opened.claims.get("nonce")
    return ProofFacts(
        opened.type,
        opened.verification_method,
        None,
        opened.key,
        purpose=purpose,
        challenge=nonce if isinstance(nonce, str) else None,
    )
