"""P-256 and P-384 keys against Wycheproof and the did:key vectors, and every way a point is no key."""

import copy
import pickle
from typing import Any

import pytest

from certes.credential import ecdsa, multibase
from certes.credential.did import expand
from certes.credential.errors import BadSignature, Malformed, Misuse, Refusal, Unsupported
from certes.credential.keys import (
    ED25519,
    P256,
    P384,
    EcdsaSigner,
    Ed25519Signer,
    KeyType,
    PublicKey,
    Signer,
    key_type_named,
    parse_jwk,
    parse_multikey,
    to_jwk,
)
from tests.unit.credential.samples import read_json

_TYPES = {"P-256": P256, "P-384": P384}
_FIELD = {  # the primes of the two fields (SP 800-186, sections 3.2.1.3 and 3.2.1.4)
    P256: 2**256 - 2**224 + 2**192 + 2**96 - 1,
    P384: 2**384 - 2**128 - 2**96 + 2**32 - 1,
}
_SIGNERS = [
    EcdsaSigner(bytes(range(1, 1 + size)), "did:example:1#k1", key_type=kind)
    for kind, size in ((P256, 32), (P384, 48))
]
_ALL_SIGNERS: list[Signer] = [*_SIGNERS, Ed25519Signer(bytes(32), "did:example:1#k1")]
_CURVES: list[tuple[KeyType, ecdsa.Curve]] = [(P256, ecdsa.P256), (P384, ecdsa.P384)]


def _wycheproof() -> list[Any]:
    found = []
    for kind, file in (
        (P256, "ecdsa_secp256r1_sha256_p1363_test.json"),
        (P384, "ecdsa_secp384r1_sha384_p1363_test.json"),
    ):
        for group in read_json("wycheproof", file)["testGroups"]:
            key = _from_uncompressed(kind, bytes.fromhex(group["publicKey"]["uncompressed"]))
            found += [pytest.param(key, test, id=f"{kind.name}-tc{test['tcId']}") for test in group["tests"]]
    return found


def _from_uncompressed(kind: KeyType, raw: bytes) -> PublicKey:
    size = (len(raw) - 1) // 2
    return parse_jwk(_ec_jwk(kind, x=raw[1 : 1 + size], y=raw[1 + size :]))


def _ec_jwk(kind: KeyType, *, x: bytes, y: bytes) -> dict[str, Any]:
    texts = {"x": multibase.base64url_encode(x), "y": multibase.base64url_encode(y)}
    return {"kty": "EC", "crv": kind.name, **texts}


def test_the_wycheproof_files_are_whole() -> None:
    for file in ("ecdsa_secp256r1_sha256_p1363_test.json", "ecdsa_secp384r1_sha384_p1363_test.json"):
        vectors = read_json("wycheproof", file)
        assert sum(len(group["tests"]) for group in vectors["testGroups"]) == vectors["numberOfTests"]


@pytest.mark.parametrize(("key", "test"), _wycheproof())
def test_wycheproof(key: PublicKey, test: dict[str, Any]) -> None:
    signature, data = bytes.fromhex(test["sig"]), bytes.fromhex(test["msg"])
    if test["result"] == "valid":
        key.verify(signature, data)
    else:
        with pytest.raises(BadSignature) as caught:
            key.verify(signature, data)
        assert caught.value.code == "signature_invalid"


@pytest.mark.parametrize("did", read_json("did-key", "nist-curves.json"))
def test_the_did_key_vectors(did: str) -> None:
    vector = read_json("did-key", "nist-curves.json")[did]
    method = vector["verificationMethod"]
    if "publicKeyBase58" in method:
        raw = multibase.base58_decode(method["publicKeyBase58"])
        assert expand(did).key_for(f"{did}#{did.removeprefix('did:key:')}") == PublicKey(P256, raw)
        return
    jwk = method["publicKeyJwk"]
    if jwk["crv"] == "P-521":
        for read in (lambda: expand(did), lambda: parse_jwk(jwk)):
            with pytest.raises(Unsupported) as caught:
                read()
            assert caught.value.code == "key_type_unsupported"
        return
    url = f"{did}#{method['id'].partition('#')[2]}"
    key = expand(did).key_for(url)
    assert key == parse_jwk(jwk)
    assert to_jwk(key) == jwk
    secret = multibase.base64url_decode(method["privateKeyJwk"]["d"])
    assert EcdsaSigner(secret, url, key_type=_TYPES[jwk["crv"]]).public_key == key
    with pytest.raises(Malformed) as private:
        parse_jwk(method["privateKeyJwk"])
    assert private.value.code == "jwk_is_private"


@pytest.mark.parametrize("file", ["secp256k1", "rsa", "bls12381"])
def test_did_keys_of_other_kinds_are_our_limit(file: str) -> None:
    for did in read_json("did-key", f"{file}.json"):
        with pytest.raises(Unsupported) as caught:
            expand(did)
        assert caught.value.code == "key_type_unsupported"


@pytest.mark.parametrize("signer", _SIGNERS, ids=lambda signer: signer.public_key.type.name)
def test_a_signer_signs_what_its_public_key_verifies_and_always_the_same(signer: EcdsaSigner) -> None:
    signature = signer.sign(b"data")
    assert signature == signer.sign(b"data")
    assert len(signature) == signer.public_key.type.signature_bytes
    signer.public_key.verify(signature, b"data")
    with pytest.raises(BadSignature):
        signer.public_key.verify(signature, b"date")
    assert signer.verification_method == "did:example:1#k1"


def test_a_signature_of_rfc_6979() -> None:
    # Appendix A.2.5, curve P-256 with SHA-256, message "sample".
    secret = bytes.fromhex("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721")
    signature = EcdsaSigner(secret, "did:example:1#k1", key_type=P256).sign(b"sample")
    assert signature.hex().upper() == (
        "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
        "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"
    )


@pytest.mark.parametrize("signer", _SIGNERS, ids=lambda signer: signer.public_key.type.name)
def test_low_and_high_s_hold_and_nothing_out_of_range(signer: EcdsaSigner) -> None:
    kind = signer.public_key.type
    curve = dict(_CURVES)[kind]
    signature = signer.sign(b"data")
    size = curve.coordinate_bytes
    r, s = int.from_bytes(signature[:size], "big"), int.from_bytes(signature[size:], "big")
    for good in ((r, s), (r, curve.order - s)):
        signer.public_key.verify(_joined(good, size), b"data")
    out_of_range = [(0, s), (r, 0), (0, 0), (r, curve.order), (curve.order, s), (curve.order, curve.order)]
    for bad in [*out_of_range, (s, r), (2 ** (8 * size) - 1, s)]:
        with pytest.raises(BadSignature):
            signer.public_key.verify(_joined(bad, size), b"data")


def _joined(numbers: tuple[int, int], size: int) -> bytes:
    return b"".join(number.to_bytes(size, "big") for number in numbers)


@pytest.mark.parametrize("signer", _SIGNERS, ids=lambda signer: signer.public_key.type.name)
def test_only_r_and_s_at_full_length_is_a_signature(signer: EcdsaSigner) -> None:
    signature = signer.sign(b"data")
    r, s = signature[: len(signature) // 2], signature[len(signature) // 2 :]
    der = bytes([0x30, len(signature) + 4, 2, len(r)]) + r + bytes([2, len(s)]) + s
    for wrong in (b"", signature[:-1], signature + b"\0", r, der):
        with pytest.raises(BadSignature) as caught:
            signer.public_key.verify(wrong, b"data")
        assert caught.value.code == "signature_invalid"


@pytest.mark.parametrize(("kind", "curve"), _CURVES, ids=lambda value: value.name)
def test_what_is_no_compressed_point_is_no_key(kind: KeyType, curve: ecdsa.Curve) -> None:
    x = next(s for s in _SIGNERS if s.public_key.type is kind).public_key.raw[1:]
    size = curve.coordinate_bytes
    off_curve = next(
        raw for raw in (bytes([2]) + n.to_bytes(size, "big") for n in range(50)) if not curve.is_point(raw)
    )
    field = _FIELD[kind]
    small = next(n for n in range(50) if curve.is_point(bytes([2]) + n.to_bytes(size, "big")))
    not_canonical = bytes([2]) + (field + small).to_bytes(size, "big")  # the same point, x not reduced
    bad = [off_curve, not_canonical, bytes([2]) + field.to_bytes(size, "big"), bytes([0]) + x, bytes([4]) + x]
    bad += [bytes([5]) + x, bytes([6]) + x, bytes(1 + size), bytes([2]) + b"\xff" * size]
    for raw in bad:
        with pytest.raises(Malformed) as caught:
            PublicKey(kind, raw)
        assert caught.value.code == "key_not_on_curve"
        with pytest.raises(Malformed) as caught:
            parse_multikey(multibase.encode_base58(kind.prefix + raw))
        assert caught.value.code == "key_not_on_curve"
    for raw in (b"", x, bytes([2]) + x + b"\0", bytes([4]) + x + x):  # the last is an uncompressed point
        with pytest.raises(Malformed) as caught:
            PublicKey(kind, raw)
        assert caught.value.code == "key_length_wrong"
    assert parse_multikey(multibase.encode_base58(kind.prefix + bytes([2]) + x)).type is kind


def _jwk_of(index: int, **members: Any) -> dict[str, Any]:
    return {**to_jwk(_SIGNERS[index].public_key), **members}


_ZERO = multibase.base64url_encode(bytes(32))


@pytest.mark.parametrize(
    ("jwk", "kind", "code"),
    [
        (_jwk_of(0, y=_ZERO), Malformed, "key_not_on_curve"),
        (_jwk_of(0, x=_ZERO, y=_ZERO), Malformed, "key_not_on_curve"),
        (_jwk_of(0, y=None), Malformed, "jwk_invalid"),
        (_jwk_of(0, y="A" * 200), Malformed, "jwk_invalid"),
        (_jwk_of(0, x=_jwk_of(1)["x"]), Malformed, "key_length_wrong"),
        (_jwk_of(1, crv="P-256"), Malformed, "key_length_wrong"),
        (_jwk_of(0, crv="P-384"), Malformed, "key_length_wrong"),
        (_jwk_of(0, crv="secp256k1"), Unsupported, "key_type_unsupported"),
        (_jwk_of(0, kty="OKP"), Unsupported, "key_type_unsupported"),
        (_jwk_of(0, d="AA"), Malformed, "jwk_is_private"),
        (_jwk_of(0, alg="ES384"), Unsupported, "jwk_algorithm_wrong"),
        (_jwk_of(0, alg="HS256"), Unsupported, "jwk_algorithm_wrong"),
        (_jwk_of(0, alg="none"), Unsupported, "jwk_algorithm_wrong"),
        (_jwk_of(0, use="enc"), Unsupported, "jwk_not_for_signatures"),
        (_jwk_of(0, key_ops=["deriveBits"]), Unsupported, "jwk_not_for_signatures"),
        (None, Malformed, "jwk_invalid"),
        ([], Malformed, "jwk_invalid"),
    ],
)
def test_what_is_no_jwk_for_signatures_is_refused_by_name(jwk: Any, kind: type[Refusal], code: str) -> None:
    with pytest.raises(kind) as caught:
        parse_jwk(jwk)
    assert (type(caught.value), caught.value.code) == (kind, code)


def test_a_jwk_reads_back_whatever_else_it_says() -> None:
    for signer in _ALL_SIGNERS:
        key = signer.public_key
        jwk = {**to_jwk(key), "alg": key.type.algorithms[0], "use": "sig", "key_ops": ["verify"], "kid": "1"}
        assert parse_jwk(jwk) == key
        assert parse_multikey(key.multikey) == key


def test_a_secret_is_a_number_of_the_curve() -> None:
    for kind, curve in _CURVES:
        size = curve.coordinate_bytes
        for secret in (
            b"",
            bytes(size),
            bytes(size - 1),
            b"\x01" * (size + 1),
            curve.order.to_bytes(size, "big"),
        ):
            with pytest.raises(Misuse) as caught:
                EcdsaSigner(secret, "did:example:1#k1", key_type=kind)
            assert caught.value.code == "secret_invalid"
    with pytest.raises(Misuse) as caught:
        EcdsaSigner(bytes(31) + b"\1", "did:example:1#k1", key_type=ED25519)
    assert caught.value.code == "key_type_wrong"


def test_a_key_is_the_same_key_in_another_process() -> None:
    for signer in _ALL_SIGNERS:
        key = pickle.loads(pickle.dumps(signer.public_key))  # noqa: S301 - our own bytes
        assert key == signer.public_key
        assert key.type is signer.public_key.type is copy.deepcopy(signer.public_key).type
    with pytest.raises(Misuse) as caught:
        key_type_named("P-521")
    assert caught.value.code == "key_type_unknown"
