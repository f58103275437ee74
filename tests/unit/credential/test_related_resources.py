"""Digests of related resources: SRI, multihash, and what is neither."""

import hashlib
from base64 import b64encode
from typing import Any

import pytest

from certes.credential import multibase
from certes.credential.errors import Malformed
from certes.credential.related_resources import compare, parse_digests, require_content

CONTENT = b"what the issuer saw"
URL = "https://example.org/resource"
SRI = {
    name: f"{name}-{b64encode(hashlib.new(name, CONTENT).digest()).decode()}"
    for name in ("sha256", "sha384", "sha512")
}
HASH = b"\x12\x20" + hashlib.sha256(CONTENT).digest()


def entry(**digests: Any) -> dict[str, Any]:
    return {"id": URL, **digests}


@pytest.mark.parametrize(
    "digests",
    [
        *({"digestSRI": text} for text in SRI.values()),
        {"digestSRI": f"{SRI['sha256']} {SRI['sha384']}"},
        {"digestMultibase": multibase.encode_base58(HASH)},
        {"digestMultibase": multibase.encode_base64url(HASH)},
        {"digestMultibase": multibase.encode_base64url(b"\x20\x30" + hashlib.sha384(CONTENT).digest())},
        {"digestMultibase": multibase.encode_base64url(b"\x13\x40" + hashlib.sha512(CONTENT).digest())},
        {"digestMultibase": multibase.encode_base64url(HASH[2:])},
        {"digestSRI": SRI["sha384"], "digestMultibase": multibase.encode_base58(HASH)},
    ],
)
def test_a_digest_of_the_content_holds_and_of_another_does_not(digests: dict[str, Any]) -> None:
    require_content(entry(**digests), CONTENT)
    with pytest.raises(Malformed, match="digest_mismatch"):
        require_content(entry(**digests), CONTENT + b".")


def test_both_kinds_must_hold_where_both_are_stated() -> None:
    other = multibase.encode_base58(b"\x12\x20" + bytes(32))
    with pytest.raises(Malformed, match="digest_mismatch") as caught:
        require_content(entry(digestSRI=SRI["sha256"], digestMultibase=other), CONTENT)
    assert caught.value.field == "relatedResource.digestMultibase"


def test_only_the_strongest_hash_counts() -> None:
    weak = f"{SRI['sha256']} sha512-{b64encode(bytes(64)).decode()}"
    with pytest.raises(Malformed, match="digest_mismatch"):
        require_content(entry(digestSRI=weak), CONTENT)


@pytest.mark.parametrize(
    "digests",
    [
        {"digestSRI": "sha256-ca3d163bab055381827226140568f3bef634ac187cebd76878e0b63e9e442356"},
        {"digestSRI": "md5-" + "A" * 44},
        {"digestSRI": ""},
        {"digestSRI": "sha256-" + "A" * 43},
        {"digestSRI": 7},
        {"digestSRI": []},
        {"digestSRI": "sha384-" + b64encode(bytes(32)).decode()},
        {"digestMultibase": "u" + "A" * 3},
        {"digestMultibase": "f1220" + "00" * 32},
        {"digestMultibase": multibase.encode_base58(HASH[2:])},
        {"digestMultibase": "z" + "1" * 100_000},
        {"digestMultibase": None},
    ],
)
def test_what_cannot_be_a_digest_is_refused(digests: dict[str, Any]) -> None:
    with pytest.raises(Malformed, match="digest_invalid"):
        parse_digests(entry(**digests), "relatedResource[0]")


def test_a_resource_without_digest_is_refused() -> None:
    with pytest.raises(Malformed, match="digest_missing"):
        require_content(entry(), CONTENT)


def test_resources_that_are_not_at_hand_are_told_apart() -> None:
    document = {
        "relatedResource": [
            entry(digestSRI=SRI["sha256"]),
            entry(digestSRI=SRI["sha256"]) | {"id": "urn:x:y"},
        ]
    }
    assert compare(document, {URL: CONTENT}) == ("urn:x:y",)
    assert compare({}, {}) == ()
    with pytest.raises(Malformed, match="digest_mismatch"):
        compare(document, {URL: b"other"})


@pytest.mark.parametrize("value", ["text", [1], [{"id": 5}], {}])
def test_an_entry_of_another_form_is_refused(value: Any) -> None:
    with pytest.raises(Malformed, match="member_invalid"):
        compare({"relatedResource": value}, {})
