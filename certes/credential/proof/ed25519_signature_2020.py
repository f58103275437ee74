"""Ed25519Signature2020, the predecessor of eddsa-rdfc-2022: verification only, for the conformance profile.

No service can reach this module (tests/architecture/test_legacy_proofs.py), and its context is not among the
bundled ones: whoever calls brings it. Nothing is ever signed with it. Documents of VCDM 1.1 carry it.

Source: Data Integrity EdDSA Cryptosuites 1.0, appendix A.1 (#ed25519signature2020-0).
"""

from collections.abc import Mapping
from typing import Any

from certes.credential.contexts import ContextRegistry
from certes.credential.errors import Malformed, Unsupported
from certes.credential.keys import ED25519
from certes.credential.proof import canonical
from certes.credential.proof.data_integrity import Domain, KeyFor, ProofFacts, verify_member
from certes.credential.proof.suite import Suite

PROOF_TYPE = "Ed25519Signature2020"

ED25519_SIGNATURE_2020 = Suite(PROOF_TYPE, ((ED25519, "sha256"),), canonical.rdfc, proof_has_context=False)


def is_legacy(document: Mapping[str, Any]) -> bool:
    """Does the document carry one proof of this type?"""
    proof = document.get("proof")
    if type(proof) is list and len(proof) == 1:
        proof = proof[0]
    return isinstance(proof, Mapping) and proof.get("type") == PROOF_TYPE


def verify_legacy_proof(
    document: Mapping[str, Any],
    *,
    key_for: KeyFor,
    contexts: ContextRegistry,
    purpose: str = "assertionMethod",
    domain: Domain | None = None,
    challenge: str | None = None,
    suite: Suite = ED25519_SIGNATURE_2020,
) -> ProofFacts:
    """Verify the document's one Ed25519Signature2020 proof; `suite` may be a copy that canonicalizes in
    another way.

    Raises as `verify_proof`, and Malformed `proof_member_unexpected` for members of the newer proof,
    `instant_missing` without `created`.
    """
    if not is_legacy(document):
        raise Unsupported("proof_type_unsupported", field="proof.type")
    found = document["proof"]
    proof: Mapping[str, Any] = found[0] if type(found) is list else found
    for name in ("cryptosuite", "previousProof"):
        if name in proof:
            raise Malformed("proof_member_unexpected", field=f"proof.{name}")
    if "created" not in proof:
        raise Malformed("instant_missing", field="proof.created")
    return verify_member(
        proof,
        {name: value for name, value in document.items() if name != "proof"},
        suite=suite,
        key_for=key_for,
        purpose=purpose,
        domain=domain,
        challenge=challenge,
        contexts=contexts,
        exact_context=True,
    )
