"""The few CBOR items a skill card is made of, in their one shortest form (RFC 8949, section 4.2.1).

Integers, text, bytes, null and arrays of these, all of definite length. No maps, tags, floats or booleans:
what is not listed here cannot be built, so a hostile card reaches no other code. The general library (cbor2)
takes trailing bytes and builds objects from tags; it serves as the oracle in the tests.
"""

from collections.abc import Sequence
from typing import TypeAlias

from certes.credential.errors import Malformed, Misuse

Item: TypeAlias = "int | str | bytes | list[Item] | None"

MAX_DEPTH = 2  # the card and its identity document
_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY = range(5)
_NULL = 0xF6
_SHORTEST = {24: 24, 25: 1 << 8, 26: 1 << 16, 27: 1 << 32}  # length code -> least value that needs it


def dumps(items: Sequence[Item]) -> bytes:
    """Canonical bytes of one array. Raises Misuse for an integer of more than 64 bits."""
    return _head(_ARRAY, len(items)) + b"".join(_item(item) for item in items)


def loads(raw: bytes) -> list[Item]:
    """Read exactly one array. Raises Malformed `card_cbor_invalid` with the offset in bytes."""
    value, end = _read(raw, 0, MAX_DEPTH)
    if end != len(raw):
        raise _malformed(end, "trailing_bytes")
    if not isinstance(value, list):
        raise _malformed(0, "not_an_array")
    return value


def _item(value: Item) -> bytes:
    if value is None:
        return bytes([_NULL])
    if isinstance(value, int):
        return _head(_UNSIGNED, value) if value >= 0 else _head(_NEGATIVE, -1 - value)
    if isinstance(value, str):
        encoded = value.encode()
        return _head(_TEXT, len(encoded)) + encoded
    if isinstance(value, bytes):
        return _head(_BYTES, len(value)) + value
    return dumps(value)


def _head(major: int, argument: int) -> bytes:
    """The initial byte and its argument, as short as it goes."""
    if argument < 24:
        return bytes([major << 5 | argument])
    for code, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if argument < 1 << 8 * size:
            return bytes([major << 5 | code]) + argument.to_bytes(size, "big")
    raise Misuse("card_integer_too_large")


def _read(raw: bytes, start: int, depth: int) -> tuple[Item, int]:
    """One item at `start` and the offset after it."""
    if start >= len(raw):
        raise _malformed(start, "truncated")
    initial = raw[start]
    if initial == _NULL:
        return None, start + 1
    major = initial >> 5
    if major > _ARRAY:
        raise _malformed(start, "type_not_allowed")
    argument, at = _argument(raw, start)
    if major == _UNSIGNED:
        return argument, at
    if major == _NEGATIVE:
        return -1 - argument, at
    if major == _ARRAY:
        return _array(raw, at, argument, depth)
    end = at + argument
    if end > len(raw):
        raise _malformed(start, "truncated")
    return (raw[at:end] if major == _BYTES else _text(raw, at, end)), end


def _argument(raw: bytes, start: int) -> tuple[int, int]:
    """The argument of the item at `start` and the offset after it; only its shortest form is read."""
    code = raw[start] & 0x1F
    if code < 24:
        return code, start + 1
    if code not in _SHORTEST:
        raise _malformed(start, "length_not_allowed")
    end = start + 1 + (1 << code - 24)
    if end > len(raw):
        raise _malformed(start, "truncated")
    argument = int.from_bytes(raw[start + 1 : end], "big")
    if argument < _SHORTEST[code]:
        raise _malformed(start, "not_shortest")
    return argument, end


def _array(raw: bytes, at: int, size: int, depth: int) -> tuple[list[Item], int]:
    if depth == 0:
        raise _malformed(at, "too_deep")
    if size > len(raw) - at:
        raise _malformed(at, "truncated")
    items: list[Item] = []
    for _ in range(size):
        item, at = _read(raw, at, depth - 1)
        items.append(item)
    return items, at


def _text(raw: bytes, at: int, end: int) -> str:
    try:
        return raw[at:end].decode("utf-8")
    except UnicodeDecodeError:
        raise _malformed(at, "not_utf8") from None


def _malformed(offset: int, reason: str) -> Malformed:
    return Malformed("card_cbor_invalid", field="card", offset=offset, reason=reason)
