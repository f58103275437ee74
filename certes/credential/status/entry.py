"""One entry of `credentialStatus`: where it stands, how many bits it has, and what its values mean.

Source: Bitstring Status List 1.0, sections 2.1 (#bitstringstatuslistentry) and 3.2 (#validate-algorithm).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from certes.credential.errors import Malformed, Unsupported
from certes.credential.status import bitstring

ENTRY_TYPE = "BitstringStatusListEntry"
MAX_SIZE = 8  # bits of one entry; 256 messages, more than any register of reasons known
MAX_INDEX = 2**31 - 1  # past any list that is read
_UNNAMED = ("unset", "set")  # of an entry of one bit without messages (section 2.1, statusMessage)

_INDEX = re.compile(r"0|[1-9][0-9]{0,9}", re.ASCII)
_STATUS = re.compile(r"0x[0-9a-fA-F]{1,2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class StatusEntry:
    """An entry as the credential states it. `messages` has one text for each value, the first for 0."""

    purpose: str
    list_url: str
    index: int
    size_bits: int
    messages: tuple[str, ...]

    def read(self, bits: bytes) -> "EntryStatus":
        """What an unpacked list says of this entry. Raises Malformed `status_index_outside`,
        `status_list_too_short` where the entries are fewer than herd privacy needs."""
        if len(bits) * 8 // self.size_bits < bitstring.MIN_ENTRIES:
            raise Malformed("status_list_too_short", minimum=bitstring.MIN_ENTRIES)
        value = bits_at(bits, self.index, size_bits=self.size_bits)
        return EntryStatus(self.purpose, value, self.messages[value])


@dataclass(frozen=True, slots=True)
class EntryStatus:
    """What a list says of one entry: its value and, for developers, its message."""

    purpose: str
    value: int
    message: str


def bits_at(bits: bytes, index: int, *, size_bits: int) -> int:
    """The value of entry `index` in a list of entries of `size_bits`, the left-most bit the highest.

    Raises Malformed `status_index_outside`.
    """
    first = index * size_bits
    if index < 0 or first + size_bits > len(bits) * 8:
        raise Malformed("status_index_outside", index=index)
    place, within = divmod(first, 8)
    pair = int.from_bytes(bits[place : place + 2].ljust(2, b"\0"), "big")
    return pair >> (16 - within - size_bits) & ((1 << size_bits) - 1)


def parse_entry(value: Any) -> StatusEntry:
    """Read one entry.

    Raises Malformed `status_entry_invalid` with the member at fault; Unsupported `status_entry_type_unknown`,
    `status_entry_too_large` for more than MAX_SIZE bits.
    """
    if type(value) is not dict:
        raise Malformed("status_entry_invalid", field="credentialStatus")
    if value.get("type") not in (ENTRY_TYPE, [ENTRY_TYPE]):
        raise Unsupported("status_entry_type_unknown", field="type")
    purpose, url, index = (_text(value, name) for name in _TEXTS)
    if "id" in value and value["id"] == url:  # an entry is not its list (section 2.1, id)
        raise Malformed("status_entry_invalid", field="id")
    if _INDEX.fullmatch(index) is None or int(index) > MAX_INDEX:
        raise Malformed("status_entry_invalid", field="statusListIndex")
    size = value.get("statusSize", 1)
    if type(size) is not int or size < 1:
        raise Malformed("status_entry_invalid", field="statusSize")
    if size > MAX_SIZE:
        raise Unsupported("status_entry_too_large", field="statusSize", limit=MAX_SIZE)
    return StatusEntry(purpose, url, int(index), size, _messages(value, size))


_TEXTS = ("statusPurpose", "statusListCredential", "statusListIndex")


def _text(value: Mapping[str, Any], name: str) -> str:
    text = value.get(name)
    if type(text) is not str or not text:
        raise Malformed("status_entry_invalid", field=name)
    return text


def _messages(value: Mapping[str, Any], size: int) -> tuple[str, ...]:
    """One message for each possible value, each value once (section 2.1, statusMessage)."""
    if "statusMessage" not in value:
        if size > 1:
            raise Malformed("status_entry_invalid", field="statusMessage")
        return _UNNAMED
    stated = value["statusMessage"]
    if type(stated) is not list or len(stated) != 1 << size:
        raise Malformed("status_entry_invalid", field="statusMessage")
    found = dict(_message(item) for item in stated)
    if sorted(found) != list(range(1 << size)):
        raise Malformed("status_entry_invalid", field="statusMessage.status")
    return tuple(found[status] for status in range(1 << size))


def _message(item: Any) -> tuple[int, str]:
    status, message = (item.get("status"), item.get("message")) if type(item) is dict else (None, None)
    if type(status) is not str or _STATUS.fullmatch(status) is None:
        raise Malformed("status_entry_invalid", field="statusMessage.status")
    if type(message) is not str:
        raise Malformed("status_entry_invalid", field="statusMessage.message")
    return int(status, 16), message
