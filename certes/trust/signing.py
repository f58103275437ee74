"""Signed objects: one envelope for everything a register holds, and whose signatures on it hold.

`{type, country, version, payload, signatures: [{key, value}]}`. What is signed are the RFC 8785 bytes of
the object without `signatures`; their hash is its id, so another signature never makes another object.
`key` is a Multikey, `value` an Ed25519 signature in base64url without padding. Who must have signed is
not decided here: see certes.trust.charter.
"""

import base64
import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from certes.credential.canon.jcs import canonicalize
from certes.credential.errors import BadSignature, Malformed
from certes.credential.keys import Signer, parse_multikey
from certes.trust.schema import require_schema


@dataclass(frozen=True, slots=True)
class ObjectSignature:
    """One signature; not yet verified by standing here."""

    key: str  # Multikey text
    value: bytes


@dataclass(frozen=True, slots=True)
class SignedObject:
    """An object of the register. Well formed; whose it is, is for `signing_keys` and a charter to say."""

    type: str
    country: str | None  # alpha-2; None where it speaks for several
    version: int
    payload: Mapping[str, Any]
    signatures: tuple[ObjectSignature, ...]
    object_id: str  # "sha-256:<hex>" of the signed bytes
    signed_bytes: bytes

    def to_json(self) -> dict[str, Any]:
        """The envelope as it is sent and kept."""
        return {
            "type": self.type,
            "country": self.country,
            "version": self.version,
            "payload": self.payload,
            "signatures": [
                {"key": signature.key, "value": _encode(signature.value)} for signature in self.signatures
            ],
        }


def digest(data: bytes) -> str:
    """`sha-256:<hex>`."""
    return f"sha-256:{hashlib.sha256(data).hexdigest()}"


def _encode(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    value = base64.urlsafe_b64decode(text + "==")
    if _encode(value) != text:  # the last character has bits to spare: one signature, one spelling
        raise Malformed("signature_encoding_invalid", field="signatures.value")
    return value


def _unsigned(kind: str, country: str | None, version: int, payload: Mapping[str, Any]) -> SignedObject:
    body = {"type": kind, "country": country, "version": version, "payload": payload}
    data = canonicalize(body)
    return SignedObject(kind, country, version, payload, (), digest(data), data)


def parse_signed_object(value: Mapping[str, Any]) -> SignedObject:
    """Read an envelope. Raises Malformed: `schema_violation`, `signature_repeated` for two by one key,
    `signature_encoding_invalid`. Verifies nothing."""
    require_schema("envelope", value)
    keys = [signature["key"] for signature in value["signatures"]]
    if len(set(keys)) != len(keys):
        raise Malformed("signature_repeated", field="signatures")
    signatures = tuple(ObjectSignature(item["key"], _decode(item["value"])) for item in value["signatures"])
    found = _unsigned(value["type"], value["country"], value["version"], value["payload"])
    return replace(found, signatures=signatures)


def sign_object(
    kind: str, *, country: str | None, version: int, payload: Mapping[str, Any], signers: Iterable[Signer]
) -> SignedObject:
    """A new object under one signature or more."""
    found = _unsigned(kind, country, version, payload)
    for signer in signers:
        found = countersign(found, signer)
    return found


def countersign(found: SignedObject, signer: Signer) -> SignedObject:
    """The same object, the same id, with one more signature. Raises Malformed `signature_repeated`."""
    key = signer.public_key.multikey
    if any(signature.key == key for signature in found.signatures):
        raise Malformed("signature_repeated", field="signatures")
    signature = ObjectSignature(key, signer.sign(found.signed_bytes))
    return replace(found, signatures=(*found.signatures, signature))


def signing_keys(found: SignedObject, *, among: Collection[str]) -> frozenset[str]:
    """Which of these keys have signed, each counted once. Signatures by other keys say nothing and are passed
    over; one by a key of `among` that does not hold raises BadSignature `object_signature_invalid`."""
    holding = set()
    for signature in found.signatures:
        if signature.key not in among:
            continue
        try:
            parse_multikey(signature.key).verify(signature.value, found.signed_bytes)
        except BadSignature:
            raise BadSignature("object_signature_invalid", field="signatures", key=signature.key) from None
        holding.add(signature.key)
    return frozenset(holding)
