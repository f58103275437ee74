"""Bytes to JSON values and texts to instants, strictly: what two readers could understand differently is
refused.

Source: RFC 8259 and RFC 7493 (I-JSON); XML Schema 1.1 part 2, section 3.4.28 (dateTimeStamp).
"""

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any, Never

import orjson

from certes.credential.errors import Malformed, Unsupported

MAX_BYTES = 256 * 1024  # a credential with a photo; the largest official example is under 40 kB
MAX_DEPTH = 32  # nested objects and arrays; the deepest Open Badges example has 8
MAX_SAFE_INTEGER = 2**53 - 1  # beyond it a JSON reader in JavaScript rounds (RFC 7493, section 2.2)

KEPT_INSTANTS = 1_024  # the seconds in which a day's certificates were signed, and what they are valid from
_MAX_INTEGER_CHARACTERS = len(str(-MAX_SAFE_INTEGER))

_INSTANT = re.compile(
    r"(?P<local>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(\.(?P<fraction>[0-9]{1,9}))?"
    r"(Z|(?P<sign>[+-])(?P<hours>[0-9]{2}):(?P<minutes>[0-5][0-9]))",
    re.ASCII,
)
_MAX_OFFSET = timedelta(hours=14)  # XML Schema 1.1 part 2, section 3.3.7.2


def refuse_constant(text: str) -> Never:
    """NaN and the infinities are no JSON."""
    raise Malformed("json_invalid")


def distinct_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of these members. Raises Malformed `json_duplicate_key`."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Malformed("json_duplicate_key")
    return members


def _integer(text: str) -> int:
    if len(text) > _MAX_INTEGER_CHARACTERS or text == "-0":
        raise Unsupported("json_integer_unsafe")
    value = int(text)
    if not -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER:
        raise Unsupported("json_integer_unsafe")
    return value


def _float(text: str) -> Never:
    raise Unsupported("json_float")


_DECODER = json.JSONDecoder(
    object_pairs_hook=distinct_members,
    parse_int=_integer,
    parse_float=_float,
    parse_constant=refuse_constant,
    strict=True,
)


def _require_depth(value: dict[str, Any] | list[Any], left: int) -> None:
    if left == 0:
        raise Malformed("json_too_deep", limit=MAX_DEPTH)
    for item in value.values() if type(value) is dict else value:
        if type(item) is dict or type(item) is list:
            _require_depth(item, left - 1)


def _require_no_surrogates(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise Malformed("json_surrogate") from None


_ONLY_BRACKETS = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS = bytes(code for code in range(256) if code not in b"[]{}")


def _outside_texts(raw: bytes) -> bytes:
    """What stands outside the quotes of JSON without a backslash."""
    return b"".join(raw.split(b'"')[::2])


def _has_number_but_integers(structure: bytes) -> bool:
    """Is there a point or an exponent? `e` also ends true and false."""
    if b"." in structure or b"E" in structure:
        return True
    return structure.count(b"e") != structure.count(b"true") + structure.count(b"false")


def _is_too_deep(structure: bytes) -> bool:
    """Are the brackets more than MAX_DEPTH deep? Each turn takes the innermost away."""
    brackets = structure.translate(_ONLY_BRACKETS, _NO_BRACKETS)
    for _ in range(MAX_DEPTH):
        if not brackets:
            return False
        brackets = brackets.replace(b"[]", b"")
    return brackets != b""


def _parse_usual(raw: bytes) -> dict[str, Any] | None:
    """The object, if orjson takes the text and nothing in it could be one of the things it is lenient about:
    repeated keys, floats, unsafe integers, -0, depth. None is no refusal: the strict decoder then decides.

    Written again, a repeated key has lost its quotes, a float has a point or an exponent, and an integer
    beyond 53 bits is refused. A backslash, which could hide quotes and surrogates, is left to the decoder.
    """
    if b"\\" in raw:
        return None
    try:
        value = orjson.loads(raw)
        written = orjson.dumps(value, option=orjson.OPT_STRICT_INTEGER)
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return None
    if type(value) is not dict or (written != raw and _may_have_lost(raw, written)):
        return None
    structure = _outside_texts(written)
    if _has_number_but_integers(structure) or _is_too_deep(structure):
        return None
    return value


def _may_have_lost(raw: bytes, written: bytes) -> bool:
    """Did reading and writing again drop a repeated key or the sign of a zero, or bring in an escape?"""
    return written.count(b'"') != raw.count(b'"') or b"\\" in written or b"-0" in _outside_texts(raw)


def parse_json(raw: bytes, *, max_bytes: int = MAX_BYTES) -> dict[str, Any]:
    """One JSON object from UTF-8 bytes, at most `max_bytes` of them.

    Raises Malformed `json_too_large`, `json_not_utf8`, `json_invalid`, `json_duplicate_key`, `json_too_deep`,
    `json_surrogate`, `json_not_object`; Unsupported `json_float`, `json_integer_unsafe`.
    """
    if len(raw) > max_bytes:
        raise Malformed("json_too_large", limit=max_bytes)
    usual = _parse_usual(raw)
    return _parse_strictly(raw) if usual is None else usual


def _parse_strictly(raw: bytes) -> dict[str, Any]:
    """The reference: it alone refuses, and it says why."""
    text, value = decode_json(raw, _DECODER)
    if type(value) is not dict:
        raise Malformed("json_not_object")
    require_shape(text, value)
    return value


def decode_json(raw: bytes, decoder: json.JSONDecoder) -> tuple[str, Any]:
    """The text and the value of UTF-8 bytes.

    Raises Malformed `json_not_utf8`, `json_invalid`, `json_too_deep`, and what the decoder's own hooks raise.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("json_not_utf8") from None
    try:
        return text, decoder.decode(text)
    except ValueError:
        raise Malformed("json_invalid") from None
    except RecursionError:
        raise Malformed("json_too_deep", limit=MAX_DEPTH) from None


def require_shape(text: str, value: Any) -> None:
    """Raises Malformed `json_too_deep`, `json_surrogate` for a value that was decoded from `text`."""
    if type(value) is dict or type(value) is list:
        _require_depth(value, MAX_DEPTH)
    if "\\u" in text:  # decoded UTF-8 holds no surrogate; only an escape can bring one
        _require_no_surrogates(value)


@lru_cache(maxsize=KEPT_INSTANTS)
def parse_instant(text: str) -> datetime:
    """An XML-schema dateTimeStamp as an aware datetime in UTC; fractions beyond microseconds are cut.

    Raises Malformed `instant_invalid`: no zone, another separator, week dates, hour 24, a leap second, years
    outside 1 to 9999.
    """
    match = _INSTANT.fullmatch(text)
    if match is None:
        raise Malformed("instant_invalid")
    offset = timedelta(hours=int(match["hours"] or 0), minutes=int(match["minutes"] or 0))
    if offset > _MAX_OFFSET:
        raise Malformed("instant_invalid")
    microsecond = int((match["fraction"] or "0").ljust(6, "0")[:6])
    zone = timezone(-offset if match["sign"] == "-" else offset)
    try:
        local = datetime.fromisoformat(match["local"])
        return local.replace(microsecond=microsecond, tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Malformed("instant_invalid") from None


def format_instant(moment: datetime) -> str:
    """`2026-03-01T08:00:00Z`: UTC, whole seconds. The inverse of `parse_instant` for such instants."""
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
