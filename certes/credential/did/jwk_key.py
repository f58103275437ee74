"""A public key as a JSON Web Key. Source: RFC 7517, section 4; RFC 8037, section 2 (OKP)."""

from collections.abc import Mapping
from typing import Any

from certes.credential import multibase
from certes.credential.errors import Malformed, Unsupported
from certes.credential.keys import ED25519, KeyType, PublicKey

_KEY_TYPES: Mapping[tuple[str, str], KeyType] = {("OKP", "Ed25519"): ED25519}
_PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


def parse(value: Any) -> PublicKey:
    """The key of a JWK. Raises Malformed `jwk_invalid`, `jwk_is_private`, `key_length_wrong`; Unsupported
    `key_type_unsupported`."""
    if type(value) is not dict:
        raise Malformed("jwk_invalid")
    if not _PRIVATE_MEMBERS.isdisjoint(value):
        raise Malformed("jwk_is_private")
    kind, curve = value.get("kty"), value.get("crv")
    if type(kind) is not str or (curve is not None and type(curve) is not str):
        raise Malformed("jwk_invalid")
    row = _KEY_TYPES.get((kind, curve or ""))
    if row is None:
        raise Unsupported("key_type_unsupported", type=f"{kind} {curve}")
    x = value.get("x")
    if type(x) is not str:
        raise Malformed("jwk_invalid", field="x")
    return PublicKey(row, multibase.base64url_decode(x))
