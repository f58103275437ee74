"""How numbers, hashes and key names are written in the C2SP formats: one spelling for each value."""

import base64
import binascii
import re

from certes.credential.errors import Malformed
from certes.trust.translog.merkle import MAX_SIZE

MAX_NAME_CHARACTERS = 255
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")


def to_base64(data: bytes) -> str:
    """RFC 4648, section 4, with padding."""
    return base64.b64encode(data).decode("ascii")


def from_base64(text: str, code: str, *, field: str | None = None) -> bytes:
    """The inverse of `to_base64`, and of nothing else: bits to spare are zero. Raises Malformed `code`."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise Malformed(code, field=field) from None
    if to_base64(data) != text:
        raise Malformed(code, field=field)
    return data


def parse_decimal(text: str, code: str, *, field: str | None = None) -> int:
    """A size, without superfluous zeros. Raises Malformed `code`."""
    if not _DECIMAL.fullmatch(text) or int(text) > MAX_SIZE:
        raise Malformed(code, field=field)
    return int(text)


def is_key_name(name: str) -> bool:
    """Is this a key name (signed-note: not empty, no Unicode space, no plus, nor any control character)?"""
    return 0 < len(name) <= MAX_NAME_CHARACTERS and not any(
        letter.isspace() or letter == "+" or letter < " " for letter in name
    )
