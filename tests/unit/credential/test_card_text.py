"""The card's text form: digits, alone or after an address."""

import pytest

from certes.credential.card_text import (
    MAX_DIGITS,
    UNREADABLE_HOST,
    from_digits,
    read_text,
    to_address,
    to_digits,
)
from certes.credential.errors import Malformed


def test_digits_are_the_bytes_as_one_big_endian_number() -> None:
    assert to_digits(b"\x97\x01") == "38657"
    assert from_digits("38657") == b"\x97\x01"


def test_an_address_stands_before_the_number_sign() -> None:
    assert to_address(b"\x97", address="https://verify.example/c/") == "https://verify.example/c/#151"


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("151", None),
        ("#151", None),
        ("https://verify.example/c/#151", "verify.example"),
        ("https://Verify.Example#151", "verify.example"),
        ("https://verify.example:8443/#151", "verify.example:8443"),
        ("https://verify.example/#x#151", "verify.example"),
        (" \t\r\nhttps://verify.example/#151\n", "verify.example"),
        ("http://verify.example/#151", "verify.example"),
        ("javascript:alert(1)#151", UNREADABLE_HOST),
        ("verify.example#151", UNREADABLE_HOST),
        ("https://verify.example@evil.example/#151", "evil.example"),
        ("https://véri.example/#151", "véri.example"),
        ("https://verify.example/\u202e#151", "verify.example"),
        ("https://" + "a" * 101 + "/#151", UNREADABLE_HOST),
    ],
)
def test_what_stands_after_the_last_number_sign_counts_and_the_host_is_only_reported(
    text: str, host: str | None
) -> None:
    read = read_text(text)
    assert (read.raw, read.host) == (b"\x97", host)


@pytest.mark.parametrize(
    "text", ["", "#", "0151", "15 1", "1_51", "+151", "-151", "1e5", "0x97", "١٥١", "１５１", "151#", "151?a"]
)
def test_anything_but_plain_digits_is_refused(text: str) -> None:
    with pytest.raises(Malformed, match="card_digits_invalid"):
        read_text(text)


def test_no_more_digits_are_read_than_a_card_can_have() -> None:
    assert len(from_digits("1" * MAX_DIGITS)) == 424
    with pytest.raises(Malformed, match="card_too_long"):
        from_digits("1" * (MAX_DIGITS + 1))
    with pytest.raises(Malformed, match="card_too_long"):
        read_text("9" * 1_000_000)
