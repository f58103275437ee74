"""The two ways to canonical bytes, as suites take them."""

from collections.abc import Mapping
from typing import Any

from certes.credential.canon import datasets, jcs
from certes.credential.contexts import ContextRegistry


def rdfc(document: Mapping[str, Any], contexts: ContextRegistry, hash_name: str) -> bytes:
    """Canonical N-Quads; the hash also works inside RDFC-1.0."""
    return datasets.to_canonical_bytes(document, contexts=contexts, hash_name=hash_name)


def json(document: Mapping[str, Any], contexts: ContextRegistry, hash_name: str) -> bytes:
    """Canonical JSON (RFC 8785), which knows neither contexts nor hashes."""
    return jcs.canonicalize(document)
