"""Multibase text, in the two alphabets these formats use: base58btc (`z`) and base64url without padding
(`u`).

Source: Controlled Identifiers 1.0, section 2.4 (#multibase-0).
"""

import base64
import binascii

from certes.credential.errors import Malformed, Unsupported

MAX_BASE58_CHARACTERS = 256  # decoding is quadratic; keys and signatures need fewer than 180

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BASE = len(_ALPHABET)
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]  # two digits at a time
_PAIR_BASE = len(_PAIRS)
_NO_DIGIT = 255
_DIGITS = bytes(
    _ALPHABET.index(chr(code)) if chr(code) in _ALPHABET else _NO_DIGIT for code in range(256)
)  # small, so that it stays in the processor's cache; `?` stands for what is not ASCII, and is no digit
_CHUNK_PAIRS = 5  # numbers of 64 bits are quick: the long one is touched once for each chunk
_CHUNK_DIGITS = 2 * _CHUNK_PAIRS
_CHUNK_BASE = _BASE**_CHUNK_DIGITS


def base58_encode(data: bytes) -> str:
    """Base58btc without prefix: one `1` for each leading zero byte, then the number in base 58."""
    stripped = data.lstrip(b"\0")
    number = int.from_bytes(stripped, "big")
    pairs = []
    while number:
        number, chunk = divmod(number, _CHUNK_BASE)
        for _ in range(_CHUNK_PAIRS):
            chunk, pair = divmod(chunk, _PAIR_BASE)
            pairs.append(_PAIRS[pair])
    pairs.reverse()
    text = "".join(pairs).lstrip("1")  # the last chunk was filled up with zeros
    return "1" * (len(data) - len(stripped)) + text


def base58_decode(text: str) -> bytes:
    """The inverse of `base58_encode`. Raises Malformed `multibase_too_long` or `multibase_invalid`."""
    if len(text) > MAX_BASE58_CHARACTERS:
        raise Malformed("multibase_too_long", limit=MAX_BASE58_CHARACTERS)
    digits = text.encode("ascii", "replace").translate(_DIGITS)
    if _NO_DIGIT in digits:
        raise Malformed("multibase_invalid")
    padded = bytes(-len(digits) % _CHUNK_DIGITS) + digits  # leading zeros do not change the number
    number = 0
    for at in range(0, len(padded), _CHUNK_DIGITS):
        chunk = 0
        for digit in padded[at : at + _CHUNK_DIGITS]:
            chunk = chunk * _BASE + digit
        number = number * _CHUNK_BASE + chunk
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
