"""Multibase text against the multiformats vectors, and what is not multibase."""

import csv
import re

import pytest

from certes.credential import multibase
from certes.credential.errors import Malformed, Unsupported
from tests.unit.credential.samples import VECTORS

_SUPPORTED = {"base58btc": multibase.encode_base58, "base64url": multibase.encode_base64url}


def _cases() -> list[tuple[str, bytes, str]]:
    found = []
    for path in sorted((VECTORS / "multibase").glob("*.csv")):
        rows = list(csv.reader(path.open(encoding="utf-8"), skipinitialspace=True))
        plain = re.sub(r"\\x([0-9a-f]{2})", lambda match: chr(int(match[1], 16)), rows[0][1])
        found += [(row[0], plain.encode("latin-1"), row[1]) for row in rows[1:] if row[0] in _SUPPORTED]
    return found


@pytest.mark.parametrize(("name", "plain", "text"), _cases())
def test_the_official_vectors_encode_and_decode(name: str, plain: bytes, text: str) -> None:
    assert _SUPPORTED[name](plain) == text
    assert multibase.decode(text) == plain


def test_there_are_vectors_of_both_alphabets() -> None:
    assert {name for name, _, _ in _cases()} == set(_SUPPORTED)


@pytest.mark.parametrize("text", ["", "m0000", "Uabc=", "f00"])
def test_another_alphabet_is_our_limit(text: str) -> None:
    with pytest.raises(Unsupported) as caught:
        multibase.decode(text)
    assert caught.value.code == "multibase_unknown"


@pytest.mark.parametrize(
    "text", ["z0", "zO", "zé", "z?", "z22 ", "u=", "uA", "uAA==", "uAB", "ua+b/", "u a", "ué", "uA A"]
)
def test_text_outside_the_alphabet_is_malformed(text: str) -> None:
    with pytest.raises(Malformed) as caught:
        multibase.decode(text)
    assert caught.value.code == "multibase_invalid"


def test_a_long_base58_text_is_refused_before_any_work() -> None:
    with pytest.raises(Malformed) as caught:
        multibase.decode("z" + "2" * 100_000)
    assert caught.value.code == "multibase_too_long"


def test_an_empty_value_is_the_prefix_alone() -> None:
    assert multibase.encode_base58(b"") == "z"
    assert multibase.decode("z") == b""
    assert multibase.decode("u") == b""
