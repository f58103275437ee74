"""JSON Patch, strictly: all six operations over a copy; the document given is never changed.

Source: RFC 6902, section 4, and JSON Pointer, RFC 6901.
"""

import copy
import re
from collections.abc import Callable, Mapping
from typing import Any

from certes.credential.errors import Malformed

MAX_OPERATIONS = 200  # a case changes a handful of members
MAX_VALUES = 100_000  # copies of copies double each time; the largest register of a case has a few thousand
MAX_PATCHED_DEPTH = 64  # twice what parsing admits

_INDEX = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)
_BAD_ESCAPE = re.compile(r"~(?![01])")

Tokens = tuple[str, ...]


def apply_patch(document: Any, patch: object) -> Any:
    """The document after every operation, in order. Raises Malformed `patch_*` naming the operation at
    fault."""
    if not isinstance(patch, list):
        raise Malformed("patch_not_array")
    if len(patch) > MAX_OPERATIONS:
        raise Malformed("patch_too_large", limit=MAX_OPERATIONS)
    result = copy.deepcopy(document)
    for index, operation in enumerate(patch):
        at = f"[{index}]"
        if not isinstance(operation, Mapping) or operation.get("op") not in tuple(_OPERATIONS):
            raise Malformed("patch_operation_unknown", field=at)
        result = _OPERATIONS[operation["op"]](result, operation, at)
        if _weigh(result, MAX_PATCHED_DEPTH) > MAX_VALUES:
            raise Malformed("patch_too_large", field=at, limit=MAX_VALUES)
    return result


def _weigh(value: Any, depth: int) -> int:
    """How many values it is made of. Raises Malformed `patch_too_deep` below `depth`."""
    if depth == 0:
        raise Malformed("patch_too_deep", limit=MAX_PATCHED_DEPTH)
    if isinstance(value, dict):
        return 1 + sum(_weigh(item, depth - 1) for item in value.values())
    if isinstance(value, list):
        return 1 + sum(_weigh(item, depth - 1) for item in value)
    return 1


def parse_pointer(text: object, *, at: str) -> Tokens:
    """The reference tokens of a JSON Pointer. Raises Malformed `patch_pointer_invalid`."""
    if not isinstance(text, str) or (text and not text.startswith("/")) or _BAD_ESCAPE.search(text):
        raise Malformed("patch_pointer_invalid", field=at)
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in text.split("/")[1:])


def _index(token: str, *, limit: int, at: str) -> int:
    """An array index below `limit`."""
    if _INDEX.fullmatch(token) is None or int(token) >= limit:
        raise Malformed("patch_target_missing", field=at, target=token)
    return int(token)


def _get(document: Any, tokens: Tokens, at: str) -> Any:
    for token in tokens:
        if isinstance(document, list):
            document = document[_index(token, limit=len(document), at=at)]
        elif isinstance(document, dict) and token in document:
            document = document[token]
        else:
            raise Malformed("patch_target_missing", field=at, target=token)
    return document


def _pointer(operation: Mapping[str, Any], at: str, name: str = "path") -> Tokens:
    return parse_pointer(operation.get(name), at=f"{at}.{name}")


def _value(operation: Mapping[str, Any], at: str) -> Any:
    if "value" not in operation:
        raise Malformed("patch_value_missing", field=f"{at}.value")
    return copy.deepcopy(operation["value"])


def _insert(document: Any, tokens: Tokens, value: Any, at: str) -> Any:
    if not tokens:
        return value
    holder, last = _get(document, tokens[:-1], at), tokens[-1]
    if isinstance(holder, list):
        place = len(holder) if last == "-" else _index(last, limit=len(holder) + 1, at=at)
        holder.insert(place, value)
    elif isinstance(holder, dict):
        holder[last] = value
    else:
        raise Malformed("patch_target_missing", field=at, target=last)
    return document


def _delete(document: Any, tokens: Tokens, at: str) -> Any:
    _get(document, tokens, at)  # it must be there
    if not tokens:
        return None
    holder = _get(document, tokens[:-1], at)
    del holder[int(tokens[-1]) if isinstance(holder, list) else tokens[-1]]
    return document


def _add(document: Any, operation: Mapping[str, Any], at: str) -> Any:
    return _insert(document, _pointer(operation, at), _value(operation, at), at)


def _remove(document: Any, operation: Mapping[str, Any], at: str) -> Any:
    return _delete(document, _pointer(operation, at), at)


def _replace(document: Any, operation: Mapping[str, Any], at: str) -> Any:
    tokens, value = _pointer(operation, at), _value(operation, at)
    return _insert(_delete(document, tokens, at), tokens, value, at)


def _move(document: Any, operation: Mapping[str, Any], at: str) -> Any:
    source, target = _pointer(operation, at, "from"), _pointer(operation, at)
    if source == target[: len(source)] and source != target:
        raise Malformed("patch_move_into_itself", field=at)
    value = _get(document, source, at)
    return _insert(_delete(document, source, at), target, value, at)


def _copy(document: Any, operation: Mapping[str, Any], at: str) -> Any:
    value = copy.deepcopy(_get(document, _pointer(operation, at, "from"), at))
    return _insert(document, _pointer(operation, at), value, at)


def _test(document: Any, operation: Mapping[str, Any], at: str) -> Any:
    if not equal(_get(document, _pointer(operation, at), at), _value(operation, at)):
        raise Malformed("patch_test_failed", field=at)
    return document


def equal(left: Any, right: Any) -> bool:
    """Equal as JSON: true is not 1, and the order of members is irrelevant."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(equal(left[name], right[name]) for name in left)
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return len(left) == len(right) and all(map(equal, left, right))
    return bool(left == right)


_OPERATIONS: dict[str, Callable[[Any, Mapping[str, Any], str], Any]] = {
    "add": _add,
    "remove": _remove,
    "replace": _replace,
    "move": _move,
    "copy": _copy,
    "test": _test,
}
