"""ECDSA on the NIST curves P-256 and P-384, as functions on bytes: points, signatures, deterministic signing.

Each curve comes with its own hash, SHA-256 and SHA-384. Points are compressed, 33 or 49 bytes; a signature is
r || s of fixed length, never DER. Both s and n - s are accepted, as FIPS 186-5 does and the cryptosuites do:
a document's identity therefore never rests on the bytes of its signature.

Source: FIPS 186-5, section 6; RFC 6979 (deterministic nonces); SEC 1, section 2.3 (points).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

_COMPRESSED = (2, 3)  # first byte of a compressed point: the parity of y (SEC 1, section 2.3.3)


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve of prime order, so that every point on it but infinity is a sound key."""

    name: str
    coordinate_bytes: int
    order: int
    curve: Callable[[], ec.EllipticCurve]
    hash: Callable[[], hashes.HashAlgorithm]

    def _load(self, point: bytes) -> ec.EllipticCurvePublicKey:
        return _load(self, point)

    def holds(self, point: bytes, signature: bytes, data: bytes) -> bool:
        """Does r || s over `data` hold under this point? False for r or s outside 1 to n - 1."""
        size = self.coordinate_bytes
        r, s = int.from_bytes(signature[:size], "big"), int.from_bytes(signature[size:], "big")
        try:
            self._load(point).verify(encode_dss_signature(r, s), data, ec.ECDSA(self.hash()))
        except (InvalidSignature, ValueError):
            return False
        return True

    def is_point(self, point: bytes) -> bool:
        """Is this the one compressed encoding of a point on the curve?"""
        if len(point) != 1 + self.coordinate_bytes or point[0] not in _COMPRESSED:
            return False
        try:
            self._load(point)
        except ValueError:  # x outside the field, or no y for it
            return False
        return True

    def coordinates(self, point: bytes) -> tuple[bytes, bytes]:
        """x and y of a point, each at full length."""
        numbers = self._load(point).public_numbers()
        size = self.coordinate_bytes
        return numbers.x.to_bytes(size, "big"), numbers.y.to_bytes(size, "big")

    def point_of(self, x: bytes, y: bytes) -> bytes | None:
        """The compressed point with these coordinates; None if it is not on the curve."""
        numbers = ec.EllipticCurvePublicNumbers(
            int.from_bytes(x, "big"), int.from_bytes(y, "big"), self.curve()
        )
        try:
            numbers.public_key()
        except ValueError:
            return None
        return bytes([_COMPRESSED[y[-1] & 1]]) + x

    def private_key(self, secret: bytes) -> ec.EllipticCurvePrivateKey | None:
        """The key of a secret number, big-endian at full length; None outside 1 to n - 1."""
        number = int.from_bytes(secret, "big")
        if len(secret) != self.coordinate_bytes or not 0 < number < self.order:
            return None
        return ec.derive_private_key(number, self.curve())

    def point_for(self, key: ec.EllipticCurvePrivateKey) -> bytes:
        """The compressed public point of a private key."""
        numbers = key.public_key().public_numbers()
        return bytes([_COMPRESSED[numbers.y & 1]]) + numbers.x.to_bytes(self.coordinate_bytes, "big")

    def sign(self, key: ec.EllipticCurvePrivateKey, data: bytes) -> bytes:
        """r || s over `data`, the same each time (RFC 6979)."""
        r, s = decode_dss_signature(key.sign(data, ec.ECDSA(self.hash(), deterministic_signing=True)))
        return r.to_bytes(self.coordinate_bytes, "big") + s.to_bytes(self.coordinate_bytes, "big")


@lru_cache(maxsize=4_096)  # finding y costs as much as a verification; a deployment sees few keys
def _load(curve: Curve, point: bytes) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicKey.from_encoded_point(curve.curve(), point)


# Orders: FIPS 186-5 refers to SP 800-186, sections 3.2.1.3 and 3.2.1.4.
P256 = Curve(
    "P-256",
    32,
    0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    ec.SECP256R1,
    hashes.SHA256,
)
P384 = Curve(
    "P-384",
    48,
    0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
    ec.SECP384R1,
    hashes.SHA384,
)
