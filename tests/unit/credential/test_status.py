"""Status lists: the specification's example, bounds, and the credential around them."""

import gzip
from datetime import UTC, datetime
from typing import Any

import pytest

from certes.credential import multibase
from certes.credential.errors import Malformed, Misuse, Refusal
from certes.credential.proof import EDDSA_JCS_2022, EDDSA_RDFC_2022, sign, verify_proof
from certes.credential.status import StatusList, bitstring, list_document, read_list
from tests.unit.credential.samples import ISSUER, SIGNER, changed, key_for, read_json

_URL = "https://skills.example/cm/1/status/revocation/1"
_FROM, _UNTIL = datetime(2026, 3, 1, 8, tzinfo=UTC), datetime(2026, 3, 8, 8, tzinfo=UTC)


def _packed(data: bytes) -> str:
    return multibase.encode_base64url(gzip.compress(data, mtime=0))


def _example() -> dict[str, Any]:
    found: dict[str, Any] = next(
        example
        for example in read_json("bitstring-status-list", "spec-examples.json")
        if "BitstringStatusListCredential" in example["type"]
    )
    return found


def test_the_lists_of_the_specification_hold_no_set_bit() -> None:
    bits = bitstring.decode(_example()["credentialSubject"]["encodedList"])
    assert bits == bytes(16_384) == bitstring.blank()


def test_the_credential_of_the_specification_is_read() -> None:
    example = _example()
    found = read_list(example, url=example["id"], issuer="did:example:12345", purpose="revocation")
    assert found == StatusList(bytes(16_384), datetime(2021, 4, 5, 14, 27, 40, tzinfo=UTC), None)
    assert not found.is_set(94_567)


def test_the_first_entry_is_the_left_most_bit() -> None:
    bits = bitstring.with_bits(bitstring.blank(), [0, 9, 131_071])
    assert (bits[0], bits[1], bits[-1]) == (0x80, 0x40, 0x01)
    encoded = bitstring.encode(bits)
    assert encoded == bitstring.encode(bits)
    set_entries = [index for index in (0, 1, 8, 9, 10, 131_071) if bitstring.read_bit(encoded, index)]
    assert set_entries == [0, 9, 131_071]
    assert bitstring.with_bits(bits, [9, 0, 131_071, 5], value=False) == bitstring.blank()


@pytest.mark.parametrize("index", [-1, 131_072, 2**70])
def test_an_index_outside_the_list_is_refused(index: int) -> None:
    with pytest.raises(Malformed) as caught:
        bitstring.bit(bitstring.blank(), index)
    assert caught.value.code == "status_index_outside"
    with pytest.raises(Misuse):
        bitstring.with_bits(bitstring.blank(), [index])


@pytest.mark.parametrize(
    ("encoded", "code"),
    [
        ("", "status_list_invalid"),
        ("H4sIAAAAAAAAA", "status_list_invalid"),
        ("z2222", "status_list_invalid"),
        ("u", "status_list_invalid"),
        ("uAAAA", "status_list_invalid"),
        (multibase.encode_base64url(bytes(16_384)), "status_list_invalid"),
        (_packed(bytes(16_384)) + "=", "multibase_invalid"),
        (_packed(bytes(16_384))[:-8], "status_list_invalid"),
        (multibase.encode_base64url(gzip.compress(bytes(16_384), mtime=0) + b"x"), "status_list_invalid"),
        (multibase.encode_base64url(gzip.compress(bytes(16_384), mtime=0) * 2), "status_list_invalid"),
        (_packed(bytes(16_383)), "status_list_too_short"),
        (_packed(b""), "status_list_too_short"),
        (_packed(bytes(bitstring.MAX_BYTES + 1)), "status_list_too_long"),
        (_packed(bytes(64 * 1024 * 1024)), "status_list_too_long"),
        ("u" * (bitstring.MAX_ENCODED_CHARACTERS + 1), "status_list_too_long"),
    ],
)
def test_a_text_that_is_no_list_is_refused(encoded: str, code: str) -> None:
    with pytest.raises(Malformed) as caught:
        bitstring.decode(encoded)
    assert caught.value.code == code


def test_the_longest_list_is_read() -> None:
    assert bitstring.decode(_packed(bytes(bitstring.MAX_BYTES))) == bitstring.blank(bitstring.MAX_BYTES * 8)


@pytest.mark.parametrize("entries", [0, 8, 131_071, 131_073, bitstring.MAX_BYTES * 8 + 8])
def test_a_list_of_another_size_is_not_written(entries: int) -> None:
    with pytest.raises(Misuse) as caught:
        bitstring.blank(entries)
    assert caught.value.code == "status_list_size"


@pytest.mark.parametrize("size", [16_383, bitstring.MAX_BYTES + 1])
def test_a_list_of_another_size_is_not_encoded(size: int) -> None:
    with pytest.raises(Misuse):
        bitstring.encode(bytes(size))


def _list() -> dict[str, Any]:
    bits = bitstring.with_bits(bitstring.blank(), [7])
    return list_document(
        _URL, issuer=ISSUER, purpose="revocation", bits=bits, valid_from=_FROM, valid_until=_UNTIL
    )


@pytest.mark.parametrize("suite", [EDDSA_JCS_2022, EDDSA_RDFC_2022], ids=lambda suite: suite.name)
def test_a_list_is_written_signed_verified_and_read(suite: Any) -> None:
    signed = sign(_list(), signer=SIGNER, suite=suite, created=_FROM)
    verify_proof(signed, key_for=key_for, suites=[suite])
    found = read_list(signed, url=_URL, issuer=ISSUER, purpose="revocation")
    assert (found.valid_from, found.valid_until) == (_FROM, _UNTIL)
    assert found.is_set(7)
    assert not found.is_set(8)
    with pytest.raises(Malformed):
        found.is_set(131_072)


def test_the_issuer_may_be_an_object_and_a_list_may_have_several_purposes() -> None:
    other = changed(_list(), "issuer", to={"id": ISSUER, "name": "x"})
    other["credentialSubject"]["statusPurpose"] = ["suspension", "revocation"]
    for purpose in ("suspension", "revocation"):
        assert read_list(other, url=_URL, issuer=ISSUER, purpose=purpose).is_set(7)


@pytest.mark.parametrize(
    ("path", "value", "kind", "code", "field"),
    [
        (("id",), "https://e.example/", Malformed, "status_list_credential_invalid", "id"),
        (("issuer",), "did:web:e.example", Malformed, "status_list_credential_invalid", "issuer"),
        (("issuer",), {}, Malformed, "status_list_credential_invalid", "issuer"),
        (("type",), "VerifiableCredential", Malformed, "status_list_credential_invalid", "type"),
        (("type",), ["BitstringStatusListCredential"], Malformed, "status_list_credential_invalid", "type"),
        (("credentialSubject",), [], Malformed, "status_list_credential_invalid", "credentialSubject"),
        (
            ("credentialSubject", "type"),
            "Other",
            Malformed,
            "status_list_credential_invalid",
            "credentialSubject.type",
        ),
        (
            ("credentialSubject", "statusPurpose"),
            "refresh",
            Malformed,
            "status_list_credential_invalid",
            "credentialSubject.statusPurpose",
        ),
        (
            ("credentialSubject", "encodedList"),
            None,
            Malformed,
            "status_list_credential_invalid",
            "credentialSubject.encodedList",
        ),
        (("credentialSubject", "encodedList"), "uAAAA", Malformed, "status_list_invalid", None),
        (("validFrom",), None, Malformed, "status_list_credential_invalid", "validFrom"),
        (("validFrom",), "today", Malformed, "instant_invalid", None),
        (("validUntil",), 1, Malformed, "status_list_credential_invalid", "validUntil"),
    ],
)
def test_another_list_than_the_one_asked_for_is_refused(
    path: tuple[str, ...], value: Any, kind: type[Refusal], code: str, field: str | None
) -> None:
    with pytest.raises(kind) as caught:
        read_list(changed(_list(), *path, to=value), url=_URL, issuer=ISSUER, purpose="revocation")
    assert (caught.value.code, caught.value.field) == (code, field)
