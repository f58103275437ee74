"""The peer: PyLD as it comes, contexts already parsed and in memory, and nothing around it."""

import copy
import hashlib
from collections.abc import Callable, Sequence
from itertools import cycle
from typing import Any

from nacl.signing import SigningKey
from pyld import jsonld

from certes.credential import multibase
from certes.credential.contexts import BUNDLED

_OPTIONS = {"algorithm": "URDNA2015", "format": "application/n-quads"}


def _load(url: str, _options: dict[str, Any]) -> dict[str, Any]:
    document = BUNDLED.require(url).document
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": document,
    }


def canonical(document: dict[str, Any]) -> bytes:
    """Canonical N-Quads by PyLD."""
    return str(jsonld.normalize(document, {**_OPTIONS, "documentLoader": _load})).encode()


def _digest(document: dict[str, Any]) -> bytes:
    return hashlib.sha256(canonical(document)).digest()


def verifier(credentials: Sequence[dict[str, Any]], seed: bytes) -> Callable[[], None]:
    """A function that verifies the next credential's proof, and nothing but the proof."""
    key, turn = SigningKey(seed).verify_key, cycle(credentials)

    def verify() -> None:
        document = copy.copy(next(turn))
        proof = dict(document.pop("proof"))
        signature = multibase.decode(proof.pop("proofValue"))
        proof["@context"] = document["@context"]
        key.verify(_digest(proof) + _digest(document), signature)

    return verify
