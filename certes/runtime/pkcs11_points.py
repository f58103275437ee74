"""Public keys as PKCS#11 modules write them: EC parameters and points, each in more than one encoding.

Source: PKCS #11 v3.0, Current Mechanisms, Elliptic Curve: the public key objects (CKA_EC_POINT);
RFC 8410, section 3 (Ed25519's identifier); SEC 1, section 2.3.3 (points). A point stands in a DER OCTET
STRING; some modules write it raw. Lengths tell the two apart: 0x04 begins an OCTET STRING as well as an
uncompressed point.
"""

from dataclasses import dataclass

from certes.credential.errors import Malformed, Unsupported
from certes.credential.keys import ED25519, P256, P384, KeyType, PublicKey

_OCTET_STRING = 0x04
_UNCOMPRESSED = 0x04


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve as modules name it, and how much of a point they write."""

    type: KeyType
    parameters: tuple[bytes, ...]  # DER; the first one is what keys are made with
    sizes: tuple[int, ...]  # bytes of a raw point in each form


CURVES = (
    Curve(ED25519, (bytes.fromhex("06032b6570"), b"\x13\x0cedwards25519", b"\x13\x07Ed25519"), (32,)),
    Curve(P256, (bytes.fromhex("06082a8648ce3d030107"), b"\x13\x09secp256r1"), (65, 33)),
    Curve(P384, (bytes.fromhex("06052b81040022"), b"\x13\x09secp384r1"), (97, 49)),
)


def curve_of(parameters: bytes) -> Curve:
    """The curve of CKA_EC_PARAMS. Raises Unsupported `hsm_key_type_unsupported`."""
    for curve in CURVES:
        if parameters in curve.parameters:
            return curve
    raise Unsupported("hsm_key_type_unsupported", type=parameters.hex()[:64])


def curve_for(key_type: KeyType) -> Curve:
    """The curve of a key type of ours. Raises Unsupported `hsm_key_type_unsupported`."""
    for curve in CURVES:
        if curve.type is key_type:
            return curve
    raise Unsupported("hsm_key_type_unsupported", type=key_type.name)


def public_key(curve: Curve, point: bytes) -> PublicKey:
    """The key of CKA_EC_POINT, raw or in an OCTET STRING, compressed or not.

    Raises Malformed `hsm_point_invalid`, `key_not_on_curve`.
    """
    raw = _unwrapped(point, curve.sizes)
    if curve.type.curve is None or len(raw) == curve.type.key_bytes:
        return PublicKey(curve.type, raw)
    size = curve.type.curve.coordinate_bytes
    compressed = curve.type.curve.point_of(raw[1 : 1 + size], raw[1 + size :])
    if raw[0] != _UNCOMPRESSED or compressed is None:
        raise Malformed("key_not_on_curve", curve=curve.type.name)
    return PublicKey(curve.type, compressed)


def _unwrapped(point: bytes, sizes: tuple[int, ...]) -> bytes:
    if len(point) in sizes:
        return point
    if len(point) - 2 in sizes and point[:2] == bytes([_OCTET_STRING, len(point) - 2]):
        return point[2:]
    raise Malformed("hsm_point_invalid", length=len(point))
