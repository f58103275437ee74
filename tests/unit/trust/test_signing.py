"""Signed objects: the id, the signatures that hold, what is refused."""

import pytest

from certes.credential.errors import BadSignature, Malformed
from certes.trust.signing import countersign, parse_signed_object, sign_object, signing_keys
from tests.unit.trust.network import key, keys, national, national_payload


def test_another_signature_does_not_make_another_object() -> None:
    one = national(signers=keys("CM")[:1])
    assert countersign(one, keys("CM")[1]).object_id == one.object_id
    assert one.object_id.startswith("sha-256:")


def test_an_envelope_survives_json() -> None:
    found = national()
    assert parse_signed_object(found.to_json()) == found


def test_only_distinct_keys_of_the_list_are_counted() -> None:
    found = national(signers=[*keys("CM")[:2], key("stranger")])
    among = frozenset(each.public_key.multikey for each in keys("CM"))
    assert signing_keys(found, among=among) == {each.public_key.multikey for each in keys("CM")[:2]}


def test_one_key_cannot_sign_twice() -> None:
    with pytest.raises(Malformed, match="signature_repeated"):
        national(signers=[key("CM1"), key("CM1")])
    doubled = national().to_json()
    doubled["signatures"] *= 2
    with pytest.raises(Malformed, match="signature_repeated"):
        parse_signed_object(doubled)


def test_a_signature_over_other_bytes_does_not_hold() -> None:
    altered = national().to_json()
    altered["version"] = 2
    found = parse_signed_object(altered)
    with pytest.raises(BadSignature, match="object_signature_invalid"):
        signing_keys(found, among=[key("CM1").public_key.multikey])


@pytest.mark.parametrize(
    ("member", "value"), [("type", "Other"), ("country", "cm"), ("version", 0), ("payload", []), ("more", 1)]
)
def test_an_envelope_of_another_shape_is_refused(member: str, value: object) -> None:
    with pytest.raises(Malformed, match="schema_violation"):
        parse_signed_object({**national().to_json(), member: value})


def test_a_signature_has_one_spelling() -> None:
    spelled = national().to_json()
    text = spelled["signatures"][0]["value"]
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    spelled["signatures"][0]["value"] = text[:-1] + letters[letters.index(text[-1]) + 1]
    with pytest.raises(Malformed, match="signature_encoding_invalid"):
        parse_signed_object(spelled)


def test_an_object_without_signers_cannot_be_read_back() -> None:
    bare = sign_object("NationalList", country="CM", version=1, payload=national_payload(), signers=[])
    with pytest.raises(Malformed, match="schema_violation"):
        parse_signed_object(bare.to_json())
