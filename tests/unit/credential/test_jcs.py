"""RFC 8785 against its own test data, and the numbers that are refused."""

import json
from typing import Any

import pytest
import rfc8785

from certes.credential.canon import jcs
from certes.credential.errors import Malformed, Misuse, Refusal, Unsupported
from tests.unit.credential.samples import VECTORS

_NAMES = sorted(path.stem for path in (VECTORS / "jcs" / "input").glob("*.json"))
_WITH_FLOATS = {"structures", "values"}


@pytest.mark.parametrize("name", _NAMES)
def test_the_official_vectors(name: str) -> None:
    value = json.loads((VECTORS / "jcs" / "input" / f"{name}.json").read_bytes())
    if name in _WITH_FLOATS:
        with pytest.raises(Unsupported) as caught:
            jcs.canonicalize(value)
        assert caught.value.code == "number_not_integer"
        return
    expected = (VECTORS / "jcs" / "output" / f"{name}.json").read_bytes()
    assert jcs.canonicalize(value) == expected
    assert expected == bytes.fromhex((VECTORS / "jcs" / "outhex" / f"{name}.txt").read_text())


def test_keys_beyond_the_basic_plane_sort_as_utf_16() -> None:
    value: Any = {"\U0001f600": 1, "\ufb33": 2, "a": [{"\U0001f600": {}, "\uffff": "é"}]}
    assert jcs.canonicalize(value) == rfc8785.dumps(value)
    assert jcs.canonicalize(value).startswith(b'{"a":')


def test_every_character_below_the_surrogates_is_written_as_the_standard_says() -> None:
    value = {"a": "".join(map(chr, range(0xD800))), "b": "\ue000\uffff\U0010ffff"}
    assert jcs.canonicalize(value) == rfc8785.dumps(value)


def test_a_tuple_is_an_array() -> None:
    assert jcs.canonicalize({"a": (1, None, True, "x")}) == b'{"a":[1,null,true,"x"]}'


class _Text(str):
    """A string that is not exactly a string."""


@pytest.mark.parametrize(
    ("value", "kind", "code"),
    [
        (1.0, Unsupported, "number_not_integer"),
        (float("nan"), Unsupported, "number_not_integer"),
        (2**53, Unsupported, "integer_unsafe"),
        (-(2**53), Unsupported, "integer_unsafe"),
        ("\ud800", Malformed, "text_surrogate"),
        ({"\udc00": 1}, Malformed, "text_surrogate"),
        ({"\U0001f600\ud800": 1}, Malformed, "text_surrogate"),
        (b"x", Misuse, "value_not_json"),
        (_Text("x"), Misuse, "value_not_json"),
        ({1: 2}, Misuse, "value_not_json"),
    ],
)
def test_what_has_no_canonical_form_is_refused(value: Any, kind: type[Refusal], code: str) -> None:
    with pytest.raises(kind) as caught:
        jcs.canonicalize({"a": [value]})
    assert caught.value.code == code


def test_a_deep_value_is_refused() -> None:
    value: Any = 1
    for _ in range(10_000):
        value = [value]
    with pytest.raises(Malformed) as caught:
        jcs.canonicalize(value)
    assert caught.value.code == "json_too_deep"
