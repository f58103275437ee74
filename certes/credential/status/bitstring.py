"""Bitstring status lists: one bit for each certificate, compressed.

Source: Bitstring Status List 1.0, sections 3.2 (#validate-algorithm), 3.3 (#bitstring-generation-algorithm)
and 3.4 (#bitstring-expansion-algorithm).
"""

import gzip
import zlib
from collections.abc import Iterable

from certes.credential import multibase
from certes.credential.errors import Malformed, Misuse

MIN_ENTRIES = 131_072  # herd privacy: a shorter list says who is asked about (section 6.1)
MAX_BYTES = 2 * 1024 * 1024  # unpacked; 16 million certificates in one list, against decompression bombs
MAX_ENCODED_CHARACTERS = 3 * 1024 * 1024  # MAX_BYTES in base64url, were it not compressible

_GZIP_WINDOW = zlib.MAX_WBITS | 16  # a gzip stream, and no other


def blank(entries: int = MIN_ENTRIES) -> bytes:
    """A list of `entries` bits, none set. Raises Misuse `status_list_size` unless it is 131,072 or more and
    whole bytes."""
    if entries < MIN_ENTRIES or entries % 8 or entries // 8 > MAX_BYTES:
        raise Misuse("status_list_size", entries=entries)
    return bytes(entries // 8)


def with_bits(bits: bytes, indexes: Iterable[int], *, value: bool = True) -> bytes:
    """A copy of the list with the entries `indexes` set, or cleared. Raises Misuse `status_index_outside`."""
    changed = bytearray(bits)
    for index in indexes:
        if not 0 <= index < len(bits) * 8:
            raise Misuse("status_index_outside", index=index)
        mask = 0x80 >> index % 8  # index 0 is the left-most bit of the first byte
        changed[index // 8] = changed[index // 8] | mask if value else changed[index // 8] & ~mask
    return bytes(changed)


def bit(bits: bytes, index: int) -> bool:
    """Is entry `index` of an unpacked list set? Raises Malformed `status_index_outside`."""
    if not 0 <= index < len(bits) * 8:
        raise Malformed("status_index_outside", index=index)
    return bits[index // 8] & (0x80 >> index % 8) != 0


def encode(bits: bytes) -> str:
    """The list as `encodedList`: gzip, then multibase base64url. The same bits always give the same text.

    Raises Misuse `status_list_size` for a list shorter than MIN_ENTRIES or longer than MAX_BYTES.
    """
    if not MIN_ENTRIES // 8 <= len(bits) <= MAX_BYTES:
        raise Misuse("status_list_size", entries=len(bits) * 8)
    return multibase.encode_base64url(gzip.compress(bits, mtime=0))


def decode(encoded: str) -> bytes:
    """The bits of an `encodedList`.

    Raises Malformed `status_list_invalid` (not `u`, not gzip, cut short, trailing data),
    `status_list_too_long`, `status_list_too_short`.
    """
    if len(encoded) > MAX_ENCODED_CHARACTERS:
        raise Malformed("status_list_too_long", limit=MAX_BYTES)
    if not encoded.startswith("u"):
        raise Malformed("status_list_invalid")
    packed = multibase.decode(encoded)
    unpacker = zlib.decompressobj(wbits=_GZIP_WINDOW)
    try:
        bits = unpacker.decompress(packed, MAX_BYTES + 1)
    except zlib.error:
        raise Malformed("status_list_invalid") from None
    if len(bits) > MAX_BYTES:
        raise Malformed("status_list_too_long", limit=MAX_BYTES)
    if not unpacker.eof or unpacker.unused_data:
        raise Malformed("status_list_invalid")
    if len(bits) * 8 < MIN_ENTRIES:
        raise Malformed("status_list_too_short", minimum=MIN_ENTRIES)
    return bits


def read_bit(encoded: str, index: int) -> bool:
    """Is entry `index` of an `encodedList` set? Raises as `decode` and `bit`."""
    return bit(decode(encoded), index)
