"""One status entry: how many bits, what its values mean, and which is set."""

from typing import Any

import pytest

from certes.credential.errors import Malformed, Refusal, Unsupported
from certes.credential.status import bitstring
from certes.credential.status.entry import EntryStatus, StatusEntry, bits_at, parse_entry

_URL = "https://example.com/credentials/status/8"
_MESSAGES = [
    {"status": "0x0", "message": "pending_review"},
    {"status": "0x1", "message": "accepted"},
    {"status": "0x2", "message": "rejected"},
    {"status": "0x3", "message": "undefined"},
]
_ENTRY: dict[str, Any] = {
    "id": f"{_URL}#492847",
    "type": "BitstringStatusListEntry",
    "statusPurpose": "message",
    "statusListIndex": "492847",
    "statusSize": 2,
    "statusListCredential": _URL,
    "statusMessage": _MESSAGES,
    "statusReference": "https://example.org/status-dictionary/",
}


def test_the_example_of_the_specification_is_read() -> None:
    entry = parse_entry(_ENTRY)
    messages = ("pending_review", "accepted", "rejected", "undefined")
    assert entry == StatusEntry("message", _URL, 492_847, 2, messages)
    bits = bytearray(bitstring.MAX_BYTES)
    assert entry.read(bytes(bits)) == EntryStatus("message", 0, "pending_review")
    first = 492_847 * 2
    bits[first // 8] |= 0x80 >> first % 8  # the left of the two bits counts double
    assert entry.read(bytes(bits)) == EntryStatus("message", 2, "rejected")


def test_an_entry_of_one_bit_needs_no_messages_but_may_have_them() -> None:
    plain = {
        name: value for name, value in _ENTRY.items() if name not in ("statusSize", "statusMessage", "id")
    }
    entry = parse_entry({**plain, "type": ["BitstringStatusListEntry"], "statusListIndex": "9"})
    bits = bitstring.with_bits(bitstring.blank(), [9])
    assert entry.read(bits) == EntryStatus("message", 1, "set")
    assert entry.read(bitstring.blank()) == EntryStatus("message", 0, "unset")
    named = parse_entry({**plain, "statusMessage": list(reversed(_MESSAGES[:2]))})
    assert named.messages == ("pending_review", "accepted")


@pytest.mark.parametrize("size", range(1, 9))
def test_entries_of_any_size_are_read_where_they_stand(size: int) -> None:
    values = [(index * 37 + 5) % (1 << size) for index in range(64)]
    number = 0
    for value in values:
        number = number << size | value
    bits = number.to_bytes(8 * size, "big")
    assert [bits_at(bits, index, size_bits=size) for index in range(64)] == values
    for index in (-1, 64):
        with pytest.raises(Malformed) as caught:
            bits_at(bits, index, size_bits=size)
        assert caught.value.code == "status_index_outside"


def test_a_list_with_too_few_entries_of_that_size_is_refused() -> None:
    entry = parse_entry({**_ENTRY, "statusListIndex": "0"})
    with pytest.raises(Malformed) as caught:
        entry.read(bitstring.blank())  # enough for one bit each, not for two
    assert caught.value.code == "status_list_too_short"
    assert entry.read(bitstring.blank(2 * bitstring.MIN_ENTRIES)).value == 0


def _messages(*values: Any) -> dict[str, Any]:
    return {"statusMessage": list(values)}


@pytest.mark.parametrize(
    ("change", "kind", "code", "field"),
    [
        ({"type": "StatusList2021Entry"}, Unsupported, "status_entry_type_unknown", "type"),
        ({"type": None}, Unsupported, "status_entry_type_unknown", "type"),
        ({"id": _URL}, Malformed, "status_entry_invalid", "id"),
        ({"statusPurpose": ["message"]}, Malformed, "status_entry_invalid", "statusPurpose"),
        ({"statusPurpose": ""}, Malformed, "status_entry_invalid", "statusPurpose"),
        ({"statusListCredential": None}, Malformed, "status_entry_invalid", "statusListCredential"),
        ({"statusListIndex": 5}, Malformed, "status_entry_invalid", "statusListIndex"),
        ({"statusListIndex": "-1"}, Malformed, "status_entry_invalid", "statusListIndex"),
        ({"statusListIndex": "05"}, Malformed, "status_entry_invalid", "statusListIndex"),
        ({"statusListIndex": "٣"}, Malformed, "status_entry_invalid", "statusListIndex"),
        ({"statusListIndex": "4294967296"}, Malformed, "status_entry_invalid", "statusListIndex"),
        ({"statusSize": 0}, Malformed, "status_entry_invalid", "statusSize"),
        ({"statusSize": True}, Malformed, "status_entry_invalid", "statusSize"),
        ({"statusSize": "2"}, Malformed, "status_entry_invalid", "statusSize"),
        ({"statusSize": 9}, Unsupported, "status_entry_too_large", "statusSize"),
        ({"statusSize": 3}, Malformed, "status_entry_invalid", "statusMessage"),
        ({"statusMessage": {}}, Malformed, "status_entry_invalid", "statusMessage"),
        (_messages(*_MESSAGES[:3]), Malformed, "status_entry_invalid", "statusMessage"),
        (_messages(*_MESSAGES[:3], _MESSAGES[0]), Malformed, "status_entry_invalid", "statusMessage.status"),
        (
            _messages(*_MESSAGES[:3], {"status": "3"}),
            Malformed,
            "status_entry_invalid",
            "statusMessage.status",
        ),
        (
            _messages(*_MESSAGES[:3], {"status": "0x9"}),
            Malformed,
            "status_entry_invalid",
            "statusMessage.message",
        ),
        (_messages(*_MESSAGES[:3], "0x3"), Malformed, "status_entry_invalid", "statusMessage.status"),
    ],
    ids=str,
)
def test_an_entry_that_is_none_is_refused(
    change: dict[str, Any], kind: type[Refusal], code: str, field: str
) -> None:
    with pytest.raises(kind) as caught:
        parse_entry({**_ENTRY, **change})
    assert (caught.value.code, caught.value.field) == (code, field)


@pytest.mark.parametrize("value", [None, [], "x"])
def test_what_is_no_object_is_no_entry(value: Any) -> None:
    with pytest.raises(Malformed):
        parse_entry(value)


def test_entries_of_more_than_one_bit_need_messages() -> None:
    with pytest.raises(Malformed) as caught:
        parse_entry({name: value for name, value in _ENTRY.items() if name != "statusMessage"})
    assert caught.value.field == "statusMessage"
