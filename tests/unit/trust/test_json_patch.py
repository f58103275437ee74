"""JSON Patch: the six operations, their refusals, and an independent implementation as oracle."""

from typing import Any

import jsonpatch
import pytest

from certes.credential.errors import Malformed
from certes.trust.json_patch import MAX_OPERATIONS, MAX_PATCHED_DEPTH, apply_patch, equal

DOCUMENT: dict[str, Any] = {"a": {"b": [1, 2, 3]}, "c/d": {"e~f": True}, "n": None}


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "add", "path": "/a/x", "value": [1]},
        {"op": "add", "path": "/a/b/1", "value": 9},
        {"op": "add", "path": "/a/b/3", "value": 9},
        {"op": "add", "path": "/a/b/-", "value": {"deep": []}},
        {"op": "add", "path": "", "value": {"whole": 1}},
        {"op": "remove", "path": "/a/b/0"},
        {"op": "remove", "path": "/c~1d"},
        {"op": "replace", "path": "/c~1d/e~0f", "value": False},
        {"op": "replace", "path": "", "value": {"whole": 1}},
        {"op": "move", "from": "/a/b/0", "path": "/a/b/2"},
        {"op": "move", "from": "/a/b", "path": "/n"},
        {"op": "move", "from": "/a", "path": "/a"},
        {"op": "copy", "from": "/a", "path": "/n"},
        {"op": "test", "path": "/a", "value": {"b": [1, 2, 3]}},
        {"op": "test", "path": "/n", "value": None},
    ],
)
def test_an_operation_gives_what_another_implementation_gives(operation: dict[str, Any]) -> None:
    expected = jsonpatch.apply_patch(DOCUMENT, [operation])
    before = repr(DOCUMENT)
    assert apply_patch(DOCUMENT, [operation]) == expected
    assert repr(DOCUMENT) == before


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        (1, "patch_operation_unknown"),
        ({"op": "burn", "path": "/a"}, "patch_operation_unknown"),
        ({"op": [], "path": "/a"}, "patch_operation_unknown"),
        ({"op": "add", "path": "/a"}, "patch_value_missing"),
        ({"op": "add", "value": 1}, "patch_pointer_invalid"),
        ({"op": "add", "path": "a", "value": 1}, "patch_pointer_invalid"),
        ({"op": "add", "path": "/~2", "value": 1}, "patch_pointer_invalid"),
        ({"op": "add", "path": "/x/y", "value": 1}, "patch_target_missing"),
        ({"op": "add", "path": "/n/y", "value": 1}, "patch_target_missing"),
        ({"op": "add", "path": "/a/b/4", "value": 1}, "patch_target_missing"),
        ({"op": "add", "path": "/a/b/01", "value": 1}, "patch_target_missing"),
        ({"op": "remove", "path": "/a/b/-"}, "patch_target_missing"),
        ({"op": "remove", "path": "/a/x"}, "patch_target_missing"),
        ({"op": "replace", "path": "/x", "value": 1}, "patch_target_missing"),
        ({"op": "move", "path": "/a/b/0", "from": "/a"}, "patch_move_into_itself"),
        ({"op": "copy", "path": "/a", "from": "/zz"}, "patch_target_missing"),
        ({"op": "test", "path": "/c~1d/e~0f", "value": 1}, "patch_test_failed"),
    ],
)
def test_an_operation_that_cannot_apply_is_refused(operation: Any, code: str) -> None:
    with pytest.raises(Malformed, match=code):
        apply_patch(DOCUMENT, [operation])


def test_the_root_can_be_removed() -> None:
    assert apply_patch(DOCUMENT, [{"op": "remove", "path": ""}]) is None


def test_a_patch_is_an_array_of_bounded_length() -> None:
    with pytest.raises(Malformed, match="patch_not_array"):
        apply_patch(DOCUMENT, {})
    with pytest.raises(Malformed, match="patch_too_large"):
        apply_patch(DOCUMENT, [{"op": "test", "path": "/n", "value": None}] * (MAX_OPERATIONS + 1))


def test_copies_of_copies_are_bounded() -> None:
    with pytest.raises(Malformed, match="patch_too_large"):
        apply_patch(DOCUMENT, [{"op": "copy", "from": "/a", "path": "/a/b/-"}] * 100)
    with pytest.raises(Malformed, match="patch_too_large"):
        apply_patch({"l": [0] * 60_000}, [{"op": "copy", "from": "/l", "path": "/m"}])


def test_nesting_is_bounded() -> None:
    deeper = [{"op": "add", "path": "/0" * depth, "value": [[]]} for depth in range(1, MAX_PATCHED_DEPTH + 2)]
    with pytest.raises(Malformed, match="patch_too_deep"):
        apply_patch([[]], deeper)


def test_equality_is_that_of_json() -> None:
    assert equal({"a": [1, {"b": None}]}, {"a": [1, {"b": None}]})
    assert not equal(1, True)
    assert not equal([1], [1, 2])
    assert not equal({"a": 1}, {"b": 1})
    assert not equal([1], {"0": 1})
