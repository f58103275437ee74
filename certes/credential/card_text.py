"""The skill card's text: its bytes as decimal digits, alone or after an https address and `#`.

Browsers never send what stands after `#` to a server, so an address in front costs no privacy; it decides
nothing here either: the host is read only to be shown.
"""

import re
from dataclasses import dataclass

from certes.credential.errors import Malformed

MAX_BYTES = 424  # what a version 13 symbol holds at level L with nothing in front (1,022 digits)
MAX_DIGITS = 1_022
MAX_ADDRESS_CHARACTERS = 200  # what stands before `#`; ours have about 33
_DIGITS = re.compile(r"[1-9][0-9]*")
_HOST = re.compile(r"https?://([^/?#]*@)?(?P<host>[^/?#@\s]{1,100})([/?#].*)?", re.IGNORECASE)
UNREADABLE_HOST = "?"  # something stands in front that names no host
_BLANKS = " \t\r\n"


@dataclass(frozen=True, slots=True)
class CardText:
    """The card's bytes and the host of the address in front; None where nothing stands in front.

    It is the host that a browser would open: `https://known.example@other.example/` is other.example.
    """

    raw: bytes
    host: str | None


def to_digits(raw: bytes) -> str:
    """Decimal digits of the bytes as one big-endian integer; the first byte of a card is never zero."""
    return str(int.from_bytes(raw, "big"))


def to_address(raw: bytes, *, address: str) -> str:
    """What the QR says: `<https address>#<digits>`. `address` has no `#` of its own."""
    return f"{address}#{to_digits(raw)}"


def from_digits(digits: str) -> bytes:
    """The bytes behind ASCII digits. Raises Malformed `card_digits_invalid` or `card_too_long`."""
    if len(digits) > MAX_DIGITS:
        raise Malformed("card_too_long", field="card", limit=MAX_DIGITS)
    if _DIGITS.fullmatch(digits) is None:
        raise Malformed("card_digits_invalid", field="card")
    value = int(digits)
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


def read_text(text: str) -> CardText:
    """Take what stands after the last `#`, or the whole text; blanks around it do not count.

    Raises Malformed as `from_digits` does.
    """
    if len(text) > MAX_ADDRESS_CHARACTERS + MAX_DIGITS:
        raise Malformed("card_too_long", field="card", limit=MAX_DIGITS)
    address, _, digits = text.strip(_BLANKS).rpartition("#")
    return CardText(from_digits(digits), _host(address) if address else None)


def _host(address: str) -> str:
    match = _HOST.fullmatch(address)
    return UNREADABLE_HOST if match is None else match["host"].lower()
