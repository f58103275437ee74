"""Add a Data Integrity proof to a document: the first one, one more of a set, or the next of a chain.

Source: Verifiable Credential Data Integrity 1.0, sections 4.2 (#add-proof) and 4.3 (#add-proof-set-chain).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from certes.credential import multibase
from certes.credential.contexts import BUNDLED, ContextRegistry
from certes.credential.errors import Misuse
from certes.credential.keys import Signer
from certes.credential.parsing import format_instant
from certes.credential.proof.digests import PROOF_TYPE, document_digest, options_digest
from certes.credential.proof.suite import Suite

Texts = str | Sequence[str]


def _plain(texts: Texts) -> str | list[str]:
    return texts if isinstance(texts, str) else list(texts)


def _written(moment: datetime, name: str) -> str:
    if moment.tzinfo is None:
        raise Misuse(f"{name}_without_zone", field=f"proof.{name}")
    return format_instant(moment)


def _matching(proofs: Sequence[Any], previous: Texts) -> list[Any]:
    """The proofs that `previous` names, in the order of the document (section 4.3, steps 4 and 5)."""
    wanted = [previous] if isinstance(previous, str) else list(previous)
    found = [proof for proof in proofs if proof.get("id") in wanted]
    if not wanted or len(found) != len(wanted):
        raise Misuse("previous_proof_missing", field="proof.previousProof")
    return found


def sign(
    document: Mapping[str, Any],
    *,
    signer: Signer,
    suite: Suite,
    created: datetime,
    purpose: str = "assertionMethod",
    domain: Texts | None = None,
    challenge: str | None = None,
    expires: datetime | None = None,
    proof_id: str | None = None,
    previous_proof: Texts | None = None,
    contexts: ContextRegistry = BUNDLED,
) -> dict[str, Any]:
    """A copy of `document` with its proof. Instants are aware and are written in whole seconds of UTC.

    A document that has a proof gets the next one of a chain, over the proofs whose ids `previous_proof`
    gives; without them it is refused, and `add_proof` is the way to a set.

    Raises Misuse `already_signed`, `created_without_zone`, `expires_without_zone`, `key_type_wrong`,
    `previous_proof_missing`, and whatever canonicalization refuses: nothing is signed that would not be
    signed whole.
    """
    if "proof" in document and previous_proof is None:
        raise Misuse("already_signed", field="proof")
    return add_proof(
        document,
        signer=signer,
        suite=suite,
        created=created,
        purpose=purpose,
        domain=domain,
        challenge=challenge,
        expires=expires,
        proof_id=proof_id,
        previous_proof=previous_proof,
        contexts=contexts,
    )


def add_proof(
    document: Mapping[str, Any],
    *,
    signer: Signer,
    suite: Suite,
    created: datetime,
    purpose: str = "assertionMethod",
    domain: Texts | None = None,
    challenge: str | None = None,
    expires: datetime | None = None,
    proof_id: str | None = None,
    previous_proof: Texts | None = None,
    contexts: ContextRegistry = BUNDLED,
) -> dict[str, Any]:
    """As `sign`, but a document with proofs gets one more: a proof set. The proofs there are not verified."""
    hash_name = suite.hash_for(signer.public_key.type)
    if hash_name is None:
        raise Misuse("key_type_wrong", expected=suite.key_names)
    proof: dict[str, Any] = {"type": PROOF_TYPE, "cryptosuite": suite.name}
    if proof_id is not None:
        proof["id"] = proof_id
    proof["created"] = _written(created, "created")
    if expires is not None:
        proof["expires"] = _written(expires, "expires")
    proof |= {"verificationMethod": signer.verification_method, "proofPurpose": purpose}
    if domain is not None:
        proof["domain"] = _plain(domain)
    if challenge is not None:
        proof["challenge"] = challenge
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    earlier = _earlier(document)
    signed_over = unsecured
    if previous_proof is not None:
        proof["previousProof"] = _plain(previous_proof)
        signed_over = {**unsecured, "proof": _matching(earlier, previous_proof)}
    context = document.get("@context")
    if suite.proof_has_context and context is not None:
        proof["@context"] = context
    options = options_digest(proof, context=context, suite=suite, hash_name=hash_name, contexts=contexts)
    hashed = document_digest(signed_over, suite=suite, hash_name=hash_name, contexts=contexts)
    proof["proofValue"] = multibase.encode_base58(signer.sign(options + hashed))
    return {**unsecured, "proof": [*earlier, proof] if earlier else proof}


def _earlier(document: Mapping[str, Any]) -> list[Any]:
    found = document.get("proof", [])
    return list(found) if isinstance(found, list) else [found]
