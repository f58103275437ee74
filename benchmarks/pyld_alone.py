"""The peer: the same proof verified with PyLD as it comes, contexts already parsed and in memory."""

import copy
import hashlib
from collections.abc import Callable
from typing import Any

from nacl.signing import SigningKey
from pyld import jsonld

from benchmarks.subjects import SEED, Subject
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


def _digest(document: dict[str, Any]) -> bytes:
    canonical = jsonld.normalize(document, {**_OPTIONS, "documentLoader": _load})
    return hashlib.sha256(canonical.encode()).digest()


def verifier(subject: Subject) -> Callable[[], None]:
    """A function that verifies the subject's wallet credential with PyLD's canonicalisation."""
    key = SigningKey(SEED).verify_key

    def verify() -> None:
        document = copy.copy(subject.credential)
        proof = dict(document.pop("proof"))
        signature = multibase.decode(proof.pop("proofValue"))
        proof["@context"] = document["@context"]
        key.verify(_digest(proof) + _digest(document), signature)

    return verify
