"""Ed25519 keys against Wycheproof, and Multikey text."""

from typing import Any

import pytest

from certes.credential import multibase
from certes.credential.errors import BadSignature, Malformed, Misuse, Refusal, Unsupported
from certes.credential.keys import ED25519, Ed25519Signer, PublicKey, parse_multikey
from tests.unit.credential.samples import read_json

# Order 1, 2, 4 and 8, and encodings of them that are not canonical. Signatures under them prove nothing.
SMALL_ORDER = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
]


def _wycheproof() -> list[Any]:
    found = []
    for group in read_json("wycheproof", "ed25519_test.json")["testGroups"]:
        key = PublicKey(ED25519, bytes.fromhex(group["publicKey"]["pk"]))
        found += [pytest.param(key, test, id=f"tc{test['tcId']}") for test in group["tests"]]
    return found


@pytest.mark.parametrize(("key", "test"), _wycheproof())
def test_wycheproof(key: PublicKey, test: dict[str, Any]) -> None:
    signature, data = bytes.fromhex(test["sig"]), bytes.fromhex(test["msg"])
    # "acceptable" are keys of small or mixed order, which a strict verifier refuses.
    if test["result"] == "valid":
        key.verify(signature, data)
    else:
        with pytest.raises(BadSignature):
            key.verify(signature, data)


@pytest.mark.parametrize("raw", SMALL_ORDER)
def test_a_small_order_key_verifies_nothing(raw: str) -> None:
    key = PublicKey(ED25519, bytes.fromhex(raw))
    for r in SMALL_ORDER:
        with pytest.raises(BadSignature):
            key.verify(bytes.fromhex(r) + bytes(32), b"anything")


@pytest.mark.parametrize("length", [0, 1, 32, 63, 65, 128])
def test_a_signature_of_another_length_is_a_bad_signature(length: int) -> None:
    signer = Ed25519Signer(bytes(32), "did:example:1#k1")
    with pytest.raises(BadSignature) as caught:
        signer.public_key.verify((signer.sign(b"x") * 2)[:length], b"x")
    assert caught.value.code == "signature_invalid"


def test_a_signer_signs_what_its_public_key_verifies() -> None:
    signer = Ed25519Signer(bytes(range(32)), "did:example:1#k1")
    signer.public_key.verify(signer.sign(b"data"), b"data")
    with pytest.raises(BadSignature):
        signer.public_key.verify(signer.sign(b"data"), b"date")
    assert signer.verification_method == "did:example:1#k1"


def test_a_seed_has_32_bytes() -> None:
    with pytest.raises(Misuse) as caught:
        Ed25519Signer(bytes(31), "did:example:1#k1")
    assert caught.value.code == "seed_length_wrong"


def test_a_multikey_reads_back() -> None:
    text = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
    key = parse_multikey(text)
    assert key.type is ED25519
    assert key.multikey == text
    assert key == PublicKey(ED25519, key.raw)


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("", Malformed, "multikey_invalid"),
        ("u7QEA", Malformed, "multikey_invalid"),
        ("z" + "1" * 200, Malformed, "multikey_invalid"),
        (multibase.encode_base58(b"\x00\x01" + bytes(32)), Malformed, "multikey_invalid"),
        (multibase.encode_base58(b"\xed\x01" + bytes(31)), Malformed, "key_length_wrong"),
        (multibase.encode_base58(b"\xed\x01" + bytes(33)), Malformed, "key_length_wrong"),
        (multibase.encode_base58(b"\x82\x24" + bytes(67)), Unsupported, "key_type_unsupported"),
        (
            "z4MX" + "1" * 368,
            Unsupported,
            "key_type_unsupported",
        ),
        (multibase.encode_base58(b"\xec\x01" + bytes(32)), Unsupported, "key_type_unsupported"),
        ("z6Mk0", Malformed, "multibase_invalid"),
    ],
)
def test_what_is_no_multikey_says_whose_fault_it_is(text: str, kind: type[Refusal], code: str) -> None:
    with pytest.raises(kind) as caught:
        parse_multikey(text)
    assert caught.value.code == code
