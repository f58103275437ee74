"""JSON inside a signature envelope: read strictly, written once.

A JWS signs bytes, so nothing is written again to be verified and a number with a fraction can be read here,
unlike where a document is canonicalized. What two readers could understand differently is refused all the
same. Source: RFC 8259; RFC 7493 (I-JSON); RFC 8725, section 2.4.
"""

import json
import math
from typing import Any

from certes.credential.errors import Malformed, Misuse, Unsupported
from certes.credential.parsing import (
    MAX_BYTES,
    MAX_SAFE_INTEGER,
    decode_json,
    distinct_members,
    refuse_constant,
    require_shape,
)

_MAX_NUMBER_CHARACTERS = 32  # a double needs 24


def _integer(text: str) -> int:
    if len(text) > _MAX_NUMBER_CHARACTERS or abs(value := int(text)) > MAX_SAFE_INTEGER:
        raise Unsupported("json_integer_unsafe")
    return value


def _float(text: str) -> float:
    if len(text) > _MAX_NUMBER_CHARACTERS or not math.isfinite(value := float(text)):
        raise Unsupported("json_float")
    return value


_DECODER = json.JSONDecoder(
    object_pairs_hook=distinct_members,
    parse_int=_integer,
    parse_float=_float,
    parse_constant=refuse_constant,
    strict=True,
)


def parse_value(raw: bytes, *, max_bytes: int = MAX_BYTES) -> Any:
    """One JSON value from UTF-8 bytes.

    Raises Malformed `json_too_large`, `json_not_utf8`, `json_invalid`, `json_duplicate_key`, `json_too_deep`,
    `json_surrogate`; Unsupported `json_integer_unsafe`, `json_float` (not finite or too long).
    """
    if len(raw) > max_bytes:
        raise Malformed("json_too_large", limit=max_bytes)
    text, value = decode_json(raw, _DECODER)
    require_shape(text, value)
    return value


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
