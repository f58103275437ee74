"""RFC 8785 canonical JSON, for values made of objects, arrays, strings, booleans, null and safe integers.

Floating-point numbers are refused: their canonical form is where implementations differ.
"""

from typing import Any

import orjson
import rfc8785

from certes.credential.errors import Malformed, Misuse, Unsupported
from certes.credential.parsing import MAX_DEPTH, MAX_SAFE_INTEGER

_LAST_BMP = "\uffff"


def _refuse_number(value: Any) -> None:
    if isinstance(value, float):
        raise Unsupported("number_not_integer")
    if isinstance(value, int):
        raise Unsupported("integer_unsafe")
    raise Misuse("value_not_json", type=type(value).__name__)


def _walk(value: Any, left: int) -> bool:
    """Is the sort order of bytes that of UTF-16 for every key? Raises for what JCS is not asked to write."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is int and -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER:
        return True
    if kind is not dict and kind is not list and kind is not tuple:
        _refuse_number(value)
    if left == 0:
        raise Malformed("json_too_deep", limit=MAX_DEPTH)
    plain = True
    if kind is not dict:
        for item in value:
            plain = _walk(item, left - 1) and plain
        return plain
    for key, item in value.items():
        if type(key) is not str:
            raise Misuse("value_not_json", type=type(key).__name__)
        # Keys beyond the BMP sort differently as UTF-16 (RFC 8785, section 3.2.3) than as UTF-8.
        plain = (key.isascii() or max(key) <= _LAST_BMP) and plain
        plain = _walk(item, left - 1) and plain
    return plain


def canonicalize(value: Any) -> bytes:
    """The one UTF-8 text of a JSON value (RFC 8785).

    Raises Unsupported `number_not_integer`, `integer_unsafe`; Malformed `text_surrogate`, `json_too_deep`;
    Misuse `value_not_json`.
    """
    plain = _walk(value, MAX_DEPTH)
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS) if plain else rfc8785.dumps(value)
    except (orjson.JSONEncodeError, rfc8785.CanonicalizationError, UnicodeEncodeError):
        raise Malformed("text_surrogate") from None
