"""The card's CBOR: one form for each value, and the general library as oracle."""

from contextlib import suppress

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from certes.credential.card_cbor import Item, dumps, loads
from certes.credential.errors import Malformed, Misuse

integers = st.integers(min_value=-(2**64), max_value=2**64 - 1)
leaves = integers | st.text(max_size=40) | st.binary(max_size=300) | st.none()
arrays: st.SearchStrategy[list[Item]] = st.lists(leaves | st.lists(leaves, max_size=3), max_size=30)


@given(arrays)
def test_an_array_is_written_as_the_general_library_writes_it(items: list[Item]) -> None:
    assert dumps(items) == cbor2.dumps(items, canonical=True)


@given(arrays)
def test_what_was_written_is_read_again(items: list[Item]) -> None:
    assert loads(dumps(items)) == items


@given(st.binary(max_size=60) | arrays.map(dumps))
def test_whatever_is_read_has_exactly_this_one_form(raw: bytes) -> None:
    items = None
    with suppress(Malformed):
        items = loads(raw)
    if items is not None:
        assert dumps(items) == raw
        assert cbor2.loads(raw) == items


@pytest.mark.parametrize(
    ("raw", "reason", "offset"),
    [
        (b"", "truncated", 0),
        (b"\x81", "truncated", 1),
        (b"\x82\x01", "truncated", 1),
        (b"\x81\x19\x01", "truncated", 1),
        (b"\x81\x62a", "truncated", 1),
        (b"\x01", "not_an_array", 0),
        (b"\xf6", "not_an_array", 0),
        (b"\x80\x00", "trailing_bytes", 1),
        (b"\x81\x18\x17", "not_shortest", 1),
        (b"\x81\x19\x00\xff", "not_shortest", 1),
        (b"\x81\x1a\x00\x00\xff\xff", "not_shortest", 1),
        (b"\x81\x1b\x00\x00\x00\x00\xff\xff\xff\xff", "not_shortest", 1),
        (b"\x9f\xff", "length_not_allowed", 0),
        (b"\x81\x1c", "length_not_allowed", 1),
        (b"\x81\xa0", "type_not_allowed", 1),
        (b"\x81\xc1\x00", "type_not_allowed", 1),
        (b"\x81\xf5", "type_not_allowed", 1),
        (b"\x81\xf7", "type_not_allowed", 1),
        (b"\x81\xfb\x00\x00\x00\x00\x00\x00\x00\x00", "type_not_allowed", 1),
        (b"\x81\x81\x81\x00", "too_deep", 3),
        (b"\x81\x62\xc3\x28", "not_utf8", 2),
        (b"\x81\x63\xed\xa0\x80", "not_utf8", 2),
    ],
)
def test_any_other_form_is_refused_with_its_reason_and_place(raw: bytes, reason: str, offset: int) -> None:
    with pytest.raises(Malformed) as refused:
        loads(raw)
    assert refused.value.params == {"reason": reason, "offset": offset}


def test_an_integer_beyond_64_bits_is_our_own_mistake() -> None:
    with pytest.raises(Misuse, match="card_integer_too_large"):
        dumps([2**64])
