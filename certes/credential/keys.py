"""Public keys that verify by raising, and the one thing a signer must be able to do.

A key type is a row of `KEY_TYPES`; nothing else knows a curve. Ed25519 is verified by libsodium alone, which
refuses small-order keys and points, non-canonical encodings and signatures with a large s; some other
libraries accept forgeries under such keys.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

import nacl.bindings
import nacl.exceptions

from certes.credential import multibase
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
    """One kind of key: how Multikey marks it, how long things are in bytes, how a signature is checked."""

    name: str
    prefix: bytes  # multicodec, as an unsigned varint
    key_bytes: int
    signature_bytes: int
    holds: Callable[[bytes, bytes, bytes], bool]  # (key, signature, data), lengths already checked


ED25519 = KeyType("Ed25519", b"\xed\x01", 32, 64, _verify_ed25519)

KEY_TYPES: tuple[KeyType, ...] = (ED25519,)

# Kinds that exist but are not checked here, so that the refusal can say whose limit it is.
_KNOWN_PREFIXES = {
    b"\xec\x01": "X25519",
    b"\x80\x24": "P-256",
    b"\x81\x24": "P-384",
    b"\xe7\x01": "secp256k1",
}


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key: its type and the raw bytes of its encoding."""

    type: KeyType
    raw: bytes
    multikey: str = field(init=False, compare=False)  # Multikey text, "z6Mk..." for Ed25519

    def __post_init__(self) -> None:
        if len(self.raw) != self.type.key_bytes:
            raise Malformed("key_length_wrong", expected=self.type.key_bytes)
        object.__setattr__(self, "multikey", multibase.encode_base58(self.type.prefix + self.raw))

    def verify(self, signature: bytes, data: bytes) -> None:
        """Return if `signature` over `data` holds under this key. Raises BadSignature otherwise, whatever the
        reason: wrong length, wrong bytes, a weak key, an encoding that is not canonical."""
        if len(signature) != self.type.signature_bytes or not self.type.holds(self.raw, signature, data):
            raise BadSignature("signature_invalid")


def parse_multikey(text: str) -> PublicKey:
    """Read a Multikey: multicodec prefix and key, in base58btc.

    Raises Malformed `multikey_invalid` or `key_length_wrong`, and Unsupported `key_type_unsupported` for a
    kind of key outside `KEY_TYPES`. Source: Controlled Identifiers 1.0, section 2.2.2 (#Multikey).
    """
    if not text.startswith("z") or len(text) > MAX_MULTIKEY_CHARACTERS:
        raise Malformed("multikey_invalid")
    data = multibase.decode(text)
    for row in KEY_TYPES:
        if data.startswith(row.prefix):
            return PublicKey(row, data[len(row.prefix) :])
    name = _KNOWN_PREFIXES.get(data[:2])
    if name is None:
        raise Malformed("multikey_invalid")
    raise Unsupported("key_type_unsupported", type=name)


class Signer(Protocol):
    """Something that signs with one key. Where the key lives is its own affair: memory, a file, an HSM."""

    @property
    def verification_method(self) -> str:
        """The DID URL under which the public key is published."""

    @property
    def public_key(self) -> PublicKey:
        """The key that verifies what `sign` returns."""

    def sign(self, data: bytes) -> bytes:
        """The raw signature over `data`, 64 bytes for Ed25519."""


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
