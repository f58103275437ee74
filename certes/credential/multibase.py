"""Multibase text, in the two alphabets these formats use: base58btc (`z`) and base64url without padding
(`u`).

Source: Controlled Identifiers 1.0, section 2.4 (#multibase-0).
"""

import base64
import binascii

from certes.credential.errors import Malformed, Unsupported

MAX_BASE58_CHARACTERS = 256  # decoding is quadratic; keys and signatures need fewer than 180

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_BASE = len(_ALPHABET)


def base58_encode(data: bytes) -> str:
    """Base58btc without prefix: one `1` for each leading zero byte, then the number in base 58."""
    stripped = data.lstrip(b"\0")
    number = int.from_bytes(stripped, "big")
    digits = []
    while number:
        number, digit = divmod(number, _BASE)
        digits.append(_ALPHABET[digit])
    return "1" * (len(data) - len(stripped)) + "".join(reversed(digits))


def base58_decode(text: str) -> bytes:
    """The inverse of `base58_encode`. Raises Malformed `multibase_too_long` or `multibase_invalid`."""
    if len(text) > MAX_BASE58_CHARACTERS:
        raise Malformed("multibase_too_long", limit=MAX_BASE58_CHARACTERS)
    number = 0
    try:
        for character in text:
            number = number * _BASE + _VALUES[character]
    except KeyError:
        raise Malformed("multibase_invalid") from None
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def base64url_encode(data: bytes) -> str:
    """Base64url without padding or prefix (RFC 4648, section 5)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def base64url_decode(text: str) -> bytes:
    """The inverse of `base64url_encode`, one text for each value. Raises Malformed `multibase_invalid`."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise Malformed("multibase_invalid") from None
    if base64url_encode(data) != text:  # padding, stray bits in the last character, or `+` and `/`
        raise Malformed("multibase_invalid")
    return data


_DECODERS = {"z": base58_decode, "u": base64url_decode}


def decode(text: str) -> bytes:
    """Bytes of a multibase text. Raises Unsupported `multibase_unknown` for any other alphabet."""
    decoder = _DECODERS.get(text[:1])
    if decoder is None:
        raise Unsupported("multibase_unknown", prefix=text[:1])
    return decoder(text[1:])


def encode_base58(data: bytes) -> str:
    """Multibase base58btc: `z...`."""
    return "z" + base58_encode(data)


def encode_base64url(data: bytes) -> str:
    """Multibase base64url without padding: `u...`."""
    return "u" + base64url_encode(data)
