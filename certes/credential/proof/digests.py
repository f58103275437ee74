"""The two hashes that a Data Integrity signature is made over: the proof options and the document.

The hash of usual options is computed once for each key and second and remembered.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from certes.credential.canon.compiled import MAX_CONTEXTS
from certes.credential.canon.rdfc import hash_named
from certes.credential.contexts import ContextRegistry
from certes.credential.proof.suite import Suite

PROOF_TYPE = "DataIntegrityProof"

_MAX_CACHED_TEXT = 256  # longer members of proof options are hashed each time, so that the cache stays small
_CACHED_HASHES = 1_024  # context lists, keys and seconds seen lately: 32 to 48 bytes each, beside their names
_USUAL_MEMBERS = frozenset({"type", "cryptosuite", "created", "verificationMethod", "proofPurpose"})


def _digest(suite: Suite, hash_name: str, value: Mapping[str, Any], contexts: ContextRegistry) -> bytes:
    return hash_named(hash_name)(suite.canonicalize(value, contexts, hash_name)).digest()


@lru_cache(maxsize=_CACHED_HASHES)
def _usual_options_digest(
    suite: Suite,
    hash_name: str,
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
    return _digest(suite, hash_name, options, contexts)


def _short_context(context: Any) -> str | tuple[str, ...] | None:
    """The context as a small cache key; None if it is not small, or not a list of addresses."""
    if type(context) is str:
        return context if len(context) <= _MAX_CACHED_TEXT else None
    if type(context) is not list or not 0 < len(context) <= MAX_CONTEXTS:
        return None
    short = all(type(url) is str and len(url) <= _MAX_CACHED_TEXT for url in context)
    return tuple(context) if short else None


def options_digest(
    options: Mapping[str, Any], *, context: Any, suite: Suite, hash_name: str, contexts: ContextRegistry
) -> bytes:
    """The digest of the proof options (the proof without proofValue) under the context that applies to them.

    `context` None leaves them without one. Source: EdDSA Cryptosuites 1.0, section 3.2.5
    (#proof-configuration-eddsa-rdfc-2022); ECDSA Cryptosuites 1.0, section 3.2.5.
    """
    members = dict(options)
    members.pop("@context", None)
    key = _short_context(context)
    if (
        (key is not None or context is None)
        and members.keys() == _USUAL_MEMBERS
        and members["type"] == PROOF_TYPE
        and members["cryptosuite"] == suite.name
        and all(type(value) is str and len(value) <= _MAX_CACHED_TEXT for value in members.values())
    ):
        return _usual_options_digest(
            suite,
            hash_name,
            contexts,
            key,
            members["created"],
            members["verificationMethod"],
            members["proofPurpose"],
        )
    if context is not None:
        members["@context"] = context
    return _digest(suite, hash_name, members, contexts)


def document_digest(
    unsecured: Mapping[str, Any], *, suite: Suite, hash_name: str, contexts: ContextRegistry
) -> bytes:
    """The digest of a document without the proof at hand; earlier proofs of a chain are still in it."""
    return _digest(suite, hash_name, unsecured, contexts)
