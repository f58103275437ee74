"""The Data Integrity algorithm, once for all cryptosuites: sign a document, verify the proof it carries.

It answers one question, whether the key that the proof names signed exactly these statements. Whose key that
is, whether it may sign this, and whether `expires` has passed are questions for the caller.

Source: Verifiable Credential Data Integrity 1.0, sections 4.2 (#add-proof) and 4.4 (#verify-proof); Data
Integrity EdDSA Cryptosuites 1.0, sections 3.2 and 3.3.
"""

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from certes.credential import multibase
from certes.credential.canon.compiled import MAX_CONTEXTS
from certes.credential.contexts import BUNDLED, ContextRegistry
from certes.credential.errors import Malformed, Misuse, Unsupported
from certes.credential.keys import PublicKey, Signer
from certes.credential.parsing import format_instant, parse_instant
from certes.credential.proof.suite import Suite

PROOF_TYPE = "DataIntegrityProof"
MAX_METHOD_CHARACTERS = 1_024  # a did:jwk of a P-384 key with its fragment needs about 300

_MAX_CACHED_TEXT = 256  # longer members of proof options are hashed each time, so that the cache stays small
_CACHED_HASHES = 1_024  # context lists, keys and seconds seen lately: 32 to 48 bytes each, beside their names
_USUAL_MEMBERS = frozenset({"type", "cryptosuite", "created", "verificationMethod", "proofPurpose"})


@dataclass(frozen=True, slots=True)
class ProofFacts:
    """What a proof that holds says: the suite, the key's DID URL and the key, when it was made and when it
    ends."""

    suite: str
    verification_method: str
    created: datetime | None
    key: PublicKey
    expires: datetime | None = None


def _digest(suite: Suite, value: Mapping[str, Any], contexts: ContextRegistry) -> bytes:
    return hashlib.new(suite.hash_name, suite.canonicalize(value, contexts)).digest()


@lru_cache(maxsize=_CACHED_HASHES)
def _usual_options_digest(
    suite: Suite,
    contexts: ContextRegistry,
    context: str | tuple[str, ...] | None,
    created: str,
    method: str,
    purpose: str,
) -> bytes:
    """The digest of options with the usual members only: one computation for each key and second."""
    options = {
        "type": PROOF_TYPE,
        "cryptosuite": suite.name,
        "created": created,
        "verificationMethod": method,
        "proofPurpose": purpose,
    }
    if context is not None:
        options["@context"] = context  # type: ignore[assignment]
    return _digest(suite, options, contexts)


def _short_context(context: Any) -> str | tuple[str, ...] | None:
    """The context as a small cache key; None if it is not small, or not a list of addresses."""
    if type(context) is str:
        return context if len(context) <= _MAX_CACHED_TEXT else None
    if type(context) is not list or not 0 < len(context) <= MAX_CONTEXTS:
        return None
    short = all(type(url) is str and len(url) <= _MAX_CACHED_TEXT for url in context)
    return tuple(context) if short else None


def options_digest(
    options: Mapping[str, Any], *, context: Any, suite: Suite, contexts: ContextRegistry
) -> bytes:
    """The digest of the proof options (the proof without proofValue) under the context that applies to them.

    `context` None leaves them without one. Source: EdDSA Cryptosuites 1.0, section 3.2.5
    (#proof-configuration-eddsa-rdfc-2022).
    """
    members = {name: value for name, value in options.items() if name != "@context"}
    key = _short_context(context)
    if (
        (key is not None or context is None)
        and members.keys() == _USUAL_MEMBERS
        and members["type"] == PROOF_TYPE
        and members["cryptosuite"] == suite.name
        and all(type(value) is str and len(value) <= _MAX_CACHED_TEXT for value in members.values())
    ):
        return _usual_options_digest(
            suite, contexts, key, members["created"], members["verificationMethod"], members["proofPurpose"]
        )
    if context is not None:
        members["@context"] = context
    return _digest(suite, members, contexts)


def document_digest(document: Mapping[str, Any], *, suite: Suite, contexts: ContextRegistry) -> bytes:
    """The digest of a document without its proof."""
    return _digest(suite, {name: value for name, value in document.items() if name != "proof"}, contexts)


def sign(
    document: Mapping[str, Any],
    *,
    signer: Signer,
    suite: Suite,
    created: datetime,
    purpose: str = "assertionMethod",
    contexts: ContextRegistry = BUNDLED,
) -> dict[str, Any]:
    """A copy of `document` with its proof. `created` is aware and is written in whole seconds of UTC.

    Raises Misuse `already_signed`, `created_without_zone`, `key_type_wrong`, and whatever canonicalization
    refuses: nothing is signed that would not be signed whole.
    """
    if "proof" in document:
        raise Misuse("already_signed", field="proof")
    if created.tzinfo is None:
        raise Misuse("created_without_zone", field="proof.created")
    if signer.public_key.type is not suite.key_type:
        raise Misuse("key_type_wrong", expected=suite.key_type.name)
    proof: dict[str, Any] = {
        "type": PROOF_TYPE,
        "cryptosuite": suite.name,
        "created": format_instant(created),
        "verificationMethod": signer.verification_method,
        "proofPurpose": purpose,
    }
    context = document.get("@context")
    if suite.proof_has_context and context is not None:
        proof["@context"] = context
    options = options_digest(proof, context=context, suite=suite, contexts=contexts)
    signature = signer.sign(options + document_digest(document, suite=suite, contexts=contexts))
    proof["proofValue"] = multibase.encode_base58(signature)
    return {**document, "proof": proof}


def verify_proof(
    document: Mapping[str, Any],
    *,
    key_for: Callable[[str], PublicKey],
    suites: Collection[Suite],
    purpose: str = "assertionMethod",
    contexts: ContextRegistry = BUNDLED,
    exact_context: bool = True,
) -> ProofFacts:
    """Verify the document's one proof; `key_for` maps its verificationMethod to a key and may raise.

    `exact_context=False` accepts what eddsa-jcs-2022 allows, contexts appended to the document after signing.
    That changes what unsigned words mean to a JSON-LD reader, so the default demands the signed list.

    Raises BadSignature `signature_invalid`; Malformed for a proof that is not one; Unsupported for a suite
    outside `suites`, several proofs, a proof chain, or a document outside the strict profile.
    """
    # 1. Exactly one proof, of a suite the caller named.
    proof = _only_proof(document)
    suite = _suite_of(proof, suites)
    # 2. Its members are what they should be, before anything is computed from them.
    signature = _signature_of(proof, suite)
    method = _method_of(proof)
    if proof.get("proofPurpose") != purpose:
        raise Malformed("proof_purpose_wrong", field="proof.proofPurpose")
    created, expires = _instant_of(proof, "created"), _instant_of(proof, "expires")
    # 3. The document is hashed under the context that was signed.
    context = _signed_context(document, proof, suite=suite, exact=exact_context)
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    if context is not None:
        unsecured["@context"] = context
    elif not suite.proof_has_context:
        context = document.get("@context")
    # 4. The key that the proof names signed both digests, options first.
    key = key_for(method)
    if key.type is not suite.key_type:
        raise Malformed("key_type_wrong", field="proof.verificationMethod", expected=suite.key_type.name)
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    hashed = options_digest(options, context=context, suite=suite, contexts=contexts)
    key.verify(signature, hashed + document_digest(unsecured, suite=suite, contexts=contexts))
    return ProofFacts(suite.name, method, created, key, expires)


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


def _suite_of(proof: Mapping[str, Any], suites: Collection[Suite]) -> Suite:
    if proof.get("type") != PROOF_TYPE:
        raise Unsupported("proof_type_unsupported", field="proof.type")
    name = proof.get("cryptosuite")
    for suite in suites:
        if suite.name == name:
            return suite
    raise Unsupported("cryptosuite_not_allowed", field="proof.cryptosuite")


def _signature_of(proof: Mapping[str, Any], suite: Suite) -> bytes:
    text = proof.get("proofValue")
    if type(text) is not str or not text.startswith("z"):
        raise Malformed("proof_value_invalid", field="proof.proofValue")
    signature = multibase.decode(text)
    if len(signature) != suite.key_type.signature_bytes:
        raise Malformed("proof_value_invalid", field="proof.proofValue")
    return signature


def _method_of(proof: Mapping[str, Any]) -> str:
    method = proof.get("verificationMethod")
    if type(method) is not str or not 0 < len(method) <= MAX_METHOD_CHARACTERS:
        raise Malformed("verification_method_invalid", field="proof.verificationMethod")
    return method


def _instant_of(proof: Mapping[str, Any], name: str) -> datetime | None:
    if name not in proof:
        return None
    text = proof[name]
    if type(text) is not str:
        raise Malformed("instant_invalid", field=f"proof.{name}")
    return parse_instant(text)


def _signed_context(
    document: Mapping[str, Any], proof: Mapping[str, Any], *, suite: Suite, exact: bool
) -> Any | None:
    """The proof's own @context, once it agrees with the document's; None if it has none.

    Source: EdDSA Cryptosuites 1.0, section 3.3.2 (#verify-proof-eddsa-jcs-2022), step 4.
    """
    if "@context" not in proof:
        return None
    own, outer = proof["@context"], document.get("@context")
    agrees = own == outer
    if not agrees and not exact and suite.proof_has_context:
        own_list, outer_list = _as_list(own), _as_list(outer)
        agrees = bool(own_list) and outer_list[: len(own_list)] == own_list
    if not agrees or own is None:
        raise Malformed("proof_context_mismatch", field="proof.@context")
    return own


def _as_list(context: Any) -> list[Any]:
    return context if type(context) is list else [context]
