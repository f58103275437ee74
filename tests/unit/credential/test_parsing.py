"""Strict JSON and strict instants."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from certes.credential.errors import Malformed, Refusal, Unsupported
from certes.credential.parsing import MAX_BYTES, MAX_DEPTH, format_instant, parse_instant, parse_json


def _nested(depth: int) -> bytes:
    return b'{"a":' * (depth - 1) + b"{}" + b"}" * (depth - 1)


def test_an_object_is_read() -> None:
    raw = '{"é": ["\\u00e9", true, null, -9007199254740991, {"b": {}}]}'.encode()
    assert parse_json(raw) == {"é": ["é", True, None, -(2**53) + 1, {"b": {}}]}
    assert parse_json(_nested(MAX_DEPTH))
    assert parse_json(b'{"a": "\\ud83d\\ude00"}') == {"a": "😀"}


@pytest.mark.parametrize(
    ("raw", "kind", "code"),
    [
        (b'"' + b"a" * MAX_BYTES + b'"', Malformed, "json_too_large"),
        (b'{"a": "\xff"}', Malformed, "json_not_utf8"),
        (b'{"a": "\xed\xa0\x80"}', Malformed, "json_not_utf8"),
        (b"\xef\xbb\xbf{}", Malformed, "json_invalid"),
        (b"", Malformed, "json_invalid"),
        (b"{} {}", Malformed, "json_invalid"),
        (b'{"a": 1,}', Malformed, "json_invalid"),
        (b"{'a': 1}", Malformed, "json_invalid"),
        (b'{"a": "\t"}', Malformed, "json_invalid"),
        (b'{"a": NaN}', Malformed, "json_invalid"),
        (b'{"a": -Infinity}', Malformed, "json_invalid"),
        (b'{"a": 01}', Malformed, "json_invalid"),
        (b"[]", Malformed, "json_not_object"),
        (b"1", Malformed, "json_not_object"),
        (b'{"a": 1, "a": 1}', Malformed, "json_duplicate_key"),
        (b'{"b": [{"a": 1, "\\u0061": 2}]}', Malformed, "json_duplicate_key"),
        (b'{"a": 1.0}', Unsupported, "json_float"),
        (b'{"a": 1e3}', Unsupported, "json_float"),
        (b'{"a": 9007199254740992}', Unsupported, "json_integer_unsafe"),
        (b'{"a": -9007199254740992}', Unsupported, "json_integer_unsafe"),
        (b'{"a": ' + b"9" * 5_000 + b"}", Unsupported, "json_integer_unsafe"),
        (b'{"a": -0}', Unsupported, "json_integer_unsafe"),
        (b'{"a": "\\ud800"}', Malformed, "json_surrogate"),
        (b'{"a": [{"\\uDC00": 1}]}', Malformed, "json_surrogate"),
        (_nested(MAX_DEPTH + 1), Malformed, "json_too_deep"),
        (b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", Malformed, "json_too_deep"),
        (b"[" * 100_000, Malformed, "json_too_deep"),
    ],
)
def test_what_two_readers_could_read_differently_is_refused(
    raw: bytes, kind: type[Refusal], code: str
) -> None:
    with pytest.raises(kind) as caught:
        parse_json(raw)
    assert caught.value.code == code
    assert type(caught.value) is kind


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01T08:00:00Z", datetime(2026, 3, 1, 8, tzinfo=UTC)),
        ("2026-03-01T08:00:00.5+01:30", datetime(2026, 3, 1, 6, 30, 0, 500_000, tzinfo=UTC)),
        ("2026-03-01T08:00:00.123456789-14:00", datetime(2026, 3, 1, 22, 0, 0, 123_456, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
    ],
)
def test_an_instant_is_read_in_utc(text: str, expected: datetime) -> None:
    assert parse_instant(text) == expected
    assert parse_instant(text).tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-03-01",
        "2026-03-01T08:00:00",
        "2026-03-01 08:00:00Z",
        "2026-03-01t08:00:00z",
        "2026-W10-1T08:00:00Z",
        "20260301T080000Z",
        "2026-02-29T08:00:00Z",
        "2026-03-01T24:00:00Z",
        "2026-03-01T08:00:60Z",
        "2026-03-01T08:00Z",
        "2026-03-01T08:00:00.Z",
        "2026-03-01T08:00:00+0100",
        "2026-03-01T08:00:00+14:01",
        "2026-03-01T08:00:00+01:60",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "٢٠٢٦-03-01T08:00:00Z",
        "2026-03-01T08:00:00Z\n",
    ],
)
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(Malformed) as caught:
        parse_instant(text)
    assert caught.value.code == "instant_invalid"


def test_an_instant_is_written_in_whole_seconds_of_utc() -> None:
    there = timezone(timedelta(hours=1))
    assert format_instant(datetime(2026, 3, 1, 9, 0, 0, 999_999, tzinfo=there)) == "2026-03-01T08:00:00Z"
    assert format_instant(datetime(7, 1, 1, tzinfo=UTC)) == "0007-01-01T00:00:00Z"


def test_what_parses_is_what_the_standard_reader_reads() -> None:
    raw = json.dumps({"a": [1, "b", {"c": False}], "d": None}).encode()
    assert parse_json(raw) == json.loads(raw)
