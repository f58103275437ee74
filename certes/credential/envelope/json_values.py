"""JSON inside a signature envelope: read strictly, written once.

A JWS signs bytes, so nothing is written again to be verified and a number with a fraction can be read here,
unlike where a document is canonicalized. What two readers could understand differently is refused all the
same. Source: RFC 8259; RFC 7493 (I-JSON); RFC 8725, section 2.4.
"""

import json
import math
from typing import Any, Never

from certes.credential.errors import Malformed, Misuse, Unsupported
from certes.credential.parsing import MAX_BYTES, MAX_DEPTH, MAX_SAFE_INTEGER

_MAX_NUMBER_CHARACTERS = 32  # a double needs 24


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Malformed("json_duplicate_key")
    return members


def _integer(text: str) -> int:
    if len(text) > _MAX_NUMBER_CHARACTERS or abs(value := int(text)) > MAX_SAFE_INTEGER:
        raise Unsupported("json_integer_unsafe")
    return value


def _float(text: str) -> float:
    if len(text) > _MAX_NUMBER_CHARACTERS or not math.isfinite(value := float(text)):
        raise Unsupported("json_float")
    return value


def _constant(text: str) -> Never:
    raise Malformed("json_invalid")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_constant, strict=True
)


def _require_depth(value: Any, left: int) -> None:
    if type(value) is not dict and type(value) is not list:
        return
    if left == 0:
        raise Malformed("json_too_deep", limit=MAX_DEPTH)
    for item in value.values() if type(value) is dict else value:
        _require_depth(item, left - 1)


def parse_value(raw: bytes, *, max_bytes: int = MAX_BYTES) -> Any:
    """One JSON value from UTF-8 bytes.

    Raises Malformed `json_too_large`, `json_not_utf8`, `json_invalid`, `json_duplicate_key`, `json_too_deep`,
    `json_surrogate`; Unsupported `json_integer_unsafe`, `json_float` (not finite or too long).
    """
    if len(raw) > max_bytes:
        raise Malformed("json_too_large", limit=max_bytes)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("json_not_utf8") from None
    try:
        value = _DECODER.decode(text)
    except ValueError:
        raise Malformed("json_invalid") from None
    except RecursionError:
        raise Malformed("json_too_deep", limit=MAX_DEPTH) from None
    _require_depth(value, MAX_DEPTH)
    if "\\u" in text:  # decoded UTF-8 holds no surrogate; only an escape can bring one
        _require_no_surrogates(value)
    return value


def _require_no_surrogates(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise Malformed("json_surrogate") from None


def parse_object(raw: bytes, *, max_bytes: int = MAX_BYTES) -> dict[str, Any]:
    """One JSON object. Raises as `parse_value`, and Malformed `json_not_object`."""
    value = parse_value(raw, max_bytes=max_bytes)
    if type(value) is not dict:
        raise Malformed("json_not_object")
    return value


def write(value: Any) -> bytes:
    """A JSON value as compact UTF-8, if `parse_value` would read it back; Misuse `json_unwritable` if not."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        raw = text.encode("utf-8")
        parse_value(raw)
    except (TypeError, ValueError, RecursionError, Malformed, Unsupported) as error:
        raise Misuse("json_unwritable", reason=type(error).__name__) from None
    return raw
