"""JSON Web Signature in compact form, on our own keys: a header, a payload, one signature.

The key comes from the caller, never from the token: `jwk`, `jku` and `x5u` are refused, certificates (`x5c`)
are not looked at. The algorithm must be one the caller allows and the one of the key's own type, so that
neither `none` nor a public key taken for a secret (HS256) can pass. `crit` and unencoded payloads (`b64`) are
refused. Source: RFC 7515; RFC 7797; RFC 8037; RFC 9864; RFC 8725, section 3.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from certes.credential import multibase
from certes.credential.envelope import json_values
from certes.credential.errors import Malformed, Unsupported
from certes.credential.keys import KEY_TYPES, PublicKey, Signer

# EdDSA, Ed25519, ES256, ES384. EdDSA is what wallets write, Ed25519 its fully specified name (RFC 9864).
ALGORITHMS: Final[frozenset[str]] = frozenset(name for row in KEY_TYPES for name in row.algorithms)

MAX_CHARACTERS = 512 * 1024  # a token with the largest payload in base64url, and its disclosures
MAX_HEADER_BYTES = 8 * 1024  # a header with a certificate chain; ours need under 200
MAX_KEY_NAME_CHARACTERS = 1_024  # a did:jwk of a P-384 key with its fragment needs about 300

_FORGERIES = frozenset(
    {"none", "hs256", "hs384", "hs512"}
)  # no public key signs so: nobody can have meant it
_KEYS_INSIDE = ("jwk", "jku", "x5u")
_MEDIA_TREE = "application/"


@dataclass(frozen=True, slots=True)
class Token:
    """A compact JWS, taken apart and not yet verified."""

    header: Mapping[str, Any]
    payload: bytes = field(repr=False)
    signing_input: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    algorithm: str
    type: str  # media type without `application/`, lower case


def sign(payload: bytes, *, type_: str, signer: Signer, header: Mapping[str, Any] | None = None) -> str:
    """A compact JWS over `payload`, under the first of the algorithm names of the signer's key."""
    members = {"alg": signer.public_key.type.algorithms[0], "typ": type_, **(header or {})}
    signing_input = f"{_encoded(json_values.write(members))}.{_encoded(payload)}"
    return f"{signing_input}.{_encoded(signer.sign(signing_input.encode('ascii')))}"


def parse(text: str, *, algorithms: Collection[str], types: Collection[str]) -> Token:
    """Take a compact JWS apart; `types` are the media types its `typ` may name. Verifies no signature.

    Raises Malformed `jwt_too_long`, `jwt_invalid`, `jwt_header_invalid`, `jwt_type_wrong`,
    `jwt_algorithm_forbidden`, `jwt_key_inside`, `multibase_invalid` or as `json_values.parse_object`;
    Unsupported `jwt_algorithm_not_allowed`, `jwt_critical_header`, `jwt_payload_unencoded`.
    """
    if len(text) > MAX_CHARACTERS:
        raise Malformed("jwt_too_long", limit=MAX_CHARACTERS)
    parts = text.split(".")
    if len(parts) != 3 or not all(parts):
        raise Malformed("jwt_invalid")
    header = _header(parts[0])
    algorithm = _algorithm(header, algorithms)
    type_ = _type(header, types)
    _require_plain(header)
    signing_input = f"{parts[0]}.{parts[1]}".encode("ascii", errors="replace")  # decoding refuses the rest
    return Token(
        header=header,
        payload=multibase.base64url_decode(parts[1]),
        signing_input=signing_input,
        signature=multibase.base64url_decode(parts[2]),
        algorithm=algorithm,
        type=type_,
    )


def verify(token: Token, key: PublicKey) -> None:
    """Return if `key` made the token's signature. Raises Malformed `jwt_algorithm_wrong` if the key is of
    another type than the algorithm, BadSignature `signature_invalid` if it does not hold."""
    if token.algorithm not in key.type.algorithms:
        raise Malformed("jwt_algorithm_wrong", field="alg", key_type=key.type.name)
    key.verify(token.signature, token.signing_input)


def key_name(token: Token, claims: Mapping[str, Any]) -> str:
    """The name under which the signing key is asked for: `kid` if it is an absolute URL, else `kid` as a
    fragment of `iss`, else `iss` itself.

    Raises Malformed `jwt_key_unnamed` without either, `jwt_header_invalid` for what is no name.
    Source: VC-JOSE-COSE, sections 4.1 (#using-header-params-claims-key-discovery) and 4.3.
    """
    kid = _name(token.header, "kid")
    issuer = _name(token.header, "iss") or _name(claims, "iss")
    if kid is not None and ":" in kid:
        return kid
    if issuer is None:
        raise Malformed("jwt_key_unnamed", field="kid")
    if kid is None:
        return issuer
    return f"{issuer}#{kid.removeprefix('#')}"


def is_type(value: str, name: str) -> bool:
    """Does a `typ` or `cty` value name this media type? Case does not count and `application/` may be left
    out (RFC 7515, section 4.1.9)."""
    return value.lower().removeprefix(_MEDIA_TREE) == name


def _encoded(data: bytes) -> str:
    return multibase.base64url_encode(data)


def _header(part: str) -> dict[str, Any]:
    if len(part) > MAX_HEADER_BYTES * 4 // 3 + 4:
        raise Malformed("json_too_large", limit=MAX_HEADER_BYTES)
    return json_values.parse_object(multibase.base64url_decode(part), max_bytes=MAX_HEADER_BYTES)


def _algorithm(header: Mapping[str, Any], algorithms: Collection[str]) -> str:
    algorithm = header.get("alg")
    if type(algorithm) is not str:
        raise Malformed("jwt_header_invalid", field="alg")
    if algorithm.lower() in _FORGERIES:
        raise Malformed("jwt_algorithm_forbidden", field="alg")
    if algorithm not in ALGORITHMS or algorithm not in algorithms:
        raise Unsupported("jwt_algorithm_not_allowed", field="alg")
    return algorithm


def _type(header: Mapping[str, Any], types: Collection[str]) -> str:
    value = header.get("typ")
    found = [name for name in types if type(value) is str and is_type(value, name)]
    if not found:
        raise Malformed("jwt_type_wrong", field="typ", expected=", ".join(types))
    return found[0]


def _require_plain(header: Mapping[str, Any]) -> None:
    if "crit" in header:
        raise Unsupported("jwt_critical_header", field="crit")
    if "b64" in header:  # true is the default and must stand in `crit` (RFC 7797, section 6)
        raise Unsupported("jwt_payload_unencoded", field="b64")
    for name in _KEYS_INSIDE:
        if name in header:
            raise Malformed("jwt_key_inside", field=name)


def _name(members: Mapping[str, Any], name: str) -> str | None:
    if name not in members:
        return None
    value = members[name]
    if type(value) is not str or not 0 < len(value) <= MAX_KEY_NAME_CHARACTERS:
        raise Malformed("jwt_header_invalid", field=name)
    return value
