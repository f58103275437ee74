"""The members of a proof, read strictly: what is not as the specification says is refused by name.

Source: Verifiable Credential Data Integrity 1.0, section 2.1 (#proofs).
"""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from certes.credential import multibase
from certes.credential.errors import Malformed, Unsupported
from certes.credential.parsing import parse_instant
from certes.credential.proof.digests import PROOF_TYPE
from certes.credential.proof.suite import Suite

MAX_METHOD_CHARACTERS = 1_024  # a did:jwk of a P-384 key with its fragment needs about 300
MAX_DOMAINS = 16  # a proof is made for one verifier, rarely for a few

_WITHOUT_OFFSET = re.compile(r"[0-9-]{10}T[0-9:]{8}(\.[0-9]+)?", re.ASCII)


def suite_of(proof: Mapping[str, Any], suites: Collection[Suite]) -> Suite:
    """The suite that the proof names. Raises Unsupported `proof_type_unsupported`,
    `cryptosuite_not_allowed`."""
    if proof.get("type") != PROOF_TYPE:
        raise Unsupported("proof_type_unsupported", field="proof.type")
    name = proof.get("cryptosuite")
    for suite in suites:
        if suite.name == name:
            return suite
    raise Unsupported("cryptosuite_not_allowed", field="proof.cryptosuite")


def signature_of(proof: Mapping[str, Any], suite: Suite) -> bytes:
    """The signature: base58btc and of a length the suite knows, nothing else. Raises Malformed
    `proof_value_invalid`, `multibase_invalid`, `multibase_too_long`."""
    text = proof.get("proofValue")
    if type(text) is not str or not text.startswith("z"):
        raise Malformed("proof_value_invalid", field="proof.proofValue")
    signature = multibase.decode(text)
    if len(signature) not in suite.signature_lengths:
        raise Malformed("proof_value_invalid", field="proof.proofValue")
    return signature


def method_of(proof: Mapping[str, Any]) -> str:
    """The DID URL of the key. Raises Malformed `verification_method_invalid`."""
    method = proof.get("verificationMethod")
    if type(method) is not str or not 0 < len(method) <= MAX_METHOD_CHARACTERS:
        raise Malformed("verification_method_invalid", field="proof.verificationMethod")
    return method


def instant_of(proof: Mapping[str, Any], name: str) -> datetime | None:
    """`created` or `expires`; without an offset it is UTC, as the section says. Raises Malformed
    `instant_invalid`."""
    if name not in proof:
        return None
    text = proof[name]
    if type(text) is not str:
        raise Malformed("instant_invalid", field=f"proof.{name}")
    return parse_instant(text + "Z" if _WITHOUT_OFFSET.fullmatch(text) else text)


def texts_of(proof: Mapping[str, Any], name: str, *, limit: int, code: str) -> tuple[str, ...]:
    """A member that is one text or an array of different texts; empty if it is absent. Raises Malformed
    `code`."""
    if name not in proof:
        return ()
    value = proof[name]
    texts = value if type(value) is list else [value]
    if not 0 < len(texts) <= limit or any(type(text) is not str or not text for text in texts):
        raise Malformed(code, field=f"proof.{name}")
    if len(set(texts)) != len(texts):
        raise Malformed(code, field=f"proof.{name}")
    return tuple(texts)


def domain_of(proof: Mapping[str, Any]) -> tuple[str, ...]:
    """The security domains the proof is made for. Raises Malformed `proof_domain_invalid`."""
    return texts_of(proof, "domain", limit=MAX_DOMAINS, code="proof_domain_invalid")


def text_of(proof: Mapping[str, Any], name: str, *, code: str) -> str | None:
    """A member that is one text, if it is there. Raises Malformed `code`."""
    found = texts_of(proof, name, limit=1, code=code)
    if found and type(proof[name]) is not str:
        raise Malformed(code, field=f"proof.{name}")
    return found[0] if found else None


def signed_context(
    document: Mapping[str, Any], proof: Mapping[str, Any], *, suite: Suite, exact: bool
) -> Any | None:
    """The proof's own @context, once it agrees with the document's; None if it has none. Raises Malformed
    `proof_context_mismatch`.

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
