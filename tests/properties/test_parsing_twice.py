"""The quick parser against the strict one, on JSON changed at random: it never takes what the strict one
refuses, and what it takes it reads alike, to the type."""

import json
import random
from typing import Any

import pytest

from certes.credential.parsing import MAX_DEPTH, _parse_strictly, _parse_usual, parse_json
from tests.samples import TYPICAL, signed_wallet

_WALLET = json.dumps(signed_wallet(TYPICAL), ensure_ascii=False, separators=(",", ":")).encode()
_SEEDS = [
    b'{"a":1}', b'{"a":[1,{"b":"x"}],"c":true}', b'{"a":"1.5e","b":false,"c":null}',
    b'{ "a" : -1 , "b": [ ] }',
    _WALLET, json.dumps(json.loads(_WALLET), indent=1).encode(),
]  # fmt: skip
_PARTS = [
    b'"', b"\\", b"{", b"}", b"[", b"]", b":", b",", b"-0", b"-0.0", b"1e5", b"1E5", b"1.5", b"0e0", b"1e400",
    b"9007199254740991", b"9007199254740992", b"-9007199254740992", b"18446744073709551616", b"1" * 40,
    b'"a":1,"a":2,', b'"a":1,', b"true", b"null", b"NaN", b"Infinity", b"01", b"+1", b"-", b" ", b"\n",
    b"\x00", b"\x7f", b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\\ud800", b"\\u0022", b"\xef\xbb\xbf",
    b"[" * 40, b"{" * 3, b"\xe2\x80\xa8", b"\x0b", b"//", b"'",
]  # fmt: skip


def _same(one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return list(one) == list(other) and all(_same(one[name], other[name]) for name in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)


def _changed(dice: random.Random) -> bytes:
    raw = bytearray(dice.choice(_SEEDS[:4] if dice.random() < 0.9 else _SEEDS[4:]))
    for _ in range(dice.choice([1, 1, 2, 3])):
        place = dice.randrange(len(raw) + 1)
        raw[place : place + dice.choice([0, 0, 1, 3])] = dice.choice(_PARTS)
    return bytes(raw)


def _taken(seed: int, count: int) -> int:
    dice, taken = random.Random(seed), 0
    for _ in range(count):
        raw = _changed(dice)
        usual = _parse_usual(raw)
        if usual is not None:
            taken += 1
            assert _same(usual, _parse_strictly(raw)), raw
    return taken


def test_the_quick_parser_takes_nothing_that_the_strict_one_refuses() -> None:
    assert _taken(1, 20_000) > 1_000


@pytest.mark.full
@pytest.mark.parametrize("seed", range(2, 12))
def test_the_quick_parser_takes_nothing_that_the_strict_one_refuses_however_long(seed: int) -> None:
    assert _taken(seed, 100_000) > 5_000


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_both_count_depth_alike(opening: bytes) -> None:
    closing = b"]" if opening == b"[" else b"}"
    for depth in (MAX_DEPTH - 1, MAX_DEPTH, MAX_DEPTH + 1):
        raw = b'{"a":' + opening * (depth - 1) + b"1" + closing * (depth - 1) + b"}"
        assert (_parse_usual(raw) is not None) == (depth <= MAX_DEPTH)
        if depth <= MAX_DEPTH:
            assert parse_json(raw) == _parse_strictly(raw)


def test_brackets_points_and_letters_in_texts_are_no_structure() -> None:
    raw = b'{"a":"[[[{{1.5e3","b":"-0,-0","c":["}}}]]]E"],"d":true,"e":-7}'
    assert _parse_usual(raw) == _parse_strictly(raw)


def test_a_credential_takes_the_quick_way_written_tightly_or_not() -> None:
    for separators in ((",", ":"), (", ", ": ")):
        raw = json.dumps(signed_wallet(TYPICAL), ensure_ascii=False, separators=separators).encode()
        assert _parse_usual(raw) == _parse_strictly(raw)
