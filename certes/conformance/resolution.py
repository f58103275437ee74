"""did:key resolved as a resolver answers over HTTP: the document of a DID, or the method a DID URL names.

Source: DID Resolution 0.3, sections 4 (#resolving) and 7.1 (#bindings-https); the did:key Method, section 3.1
(#create).
"""

import re
from collections.abc import Mapping
from typing import Any

from certes.credential import did
from certes.credential.did.document import RELATIONSHIPS
from certes.credential.errors import Malformed, Refusal
from certes.credential.keys import PublicKey, to_jwk

MEDIA_TYPE = 'application/ld+json;profile="https://w3id.org/did-resolution"'
CONTEXT = "https://w3id.org/did-resolution/v1"
MULTIKEY, JWK = "Multikey", "JsonWebKey"
MAX_CHARACTERS = 2_048

_DID = re.compile(r"did:key:z[1-9A-HJ-NP-Za-km-z]+", re.ASCII)
_DID_URL = re.compile(
    r"(?P<did>did:key:[^/?#]+)(?P<path>/[^?#]*)?(?P<query>\?[^#]*)?(?P<fragment>#.*)?", re.DOTALL
)
_ERROR_OF_CODE: Mapping[str, str] = {
    "key_length_wrong": "invalidPublicKeyLength",
    "key_not_on_curve": "invalidPublicKey",
    "key_type_unsupported": "unsupportedPublicKeyType",
}

Answer = tuple[int, dict[str, Any]]


def resolve(identifier: str, *, key_format: str | None = None) -> Answer:
    """Status and body for a DID or DID URL; `key_format` is Multikey (default) or JsonWebKey."""
    match = _DID_URL.fullmatch(identifier[:MAX_CHARACTERS])
    if match is None:
        return _failed("invalidDid")
    if match["path"] or match["query"] or match["fragment"]:
        return _dereference(match, key_format or MULTIKEY)
    if key_format not in (None, MULTIKEY, JWK):
        return _failed("unsupportedPublicKeyType")
    try:
        key = _key(identifier)
    except Refusal as refusal:
        return _failed(_ERROR_OF_CODE.get(refusal.code, "invalidDid"))
    return _found(_document(identifier, key, key_format or MULTIKEY), "didResolutionMetadata")


def _key(identifier: str) -> PublicKey:
    if _DID.fullmatch(identifier) is None:
        raise Malformed("did_invalid")
    (method,) = did.expand(identifier).methods.values()
    if method.key is None:
        raise Malformed("did_invalid")
    return method.key


def _dereference(match: "re.Match[str]", key_format: str) -> Answer:
    name = "didDereferencingMetadata"
    if key_format not in (MULTIKEY, JWK):
        return _failed("invalidPublicKeyType", name)
    try:
        key = _key(match["did"])
    except Refusal as refusal:
        return _failed(_ERROR_OF_CODE.get(refusal.code, "invalidDid"), name)
    if match["path"] or match["query"] or match["fragment"] != f"#{key.multikey}":
        return _failed("invalidDidUrl", name)
    method = _method(match["did"], key, key_format)
    return _found({"@context": _contexts(key_format), **method}, name)


def _document(identifier: str, key: PublicKey, key_format: str) -> dict[str, Any]:
    method = _method(identifier, key, key_format)
    relationships = {name: [method["id"]] for name in RELATIONSHIPS}
    return {
        "@context": _contexts(key_format),
        "id": identifier,
        "verificationMethod": [method],
        **relationships,
    }


def _method(identifier: str, key: PublicKey, key_format: str) -> dict[str, Any]:
    material: dict[str, Any] = (
        {"publicKeyMultibase": key.multikey} if key_format == MULTIKEY else {"publicKeyJwk": to_jwk(key)}
    )
    return {"id": f"{identifier}#{key.multikey}", "type": key_format, "controller": identifier, **material}


def _contexts(key_format: str) -> list[str]:
    form = "multikey" if key_format == MULTIKEY else "jwk"
    return ["https://www.w3.org/ns/did/v1", f"https://w3id.org/security/{form}/v1"]


def _found(document: dict[str, Any], name: str) -> Answer:
    body = {
        "@context": CONTEXT,
        "didDocument": document,
        "didDocumentMetadata": {},
        name: {"contentType": "application/did+ld+json"},
    }
    return 200, body


def _failed(error: str, name: str = "didResolutionMetadata") -> Answer:
    return 400, {"@context": CONTEXT, "didDocument": {}, "didDocumentMetadata": {}, name: {"error": error}}
