"""Public keys that verify by raising, and the one thing a signer must be able to do.

A key type is a row of `KEY_TYPES`; nothing else knows a curve. Ed25519 is verified by libsodium alone, which
refuses small-order keys and points, non-canonical encodings and signatures with a large s; some other
libraries accept forgeries under such keys. P-256 and P-384 points are checked when the key is made.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

import nacl.bindings
import nacl.exceptions

from certes.credential import ecdsa, multibase
from certes.credential.errors import BadSignature, Malformed, Misuse, Unsupported

MAX_MULTIKEY_CHARACTERS = 128  # a P-384 key needs 70


@lru_cache(maxsize=4_096)  # one for each key, not for each signature: the test costs as much as a signature
def _is_prime_order(key: bytes) -> bool:
    """Is this a canonical point of the prime-order subgroup, as every honestly made key is?

    RFC 8032, section 5.1.7 leaves room under other points, and there verifiers disagree.
    """
    return bool(nacl.bindings.crypto_core_ed25519_is_valid_point(key))


def _verify_ed25519(key: bytes, signature: bytes, data: bytes) -> bool:
    try:
        nacl.bindings.crypto_sign_open(signature + data, key)
    except nacl.exceptions.BadSignatureError:
        return False
    return _is_prime_order(key)


@dataclass(frozen=True, slots=True)
class KeyType:
    """One kind of key: how Multikey and JWK mark it, how long things are in bytes, how a signature is
    checked."""

    name: str
    prefix: bytes  # multicodec, as an unsigned varint
    key_bytes: int
    signature_bytes: int
    holds: Callable[[bytes, bytes, bytes], bool]  # (key, signature, data), lengths already checked
    jwk: tuple[str, str] = ("", "")  # kty and crv
    algorithms: tuple[str, ...] = ()  # JOSE names of the one signature algorithm used with it
    curve: ecdsa.Curve | None = None  # where a key is a point that is checked at once

    def __reduce__(self) -> str | tuple[Any, ...]:
        """A row of the table stays that row in another process."""
        return (key_type_named, (self.name,))


ED25519 = KeyType("Ed25519", b"\xed\x01", 32, 64, _verify_ed25519, ("OKP", "Ed25519"), ("EdDSA", "Ed25519"))
P256 = KeyType("P-256", b"\x80\x24", 33, 64, ecdsa.P256.holds, ("EC", "P-256"), ("ES256",), ecdsa.P256)
P384 = KeyType("P-384", b"\x81\x24", 49, 96, ecdsa.P384.holds, ("EC", "P-384"), ("ES384",), ecdsa.P384)

KEY_TYPES: tuple[KeyType, ...] = (ED25519, P256, P384)

# Kinds that exist but are not checked here, so that the refusal can say whose limit it is.
_KNOWN_PREFIXES = {
    b"\xec\x01": "X25519",
    b"\x82\x24": "P-521",
    b"\xe7\x01": "secp256k1",
    b"\xea\x01": "BLS12-381 G1",
}
# How the Multikeys begin that are too long to be decoded: RSA of 2,048 and 4,096 bits, BLS12-381 G2 and pair.
_LONG_KINDS = {"z4MX": "RSA", "zgg": "RSA", "zUC7": "BLS12-381", "z5Tc": "BLS12-381"}


def key_type_named(name: str) -> KeyType:
    """The row of `KEY_TYPES` with this name. Raises Misuse `key_type_unknown`."""
    for row in KEY_TYPES:
        if row.name == name:
            return row
    raise Misuse("key_type_unknown", type=name)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key: its type and the raw bytes of its encoding, a compressed point on the NIST curves.

    Making one raises Malformed `key_length_wrong` or `key_not_on_curve`.
    """

    type: KeyType
    raw: bytes
    multikey: str = field(init=False, compare=False)  # Multikey text, "z6Mk..." for Ed25519

    def __post_init__(self) -> None:
        if len(self.raw) != self.type.key_bytes:
            raise Malformed("key_length_wrong", expected=self.type.key_bytes)
        if self.type.curve is not None and not self.type.curve.is_point(self.raw):
            raise Malformed("key_not_on_curve", curve=self.type.name)
        object.__setattr__(self, "multikey", multibase.encode_base58(self.type.prefix + self.raw))

    def verify(self, signature: bytes, data: bytes) -> None:
        """Return if `signature` over `data` holds under this key. Raises BadSignature otherwise, whatever the
        reason: wrong length, wrong bytes, a weak key, an encoding that is not canonical."""
        if len(signature) != self.type.signature_bytes or not self.type.holds(self.raw, signature, data):
            raise BadSignature("signature_invalid")


def parse_multikey(text: str) -> PublicKey:
    """Read a Multikey: multicodec prefix and key, in base58btc.

    Raises Malformed `multikey_invalid`, `key_length_wrong` or `key_not_on_curve`, and Unsupported
    `key_type_unsupported` for a kind of key outside `KEY_TYPES`. Source: Controlled Identifiers 1.0, section
    2.2.2 (#Multikey).
    """
    if len(text) > MAX_MULTIKEY_CHARACTERS:
        for beginning, name in _LONG_KINDS.items():
            if text.startswith(beginning):
                raise Unsupported("key_type_unsupported", type=name)
    if not text.startswith("z") or len(text) > MAX_MULTIKEY_CHARACTERS:
        raise Malformed("multikey_invalid")
    data = multibase.decode(text)
    for row in KEY_TYPES:
        if data.startswith(row.prefix):
            return PublicKey(row, data[len(row.prefix) :])
    known = _KNOWN_PREFIXES.get(data[:2])
    if known is None:
        raise Malformed("multikey_invalid")
    raise Unsupported("key_type_unsupported", type=known)


_PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


def parse_jwk(value: Any) -> PublicKey:
    """The public key of a JSON Web Key.

    Raises Malformed `jwk_invalid` with the member at fault, `jwk_is_private`, `key_length_wrong`,
    `key_not_on_curve`; Unsupported `key_type_unsupported`, `jwk_not_for_signatures` (its `use` or `key_ops`
    says otherwise), `jwk_algorithm_wrong` (its `alg` is not one that signs with this kind of key).
    Source: RFC 7517, section 4; RFC 7518, section 6.2.1 (EC); RFC 8037, section 2 (OKP).
    """
    if type(value) is not dict:
        raise Malformed("jwk_invalid")
    if not _PRIVATE_MEMBERS.isdisjoint(value):
        raise Malformed("jwk_is_private")
    kind, curve = value.get("kty"), value.get("crv")
    if type(kind) is not str or (curve is not None and type(curve) is not str):
        raise Malformed("jwk_invalid")
    for row in KEY_TYPES:
        if row.jwk == (kind, curve):
            break
    else:
        raise Unsupported("key_type_unsupported", type=f"{kind} {curve}"[:64])
    _require_for_signatures(value, row)
    x = _coordinate(value, "x")
    if row.curve is None:
        return PublicKey(row, x)
    y = _coordinate(value, "y")
    if len(x) != row.curve.coordinate_bytes or len(y) != len(x):  # RFC 7518, section 6.2.1.2: full size
        raise Malformed("key_length_wrong", expected=row.curve.coordinate_bytes)
    point = row.curve.point_of(x, y)
    if point is None:
        raise Malformed("key_not_on_curve", curve=row.name)
    return PublicKey(row, point)


def _require_for_signatures(value: Mapping[str, Any], row: KeyType) -> None:
    operations = value.get("key_ops", ["verify"])
    if value.get("use", "sig") != "sig" or type(operations) is not list or "verify" not in operations:
        raise Unsupported("jwk_not_for_signatures")
    if "alg" in value and value["alg"] not in row.algorithms:
        raise Unsupported("jwk_algorithm_wrong", field="alg")


def _coordinate(value: Mapping[str, Any], name: str) -> bytes:
    text = value.get(name)
    if type(text) is not str or len(text) > MAX_MULTIKEY_CHARACTERS:
        raise Malformed("jwk_invalid", field=name)
    return multibase.base64url_decode(text)


def to_jwk(key: PublicKey) -> dict[str, str]:
    """The key as a JSON Web Key with its required members only, as a thumbprint has them (RFC 7638)."""
    kind, name = key.type.jwk
    if key.type.curve is None:
        return {"crv": name, "kty": kind, "x": multibase.base64url_encode(key.raw)}
    x, y = key.type.curve.coordinates(key.raw)
    return {
        "crv": name,
        "kty": kind,
        "x": multibase.base64url_encode(x),
        "y": multibase.base64url_encode(y),
    }


class Signer(Protocol):
    """Something that signs with one key. Where the key lives is its own affair: memory, a file, an HSM."""

    @property
    def verification_method(self) -> str:
        """The DID URL under which the public key is published."""

    @property
    def public_key(self) -> PublicKey:
        """The key that verifies what `sign` returns."""

    def sign(self, data: bytes) -> bytes:
        """The raw signature over `data`: 64 bytes for Ed25519 and P-256, 96 for P-384 (r || s)."""


class Ed25519Signer:
    """A key in memory, from its 32-byte seed (RFC 8032, section 5.1.5). Its repr never shows the secret."""

    def __init__(self, seed: bytes, verification_method: str) -> None:
        if len(seed) != nacl.bindings.crypto_sign_SEEDBYTES:
            raise Misuse("seed_length_wrong", expected=nacl.bindings.crypto_sign_SEEDBYTES)
        public, self._secret = nacl.bindings.crypto_sign_seed_keypair(seed)
        self._public_key = PublicKey(ED25519, public)
        self._verification_method = verification_method

    @property
    def verification_method(self) -> str:
        """The DID URL of the key."""
        return self._verification_method

    @property
    def public_key(self) -> PublicKey:
        """The matching public key."""
        return self._public_key

    def sign(self, data: bytes) -> bytes:
        """64 bytes, deterministic."""
        signed: bytes = nacl.bindings.crypto_sign(data, self._secret)
        return signed[: ED25519.signature_bytes]


class EcdsaSigner:
    """A P-256 or P-384 key in memory, from its secret number. Signing is deterministic (RFC 6979)."""

    def __init__(self, secret: bytes, verification_method: str, *, key_type: KeyType) -> None:
        """`secret` is 32 or 48 bytes, big-endian. Raises Misuse `key_type_wrong`, `secret_invalid`."""
        if key_type.curve is None:
            raise Misuse("key_type_wrong", expected="P-256, P-384")
        key = key_type.curve.private_key(secret)
        if key is None:
            raise Misuse("secret_invalid")
        self._curve, self._key = key_type.curve, key
        self._public_key = PublicKey(key_type, key_type.curve.point_for(key))
        self._verification_method = verification_method

    @property
    def verification_method(self) -> str:
        """The DID URL of the key."""
        return self._verification_method

    @property
    def public_key(self) -> PublicKey:
        """The matching public key."""
        return self._public_key

    def sign(self, data: bytes) -> bytes:
        """r || s, deterministic, over the hash that belongs to the curve."""
        return self._curve.sign(self._key, data)
