"""The Data Integrity algorithm, once for all cryptosuites: verify one proof of a document.

It answers one question, whether the key that the proof names signed exactly these statements, for this
purpose, domain and challenge. Whose key that is, whether it may sign this, and whether `expires` has passed
are questions for the caller.

Source: Verifiable Credential Data Integrity 1.0, section 4.4 (#verify-proof); Data Integrity EdDSA
Cryptosuites 1.0, sections 3.2 and 3.3; Data Integrity ECDSA Cryptosuites 1.0, sections 3.2 and 3.3.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from certes.credential.contexts import BUNDLED, ContextRegistry
from certes.credential.errors import Malformed, Unsupported
from certes.credential.keys import PublicKey
from certes.credential.proof.digests import document_digest, options_digest
from certes.credential.proof.members import (
    domain_of,
    instant_of,
    method_of,
    signature_of,
    signed_context,
    suite_of,
    text_of,
)
from certes.credential.proof.suite import Suite

KeyFor = Callable[[str], PublicKey]
Domain = str | Collection[str]


@dataclass(frozen=True, slots=True)
class ProofFacts:
    """What a proof that holds says: the suite, the key's DID URL and the key, when it was made and when it
    ends, what for and for whom, and its place in a set or chain."""

    suite: str
    verification_method: str
    created: datetime | None
    key: PublicKey
    expires: datetime | None = None
    purpose: str = "assertionMethod"
    domain: tuple[str, ...] = ()
    challenge: str | None = None
    id: str | None = None
    previous: tuple[str, ...] = ()  # ids of the proofs it was made over, which hold too


def verify_proof(
    document: Mapping[str, Any],
    *,
    key_for: KeyFor,
    suites: Collection[Suite],
    purpose: str = "assertionMethod",
    domain: Domain | None = None,
    challenge: str | None = None,
    contexts: ContextRegistry = BUNDLED,
    exact_context: bool = True,
) -> ProofFacts:
    """Verify the document's one proof; `key_for` maps its verificationMethod to a key and may raise.

    `exact_context=False` accepts what the JCS suites allow, contexts appended to the document after signing.
    That changes what unsigned words mean to a JSON-LD reader, so the default demands the signed list.

    Raises BadSignature `signature_invalid`; Malformed for a proof that is not one, or is for another purpose,
    domain or challenge; Unsupported for a suite outside `suites`, several proofs, a proof chain (`sets`
    verifies those), or a document outside the strict profile.
    """
    proof = _only_proof(document)
    unsecured = dict(document)
    del unsecured["proof"]
    return verify_member(
        proof,
        unsecured,
        suite=suite_of(proof, suites),
        key_for=key_for,
        purpose=purpose,
        domain=domain,
        challenge=challenge,
        contexts=contexts,
        exact_context=exact_context,
    )


def _only_proof(document: Mapping[str, Any]) -> Mapping[str, Any]:
    proof = document.get("proof")
    if type(proof) is list:
        if len(proof) > 1:
            raise Unsupported("proofs_several", field="proof")
        proof = proof[0] if proof else None
    if proof is None:
        raise Malformed("proof_missing", field="proof")
    if not isinstance(proof, Mapping):
        raise Malformed("proof_invalid", field="proof")
    if "previousProof" in proof:  # the signed bytes would then hold the earlier proofs too
        raise Unsupported("proof_chain", field="proof.previousProof")
    return proof


def verify_member(
    proof: Mapping[str, Any],
    unsecured: dict[str, Any],
    *,
    suite: Suite,
    key_for: KeyFor,
    purpose: str,
    domain: Domain | None,
    challenge: str | None,
    contexts: ContextRegistry,
    exact_context: bool,
    previous: tuple[str, ...] = (),
) -> ProofFacts:
    """Verify one proof over `unsecured`, the document without it. Raises as `verify_proof`."""
    # 1. Its members are what they should be, before anything is computed from them.
    signature = signature_of(proof, suite)
    method = method_of(proof)
    if proof.get("proofPurpose") != purpose:
        raise Malformed("proof_purpose_wrong", field="proof.proofPurpose")
    created, expires = instant_of(proof, "created"), instant_of(proof, "expires")
    # 2. It was made for this verifier and this exchange, where the caller asks.
    domains = domain_of(proof)
    if domain is not None and set(domains) != ({domain} if type(domain) is str else set(domain)):
        raise Malformed("proof_domain_wrong", field="proof.domain")
    told = text_of(proof, "challenge", code="proof_challenge_invalid")
    if challenge is not None and told != challenge:
        raise Malformed("proof_challenge_wrong", field="proof.challenge")
    # 3. The document is hashed under the context that was signed.
    context = signed_context(unsecured, proof, suite=suite, exact=exact_context)
    if context is not None:
        unsecured["@context"] = context
    elif not suite.proof_has_context:
        context = unsecured.get("@context")
    # 4. The key that the proof names is of a kind the suite takes, which decides the hash.
    key = key_for(method)
    hash_name = suite.hash_for(key.type)
    if hash_name is None:
        raise Malformed("key_type_wrong", field="proof.verificationMethod", expected=suite.key_names)
    # 5. It signed both digests, options first.
    options = dict(proof)
    del options["proofValue"]
    hashed = options_digest(options, context=context, suite=suite, hash_name=hash_name, contexts=contexts)
    key.verify(
        signature, hashed + document_digest(unsecured, suite=suite, hash_name=hash_name, contexts=contexts)
    )
    return ProofFacts(
        suite.name,
        method,
        created,
        key,
        expires,
        purpose,
        domains,
        told,
        text_of(proof, "id", code="proof_id_invalid"),
        previous,
    )
